"""What the host of git shows beside a commit: whether it was applied, of the whole and of each organisation it touches.

The loop says what should stand there; a thread of its own tells the host, which may be slow, limited or away. What
could not be told yet is told later, and the host is asked first, so that nothing is told twice.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime

from reconciler.clock import Clock
from reconciler.controller.declared import Declared, Rules
from reconciler.controller.loop import Round
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.source import Source
from reconciler.controller.superseded import Superseded
from reconciler.errors import Blocked
from reconciler.runs.condition import REPOSITORY, Condition
from reconciler.runs.host import Host, Later, Refused, State, Status, context_of

READER = "host"
REST_S, LOOK_S = 60.0, 2.0
"""Seconds at most before a host that cannot be told now is tried again; between two looks at whether there is news."""
MOST_ORGANIZATIONS, MOST_COMMITS = 20, 200
"""Organisations of one commit that get a status of their own, and commits that are remembered until they are told."""
STATES: Mapping[str, State] = {"Ready": "success", "Reconciling": "pending", "Stalled": "failure"}
REPOSITORY_NAME = "the repository"
log = logging.getLogger(__name__)


class Statuses:
    """Told by the loop's thread, and told on by its own."""

    def __init__(self, host: Host, source: Source, rules: Rules, installation: str, clock: Clock) -> None:
        self._host, self._source, self._rules, self._clock = host, source, rules, clock
        self._installation = installation
        self._lock = threading.Lock()
        self._wanted: dict[str, dict[str, Status]] = {}
        self._told: dict[str, dict[str, Status]] = {}
        self._head, self._touched = "", frozenset[str]()

    def attempted(self, condition: Condition, before: Condition | None, seconds: float) -> None:
        """See `Reported`."""

    def superseded(self, found: Superseded) -> None:
        """See `Reported`."""
        if self._has_room(found.revision):
            said = f"SpecsInvalid: {found.findings[0]}"
            self._want(found.revision, self._of_one(found.organization, "failure", said))
        self._want(
            found.revision, self._of_one("", "failure", f"{found.organization or REPOSITORY_NAME}: {found.findings[0]}")
        )

    def round(self, told: Round) -> None:
        """See `Reported`. Only the replica that keeps the repository's condition speaks."""
        if not told.leads:
            return
        repository = told.conditions.get(REPOSITORY)
        if repository is not None and repository.word == "Stalled" and repository.attempted:
            said = f"{repository.reason}: {repository.message}"  # of a commit that is not followed
            self._want(repository.attempted, self._of_one("", "failure", said))
        if told.declared is None:
            return
        if told.declared.revision != self._head:
            self._turn_to(told.declared)
        for status in self._statuses(told, told.declared):
            self._want(self._head, status)

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Tell the host what is wanted, until somebody says stop."""
        while not wake.stopping:
            until = self.tell()
            pulse.beat(READER)
            rest = (until - self._clock.now()).total_seconds() if until else LOOK_S
            wake.wait(max(1.0, min(rest, REST_S)), READER)

    def tell(self) -> datetime | None:
        """Tell all that is not told yet; the moment from which the host can be asked again, where it said one."""
        for commit, statuses in self._waiting():
            trouble = self._host.set_status(commit, *statuses.values())
            if isinstance(trouble, Later):
                log.warning("the host of git is told later: %s", trouble.message)
                return trouble.until
            if isinstance(trouble, Refused):
                log.error("the host of git refuses the status of %s: %s", commit[:10], trouble.message)
            with self._lock:
                self._told.setdefault(commit, {}).update(statuses)
        return None

    def _waiting(self) -> list[tuple[str, dict[str, Status]]]:
        with self._lock:
            found = []
            for commit, wanted in self._wanted.items():
                new = {name: each for name, each in wanted.items() if self._told.get(commit, {}).get(name) != each}
                if new:
                    found.append((commit, new))
            return found

    def _want(self, commit: str, status: Status) -> None:
        with self._lock:
            self._wanted.setdefault(commit, {})[status.context] = status
            for old in list(self._wanted)[:-MOST_COMMITS]:
                del self._wanted[old]
                self._told.pop(old, None)

    def _turn_to(self, declared: Declared) -> None:
        """Another head. What the last one was still waiting for will never come."""
        with self._lock:
            left = [each for each in self._wanted.get(self._head, {}).values() if each.state == "pending"]
        for each in left:
            said = f"superseded by {declared.revision[:10]} before it was applied"
            self._want(self._head, Status(each.context, "success", said))
        self._head, self._touched = declared.revision, self._touched_by(declared)

    def _touched_by(self, declared: Declared) -> frozenset[str]:
        """The organisations that a commit changes: all of them where it changes what they share."""
        mirror = self._source.mirror()
        try:
            parent = mirror.parent(declared.revision)
            before = Declared(mirror.snapshot(parent), self._rules) if parent else None
        except Blocked:
            return frozenset(declared.trees)
        if before is None or before.shared != declared.shared:
            return frozenset(declared.trees)
        names = {*before.trees, *declared.trees}
        return frozenset(name for name in names if before.trees.get(name) != declared.trees.get(name))

    def _statuses(self, told: Round, declared: Declared) -> Iterator[Status]:
        states = {name: self._state(name, told, declared) for name in sorted(self._touched)}
        if len(states) <= MOST_ORGANIZATIONS:
            for name, (state, said) in states.items():
                yield self._of_one(name, state, said)
        yield self._of_one("", *_summed(states))

    def _state(self, name: str, told: Round, declared: Declared) -> tuple[State, str]:
        found = told.conditions.get(name)
        if found is None and name not in declared.trees:
            return "success", "its folder is gone, and nothing of it was applied"
        # A commit that says the same as the one that was looked at is not looked at again.
        if found is None or (found.attempted != self._head and told.is_new(name)):
            return "pending", "not looked at yet"
        if found.reason == "Pinned" and found.applied != self._head:
            return "pending", f"Pinned: it stays at {found.applied[:10]}"
        return STATES[found.word], f"{found.reason}: {found.message}"

    def _has_room(self, commit: str) -> bool:
        with self._lock:
            return len(self._wanted.get(commit, ())) < MOST_ORGANIZATIONS

    def _of_one(self, organization: str, state: State, said: str) -> Status:
        return Status(context_of(self._installation, organization), state, said)


def _summed(states: Mapping[str, tuple[State, str]]) -> tuple[State, str]:
    """The gravest of all, and whose it is."""
    for state in ("failure", "pending"):
        named = [name for name, each in states.items() if each[0] == state]
        if named:
            more = f" (and {len(named) - 1} more)" if len(named) > 1 else ""
            return state, f"{named[0]}{more}: {states[named[0]][1]}"
    count = len(states)
    said = f"applied to {count} organisation{'' if count == 1 else 's'}" if count else "touches no organisation"
    return "success", said
