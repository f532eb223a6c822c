"""OData's `$batch` in JSON, as one transaction (OData JSON Format 4.01, 19): rows in, and one answer for all of them.

With `Isolation: snapshot` a failure takes everything back, yet the operations before it keep their answers of success.
So no success inside counts before all are there, and one failure means that nothing was done. Nothing here knows a
system.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.adapters.answers import identifier
from reconciler.adapters.calls import INCOMPLETE
from reconciler.adapters.edge import Edge, Question, Reply
from reconciler.runs.outcome import Answer, CredentialRefused, RequestRefused, Stop, Unclear, Wait

HEADERS = {"Isolation": "snapshot"}
"""All or nothing. No choice of the type: what an answer means rests on it."""
JSON = "application/json"
Inside = Callable[[int, Mapping[str, str], bytes], Reply]
Judge = Callable[[Reply], Reply | Answer]


class Astray(ValueError):
    """The answer is not about what was asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of a batch: whose it is, and its request, whose body is JSON already, with its own digits, or empty."""

    reference: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: str


def asked(edge: Edge, judge: Judge, path: str, operations: Sequence[Operation]) -> dict[str, list[Reply]] | Answer:
    """The answers to each document's rows, by reference, where all are successes; else what became of the batch."""
    question = Question(
        "POST", path, content=written(operations, path), content_type=JSON, headers=HEADERS, weight=len(operations)
    )
    reply = edge.ask(question)
    answer = judge(reply) if isinstance(reply, Reply) else reply
    if not isinstance(answer, Reply):
        return answer
    try:
        replies = read(answer.body, operations, edge.reply)
    except Astray as error:
        return Unclear(str(error), INCOMPLETE)
    if (found := failure(operations, replies, judge)) is not None:
        return found
    answered: dict[str, list[Reply]] = {}
    for operation, each in zip(operations, replies, strict=True):
        answered.setdefault(operation.reference, []).append(each)
    return answered


def written(operations: Sequence[Operation], path: str) -> bytes:
    """The body of a batch that goes to `path`: addresses follow its folder, and places from 1 are ids."""
    root = path.rpartition("/")[0] + "/"
    rows = (_written(place, each, root) for place, each in enumerate(operations, 1))
    return f'{{"requests":[{",".join(rows)}]}}'.encode()


def read(body: Any, operations: Sequence[Operation], inside: Inside) -> list[Reply]:
    """The answers in the order of the operations. Raises Astray.

    Either there is one for each, or they end with the first failure: so a batch is carried out unless its sender
    prefers otherwise (OData 4.01 Protocol, 11.7.2).
    """
    listed = body.get("responses") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise Astray("the answer to a batch has no list of responses")
    told = {identifier(each.get("id")): each for each in listed if isinstance(each, dict)}
    if len(told) != len(listed) or set(told) != {str(place) for place in range(1, len(listed) + 1)}:
        raise Astray("the answer to a batch names other operations than were sent")
    replies = [_reply(told[str(place)], inside) for place in range(1, len(listed) + 1)]
    broken_off = len(replies) < len(operations) and replies and replies[-1].status >= 400
    if len(replies) != len(operations) and not broken_off:
        raise Astray(f"{len(operations)} operations were sent, and {len(replies)} answered for")
    return replies


def failure(operations: Sequence[Operation], replies: Sequence[Reply], judge: Judge) -> Answer | None:
    """What the whole batch comes to where one of its answers is no success; None where all are.

    Whatever may have happened inside may have happened to all. Else nothing was done, and the first operation that
    failed says why: those after it may have failed because of it.
    """
    answers = [(each.reference, judge(reply)) for each, reply in zip(operations, replies, strict=False)]
    failed = [(reference, answer) for reference, answer in answers if not isinstance(answer, Reply)]
    for kind in (Unclear, CredentialRefused, Stop, Wait):
        if found := [answer for _, answer in failed if isinstance(answer, kind)]:
            return max(found, key=lambda each: getattr(each, "pause_s", 0.0))
    for reference, answer in failed:
        assert isinstance(answer, RequestRefused), "what is left is a definitive refusal"
        return RequestRefused(answer.rejection, {reference: answer.rejection})
    return None


def _written(place: int, operation: Operation, root: str) -> str:
    headers, url = {"Content-Type": JSON, **operation.headers}, operation.path.removeprefix(root)
    head = {"id": str(place), "method": operation.method, "url": url, "headers": headers}
    body = f', "body": {operation.body}' if operation.body else ""
    return f"{json.dumps(head)[:-1]}{body}}}"


def _reply(told: Mapping[str, Any], inside: Inside) -> Reply:
    """Raises Astray for an answer that has no status."""
    status = told.get("status")
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise Astray("an answer inside a batch has no status")
    body = told.get("body")
    return inside(status, {}, b"" if body is None else json.dumps(body).encode())
