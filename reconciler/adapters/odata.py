"""The odata protocol: rows created under their own keys, one by one or several in a `$batch`; reads that come in pages.

What an answer means is judged as for any HTTP call, each answer inside a batch by itself. Nothing here knows a system.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from reconciler.adapters import batches, jsonbatch
from reconciler.adapters.answers import fill, nest
from reconciler.adapters.asked import UNREADABLE, heard
from reconciler.adapters.batches import JSON, VERSION
from reconciler.adapters.calls import INCOMPLETE, own_name, sent
from reconciler.adapters.edge import Edge, Question, Reply
from reconciler.adapters.pages import Walk
from reconciler.adapters.responses import code_of, complaints
from reconciler.adapters.rest import ABSENT, RestAdapter
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.runs.outcome import (
    EXISTS,
    Answer,
    CredentialRefused,
    Findings,
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
from reconciler.specs.models.access import Pages
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.operations import Call, Lookup

READ = {**VERSION, "If-None-Match": "null"}
"""Headers of a read: never from a cache."""
IN_PAGES = {**READ, "Prefer": "odata.maxpagesize=500"}
_KEY = re.compile(r"[(,]([A-Za-z_][A-Za-z0-9_]*)=")
"""A key in an address: `rows(number='7')` (OData 4.0 URL Conventions, 4.3.1)."""


class OdataAdapter(RestAdapter):
    """One service, one document kind, one credential. See `RestAdapter` for what is the same."""

    _by = Pages(by="odata")
    _head = VERSION

    def __init__(self, kind: IntegrationType, document: str, edge: Edge, settings: Mapping[str, str]) -> None:
        super().__init__(kind, document, edge, settings)
        self._heard: dict[tuple[str, str], Reply] = {}

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """One request: a row by itself where there is one, else all rows together."""
        call = self._create.call
        assert call, "a type of this protocol creates by `call`: its model says so"
        rows = [list(self._rows(call, each)) for each in documents]
        if call.together is None or (len(rows) == 1 and len(rows[0]) == 1):
            return self._alone(call, documents[0].reference, rows[0][0])
        if call.together.format == "json":
            return self._as_one(call, call.together.path, documents, rows)
        inner = batches.asked(self._edge, self._judged, self._path(call.together.path, {}), rows)
        return self._settled(call, documents, rows, inner) if isinstance(inner, list) else inner

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """See `RestAdapter`. Where documents are sent together, the first place is asked for all of them together."""
        self._heard = {}
        call, first = self._create.call, next(iter(self._create.lookups), None)
        many = call.together if call and len(asked) > 1 else None
        if many and many.format == "multipart" and first and first.by == "reference":
            keys, size = [each.reference for each in asked], self._create.batch.nodes
            for start in range(0, len(keys), size):
                if (failure := self._hear(first, many.path, keys[start : start + size])) is not None:
                    return LookupFailed(failure)
        return super().look_up(asked)

    def post(self) -> Answer:
        """Make final what waits for it; nothing is said of single documents."""
        path = self._create.post
        assert path, "the engine asks for it where the type declares it"
        answer = self._ask(Question("POST", self._path(path, {}), headers=VERSION))
        return Settled({}) if isinstance(answer, Reply) else answer

    def withdraw(self, row: Open) -> Answer:
        """See `Withdrawer`. Where documents go in a transaction they are removed in one: no half may be posted."""
        call, removals = self._create.call, self._removals(row)
        if call is None or call.together is None or call.together.format != "json" or len(removals) == 1:
            return super().withdraw(row)
        operations = [jsonbatch.Operation(row.reference, each.method, each.path, each.headers, "") for each in removals]
        found = jsonbatch.asked(self._edge, self._judged, self._path(call.together.path, {}), operations)
        return Settled({}) if isinstance(found, dict) else found

    def _as_one(
        self, call: Call, where: str, documents: Sequence[Outgoing], rows: Sequence[Sequence[Question]]
    ) -> Answer:
        """All rows in one transaction: every document has arrived, or none has."""
        operations = [
            jsonbatch.Operation(document.reference, call.method, row.path, row.headers, (row.content or b"").decode())
            for document, own in zip(documents, rows, strict=True)
            for row in own
        ]
        found = jsonbatch.asked(self._edge, self._judged, self._path(where, {}), operations)
        if not isinstance(found, dict):
            return found
        return Settled({name: self._together(call, len(replies), replies) for name, replies in found.items()})

    def _hear(self, lookup: Lookup, path: str, keys: Sequence[str]) -> Answer | None:
        """Ask for these keys in one request, and keep what is answered for each until it is looked at."""
        questions = [[self._lookup_of(lookup, key)] for key in keys]
        inner = batches.asked(self._edge, self._judged, self._path(path, {}), questions)
        if not isinstance(inner, list):
            return inner
        if any(len(each) != 1 for each in inner):
            return Unclear("a question has more than one answer", UNREADABLE)
        self._heard |= {(lookup.name, key): each[0] for key, each in zip(keys, inner, strict=True)}
        return None

    def _lookup_of(self, lookup: Lookup, key: str) -> Question:
        if not lookup.items:
            return self._read(self._path(lookup.path or "/", {lookup.by: key}))
        return self._page(self._way(lookup, key).path or "/")

    def _way(self, lookup: Lookup, key: str) -> Walk:
        return self._walk(lookup.pages, self._path(lookup.path or "/", {lookup.by: key}))

    def _rows(self, call: Call, document: Outgoing) -> Iterator[Question]:
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
            body = to_json(self._with_entries({**constants, **fields})).encode()
            address = self._path(call.path, known)
            yield Question(call.method, address, content=body, content_type=JSON, headers=headers)

    def _with_entries(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A line's body; what stands in a list below it becomes an entry there."""
        own = {name: each.entry for name, each in self._document.fields.items() if each.entry}
        body = nest({name: value for name, value in fields.items() if name not in own})
        for name, entry in own.items():
            if name not in fields:
                continue
            made = nest({**entry.named(self._settings), entry.value: fields[name]})
            body.setdefault(entry.list, []).append(made)
        return body

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

    def _page(self, path: str) -> Question:
        return Question("GET", path, headers=IN_PAGES)

    def _alone(self, call: Call, reference: str, row: Question) -> Answer:
        reply = self._edge.ask(row)
        if not isinstance(reply, Reply):
            return reply
        found = self._whole([reply])
        return found if found is not None else Settled({reference: self._outcome(call, reply)})

    def _settled(
        self,
        call: Call,
        documents: Sequence[Outgoing],
        rows: Sequence[Sequence[Question]],
        inner: Sequence[Sequence[Reply]],
    ) -> Answer:
        """Per document, by order."""
        if (found := self._whole([each[0] for each in inner])) is not None:
            return found
        outcomes = {
            document.reference: self._together(call, len(sent_rows), replies)
            for document, sent_rows, replies in zip(documents, rows, inner, strict=True)
        }
        waits = [answer.pause_s for each in inner if isinstance(answer := self._judged(each[0]), Wait)]
        return Settled(outcomes, max(waits, default=0.0))

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
        heard_before = self._heard.pop((lookup.name, key), None)
        reply = heard_before or self._edge.ask(self._lookup_of(lookup, key))
        if isinstance(reply, Reply) and reply.status == ABSENT and self._is_absent(lookup, reply):
            return []
        answer = self._judged(reply) if isinstance(reply, Reply) else reply
        if not isinstance(answer, Reply):
            return LookupFailed(answer)
        if lookup.items is None:
            return heard(lookup, key, [answer.body])
        listed = self._followed(self._way(lookup, key), lookup.items, answer)
        return heard(lookup, key, listed) if isinstance(listed, list) else LookupFailed(listed)

    def _is_absent(self, lookup: Lookup, reply: Reply) -> bool:
        codes = {code_of(each) for each in complaints(reply.body)}
        if not lookup.absent:
            self._missed = True  # any 404 will do, if the connection test knows the address
        return bool(codes & set(lookup.absent)) or (not lookup.absent and reply.body is not None)


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
