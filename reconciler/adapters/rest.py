"""The rest protocol: one HTTP call per request, for one document or several, judged by its status and its body.

Everything that is peculiar to a system stands in its IntegrationType; nothing here knows a name. What the type does not
rule is judged by what HTTP says (research/exports.md 2.5).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.adapters.answers import at, decimal, fill, identifier, items, nest, text
from reconciler.adapters.edge import Edge, Question, Reply
from reconciler.adapters.proof import failed, proven
from reconciler.adapters.responses import EXISTS, by_status, code_of, complaints, ruled
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.runs.outcome import (
    Answer,
    Findings,
    Found,
    LookupFailed,
    NotApplied,
    Outcome,
    Rejected,
    Sent,
    Settled,
    Unclear,
    Unknown,
    Verdict,
)
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.operations import Call, Lookup, Results

ABSENT = 404


class RestAdapter:
    """One endpoint, one document kind, one credential."""

    def __init__(self, kind: IntegrationType, document: str, edge: Edge, settings: Mapping[str, str]) -> None:
        self._kind = kind
        self._create = kind.documents[document].create
        self._edge = edge
        self._settings = dict(settings)

    def test(self) -> Verdict:
        """One real read; what is at fault where it fails, and what was found where it does not."""
        answer = self._ask(Question("GET", self._path(self._kind.test.path or "/")))
        return proven(self._kind.test, answer.body, self._settings) if isinstance(answer, Reply) else failed(answer)

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """One request. Without a list of results it carries one document, and its status says what became of it."""
        call = self._create.call
        assert call, "a type of this protocol creates by `call`: its model says so"
        references = [each.reference for each in documents]
        known = {**self._settings, "reference": references[0], "batch": batch_of(references)}
        headers = {name: fill(form, known) for name, form in call.headers.items()}
        path = self._path(call.path, known)
        answer = self._ask(Question(call.method, path, body=_body(call, documents, known), headers=headers))
        if call.results is not None:
            return (
                Settled(_outcomes(answer.body, references, call, call.results)) if isinstance(answer, Reply) else answer
            )
        if isinstance(answer, Unclear) and answer.code == EXISTS:
            return Settled({references[0]: Unknown(answer.message, EXISTS)})
        return Settled({references[0]: _sent(answer, call)}) if isinstance(answer, Reply) else answer

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """Ask for each document by its reference: the first place that has it decides."""
        found: dict[str, Found] = {}
        for lookup in self._create.lookups:
            for each in asked:
                if each.reference in found:
                    continue
                hit = self._look(lookup, each.reference)
                if isinstance(hit, LookupFailed):
                    return hit
                if hit is not None:
                    found[each.reference] = hit
        return Findings(found)

    def close(self) -> None:
        """Close the connection."""
        self._edge.close()

    def _path(self, path: str, more: Mapping[str, str] | None = None) -> str:
        known = {name: quote(value, safe="") for name, value in {**self._settings, **(more or {})}.items()}
        return fill(path, known)

    def _ask(self, question: Question) -> Reply | Answer:
        """A Reply only where the status says success and the body complains of nothing."""
        reply = self._edge.ask(question)
        if not isinstance(reply, Reply):
            return reply
        errors = complaints(reply.body)
        if reply.status < 300 and not errors:
            return reply
        return ruled(self._kind.responses, errors, reply) or by_status(errors, reply)

    def _look(self, lookup: Lookup, reference: str) -> Found | LookupFailed | None:
        """What was found for one reference; None where it is not there: an empty list, or 404."""
        reply = self._edge.ask(Question("GET", self._path(lookup.path or "/", {"reference": reference})))
        if isinstance(reply, Reply) and reply.status == ABSENT:
            return None
        if not isinstance(reply, Reply):
            return LookupFailed(reply)
        if reply.status >= 300:
            errors = complaints(reply.body)
            return LookupFailed(ruled(self._kind.responses, errors, reply) or by_status(errors, reply))
        listed = at(reply.body, lookup.items) if lookup.items else [reply.body]
        if not isinstance(listed, list):
            return LookupFailed(Unclear("a lookup's answer is not what was asked for", "unreadable-answer"))
        hits = [hit for hit in listed if identifier(at(hit, lookup.key)) == reference]
        if not lookup.items and not hits:
            return LookupFailed(Unclear("a lookup's answer is about another document", "unreadable-answer"))
        return _found(lookup, hits) if hits else None


def batch_of(references: Sequence[str]) -> str:
    """The reference of a whole request: the same documents in the same order have the same one."""
    return "B" + hashlib.sha256("\n".join(references).encode()).hexdigest()[:20].upper()


def _body(call: Call, documents: Sequence[Outgoing], known: Mapping[str, str]) -> dict[str, Any]:
    body = nest({name: fill(form, known) for name, form in call.body.items()})
    made = [_document(call, each) for each in documents]
    if call.documents is None:
        return {**body, **made[0]}
    return {**body, **nest({call.documents: made})}


def _document(call: Call, document: Outgoing) -> dict[str, Any]:
    """A document as the call writes it: its lines as a list, or its one line's fields as its own."""
    lines = [nest(line["fields"]) for line in document.payload["lines"]]
    own = nest({call.key: document.reference}) if call.key else {}
    return {**own, **(nest({call.lines: lines}) if call.lines else lines[0])}


def _sent(reply: Reply, call: Call) -> Outcome:
    """What a success says of one document: an id that is promised and not there leaves it open."""
    if call.id is None:
        return Sent((reply.location,) if reply.location else ())
    found = identifier(at(reply.body, call.id)) or reply.location
    return Sent((found,)) if found else Unknown("the answer does not say what was made", "incomplete-answer")


def _outcomes(body: Any, references: Sequence[str], call: Call, results: Results) -> dict[str, Outcome]:
    """Per document. An answer that names one twice, or one that was not sent, answers something else: none counts."""
    named = [(identifier(at(each, results.correlate)), each) for each in items(body, results.items)]
    told = dict(named)
    if len(told) < len(named) or told.keys() - set(references):
        told = {}
    missing = Unknown("the answer does not name this document", "incomplete-answer")
    return {each: _outcome(told[each], call, results) if each in told else missing for each in references}


def _outcome(result: Any, call: Call, results: Results) -> Outcome:
    word = text(at(result, results.status))
    message, code = text(at(result, "message") or word), code_of(result)
    match results.means.get(word):
        case "sent":
            found = identifier(at(result, call.id)) if call.id else ""
            return Sent((found,) if found else ())
        case "rejected":
            return Rejected(message, code, text(at(result, "field") or ""), text(at(result, "value") or ""))
        case "not_applied":
            return NotApplied(message, code)
        case "exists":
            return Unknown(message, EXISTS)
        case _:
            return Unknown(message, code)


def _found(lookup: Lookup, hits: Sequence[Any]) -> Found:
    amounts = [decimal(at(hit, lookup.amount)) for hit in hits] if lookup.amount else []
    known = [amount for amount in amounts if amount is not None and amount > 0]
    messages = sorted({text(at(hit, lookup.message)) for hit in hits}) if lookup.message else []
    ids = tuple(identifier(at(hit, lookup.id)) for hit in hits)
    return Found(lookup.proves, ids, str(sum(known)) if known else "", "; ".join(messages))
