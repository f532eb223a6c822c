"""The rest protocol: one HTTP call per request, for one document or several, judged by its status and its body.

Everything that is peculiar to a system stands in its IntegrationType; nothing here knows a name. What the type does not
rule is judged by what HTTP says (research/exports.md 2.5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

from reconciler.adapters.answers import at, fill, identifier, items, text, total
from reconciler.adapters.asked import UNREADABLE, heard, keys_of
from reconciler.adapters.calls import body_of, by_own_names, outcomes, sent
from reconciler.adapters.catalogue import inventory, shown
from reconciler.adapters.columns import columns_of
from reconciler.adapters.edge import TEST_WHOLE_S, Edge, Question, Reply
from reconciler.adapters.holdings import held
from reconciler.adapters.pages import Astray, Walk, goes_on
from reconciler.adapters.proof import failed, proven
from reconciler.adapters.removal import one_by_one, removals
from reconciler.adapters.responses import by_status, complaints, ruled, told
from reconciler.adapters.steps import stepped
from reconciler.adapters.transport import within
from reconciler.mappings.columns import differences
from reconciler.ports import Outgoing
from reconciler.runs.export import Open, batch_of
from reconciler.runs.inventory import Inventory, Item, Window
from reconciler.runs.outcome import (
    EXISTS,
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
from reconciler.runs.shadow import Holding
from reconciler.specs.models.access import Columns, Pages
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.listing import Listing
from reconciler.specs.models.operations import Lookup

ABSENT, CONFLICT = 404, 409


class RestAdapter:
    """One endpoint, one document kind, one credential. `_by`: how lists go on, if undeclared; `_head`: of removals."""

    _by: ClassVar[Pages | None] = None
    _head: ClassVar[Mapping[str, str]] = {}

    def __init__(self, kind: IntegrationType, document: str, edge: Edge, settings: Mapping[str, str]) -> None:
        self._kind = kind
        self._document = kind.documents[document]
        self._create = self._document.create
        self._balanced = self._document.balanced is not None
        self._edge = edge
        self._settings = dict(settings)
        self._missed = False

    def test(self) -> Verdict:
        """One real read; what is at fault where it fails, and what was found where it does not."""
        test = self._kind.test
        walk, bodies = Walk(test.pages, self._edge.url, self._path(test.path or "/", {})), list[Any]()
        with within(TEST_WHOLE_S):
            if test.steps:
                return self._step_by_step()
            while walk.path is not None:
                answer = self._proof(walk)
                if not isinstance(answer, Reply):
                    return failed(answer)
                bodies.append(answer.body)
        return proven(test, bodies[0], self._settings, bodies[1:])

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
                for key in keys_of(lookup, each, known):
                    more = self._look(lookup, key)
                    if isinstance(more, LookupFailed):
                        return more
                    hits += more
                if hits:
                    ids = known.target_ids if known else each.target_ids
                    found[each.reference] = self._found(lookup, hits, ids)
        return self._unless_lost(Findings(found))

    def withdraw(self, row: Open) -> Answer:
        """See `Withdrawer`."""
        return one_by_one(self._edge, self._judged, self._removals(row))

    def list_window(self, window: Window) -> Inventory | LookupFailed:
        """See `Lister`. A place that is not there is not an empty one."""
        places = self._create.reconcile.places
        items: list[Item | None] = []
        for place in places:
            hits = self._stands(place, self._path(place.path or "/", window.texts()))
            if isinstance(hits, LookupFailed):
                return hits
            items += shown(place, hits)
        return inventory(places, items)

    def holdings(self, window: Window) -> Sequence[Holding] | LookupFailed:
        """See `Holder`."""
        listing = self._create.reconcile.holdings
        assert listing, "only types that declare holdings are asked"
        hits = self._stands(listing, self._path(listing.path or "/", window.texts()))
        return hits if isinstance(hits, LookupFailed) else held(listing, hits, window, balanced=self._balanced)

    def close(self) -> None:
        """Close the connection."""
        self._edge.close()

    def _removals(self, row: Open) -> list[Question]:
        return removals(self._create.withdraw, row, self._path, self._head)

    def _step_by_step(self) -> Verdict:
        """The test's steps, and after them what the system says of the fields."""
        verdict, kept = stepped(self._kind.test, self._settings, self._get, self._judged)
        if not verdict.ok or not self._document.columns:
            return verdict
        columns = columns_of(self._document.columns, lambda each: self._column_list(each, kept))
        if columns is None:
            return replace(verdict, findings=("the columns could not be read, and were not compared",))
        return replace(verdict, findings=tuple(differences(self._document.fields, columns)), columns=columns)

    def _get(self, path: str, known: Mapping[str, str]) -> Reply | Answer:
        return self._edge.ask(self._read(self._path(path, known)))

    def _read(self, path: str) -> Question:
        return Question("GET", path)

    def _column_list(self, each: Columns, kept: Mapping[str, str]) -> list[Any] | None:
        """One read about the columns, to its last page; None where any could not be read."""
        walk = self._walk(each.pages, self._path(each.path, kept))
        found = self._followed(walk, each.items, self._ask(self._page(walk.path or "/")))
        return found if isinstance(found, list) else None

    def _walk(self, pages: Pages | None, path: str) -> Walk:
        """The way through a list from `path`, as the type declares it, else as the protocol has it."""
        return Walk(pages or self._by, self._edge.url, path)

    def _page(self, path: str) -> Question:
        """One page of a list."""
        return self._read(path)

    def _followed(self, walk: Walk, way: str, first: Reply | Answer) -> list[Any] | Answer:
        """The items of a page and of all that follow it. Raises nothing: what cannot be followed is an answer too."""
        answer, found = first, list[Any]()
        while isinstance(answer, Reply):
            page = at(answer.body, way)
            if not isinstance(page, list):
                return Unclear("a list is not what was asked for", UNREADABLE)
            try:
                walk.go_on(answer, page)
            except Astray as error:
                return Unclear(f"a list's pages cannot be followed: {error}", UNREADABLE)
            found += page
            if walk.path is None:
                return found
            answer = self._ask(self._page(walk.path))
        return answer

    def _path(self, path: str, known: Mapping[str, str]) -> str:
        return fill(path, {name: quote(value, safe="") for name, value in {**self._settings, **known}.items()})

    def _ask(self, question: Question) -> Reply | Answer:
        """A Reply only where the status says success and the body complains of nothing."""
        reply = self._edge.ask(question)
        return self._judged(reply) if isinstance(reply, Reply) else reply

    def _proof(self, walk: Walk) -> Reply | Answer:
        """One page of the connection test's answer; `walk` knows the next one."""
        answer = self._ask(self._read(walk.path or ""))
        if not isinstance(answer, Reply):
            return answer
        if answer.body is None:
            return Unclear(f"the answer is no JSON: {text(answer.text)[:200]}", UNREADABLE)
        test = self._kind.test
        paths = {each.items for each in test.finds} | {each.items for each in test.confirms}
        try:
            walk.go_on(answer, [item for path in paths if path for item in items(answer.body, path)])
        except Astray as error:
            return Unclear(f"the answer's pages cannot be followed: {error}", UNREADABLE)
        return answer

    def _judged(self, reply: Reply) -> Reply | Answer:
        if (said := told(self._kind.responses, reply)) is not None:
            return said
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
        """What was found under one key, on all pages; nothing where the list is empty, or for 404."""
        walk = Walk(lookup.pages, self._edge.url, self._path(lookup.path or "/", {lookup.by: key}))
        hits: list[Any] = []
        while walk.path is not None:
            reply = self._edge.ask(self._read(walk.path))
            listed = self._paged(lookup, key, reply, walk)
            if isinstance(listed, LookupFailed):
                return listed
            hits += listed
        return hits

    def _paged(self, lookup: Lookup, key: str, reply: Reply | Answer, walk: Walk) -> list[Any] | LookupFailed:
        """What one page lists; `walk` knows the next one."""
        if not isinstance(reply, Reply):
            return LookupFailed(reply)
        absent = reply.status == ABSENT and (reply.body is not None or not reply.text)  # no page: those know nothing
        if absent and not walk.begun:
            self._missed = True
            walk.path = None
            return []
        judged = self._judged(reply)
        if not isinstance(judged, Reply):
            return LookupFailed(judged)
        listed = at(reply.body, lookup.items) if lookup.items else [reply.body]
        if isinstance(said := heard(lookup, key, listed), LookupFailed):
            return said
        if lookup.items and lookup.pages is None and goes_on(reply):
            return LookupFailed(Unclear("the list has more pages, and the type does not declare `pages`", UNREADABLE))
        try:
            walk.go_on(reply, said)
        except Astray as error:
            return LookupFailed(Unclear(f"a lookup's pages cannot be followed: {error}", UNREADABLE))
        return said

    def _stands(self, listing: Listing, path: str) -> list[Any] | LookupFailed:
        """Every item of a list, to its last page."""
        walk = Walk(listing.pages, self._edge.url, path)
        hits: list[Any] = []
        while walk.path is not None:
            answer = self._ask(self._read(walk.path))
            if not isinstance(answer, Reply):
                return LookupFailed(answer)
            page = at(answer.body, listing.items)
            if not isinstance(page, list) or not all(isinstance(each, dict) for each in page):
                return LookupFailed(Unclear("a list is not what was asked for", UNREADABLE))
            if listing.pages is None and goes_on(answer):
                return LookupFailed(Unclear("the list has more pages, and the type declares none", UNREADABLE))
            try:
                walk.go_on(answer, page)
            except Astray as error:
                return LookupFailed(Unclear(f"the list's pages cannot be followed: {error}", UNREADABLE))
            hits += page
        return hits

    def _found(self, lookup: Lookup, hits: Sequence[Any], known_ids: tuple[str, ...]) -> Found:
        message = text("; ".join(sorted({text(at(hit, lookup.message)) for hit in hits}))) if lookup.message else ""
        if lookup.by == "target_id":
            return Found(lookup.proves, known_ids, "", message)
        amount = total([at(hit, lookup.amount) for hit in hits], balanced=self._balanced) if lookup.amount else ""
        return Found(lookup.proves, tuple(identifier(at(hit, lookup.id)) for hit in hits), amount, message)

    def _unless_lost(self, findings: Findings) -> Findings | LookupFailed:
        """A 404 proves absence only at an address that is the right one, and the connection test knows that."""
        if not self._missed or (verdict := self.test()).ok:
            return findings
        return LookupFailed(Unclear(f"nothing is found there, and the test fails: {verdict.message}", UNREADABLE))
