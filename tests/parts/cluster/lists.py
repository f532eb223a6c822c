"""Lists: in pages, from a snapshot, from a cache that may be old.

Source: Kubernetes docs, "API Concepts" (Retrieving large results sets in chunks; Resource versions).
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from parts.cluster.kinds import Kind
from parts.cluster.refusals import Refused, invalid_options
from parts.cluster.selectors import selecting
from parts.cluster.storage import Key, Object, Store
from parts.cluster.views import seen

EXPIRED = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)
LIST_OPTIONS = {"labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch",
                "timeoutSeconds", "watch", "allowWatchBookmarks", "sendInitialEvents", "pretty", "timeout"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list goes on: after which key, of which snapshot; -1 is "as it is now" (an inconsistent rest)."""

    revision: int
    after: Key

    @property
    def token(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.revision, *self.after]).encode()).decode()

    @classmethod
    def read(cls, token: str) -> "Page":
        try:
            revision, namespace, name = json.loads(base64.urlsafe_b64decode(token.encode()))
        except ValueError as error:
            raise Refused(400, "continue key is not valid: illegal base64 data") from error
        return cls(int(revision), (namespace, name))


def listed(store: Store, kind: Kind, namespace: str, query: dict[str, str]) -> Object:
    """The body of a list."""
    with store.lock:
        revision, after, objects = _snapshot(store, kind, query)
    wanted = selecting(query, kind)
    found = [one for key, one in sorted(objects.items()) if (not namespace or key[0] == namespace) and key > after]
    items = [view for one in found if wanted(view := seen(one, kind))]
    limit = 0 if query.get("resourceVersion") == "0" and not query.get("continue") else _number(query, "limit")
    metadata: dict[str, Any] = {"resourceVersion": str(revision)}
    if limit and len(items) > limit:
        last = items[limit - 1]["metadata"]
        metadata["continue"] = Page(revision, (last.get("namespace", ""), last["name"])).token
        if not query.get("labelSelector") and not query.get("fieldSelector"):
            metadata["remainingItemCount"] = len(items) - limit
        items = items[:limit]
    bare = [{key: value for key, value in one.items() if key not in ("kind", "apiVersion")} for one in items]
    return {"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": metadata, "items": bare}


def _snapshot(store: Store, kind: Kind, query: dict[str, str]) -> tuple[int, Key, dict[Key, Object]]:
    """Of which revision, after which key, and all that there was then."""
    wanted, match = query.get("resourceVersion", ""), query.get("resourceVersionMatch", "")
    if token := query.get("continue"):
        if wanted not in ("", "0"):
            raise Refused(400, "specifying resource version is not allowed when using continue")
        page = Page.read(token)
        if page.revision == -1:
            return store.revision, page.after, store.at(kind, store.revision)
        if page.revision < store.compacted:
            refused = Refused(410, EXPIRED, "Expired")
            refused.status["metadata"] = {"continue": Page(-1, page.after).token}
            raise refused
        return page.revision, page.after, store.at(kind, page.revision)
    revision = _number(query, "resourceVersion")
    _check_match(match, wanted)
    if revision > store.revision:
        raise too_large(revision, store.revision)
    if match == "Exact":
        if revision < store.compacted:
            raise Refused(410, f"The resourceVersion for the provided list is too old: {revision}", "Expired")
        return revision, ("", ""), store.at(kind, revision)
    return store.revision, ("", ""), store.at(kind, store.revision)


def _check_match(match: str, wanted: str) -> None:
    path = "resourceVersionMatch"
    if match and not wanted:
        text = "resourceVersionMatch is forbidden unless resourceVersion is provided"
        raise invalid_options("ListOptions", path, "Forbidden", text)
    if match not in ("", "Exact", "NotOlderThan"):
        text = f'"{match}": supported values: "Exact", "NotOlderThan", ""'
        raise invalid_options("ListOptions", path, "Unsupported value", text)
    if match == "Exact" and wanted == "0":
        text = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        raise invalid_options("ListOptions", path, "Forbidden", text)


def too_large(wanted: int, there: int) -> Refused:
    """A version from the future: of another cluster, or of a database restored from a backup."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    details = {"causes": [cause], "retryAfterSeconds": 1}
    return Refused(504, f"Timeout: Too large resource version: {wanted}, current: {there}", "Timeout", details)


def _number(query: dict[str, str], name: str) -> int:
    try:
        return int(query.get(name) or 0)
    except ValueError as error:
        text = f'"{query[name]}": strconv.ParseUint: parsing "{query[name]}": invalid syntax'
        raise invalid_options("ListOptions", name, "Invalid value", text) from error
