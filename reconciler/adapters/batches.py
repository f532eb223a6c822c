"""Several requests in one, as OData's `$batch` has it: written as parts, asked, and answered for part by part."""

from collections.abc import Callable, Iterator, Sequence

from reconciler.adapters.asked import UNREADABLE
from reconciler.adapters.calls import INCOMPLETE
from reconciler.adapters.edge import Edge, Question, Reply
from reconciler.adapters.multipart import (
    Malformed,
    Part,
    answered,
    http_part,
    is_multipart,
    nested,
    read,
    request,
    written,
)
from reconciler.runs.outcome import Answer, Unclear

VERSION = {"OData-Version": "4.0", "OData-MaxVersion": "4.0"}
GO_ON = {**VERSION, "Prefer": "odata.continue-on-error"}
"""Without it the first failure ends a batch, and nobody learns what became of the others."""
JSON = "application/json"

Judge = Callable[[Reply], Reply | Answer]
"""Finds out whether an answer is a success."""


def parts_of(edge: Edge, groups: Sequence[Sequence[Question]]) -> Iterator[Part]:
    """A part for each group: its one request, or its requests as a change set, each with an id that no other has."""
    content_id = 0
    for group in groups:
        requests = [_request(edge, each) for each in group]
        if len(requests) == 1:
            yield http_part(requests[0])
        else:
            yield nested([http_part(each, str(content_id + place)) for place, each in enumerate(requests, 1)])
        content_id += len(group)


def asked(edge: Edge, judged: Judge, path: str, groups: Sequence[Sequence[Question]]) -> list[list[Reply]] | Answer:
    """The answers to each group, by order: one that failed, or one for each of its requests. Anything else, such as an
    answer with another number of parts, is an answer to all.
    """
    content_type, content = written(list(parts_of(edge, groups)))
    count = sum(map(len, groups))
    question = Question("POST", path, content=content, content_type=content_type, headers=GO_ON, weight=count)
    reply = edge.ask(question)
    if not isinstance(reply, Reply):
        return reply
    if not is_multipart(reply.content_type):
        answer = judged(reply)
        return Unclear("the answer to a batch has no parts", UNREADABLE) if isinstance(answer, Reply) else answer
    try:
        inner = [list(_inside(edge, each)) for each in read(reply.content_type, reply.content)]
    except Malformed as error:
        return Unclear(f"the answer to a batch cannot be read: {error}", UNREADABLE)
    if reply.status >= 300 or len(inner) != len(groups):
        # Whatever came before the failure may stand: such a batch was not carried out to its end.
        return Unclear(f"{len(groups)} parts were sent, and {len(inner)} answered for", INCOMPLETE)
    return inner


def _request(edge: Edge, question: Question) -> bytes:
    typed = {"Content-Type": question.content_type} if question.content_type else {}
    head = {**typed, "Accept": JSON, **question.headers}
    return request(question.method, edge.target(question.path), head, question.content)


def _inside(edge: Edge, part: Part) -> Iterator[Reply]:
    """The answers in a part: one, or those of a change set. Raises Malformed."""
    content_type = part.head.get("content-type") or ""
    for each in read(content_type, part.content) if is_multipart(content_type) else [part]:
        found = answered(each)
        yield edge.reply(found.status, found.head, found.content)
