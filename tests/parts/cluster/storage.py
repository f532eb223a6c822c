"""What there is, every version of it, and the one counter: resourceVersion, as etcd keeps them."""

import bisect
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from parts.cluster.kinds import Kind

Object = dict[str, Any]
Key = tuple[str, str]
"""Namespace ("" where there is none) and name."""


@dataclass(frozen=True, slots=True)
class Change:
    """One write: `after` is None for a deletion, `before` for a creation. A deletion's `last` is what watchers see."""

    revision: int
    place: str
    key: Key
    before: Object | None
    after: Object | None
    last: Object


class Store:
    """Objects by place and key. Objects handed in or out are never changed afterwards: copy to change."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.revision = 1
        self.compacted = 0
        """Nothing at or before this revision is remembered, but what still is as it was then."""
        self.log: list[Change] = []
        self._live: dict[str, dict[Key, Object]] = {}

    def get(self, kind: Kind, key: Key) -> Object | None:
        return self._live.get(kind.place, {}).get(key)

    def objects(self, kind: Kind, namespace: str = "") -> list[Object]:
        """In the order of their keys, as etcd lists them."""
        with self.lock:
            found = self._live.get(kind.place, {})
            return [found[key] for key in sorted(found) if not namespace or key[0] == namespace]

    def at(self, kind: Kind, revision: int) -> dict[Key, Object]:
        """What there was at a revision that is not compacted."""
        with self.lock:
            found = dict(self._live.get(kind.place, {}))
            for change in reversed(self.since(revision)):
                if change.place == kind.place:
                    if change.before is None:
                        found.pop(change.key, None)
                    else:
                        found[change.key] = change.before
            return found

    def since(self, revision: int) -> list[Change]:
        """The writes after a revision, oldest first."""
        return self.log[bisect.bisect_right(self.log, revision, key=lambda change: change.revision) :]

    def put(self, kind: Kind, key: Key, new: Object) -> Object:
        """Keep a version, stamped with the next revision."""
        with self.changed:
            self.revision += 1
            kept = {**new, "metadata": {**new["metadata"], "resourceVersion": str(self.revision)}}
            shelf = self._live.setdefault(kind.place, {})
            self.log.append(Change(self.revision, kind.place, key, shelf.get(key), kept, kept))
            shelf[key] = kept
            self.changed.notify_all()
            return kept

    def remove(self, kind: Kind, key: Key) -> Object:
        """Take away; what watchers see last bears the revision of the deletion."""
        with self.changed:
            self.revision += 1
            before = self._live[kind.place].pop(key)
            last = {**before, "metadata": {**before["metadata"], "resourceVersion": str(self.revision)}}
            self.log.append(Change(self.revision, kind.place, key, before, None, last))
            self.changed.notify_all()
            return last

    def compact(self) -> None:
        """Forget all history up to now."""
        with self.changed:
            self.revision += 1
            self.compacted = self.revision
            self.log.clear()
            self.changed.notify_all()

    def everything(self) -> Iterator[tuple[str, Key, Object]]:
        with self.lock:
            held = [(place, key, one) for place, shelf in self._live.items() for key, one in shelf.items()]
        yield from held


Verb = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]
