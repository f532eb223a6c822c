"""Watches: what changes after a version, as lines of JSON, until the watch's time is over or somebody cuts it.

Sources: Kubernetes docs, "API Concepts" (Efficient detection of changes, Watch bookmarks, Streaming lists), and the
watch cache (`apiserver/pkg/storage/cacher`): a version that is too old is an ERROR event in a stream of status 200.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from parts.cluster.kinds import Kind
from parts.cluster.refusals import Refused, invalid_options
from parts.cluster.selectors import Test, selecting
from parts.cluster.storage import Change, Object, Store
from parts.cluster.views import seen

LAST_MARK_S = 2.0
"""How long before its end a watch says once more where it has come to."""
LONG_S = 1800.0
"""How long a watch may last that names no time (the real one: 30 to 60 minutes)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one watch is for."""

    kind: Kind
    namespace: str
    query: dict[str, str]
    wanted: Test

    @property
    def marks(self) -> bool:
        return self.query.get("allowWatchBookmarks") == "true"

    @property
    def lasts_s(self) -> float:
        return _version(self.query.get("timeoutSeconds", "")) or LONG_S


@dataclass(slots=True)
class Watches:
    """What all watches of a server share: switches, and how they are woken."""

    store: Store
    silent: bool = False
    gone_as_status: bool = False
    bookmark_every_s: float = 60.0
    cut: int = 0
    """Counts up when all open watches shall end."""
    closing: threading.Event = field(default_factory=threading.Event)

    def end_all(self) -> None:
        with self.store.changed:
            self.cut += 1
            self.store.changed.notify_all()

    def start(self, kind: Kind, namespace: str, query: dict[str, str]) -> Iterator[Object | None]:
        """The events of one watch; None now and then, so that whoever writes notices a reader that has gone.

        What there is, and from where on is watched, is settled before this returns: before the answer begins.
        """
        listing = query.get("sendInitialEvents") == "true"
        if listing and query.get("resourceVersionMatch") != "NotOlderThan":
            text = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            raise invalid_options("ListOptions", "resourceVersionMatch", "Forbidden", text)
        since, asked = _version(query.get("resourceVersion", "")), Asked(kind, namespace, query, selecting(query, kind))
        if self.gone_as_status and 0 < since < self.store.compacted:
            raise gone(since, self.store.compacted)
        _version(query.get("timeoutSeconds", ""))
        with self.store.changed:
            first: list[Object] = []
            if listing or since == 0:
                found = self.store.objects(kind, namespace)
                first = [_event("ADDED", one, kind) for one in found if asked.wanted(seen(one, kind))]
                since = self.store.revision
            first += [bookmark(kind, since, {"k8s.io/initial-events-end": "true"})] if listing else []
            return self._events(asked, first, since, self.cut)

    def _events(self, asked: Asked, first: list[Object], since: int, cut: int) -> Iterator[Object | None]:
        yield from first
        ends = time.monotonic() + asked.lasts_s
        mark_at = self._next_mark(ends)
        while self.cut == cut and not self.closing.is_set() and time.monotonic() < ends:
            if since < self.store.compacted:
                yield {"type": "ERROR", "object": gone(since, self.store.compacted).status}
                return
            changes, since = self._after(since, min(0.5, max(0.01, ends - time.monotonic())))
            if not self.silent:
                yield from _shown(changes, asked)
                if asked.marks and time.monotonic() >= mark_at:
                    mark_at = self._next_mark(ends)
                    yield bookmark(asked.kind, since)
            yield None

    def _next_mark(self, ends: float) -> float:
        """Every so often, and shortly before the end."""
        now = time.monotonic()
        last = ends - LAST_MARK_S
        return min(now + self.bookmark_every_s, last) if last > now else now + self.bookmark_every_s

    def _after(self, since: int, wait_s: float) -> tuple[list[Change], int]:
        with self.store.changed:
            if self.store.revision <= since and not self.closing.is_set():
                self.store.changed.wait(wait_s)
            if self.store.compacted > since:
                return [], since
            return self.store.since(since), max(since, self.store.revision)


def _shown(changes: list[Change], asked: Asked) -> Iterator[Object]:
    kind, namespace = asked.kind, asked.namespace
    for change in changes:
        if change.place == kind.place and (not namespace or change.key[0] == namespace):
            was = change.before is not None and asked.wanted(seen(change.before, kind))
            now = change.after is not None and asked.wanted(seen(change.after, kind))
            if was or now:
                yield _event("MODIFIED" if was and now else "ADDED" if now else "DELETED", _last(change, now), kind)


def _last(change: Change, now: bool) -> Object:
    """What left the selection is shown as it was, under the version at which it left."""
    if now or change.after is None:
        return change.last
    assert change.before is not None
    metadata = {**change.before["metadata"], "resourceVersion": str(change.revision)}
    return {**change.before, "metadata": metadata}


def _event(verb: str, one: Object, kind: Kind) -> Object:
    return {"type": verb, "object": seen(one, kind)}


def bookmark(kind: Kind, revision: int, annotations: dict[str, str] | None = None) -> Object:
    metadata: dict[str, Any] = {"resourceVersion": str(revision), "creationTimestamp": None}
    metadata |= {"annotations": annotations} if annotations else {}
    return {"type": "BOOKMARK", "object": {"kind": kind.name, "apiVersion": kind.api_version, "metadata": metadata}}


def gone(wanted: int, oldest: int) -> Refused:
    return Refused(410, f"too old resource version: {wanted} ({oldest})", "Expired")


def _version(text: str) -> int:
    try:
        return int(text or 0)
    except ValueError as error:
        said = f'"{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        raise invalid_options("ListOptions", "resourceVersion", "Invalid value", said) from error
