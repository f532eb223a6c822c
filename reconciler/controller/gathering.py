"""What one round knows of every organisation before it looks at any in full: what git says now, what was found last."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from reconciler.controller.declared import NOTHING, Declared
from reconciler.engine.converge import Goal
from reconciler.errors import Blocked
from reconciler.runs.condition import REPOSITORY, Condition
from reconciler.runs.switch import Switch, standing
from reconciler.specs.collection import OrganizationSpecs

ZONE = ZoneInfo("Europe/Oslo")
"""Whose midnight begins a new day of the fingerprint: some specs mean something else from a day on, and an organisation
elsewhere is looked at some hours early or late. What is applied goes by its own zone.
"""
HELD = 50
"""Organisations whose documents are kept until they are converged; the others are read twice, which is rare."""


@dataclass(frozen=True)
class Gathered:
    """`known` leads from the applied organisations to their ids in the app; `switches` are those of the installation,
    and `at` reads a commit that one of them pins.
    """

    declared: Declared
    conditions: Mapping[str, Condition]
    known: Mapping[str, str]
    now: datetime
    switches: Sequence[Switch]
    at: Callable[[str], Declared]
    _read: dict[str, OrganizationSpecs] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[str]:
        """The folders of the commit, and the applied organisations whose folder is gone."""
        claimed = set(self.claims.values())
        gone = [name for name, known in self.known.items() if name not in self.declared.trees and known not in claimed]
        return sorted((*self.declared.trees, *gone))

    @cached_property
    def forgotten(self) -> list[str]:
        """Organisations that have a condition, and neither a folder nor rows any more."""
        return sorted(set(self.conditions) - set(self.names) - set(self.known) - {REPOSITORY})

    @cached_property
    def claims(self) -> Mapping[str, str]:
        """By folder: the id in the app that its spec claims; empty where it cannot be read."""
        return {name: self._claim(name) for name in self.declared.trees}

    def is_new(self, name: str) -> bool:
        """Whether an attempt would rest on something else than the last one."""
        before = self.conditions.get(name)
        return before is None or before.fingerprint != self._fingerprint(name)

    def is_due(self, name: str) -> bool:
        """Whether its last attempt asked for another by now. A clock that was set back does not make it wait longer
        than it would have.
        """
        before = self.conditions.get(name)
        if before is None or before.not_before is None:
            return before is not None and before.word == "Ready" and not before.mark
        attempted = before.attempted_at or self.now
        return self.now >= before.not_before or self.now < attempted

    def has_moved(self, name: str, marks: Mapping[str, str]) -> bool:
        """Whether its rows are others than at the last attempt. A fight is left alone until its hour is over."""
        before = self.conditions.get(name)
        if before is not None and before.reason == "Fighting":
            return False
        return before is None or before.mark != marks.get(self._id(name), "")

    def bare(self, name: str, marks: Mapping[str, str]) -> Goal:
        """What is known of it without reading anything."""
        rest = (self._fingerprint(name), marks.get(self._id(name), ""), self._id(name), self._switch(name))
        return Goal(name, self.declared.revision, None, self.known, (), *rest)

    def goal(self, name: str, marks: Mapping[str, str]) -> Goal:
        """What git wants of it, read in full."""
        bare = self.bare(name, marks)
        try:
            declared = self.at(bare.switch.revision) if bare.switch and bare.switch.what == "pin" else self.declared
            if name not in declared.trees:
                return replace(bare, revision=declared.revision)
            held = self._read.pop(name, None)
            documents = held if held is not None and declared is self.declared else declared.read(name)
            specs = declared.specs(name, documents, self._rivals(name), self.now)
            return replace(bare, revision=declared.revision, specs=specs, unread=declared.unread(name))
        except Blocked as error:
            return replace(bare, unreadable=error)

    def _switch(self, name: str) -> Switch | None:
        return standing(self.switches, name, self.now, self._id(name))

    def _fingerprint(self, name: str) -> str:
        day, rivals, switch = self.now.astimezone(ZONE).date().isoformat(), self._rivals(name), self._switch(name)
        said = switch and (switch.what, switch.revision, str(switch.until), switch.reason)
        return self.declared.fingerprint(name, day, str(rivals), str(said))

    def _id(self, name: str) -> str:
        return self.claims.get(name) or self.known.get(name, "")

    def _rivals(self, name: str) -> Mapping[str, list[str]]:
        """The claimed id, and the other folders that claim it. Whose it is by what is applied has no rival: a stranger
        who writes down somebody's id stops only themselves.
        """
        claim = self.claims.get(name, "")
        if claim and self.known.get(name) == claim:
            return {}
        others = [each for each in self._claimants.get(claim, ()) if each != name]
        return {claim: others} if claim and others else {}

    @cached_property
    def _claimants(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, claim in self.claims.items():
            found[claim].append(name)
        return found

    def _claim(self, name: str) -> str:
        """As it was found last, where its folder is still the same tree; read anew else."""
        before = self.conditions.get(name)
        if before is not None and before.fingerprint.partition(":")[0] == self.declared.trees.get(name, NOTHING):
            return before.claim
        try:
            documents = self.declared.read(name)
        except Blocked:
            return ""  # said in full when it is converged
        if len(self._read) < HELD:
            self._read[name] = documents
        return str(documents.organization.spec.id) if documents.organization is not None else ""
