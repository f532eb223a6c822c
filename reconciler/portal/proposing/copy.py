"""The portal's own copy of the config repository, shared by all requests of a process."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from reconciler.clock import Clock
from reconciler.controller.declared import Rules, rules_of
from reconciler.controller.history import History
from reconciler.controller.threads import mirror
from reconciler.errors import Blocked, UsageError
from reconciler.git.mirror import Mirror
from reconciler.settings import Settings
from reconciler.specs.collection import Catalog

FRESH = timedelta(seconds=5)
"""So long what was fetched is taken for what is there; who proposes fetches anew."""
MOST = 100
"""Organisations' folders, each at one commit, that are kept."""


@dataclass(slots=True)
class Copy:
    """One at a time fetches; who only reads waits for nobody."""

    settings: Settings
    clock: Clock
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _fetched_at: datetime | None = None
    _head: str = ""
    _rules: Rules | None = None
    _files: "OrderedDict[tuple[str, str], Mapping[str, bytes]]" = field(default_factory=OrderedDict)
    _keeping: threading.Lock = field(default_factory=threading.Lock)

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
        return seen in ("", self._head) or (self.mirror().holds(seen) and self.mirror().is_ancestor(seen, self._head))

    def _old(self) -> bool:
        return self._fetched_at is None or self.clock.now() - self._fetched_at > FRESH

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """The folder of the copy, for who writes a commit into it."""
        with self._lock:
            yield self.mirror().folder

    def files(self, organization: str, commit: str) -> Mapping[str, bytes]:
        """The organisation's files at a commit, and those that all share. A commit never says anything else: the last
        ones that somebody looked at are kept.
        """
        key = (organization, commit)
        with self._keeping:
            if (kept := self._files.get(key)) is not None:
                self._files.move_to_end(key)
                return kept
        found = self.mirror().snapshot(commit, [f"orgs/{organization}", "specs"]).files()
        with self._keeping:
            self._files[key] = found
            while len(self._files) > MOST:
                self._files.popitem(last=False)
        return found

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
