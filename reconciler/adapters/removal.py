"""Requests that remove what is staged, and what their answers come to. Whether it is gone is for lookups to say."""

from collections.abc import Callable, Mapping, Sequence

from reconciler.adapters.edge import Edge, Question, Reply
from reconciler.runs.export import Open
from reconciler.runs.outcome import Answer, Settled
from reconciler.specs.models.withdrawal import Withdraw

ABSENT = 404


def removals(
    way: Withdraw | None, row: Open, path: Callable[[str, Mapping[str, str]], str], head: Mapping[str, str]
) -> list[Question]:
    """A DELETE for each address that the type's path makes of a document; `head` are the protocol's own headers."""
    assert way, "the engine asks for it where the type declares it"
    known = {"reference": row.reference, "number": str(row.number)}
    paths = dict.fromkeys(path(way.path, {**known, "target_id": each}) for each in row.target_ids or ("",))
    return [Question("DELETE", each, headers={**head, **way.headers}) for each in paths]


def one_by_one(edge: Edge, judge: Callable[[Reply], Reply | Answer], questions: Sequence[Question]) -> Answer:
    """What is left by a failure is removed when it is said again. What is not there counts as removed."""
    for question in questions:
        reply = edge.ask(question)
        if isinstance(reply, Reply) and reply.status == ABSENT:
            continue
        answer = judge(reply) if isinstance(reply, Reply) else reply
        if not isinstance(answer, Reply):
            return answer
    return Settled({})
