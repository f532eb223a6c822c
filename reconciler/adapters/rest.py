"""The rest protocol: one HTTP call per request, for one document or several, judged by its status and its body.

Everything that is peculiar to a system stands in its IntegrationType; nothing here knows a name. What the type does not
rule is judged by what HTTP says (research/exports.md 2.5).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.adapters.answers import at, decimal, fill, identifier, text
from reconciler.adapters.calls import batch_of, body_of, by_own_names, outcomes, sent
from reconciler.adapters.edge import TEST_WHOLE_S, Edge, Question, Reply
from reconciler.adapters.proof import failed, proven
from reconciler.adapters.responses import EXISTS, by_status, complaints, ruled
from reconciler.adapters.transport import within
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.runs.outcome import (
    Answer,
    Findings,
    Found,
    LookupFailed,
    RequestRefused,
    Settled,
    Unclear,
    Unknown,
    Verdict,
)
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.operations import Lookup

ABSENT, CONFLICT = 404, 409
UNREADABLE = "unreadable-answer"


class RestAdapter:
    """One endpoint, one document kind, one credential."""

    def __init__(self, kind: IntegrationType, document: str, edge: Edge, settings: Mapping[str, str]) -> None:
        self._kind = kind
        self._create = kind.documents[document].create
        self._edge = edge
        self._settings = dict(settings)
        self._missed = False

    def test(self) -> Verdict:
        """One real read; what is at fault where it fails, and what was found where it does not."""
        with within(TEST_WHOLE_S):
            answer = self._ask(Question("GET", self._path(self._kind.test.path or "/", {})))
        if isinstance(answer, Reply) and answer.body is None:
            answer = Unclear(f"the answer is no JSON: {text(answer.text)[:200]}", UNREADABLE)
        return proven(self._kind.test, answer.body, self._settings) if isinstance(answer, Reply) else failed(answer)

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """One request. Without a list of results it carries one document, and its status says what became of it."""
        call = self._create.call
        assert call, "a type of this protocol creates by `call`: its model says so"
        references = [each.reference for each in documents]
        known = {**self._settings, "reference": references[0], "batch": batch_of(references)}
        headers = {name: fill(form, known) for name, form in call.headers.items()}
        body = body_of(call, documents, known)
        answer = self._ask(Question(call.method, self._path(call.path, known), body=body, headers=headers))
        if isinstance(answer, Reply):
            if call.results is not None:
                return Settled(outcomes(answer.body, references, call, call.results))
            return Settled({references[0]: sent(answer, call)})
        if call.results is None and isinstance(answer, Unclear) and answer.code == EXISTS:
            return Settled({references[0]: Unknown(answer.message, EXISTS)})
        return by_own_names(answer, call)

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """Ask for each document, place by place: the first that has it decides.

        A place that is asked by target id is asked for documents that an earlier place has not proved final.
        """
        found: dict[str, Found] = {}
        self._missed = False
        for lookup in self._create.lookups:
            for each in asked:
                known = found.get(each.reference)
                hits: list[Any] = []
                for key in _keys(lookup, each, known):
                    more = self._look(lookup, key)
                    if isinstance(more, LookupFailed):
                        return more
                    hits += more
                if hits:
                    found[each.reference] = _found(lookup, hits, known.target_ids if known else each.target_ids)
        return self._unless_lost(Findings(found))

    def close(self) -> None:
        """Close the connection."""
        self._edge.close()

    def _path(self, path: str, known: Mapping[str, str]) -> str:
        return fill(path, {name: quote(value, safe="") for name, value in {**self._settings, **known}.items()})

    def _ask(self, question: Question) -> Reply | Answer:
        """A Reply only where the status says success and the body complains of nothing."""
        reply = self._edge.ask(question)
        return self._judged(reply) if isinstance(reply, Reply) else reply

    def _judged(self, reply: Reply) -> Reply | Answer:
        errors = complaints(reply.body)
        if reply.status < 300 and not errors:
            return reply
        found = ruled(self._kind.responses, errors, reply)
        if found is not None:
            return found
        found = by_status(errors, reply)
        if reply.status == CONFLICT and isinstance(found, RequestRefused) and self._create.idempotency in ("A", "B"):
            # Under a key of ours nothing else can be in the way than this same document.
            return Unclear(found.rejection.message, EXISTS)
        return found

    def _look(self, lookup: Lookup, key: str) -> list[Any] | LookupFailed:
        """What was found under one key; nothing where the list is empty, or for 404."""
        path = self._path(lookup.path or "/", {lookup.by: key})
        reply = self._edge.ask(Question("GET", path))
        if not isinstance(reply, Reply):
            return LookupFailed(reply)
        if reply.status == ABSENT and (reply.body is not None or not reply.text):  # no page: those know no documents
            self._missed = True
            return []
        judged = self._judged(reply)
        if not isinstance(judged, Reply):
            return LookupFailed(judged)
        listed = at(reply.body, lookup.items) if lookup.items else [reply.body]
        if not isinstance(listed, list) or not all(_is_about(lookup, hit, key) for hit in listed):
            # A list of others means that the question was not heard: ours may stand on a later page.
            return LookupFailed(Unclear("a lookup's answer is not about what was asked for", UNREADABLE))
        return listed

    def _unless_lost(self, findings: Findings) -> Findings | LookupFailed:
        """A 404 proves absence only at an address that is the right one, and the connection test knows that."""
        if not self._missed or (verdict := self.test()).ok:
            return findings
        return LookupFailed(Unclear(f"nothing is found there, and the test fails: {verdict.message}", UNREADABLE))


def _keys(lookup: Lookup, each: Open, known: Found | None) -> Iterable[str]:
    if lookup.by == "reference":
        return () if known else (each.reference,)
    if known is not None and known.proves == "posted":
        return ()
    return known.target_ids if known else each.target_ids


def _is_about(lookup: Lookup, hit: Any, key: str) -> bool:
    """Whether it is the document that was asked for, whole: with an id, and an amount where there is to be one."""
    if identifier(at(hit, lookup.key)) != key or not identifier(at(hit, lookup.id)):
        return False
    return lookup.amount is None or decimal(at(hit, lookup.amount)) is not None


def _found(lookup: Lookup, hits: Sequence[Any], known_ids: tuple[str, ...]) -> Found:
    message = text("; ".join(sorted({text(at(hit, lookup.message)) for hit in hits}))) if lookup.message else ""
    if lookup.by == "target_id":
        return Found(lookup.proves, known_ids, "", message)
    amounts = [decimal(at(hit, lookup.amount)) for hit in hits] if lookup.amount else []
    positive = [amount for amount in amounts if amount is not None and amount > 0]
    return Found(
        lookup.proves, tuple(identifier(at(hit, lookup.id)) for hit in hits), str(sum(positive) or ""), message
    )
