"""The loop: what is not as declared is found by two cheap questions, and converged one organisation after the other.

Level-triggered: a round looks at what is, never at what happened. docs/decisions/0030-the-resident-loop.md says why.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from reconciler.controller.branch import Branch, is_behind, is_news
from reconciler.controller.declared import Declared, Rules
from reconciler.controller.gathering import Gathered
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.shards import Shards
from reconciler.controller.source import Seen, Source
from reconciler.controller.superseded import Superseded
from reconciler.engine.converge import Objections, converge, fault
from reconciler.engine.world import World
from reconciler.errors import Busy, DatabaseDown, ReconcilerError, TryAgainLater
from reconciler.git.signatures import Signatures
from reconciler.runs.backoff import retry
from reconciler.runs.condition import REPOSITORY, Asked, Condition
from reconciler.runs.outcome import Lease

READER = "loop"
ROUND_S = 2.0
"""Seconds between two rounds where nothing wakes the loop: leases are renewed with each."""
FIRST_S, MOST_S = 1, 30
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to. `held` are our shards, `leads` says whether the repository's is among them, and `waiting`
    how many organisations were looked at in full. `is_new` says of one whether it still has to be, for this commit.
    """

    seen: Seen
    declared: Declared | None
    conditions: Mapping[str, Condition]
    held: int
    leads: bool
    waiting: int
    seconds: float
    is_new: Callable[[str], bool] = lambda _organization: False


class Span(Protocol):
    """Around what is traced, where somebody traces."""

    def __call__(self, name: Literal["pass", "converge"], **attributes: str | float) -> AbstractContextManager[None]:
        """Attributes are names and commits."""


def no_span(name: Literal["pass", "converge"], **attributes: str | float) -> AbstractContextManager[None]:
    """Nobody traces."""
    return nullcontext()


class Reported(Protocol):
    """Who is told what the loop does: metrics, the host of git. Nothing that they do stops the loop."""

    def attempted(self, condition: Condition, before: Condition | None, seconds: float) -> None:
        """An organisation was looked at in full."""

    def superseded(self, found: Superseded) -> None:
        """A commit that was never applied would not have been."""

    def round(self, told: Round) -> None:
        """A round is over."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the loop is made of. `verify_s`: so often the rows are compared with what was applied."""

    world: World
    source: Source
    shards: Shards
    rules: Rules
    objections: Objections
    reported: Sequence[Reported]
    verify_s: float = 30.0
    signatures: Signatures | None = None
    span: Span = no_span


class Loop:
    """One replica's. Not for several threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._branch = Branch(parts.source, parts.rules, parts.signatures)
        self._verified_at: datetime | None = None
        self._controls = False
        self._asked: list[Asked] = []
        self._woken: set[int | datetime | None] = set()
        self._behind: set[datetime | None] = set()

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Round after round until somebody says stop; then the leases are given back."""
        failures = 0
        while not wake.stopping:
            try:
                with self._parts.span("pass"):
                    seconds = self.round()
                failures = 0
                if self._parts.source.seen.tried_at is not None:
                    pulse.ready(READER)
            except TryAgainLater as error:
                failures += 1
                seconds = retry(READER, failures - 1, FIRST_S, MOST_S).total_seconds()
                log.warning("this round could not be finished: %s", error.message)
                pulse.unready(READER, "database")
            except ReconcilerError:
                raise  # somebody has to act before any controller may run here
            except Exception:
                failures += 1
                seconds = retry(READER, failures, FIRST_S, MOST_S).total_seconds()
                log.exception("an error of ours ended this round; the next one begins anew")
                pulse.unready(READER, "an error of ours")
            pulse.beat(READER)
            if self._fetch_wanted():
                wake.wake("asked")
            if seconds:
                wake.wait(seconds, READER)
        self._leave()

    def round(self) -> float:
        """Look at everything once: seconds until the next round, none where something was changed and is looked at
        again. Raises DatabaseDown.
        """
        parts, world = self._parts, self._parts.world
        now = world.clock.now()
        with world.points.around("hold"):
            held = parts.shards.hold(now)
        seen = parts.source.seen
        if not held:
            return ROUND_S
        self._take_control(now)
        conditions = dict(world.conditions.conditions())
        self._asked = [each for each in world.conditions.asked() if parts.shards.mine(each.organization)]
        if is_behind(seen, conditions.get(REPOSITORY), now):
            self._behind = {seen.tried_at}
            return ROUND_S
        # Only what the branch was fetched for, in vain or not, since somebody asked.
        asked = [each for each in self._asked if seen.tried_at is not None and seen.tried_at >= each.at]
        self._repository(seen, conditions, now)
        declared = self._branch.declared
        found, waiting, changed = None, 0, False
        if declared is not None:
            known, switches = world.config.organizations(), world.switches.switches()
            found = Gathered(declared, conditions, known, now, switches, self._branch.at)
            waiting, changed = self._converge_all(found, conditions, asked, now)
        # Whose lease was lost meanwhile is looked at by the next holder, which answers then.
        if asked := [each for each in asked if parts.shards.mine(each.organization)]:
            with world.points.around("handle_asked"):
                world.conditions.handle_asked([each.id for each in asked], world.clock.now())
        seconds = (world.clock.now() - now).total_seconds()
        told = Round(seen, declared, conditions, len(held), parts.shards.mine(REPOSITORY), waiting, seconds)
        told = replace(told, is_new=found.is_new) if found is not None else told
        for each in parts.reported:
            each.round(told)
        return 0.0 if changed else ROUND_S

    def _take_control(self, now: datetime) -> None:
        if not self._controls:
            with self._parts.world.points.around("take_control"):
                self._parts.world.control.take_control(self._parts.world.actor, now)
            self._controls = True

    def _fetch_wanted(self) -> bool:
        """Whether somebody asks who has not been fetched for yet, or another replica knows more: once for each, or a
        slow remote would be hurried on and on.
        """
        wanted = {each.id for each in self._asked} | self._behind
        new, self._woken = wanted - self._woken, wanted
        return bool(new)

    def _repository(self, seen: Seen, conditions: dict[str, Condition], now: datetime) -> None:
        """What is said of the repository, by whoever holds its shard; and of the commits that came in between."""
        before = conditions.get(REPOSITORY)
        condition = self._branch.condition(seen, before, now)
        if self._parts.shards.mine(REPOSITORY) and is_news(condition, before):
            if before is not None and before.attempted and condition.attempted != before.attempted:
                self._judge(before.attempted, condition.attempted, conditions, now)
            self._keep(condition, conditions)

    def _judge(self, before: str, head: str, conditions: Mapping[str, Condition], now: datetime) -> None:
        """A round that dies in here says it all again, and each is kept once."""
        world, seen = self._parts.world, [name for name, each in conditions.items() if each.attempted == before]
        for found in self._branch.superseded(before, head, seen, now):
            self._parts.shards.stay(world.clock.now())
            with world.points.around("note_commit"):
                world.conditions.note_commit(found.organization, found.revision, "SpecsInvalid", found.findings, now)
            for each in self._parts.reported:
                each.superseded(found)

    def _converge_all(
        self, found: Gathered, conditions: dict[str, Condition], asked: Sequence[Asked], now: datetime
    ) -> tuple[int, bool]:
        """How many were looked at in full, and whether something was changed."""
        parts, world = self._parts, self._parts.world
        named = {each.organization for each in asked}
        mine = [name for name in found.names if parts.shards.mine(name)]
        wanted = {name for name in mine if name in named or found.is_new(name) or found.is_due(name)}
        verifies = self._verifies(now)
        marks = world.conditions.marks() if wanted or verifies else {}
        if verifies:
            wanted |= {name for name in mine if found.has_moved(name, marks)}
            # Of the others nobody knows whether their rows are as applied: only that they are as they were.
            ready = {name for name, each in conditions.items() if each.word == "Ready"}
            self._write_verified([name for name in mine if name not in wanted and name in ready], now)
        changed = False
        for name in sorted(wanted, key=lambda each: (each not in named, each)):
            parts.shards.stay(world.clock.now())
            changed |= self._one(found, name, marks, conditions)
        for name in found.forgotten:
            self._forget(name, now)
        return len(wanted), changed

    def _verifies(self, now: datetime) -> bool:
        before = self._verified_at
        if before is not None and timedelta(0) <= now - before < timedelta(seconds=self._parts.verify_s):
            return False
        self._verified_at = now
        return True

    def _one(self, found: Gathered, name: str, marks: Mapping[str, str], conditions: dict[str, Condition]) -> bool:
        """One attempt for one organisation; whatever goes wrong in it stops no other. Whether something was applied."""
        parts, clock = self._parts, self._parts.world.clock
        lease, before, began = parts.shards.lease_of(name), conditions.get(name), clock.now()
        if lease is None:
            return False
        goal = found.bare(name, marks)
        try:
            goal = found.goal(name, marks)
            with parts.span("converge", organization=goal.organization, commit=goal.revision):
                condition = converge(parts.world, goal, lease, before, parts.objections)
        except Busy:
            log.warning("the lease of %s was lost; nothing was written", goal.organization)
            parts.shards.lost(goal.organization)
            return False
        except DatabaseDown:
            raise
        except Exception as error:
            log.exception("an error of ours, in %s", goal.organization)
            condition = fault(goal, error, before, clock.now())
        try:
            if not self._keep(condition, conditions):
                return False
        except ReconcilerError:
            raise
        except Exception:
            log.exception("the condition of %s could not be written down", name)
            return False
        for each in parts.reported:
            each.attempted(condition, before, (clock.now() - began).total_seconds())
        # What was applied bears no mark until an empty plan has been seen.
        return condition.word == "Ready" and not condition.mark

    def _keep(self, condition: Condition, conditions: dict[str, Condition]) -> bool:
        """Write a condition down. False where the lease was lost."""
        world, shards = self._parts.world, self._parts.shards
        lease = shards.lease_of(condition.organization)
        if lease is None:
            return False
        try:
            with world.points.around("keep_condition"):
                world.conditions.keep_condition(condition, lease, world.clock.now())
        except Busy:
            shards.lost(condition.organization)
            return False
        conditions[condition.organization] = condition
        return True

    def _write_verified(self, names: Sequence[str], now: datetime) -> None:
        by_lease: dict[str, tuple[Lease, list[str]]] = {}
        for name in names:
            if (lease := self._parts.shards.lease_of(name)) is not None:
                by_lease.setdefault(lease.name, (lease, []))[1].append(name)
        for lease, group in by_lease.values():
            with suppress(Busy), self._parts.world.points.around("verified"):  # lost: the next holder verifies
                self._parts.world.conditions.verified(group, lease, now)

    def _forget(self, name: str, now: datetime) -> None:
        if (lease := self._parts.shards.lease_of(name)) is not None:
            with suppress(Busy), self._parts.world.points.around("forget_condition"):
                self._parts.world.conditions.forget_condition(name, lease, now)

    def _leave(self) -> None:
        """Another replica goes on at once; where the database is away, it goes on when the leases are over."""
        try:
            with self._parts.world.points.around("give_back"):
                self._parts.shards.give_back()
        except TryAgainLater as error:
            log.warning("the leases could not be given back: %s", error.message)
