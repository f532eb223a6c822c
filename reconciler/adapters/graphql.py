"""The graphql protocol: one POST per request, errors in the body whatever the status, lookups page by page.

Everything that is peculiar to a system stands in its IntegrationType; nothing here knows a name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from reconciler.adapters.answers import at, decimal, fill, identifier, items, nest, text
from reconciler.adapters.edge import Edge, Reply
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    Findings,
    Found,
    LookupFailed,
    Outcome,
    Rejected,
    RequestRefused,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unknown,
    Unreachable,
    Verdict,
    Wait,
)
from reconciler.specs.models.integration_type import Create, IntegrationType, Lookup, ResponseRule
from reconciler.specs.scalars import seconds

KEYS_A_LOOKUP = 200
PAGES = 50
"""More pages than this for two hundred keys is an endless answer."""
PAUSE_S = 5.0


class GraphqlAdapter:
    """One endpoint, one document kind, one credential."""

    def __init__(self, kind: IntegrationType, document: str, edge: Edge, settings: Mapping[str, str]) -> None:
        self._kind = kind
        self._create = kind.documents[document].create
        self._balanced = kind.documents[document].balanced
        self._edge = edge
        self._settings = settings

    def test(self) -> Verdict:
        """One real read; what is at fault where it fails, and what was found where it does not."""
        answer = self._ask(self._kind.test.query, {})
        match answer:
            case Unreachable(message, _):
                return Verdict(ok=False, fault="network", message=message)
            case CredentialRefused(message, _):
                return Verdict(ok=False, fault="credential", message=message)
            case Reply():
                return self._confirm(answer.body)
            case RequestRefused(rejection):
                return Verdict(ok=False, fault="query", message=rejection.message)
            case Settled():
                raise AssertionError("a question is never settled")
            case Wait() | Stop() | Unclear():
                return Verdict(ok=False, fault="endpoint", message=answer.message)

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """One mutation for all documents; each line is an item with a correlation id of its own."""
        request = self._create.request
        correlations: dict[str, str] = {}
        inputs: list[dict[str, Any]] = []
        for document in documents:
            for line in document.payload["lines"]:
                correlations[str(len(inputs))] = document.reference
                inputs.append({request.correlate: str(len(inputs)), request.node: nest(line["fields"])})
        answer = self._ask(request.query, {request.variable: inputs})
        if not isinstance(answer, Reply):
            return answer
        return Settled(_outcomes(answer.body["data"], correlations, self._create))

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """Ask everywhere, in the order of the type: the first place that has a document decides, but for complaints.

        A lookup by target id asks for documents that an earlier place has not proved final.
        """
        found: dict[str, Found] = {}
        for lookup in self._create.lookups:
            by_key = _keys(lookup, asked, found)
            for start in range(0, len(by_key), KEYS_A_LOOKUP):
                keys = list(by_key)[start : start + KEYS_A_LOOKUP]
                hits = self._pages(lookup, keys)
                if isinstance(hits, LookupFailed):
                    return hits
                _merge(found, lookup, hits, by_key, _with_ids(asked))
        return Findings(found)

    def close(self) -> None:
        """Close the connection."""
        self._edge.close()

    def _pages(self, lookup: Lookup, keys: list[str]) -> list[Any] | LookupFailed:
        """Every item for these keys. The cursor is the last edge's; a page that does not move on is a failure."""
        hits: list[Any] = []
        after: str | None = None
        for _ in range(PAGES):
            answer = self._ask(lookup.query, {lookup.variable: keys, "after": after})
            if not isinstance(answer, Reply):
                return LookupFailed(answer)
            page, more = _page(lookup, answer.body["data"])
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

    def _ask(self, query: str, variables: Mapping[str, Any]) -> Reply | Answer:
        """A Reply only where the body holds data and no error."""
        reply = self._edge.post({"query": query, "variables": variables})
        if not isinstance(reply, Reply):
            return reply
        body = reply.body if isinstance(reply.body, dict) else {}
        errors, data = body.get("errors"), body.get("data")
        if errors and (not isinstance(errors, list) or _some(data)):
            # Data and errors at once: a part was done, and no error says which.
            return Unclear(text(at(errors[0], "message") if isinstance(errors, list) else errors), "part-done")
        if errors:
            return self._judge(errors, reply.status)
        if isinstance(data, dict) and reply.status < 300:
            return reply
        return self._judge([], reply.status, reply.text)

    def _judge(self, errors: Iterable[Any], status: int, body: str = "") -> Answer:
        """What a refusal means, by the type's rules. Without a rule: it may have happened."""
        first: Answer | None = None
        for error in errors:
            message = text(at(error, "message") or error)
            for rule in self._kind.responses:
                if (match := _fits(rule, error, message, status)) is not None:
                    return _meaning(rule, error, message, match)
            first = first or Unclear(message, _code(error))
        if first is not None:
            return first
        for rule in self._kind.responses:
            if rule.status and status in rule.status:
                return _meaning(rule, {}, f"HTTP {status}", {})
        return Unclear(f"HTTP {status}: {text(body)[:200]}", f"http-{status}")

    def _confirm(self, body: Any) -> Verdict:
        data = body["data"]
        found = {
            each.label.en: tuple(fill(each.text, item) for item in items(data, each.items))
            for each in self._kind.test.finds
        }
        for each in self._kind.test.confirms:
            wanted = self._settings.get(each.setting, "")
            reached = [text(at(item, each.path)) for item in items(data, each.items)]
            if wanted not in reached:
                message = f"the credential reaches {', '.join(reached) or 'nothing'}, not {each.setting} {wanted}"
                return Verdict(ok=False, fault=each.setting, message=message, found=found)
        return Verdict(ok=True, fault="", message="", found=found)


def _fits(rule: ResponseRule, error: Any, message: str, status: int) -> dict[str, str] | None:
    if rule.code is not None:
        return {} if rule.code in (at(error, "code"), at(error, "extensions.code")) else None
    if rule.message is not None:
        match = re.search(rule.message, message)
        return {key: value or "" for key, value in match.groupdict().items()} if match else None
    return None if rule.status is None or status not in rule.status else {}


def _meaning(rule: ResponseRule, error: Any, message: str, groups: Mapping[str, str]) -> Answer:
    code = _code(error)
    match rule.means:
        case "wait":
            return Wait(message, code, float(seconds(rule.pause)) if rule.pause else PAUSE_S)
        case "stop":
            return Stop(message, code, text(at(error, rule.until) or "") if rule.until else "")
        case "credential":
            return CredentialRefused(message, code)
        case "rejected":
            return RequestRefused(Rejected(message, code, groups.get("field", ""), groups.get("value", "")))
        case _:
            return Unclear(message, code)


def _code(error: Any) -> str:
    return text(at(error, "code") or at(error, "extensions.code") or "")


def _outcomes(data: Any, correlations: Mapping[str, str], create: Create) -> dict[str, Outcome]:
    """Per document: sent where every line came back with an id; unknown where any is missing.

    An answer that names a line twice, or one that was not sent, answers something else: all are unknown.
    """
    reply = create.reply
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


def _merge(
    found: dict[str, Found], lookup: Lookup, hits: list[Any], by_key: Mapping[str, str], asked: Mapping[str, Open]
) -> None:
    grouped: dict[str, list[Any]] = {}
    for hit in hits:
        reference = by_key.get(text(at(hit, lookup.key)))
        if reference is not None and reference in asked:
            grouped.setdefault(reference, []).append(hit)
    for reference, group in grouped.items():
        ids = tuple(text(at(hit, lookup.id)) for hit in group)
        messages = sorted({text(at(hit, lookup.message)) for hit in group}) if lookup.message else []
        if lookup.by == "target_id":
            earlier = found[reference].target_ids if reference in found else asked[reference].target_ids
            found[reference] = Found(lookup.proves, earlier, "", "; ".join(messages))
        else:
            found[reference] = Found(lookup.proves, ids, _sum(group, lookup.amount), "; ".join(messages))


def _sum(group: list[Any], path: str | None) -> str:
    """What the positive lines sum to: what the ledger keeps as a document's amount."""
    if path is None:
        return ""
    amounts = [decimal(at(hit, path)) or Decimal(0) for hit in group]
    return str(sum((amount for amount in amounts if amount > 0), Decimal(0)))


def _page(lookup: Lookup, data: Any) -> tuple[list[Any] | None, bool]:
    """The items of one page, and whether there are more; None where anything of it cannot be read.

    Null for the items means none (some systems say so); a connection that is not there at all means unread.
    """
    parent = lookup.items.rpartition(".")[0]
    connection = at(data, parent) if parent else data
    page = at(data, lookup.items)
    more = at(connection, "pageInfo.hasNextPage")
    asked = not isinstance(more, bool) and "pageInfo" in lookup.query
    if not isinstance(connection, dict) or not isinstance(page, list | None) or asked:
        return None, False
    if not all(_readable(lookup, item) for item in page or []):
        return None, False
    return page or [], bool(more)


def _readable(lookup: Lookup, item: Any) -> bool:
    amount = lookup.amount is None or decimal(at(item, lookup.amount)) is not None
    return bool(identifier(at(item, lookup.key)) and identifier(at(item, lookup.id))) and amount


def _some(data: Any) -> bool:
    """Whether an answer's data holds anything but nulls."""
    return any(value is not None for value in data.values()) if isinstance(data, dict) else data is not None
