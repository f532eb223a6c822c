"""The graphql protocol: one POST per request, errors in the body whatever the status, lookups page by page.

Everything that is peculiar to a system stands in its IntegrationType; nothing here knows a name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.adapters.answers import at, decimal, identifier, items, nest, text, total
from reconciler.adapters.attribution import attributed
from reconciler.adapters.catalogue import inventory, shown
from reconciler.adapters.edge import TEST_WHOLE_S, Edge, Question, Reply
from reconciler.adapters.holdings import held
from reconciler.adapters.proof import failed, proven
from reconciler.adapters.responses import judge
from reconciler.adapters.transport import within
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.runs.inventory import Inventory, Item, Window
from reconciler.runs.listed import UNUSABLE, Listed
from reconciler.runs.outcome import (
    Answer,
    Findings,
    Found,
    LookupFailed,
    Outcome,
    RequestRefused,
    Sent,
    Settled,
    Unclear,
    Unknown,
    Verdict,
)
from reconciler.runs.shadow import Holding
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.listing import Listing
from reconciler.specs.models.lists import ReferenceList
from reconciler.specs.models.operations import Lookup
from reconciler.specs.models.operations import Reply as ReplyPaths

PAGES = 50
"""More pages than this, of some keys or of a list, are an endless answer."""
LONGEST_LIST = 100_000
"""Items of a list that are kept: more than any organisation has volunteers."""
LABEL = 100
"""Characters that are kept of what people call an item."""


@dataclass(frozen=True, slots=True)
class _Paging:
    """A question whose answer comes in pages: where its items stand, and which of them can be read."""

    query: str
    items: str
    readable: Callable[[Any], bool]


class GraphqlAdapter:
    """One endpoint, one document kind, one credential."""

    def __init__(self, kind: IntegrationType, document: str, edge: Edge, settings: Mapping[str, str]) -> None:
        self._kind = kind
        self._create = kind.documents[document].create
        self._balanced = kind.documents[document].balanced is not None
        self._fields = kind.documents[document].fields
        self._edge = edge
        self._settings = settings

    def test(self) -> Verdict:
        """One real read; what is at fault where it fails, and what was found where it does not."""
        with within(TEST_WHOLE_S):
            answer = self._ask(self._kind.test.query or "", {})
        if not isinstance(answer, Reply):
            return failed(answer)
        return proven(self._kind.test, answer.body["data"], self._settings)

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """One mutation for all documents; each line is an item with a correlation id of its own."""
        request, reply = self._create.request, self._create.reply
        assert request
        assert reply
        correlations: dict[str, str] = {}
        inputs: list[dict[str, Any]] = []
        for document in documents:
            for line in document.payload["lines"]:
                correlations[str(len(inputs))] = document.reference
                inputs.append({request.correlate: str(len(inputs)), request.node: nest(line["fields"])})
        answer = self._ask(request.query, {request.variable: inputs})
        if isinstance(answer, RequestRefused):
            lines = [(each.reference, line["fields"]) for each in documents for line in each.payload["lines"]]
            return attributed(answer.rejection, lines, request.node, self._fields)
        if not isinstance(answer, Reply):
            return answer
        return Settled(_outcomes(answer.body["data"], correlations, reply))

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """Ask everywhere, in the order of the type: the first place that has a document decides, but for complaints.

        A lookup by target id asks for documents that an earlier place has not proved final.
        """
        found: dict[str, Found] = {}
        for lookup in self._create.lookups:
            by_key = _keys(lookup, asked, found)
            for start in range(0, len(by_key), lookup.keys):
                keys = list(by_key)[start : start + lookup.keys]
                hits = self._pages(lookup, keys)
                if isinstance(hits, LookupFailed):
                    return hits
                self._merge(found, lookup, _grouped(lookup, hits, by_key), _with_ids(asked))
        return Findings(found)

    def listed(self, name: str, codes: Sequence[str] = ()) -> Listed | LookupFailed:
        """Every item of a reference list, or those of some codes.

        A whole list that is empty was not read: whoever may not see a list is answered so too.
        """
        kept = self._kind.lists[name]
        paging = _Paging(kept.one if codes else kept.query, kept.items, lambda item: bool(_code(kept, item)))
        hits = self._every(paging, {"codes": list(codes)} if codes else {})
        if isinstance(hits, LookupFailed):
            return hits
        if not codes and not 0 < len(hits) <= LONGEST_LIST:
            words = "longer than can be kept" if hits else "empty, and may only be hidden"
            return LookupFailed(Unclear(f"the list is {words}", UNUSABLE))
        return Listed({_code(kept, hit): text(at(hit, kept.text) or "")[:LABEL] if kept.text else "" for hit in hits})

    def list_window(self, window: Window) -> Inventory | LookupFailed:
        """See `Lister`."""
        places = self._create.reconcile.places
        items: list[Item | None] = []
        for place in places:
            hits = self._stands(place, window)
            if isinstance(hits, LookupFailed):
                return hits
            items += shown(place, hits)
        return inventory(places, items)

    def holdings(self, window: Window) -> Sequence[Holding] | LookupFailed:
        """See `Holder`."""
        listing = self._create.reconcile.holdings
        assert listing, "only types that declare holdings are asked"
        hits = self._stands(listing, window)
        return hits if isinstance(hits, LookupFailed) else held(listing, hits, window, balanced=self._balanced)

    def close(self) -> None:
        """Close the connection."""
        self._edge.close()

    def _stands(self, listing: Listing, window: Window) -> list[Any] | LookupFailed:
        """Every item of a list, to its last page."""
        query = listing.query or ""
        asked = {name: text for name, text in window.texts().items() if f"${name}:" in query}
        return self._every(_Paging(query, listing.items, lambda item: isinstance(item, dict)), asked)

    def _pages(self, lookup: Lookup, keys: list[str]) -> list[Any] | LookupFailed:
        """Every item for these keys."""
        paging = _Paging(lookup.query or "", lookup.items or "", partial(_readable, lookup))
        return self._every(paging, {lookup.variable or "": keys})

    def _every(self, paging: _Paging, variables: Mapping[str, Any]) -> list[Any] | LookupFailed:
        """Every item, page by page. The cursor is the last edge's; a page that does not move on is a failure."""
        hits: list[Any] = []
        after: str | None = None
        for _ in range(PAGES):
            answer = self._ask(paging.query, {**variables, "after": after})
            if not isinstance(answer, Reply):
                return LookupFailed(answer)
            page, more = _page(paging, answer.body["data"])
            if page is None:
                return LookupFailed(Unclear("a lookup's answer is not what was asked for", "unreadable-answer"))
            hits += page
            cursor = page[-1].get("cursor") if page else None
            if not more:
                return hits
            if cursor is None or cursor == after:
                break
            after = cursor
        return LookupFailed(Unclear("a lookup's pages do not end", "endless-pages"))

    def _merge(
        self, found: dict[str, Found], lookup: Lookup, grouped: Mapping[str, list[Any]], asked: Mapping[str, Open]
    ) -> None:
        for reference, group in grouped.items():
            ids = tuple(text(at(hit, lookup.id)) for hit in group)
            messages = sorted({text(at(hit, lookup.message)) for hit in group}) if lookup.message else []
            amount = ""
            if lookup.by == "target_id":
                ids = found[reference].target_ids if reference in found else asked[reference].target_ids
            elif lookup.amount:
                amount = total([at(hit, lookup.amount) for hit in group], balanced=self._balanced)
            found[reference] = Found(lookup.proves, ids, amount, text("; ".join(messages)))

    def _ask(self, query: str, variables: Mapping[str, Any]) -> Reply | Answer:
        """A Reply only where the body holds data and no error."""
        reply = self._edge.ask(Question("POST", body={"query": query, "variables": variables}))
        if not isinstance(reply, Reply):
            return reply
        body = reply.body if isinstance(reply.body, dict) else {}
        errors, data = body.get("errors"), body.get("data")
        if errors and (not isinstance(errors, list) or _some(data)):
            # Data and errors at once: a part was done, and no error says which.
            return Unclear(text(at(errors[0], "message") if isinstance(errors, list) else errors), "part-done")
        if errors:
            return judge(self._kind.responses, errors, reply)
        if isinstance(data, dict) and reply.status < 300:
            return reply
        if _some(data):
            return Unclear(f"HTTP {reply.status} with data: {text(reply.text)[:200]}", "part-done")
        return judge(self._kind.responses, [], reply)


def _outcomes(data: Any, correlations: Mapping[str, str], reply: ReplyPaths) -> dict[str, Outcome]:
    """Per document: sent where every line came back with an id; unknown where any is missing.

    An answer that names a line twice, or one that was not sent, answers something else: all are unknown.
    """
    named = [
        (identifier(at(item, reply.correlate)), identifier(at(item, reply.id))) for item in items(data, reply.items)
    ]
    ids = dict(named)
    if len(ids) < len(named) or ids.keys() - correlations.keys():
        ids = {}
    lines: dict[str, list[str]] = {}
    for correlation, reference in correlations.items():
        lines.setdefault(reference, []).append(ids.get(correlation, ""))
    return {
        reference: Sent(tuple(found))
        if all(found)
        else Unknown("the answer does not name every line", "incomplete-answer")
        for reference, found in lines.items()
    }


def _with_ids(asked: Sequence[Open]) -> dict[str, Open]:
    return {each.reference: each for each in asked}


def _keys(lookup: Lookup, asked: Sequence[Open], found: Mapping[str, Found]) -> dict[str, str]:
    """What to ask for, each with the reference that it stands for."""
    if lookup.by == "reference":
        return {each.reference: each.reference for each in asked if each.reference not in found}
    return {
        target_id: each.reference
        for each in asked
        for target_id in (found[each.reference].target_ids if each.reference in found else each.target_ids)
        if each.reference not in found or found[each.reference].proves != "posted"
    }


def _grouped(lookup: Lookup, hits: list[Any], by_key: Mapping[str, str]) -> dict[str, list[Any]]:
    """What was found, by the reference that each stands for; what nobody asked for is left out."""
    grouped: dict[str, list[Any]] = {}
    for hit in hits:
        reference = by_key.get(text(at(hit, lookup.key)))
        if reference is not None:
            grouped.setdefault(reference, []).append(hit)
    return grouped


def _code(kept: ReferenceList, item: Any) -> str:
    return identifier(at(item, kept.code))


def _page(paging: _Paging, data: Any) -> tuple[list[Any] | None, bool]:
    """The items of one page, and whether there are more; None where anything of it cannot be read.

    Null for the items means none (some systems say so); a connection that is not there at all means unread.
    """
    way = paging.items
    parent = way.rpartition(".")[0]
    connection = at(data, parent) if parent else data
    page = at(data, way)
    more = at(connection, "pageInfo.hasNextPage")
    asked = not isinstance(more, bool) and "pageInfo" in paging.query
    if not isinstance(connection, dict) or not isinstance(page, list | None) or asked:
        return None, False
    if not all(paging.readable(item) for item in page or []):
        return None, False
    return page or [], bool(more)


def _readable(lookup: Lookup, item: Any) -> bool:
    amount = lookup.amount is None or decimal(at(item, lookup.amount)) is not None
    return bool(identifier(at(item, lookup.key)) and identifier(at(item, lookup.id))) and amount


def _some(data: Any) -> bool:
    """Whether an answer's data holds anything but nulls."""
    return any(value is not None for value in data.values()) if isinstance(data, dict) else data is not None
