"""The odata protocol: rows created under their own keys, one by one or several in a `$batch`; reads that come in pages.

What an answer means is judged as for any HTTP call, each answer inside a batch by itself. Nothing here knows a system.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconciler.adapters import jsonbatch
from reconciler.adapters.answers import at, fill, nest
from reconciler.adapters.calls import INCOMPLETE, own_name, sent
from reconciler.adapters.edge import Question, Reply
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
from reconciler.adapters.responses import EXISTS, code_of, complaints
from reconciler.adapters.rest import ABSENT, UNREADABLE, RestAdapter, heard
from reconciler.ports import Outgoing
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    LookupFailed,
    NotApplied,
    Outcome,
    Rejected,
    RequestRefused,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unknown,
    Unreachable,
    Wait,
)
from reconciler.specs.models.operations import Call, Lookup

VERSION = {"OData-Version": "4.0", "OData-MaxVersion": "4.0"}
READ = {**VERSION, "If-None-Match": "null"}
"""Headers of a read: never from a cache."""
IN_PAGES = {**READ, "Prefer": "odata.maxpagesize=500"}
GO_ON = {**VERSION, "Prefer": "odata.continue-on-error"}
"""Without it the first failure ends a batch, and nobody learns what became of the others."""
JSON = "application/json"
PAGES = 20
MORE = "@odata.nextLink"
_KEY = re.compile(r"[(,]([A-Za-z_][A-Za-z0-9_]*)=")
"""A key in an address: `rows(number='7')` (OData 4.0 URL Conventions, 4.3.1)."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One request: a line of a document."""

    path: str
    headers: Mapping[str, str]
    content: bytes


class OdataAdapter(RestAdapter):
    """One service, one document kind, one credential. See `RestAdapter` for what is the same."""

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """One request: a row by itself where there is one, else all rows together."""
        call = self._create.call
        assert call, "a type of this protocol creates by `call`: its model says so"
        rows = [list(self._rows(call, each)) for each in documents]
        if call.together is None or (len(rows) == 1 and len(rows[0]) == 1):
            return self._alone(call, documents[0].reference, rows[0][0])
        if call.together.format == "json":
            return self._as_one(call, call.together.path, documents, rows)
        content_type, content = written(list(self._parts(call, rows)))
        path = self._path(call.together.path, {})
        count = sum(map(len, rows))
        reply = self._edge.ask(
            Question("POST", path, content=content, content_type=content_type, headers=GO_ON, weight=count)
        )
        return self._settled(call, documents, rows, reply) if isinstance(reply, Reply) else reply

    def post(self) -> Answer:
        """Make final what waits for it; nothing is said of single documents."""
        path = self._create.post
        assert path, "the engine asks for it where the type declares it"
        answer = self._ask(Question("POST", self._path(path, {}), headers=VERSION))
        return Settled({}) if isinstance(answer, Reply) else answer

    def _as_one(self, call: Call, where: str, documents: Sequence[Outgoing], rows: Sequence[Sequence[_Row]]) -> Answer:
        """All rows in one transaction: every document has arrived, or none has."""
        operations = [
            jsonbatch.Operation(document.reference, call.method, row.path, row.headers, row.content.decode())
            for document, own in zip(documents, rows, strict=True)
            for row in own
        ]
        found = jsonbatch.asked(self._edge, self._judged, self._path(where, {}), operations)
        if not isinstance(found, dict):
            return found
        return Settled({name: self._together(call, len(replies), replies) for name, replies in found.items()})

    def _parts(self, call: Call, rows: Sequence[Sequence[_Row]]) -> Iterator[Part]:
        before = 0
        for document in rows:
            heads = [{"Content-Type": JSON, "Accept": JSON, **row.headers} for row in document]
            targets = [self._edge.target(row.path) for row in document]
            yield _part(
                [
                    request(call.method, target, head, row.content)
                    for target, head, row in zip(targets, heads, document, strict=True)
                ],
                before + 1,
            )
            before += len(document)

    def _rows(self, call: Call, document: Outgoing) -> Iterator[_Row]:
        """A request per line. Its key stands in the address alone, as the services advise."""
        for place, line in enumerate(document.payload["lines"], 1):
            known = {**self._settings, "reference": document.reference, "line": str(place)}
            path = fill(call.path, known)
            in_address = set(_KEY.findall(path))
            constants = {name: fill(form, known) for name, form in call.body.items()}
            fields = {
                name: self._exact(name, value) for name, value in line["fields"].items() if name not in in_address
            }
            headers = {**VERSION, **{name: fill(form, known) for name, form in call.headers.items()}}
            body = to_json(nest({**constants, **fields})).encode()
            yield _Row(self._path(call.path, known), headers, body)

    def _exact(self, name: str, value: Any) -> Any:
        """A number as a number: payloads hold decimals as text, so that nothing rounds them on the way."""
        field = self._document.fields.get(name)
        numeric = field is not None and field.type in ("decimal", "money")
        return Decimal(value) if numeric and isinstance(value, str) else value

    def _path(self, path: str, known: Mapping[str, str]) -> str:
        """A quote within a key is doubled (OData 4.0 URL Conventions, 5.1.1.6.1)."""
        doubled = {name: value.replace("'", "''") for name, value in {**self._settings, **known}.items()}
        return super()._path(path, doubled)

    def _read(self, path: str) -> Question:
        return Question("GET", path, headers=READ)

    def _alone(self, call: Call, reference: str, row: _Row) -> Answer:
        question = Question(call.method, row.path, content=row.content, content_type=JSON, headers=row.headers)
        reply = self._edge.ask(question)
        if not isinstance(reply, Reply):
            return reply
        found = self._whole([reply])
        return found if found is not None else Settled({reference: self._outcome(call, reply)})

    def _settled(
        self, call: Call, documents: Sequence[Outgoing], rows: Sequence[Sequence[_Row]], reply: Reply
    ) -> Answer:
        """Per document, by order. An answer with another number of parts answers something else: none counts."""
        if not is_multipart(reply.content_type):
            judged = self._judged(reply)
            return Unclear("the answer to a batch has no parts", UNREADABLE) if isinstance(judged, Reply) else judged
        try:
            inner = [list(self._inside(each)) for each in read(reply.content_type, reply.content)]
        except Malformed as error:
            return Unclear(f"the answer to a batch cannot be read: {error}", UNREADABLE)
        if reply.status >= 300 or len(inner) != len(documents):
            # Whatever came before the failure may stand: such a batch was not carried out to its end.
            return Unclear(f"{len(documents)} documents were sent, and {len(inner)} answered for", INCOMPLETE)
        if (found := self._whole([each[0] for each in inner])) is not None:
            return found
        outcomes = {
            document.reference: self._together(call, len(sent_rows), replies)
            for document, sent_rows, replies in zip(documents, rows, inner, strict=True)
        }
        waits = [answer.pause_s for each in inner if isinstance(answer := self._judged(each[0]), Wait)]
        return Settled(outcomes, max(waits, default=0.0))

    def _inside(self, part: Part) -> Iterator[Reply]:
        """The answers in a part: one, or those of a change set. Raises Malformed."""
        content_type = part.head.get("content-type") or ""
        for each in read(content_type, part.content) if is_multipart(content_type) else [part]:
            found = answered(each)
            yield self._edge.reply(found.status, found.head, found.content)

    def _together(self, call: Call, rows: int, replies: Sequence[Reply]) -> Outcome:
        """A document's rows: one failure stands for all of them, for nothing of a change set is done then."""
        outcomes = [self._outcome(call, each) for each in replies]
        if len(outcomes) == 1 and (rows == 1 or not isinstance(outcomes[0], Sent)):
            return outcomes[0]
        if len(outcomes) != rows or not all(isinstance(each, Sent) for each in outcomes):
            return Unknown("the answer does not say what became of every line", INCOMPLETE)
        return Sent(tuple(found for each in outcomes if isinstance(each, Sent) for found in each.target_ids))

    def _outcome(self, call: Call, reply: Reply) -> Outcome:
        match self._judged(reply):
            case Reply() as found:
                return sent(found, call)
            case RequestRefused(rejection):
                field = own_name(call, rejection.field)
                return Rejected(rejection.message, rejection.code, field, rejection.value)
            case Unclear(message, code):
                return Unknown(message, code)
            case Wait() | Stop() | CredentialRefused() | Unreachable() as answer:
                return NotApplied(answer.message, answer.code)
            case Settled():
                raise AssertionError("one answer settles nothing")

    def _whole(self, replies: Sequence[Reply]) -> Answer | None:
        """What is no single document's affair, where all say the same: wait, stop, another credential, nobody knows."""
        answers = [self._judged(each) for each in replies]
        for kind in (Wait, Stop, CredentialRefused, Unclear):
            if all(isinstance(each, kind) and getattr(each, "code", "") != EXISTS for each in answers):
                return max(answers, key=lambda each: getattr(each, "pause_s", 0.0))  # type: ignore[return-value] # of `kind`
        return None

    def _look(self, lookup: Lookup, key: str) -> list[Any] | LookupFailed:
        """What was found under one key; nothing where a list is empty, or for a 404 that says so by its code."""
        path = self._path(lookup.path or "/", {lookup.by: key})
        reply = self._edge.ask(Question("GET", path, headers=IN_PAGES if lookup.items else READ))
        if isinstance(reply, Reply) and reply.status == ABSENT and self._is_absent(lookup, reply):
            return []
        answer = self._judged(reply) if isinstance(reply, Reply) else reply
        if not isinstance(answer, Reply):
            return LookupFailed(answer)
        if lookup.items is None:
            return heard(lookup, key, [answer.body])
        listed = self._pages(answer, lookup.items)
        return heard(lookup, key, listed) if isinstance(listed, list) else LookupFailed(listed)

    def _is_absent(self, lookup: Lookup, reply: Reply) -> bool:
        codes = {code_of(each) for each in complaints(reply.body)}
        if not lookup.absent:
            self._missed = True  # any 404 will do, if the connection test knows the address
        return bool(codes & set(lookup.absent)) or (not lookup.absent and reply.body is not None)

    def _listed(self, path: str, way: str) -> list[Any] | None:
        """See `RestAdapter`: to the last page."""
        answer = self._ask(self._read(path))
        found = self._pages(answer, way) if isinstance(answer, Reply) else None
        return found if isinstance(found, list) else None

    def _pages(self, first: Reply, way: str) -> list[Any] | Answer:
        """The items of a page and of all that follow it, from the same service only."""
        answer: Reply | Answer = first
        hits: list[Any] = []
        asked: set[str] = set()
        for _ in range(PAGES):
            if not isinstance(answer, Reply):
                return answer
            page = at(answer.body, way)
            if not isinstance(page, list):
                return Unclear("a list is not what was asked for", UNREADABLE)
            hits += page
            more = answer.body.get(MORE)
            if more is None:
                return hits
            path = self._edge.path_of(more) if isinstance(more, str) else None
            if path is None or path in asked:
                return Unclear("a list goes on elsewhere", UNREADABLE)
            asked.add(path)
            answer = self._ask(Question("GET", path, headers=IN_PAGES))
        return Unclear("a list does not end", UNREADABLE)


def to_json(value: Any) -> str:
    """JSON in which a Decimal is a number with its own digits: none of them passes through a float."""
    match value:
        case Decimal():
            return format(value, "f")
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{to_json(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ",".join(map(to_json, value)) + "]"
        case _:
            return json.dumps(value)


def _part(requests: Sequence[bytes], first_id: int) -> Part:
    """A document in a batch: its one row, or its rows as a change set, each with an id that no other row has."""
    if len(requests) == 1:
        return http_part(requests[0])
    return nested([http_part(each, str(content_id)) for content_id, each in enumerate(requests, first_id)])
