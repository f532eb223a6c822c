"""The portal's own copy of the config repository, shared by all requests of a process."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from reconciler.clock import Clock
from reconciler.controller.declared import Rules, rules_of
from reconciler.controller.history import History
from reconciler.controller.proposed import Proposed, Reader
from reconciler.controller.threads import mirror
from reconciler.errors import Blocked, UsageError
from reconciler.git.mirror import Mirror
from reconciler.portal.cache import Cache
from reconciler.settings import Settings
from reconciler.specs.collection import Catalog

FRESH = timedelta(seconds=5)
"""So long what was fetched is taken for what is there; who proposes fetches anew."""
FOLDERS, COMMITS, FACTS, PROPOSALS = 1000, 20, 5000, 300
"""How many are kept: organisations' folders, each at one commit (40 kB); what all share, at one commit (120 kB); what
was asked about two commits; and proposals that were read.
"""
SHARED = "specs"
Files = Mapping[str, bytes]


@dataclass(slots=True)
class Copy:
    """One at a time fetches; who only reads waits for nobody."""

    settings: Settings
    clock: Clock
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _fetched_at: datetime | None = None
    _head: str = ""
    _rules: Rules | None = None
    _shared: Cache[str, Files] = field(default_factory=lambda: Cache(COMMITS))
    _folders: Cache[tuple[str, str], Files] = field(default_factory=lambda: Cache(FOLDERS))
    _within: Cache[tuple[str, str], bool] = field(default_factory=lambda: Cache(FACTS))
    _changed: Cache[tuple[str, str], frozenset[str]] = field(default_factory=lambda: Cache(FACTS))
    _read: "Cache[tuple[str, str, date], Proposed]" = field(default_factory=lambda: Cache(PROPOSALS))

    def mirror(self) -> Mirror:
        """The copy. Raises UsageError where no repository is named."""
        repository = self.settings.repository
        if repository is None:
            raise UsageError("no config repository is named", "set RECONCILER_REPOSITORY, as for the controller")
        found = mirror(self.settings, repository)
        return replace(found, folder=self.settings.home.expanduser() / "portal.git")

    def head(self, *, fresh: bool = False, seen: str = "") -> str:
        """The commit that is followed. `seen` is one that a controller has looked at: where ours is from before it, it
        is fetched. Raises Blocked where the repository cannot be reached and was never read.
        """
        if not fresh and self._known(seen):
            return self._head
        found = self.mirror()
        with self._lock:
            if not fresh and self._known(seen):
                return self._head
            now = self.clock.now()
            try:
                self._head = found.fetch().head
            except Blocked:
                if fresh or not found.head():
                    raise
                return found.head()
            self._fetched_at = now
            return self._head

    def _known(self, seen: str) -> bool:
        if not self._head or self._old():
            return False
        return seen in ("", self._head) or self.within(seen, self._head)

    def _old(self) -> bool:
        return self._fetched_at is None or self.clock.now() - self._fetched_at > FRESH

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """The folder of the copy, for who writes a commit into it."""
        with self._lock:
            yield self.mirror().folder

    def files(self, organization: str, commit: str) -> Files:
        """The organisation's files at a commit, and those that all share. Raises Blocked where git cannot be read."""
        shared = self._shared.of(commit, lambda: self._files(commit, SHARED))
        folder = f"orgs/{organization}"
        return {**shared, **self._folders.of((commit, folder), lambda: self._files(commit, folder))}

    def _files(self, commit: str, folder: str) -> Files:
        """A process that has just begun has no copy, and another one may have seen more than ours."""
        mirror = self.mirror()
        if not mirror.holds(commit):
            self.head(fresh=True)
        return mirror.snapshot(commit, [folder]).files()

    def within(self, commit: str, later: str) -> bool:
        """Whether `later`, which the copy holds, is a commit or was made on top of it. False too of one that the copy
        does not hold yet.
        """
        key = (commit, later)
        if key not in self._within and not self.mirror().holds(commit):
            return False
        return self._within.of(key, lambda: self.mirror().is_ancestor(commit, later))

    def changed(self, earlier: str, later: str) -> frozenset[str]:
        """The paths that differ between two commits. Raises Blocked where git cannot be read."""
        return self._changed.of((earlier, later), lambda: self.mirror().changed(earlier, later))

    def read(self, base: str, head: str, now: datetime) -> Proposed:
        """What a proposal asks for, against the commit that is followed: a commit says the same all day. Raises
        Blocked where git cannot be read.
        """
        reader = Reader(self.history(), self.rules())
        return self._read.of((head, base, now.date()), lambda: reader.read(base, head, now))

    def catalog(self, shared: Mapping[str, bytes]) -> Catalog:
        """What all share, read and checked."""
        known = {path: hashlib.sha256(content).hexdigest() for path, content in shared.items()}
        return self.rules().catalog(known, lambda: shared)

    def rules(self) -> Rules:
        """What specs are held against."""
        from reconciler import __version__
        from reconciler.wiring import catalog

        if self._rules is None:
            settings = self.settings
            self._rules = rules_of(catalog(), __version__, settings.endpoints, settings.installation)
        return self._rules

    def history(self) -> History:
        """Commits, as the controller reads them."""
        return History(self.mirror(), self.rules().builtin, self.clock.now, self.settings.endpoints)
