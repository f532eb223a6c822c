"""Everything that can be known from the text, without reading again what has not changed.

What is said of one organisation rests on its own files, on what all share, on who else claims its id in the app, on the
program, and on the day (a schedule must fire within 400 days). The memory keeps one entry per organisation together
with digests of all of these; where any is another, the organisation is read and checked anew. Plans never ask it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from reconciler.engine.remembered import Entry, entries, written
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.paths import organization_of

if TYPE_CHECKING:  # where nothing changed, no model is needed
    from reconciler.specs.collection import Catalog, OrganizationSpecs

SHARED = ""
"""The name of what all share, beside those of the organisations."""


class Tree(Protocol):
    """A config repository that can say which files changed without reading them."""

    def stamps(self) -> Mapping[str, str]:
        """Every spec by its path, with a text that another content would not have; empty where that is not sure."""

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The contents of specs."""


class Memory(Protocol):
    """What earlier validations found. Nobody relies on it: what it lost, or somebody damaged, is found again."""

    @property
    def program(self) -> str:
        """A digest of the program that checks: another one may find something else."""

    def load(self) -> object:
        """JSON, of whatever shape; None where there is nothing to be trusted."""

    def save(self, kept: object) -> None:
        """Keep JSON for the next time, where that is possible."""


class NoMemory:
    """Nothing is remembered."""

    program = ""

    def load(self) -> object:
        """Nothing."""
        return None

    def save(self, kept: object) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Validated:
    """The findings in the order of the files, and how many documents how many organisations have."""

    diagnostics: list[Diagnostic]
    documents: int
    organizations: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the text is checked against beside itself: the built-in catalogue, the instant, and the allowed hosts.

    `now` counts as its day in UTC: two validations of one day say the same.
    """

    builtin: Mapping[str, bytes]
    now: datetime
    allowed: tuple[str, ...] = ()


def validate(tree: Tree, rules: Rules, memory: Memory) -> Validated:
    """Check everything."""
    stamps: dict[str, dict[str, str]] = {SHARED: {}}
    for path, stamp in tree.stamps().items():
        stamps.setdefault(organization_of(path) or SHARED, {})[path] = stamp
    validation = _Validation(tree, stamps, tree.read(stamps[SHARED]), rules)
    basis = validation.basis(memory.program)
    before = entries(memory.load(), basis)
    after = validation.entries(before)
    if after != before:
        memory.save(written(after, basis))
    found = sorted((each for entry in after.values() for each in entry.found), key=lambda each: each.origin)
    documents = sum(entry.documents for name, entry in after.items() if name != SHARED)
    return Validated(found, documents, len(after) - 1)


@dataclass
class _Validation:
    """One pass. Organisations are read one at a time, so that thousands need no more room than the largest."""

    tree: Tree
    stamps: Mapping[str, Mapping[str, str]]
    shared: Mapping[str, bytes]
    rules: Rules
    contents: dict[str, str] = field(default_factory=dict)

    def basis(self, program: str) -> str:
        """The digest of what every entry rests on."""
        day, allowed = self.rules.now.date().isoformat(), " ".join(self.rules.allowed)
        return _digest([program, day, allowed, _contents(self.rules.builtin), _contents(self.shared)])

    def entries(self, before: Mapping[str, Entry]) -> dict[str, Entry]:
        """An entry for what all share and for every organisation that is there."""
        found = {name: self._entry(name, before.get(name)) for name in sorted(self.stamps)}
        claims: dict[str, list[str]] = {}
        for name, entry in found.items():
            if entry.claim:
                claims.setdefault(entry.claim, []).append(name)
        for name, entry in found.items():
            rivals = tuple(each for each in claims.get(entry.claim, ()) if each != name)
            if rivals != entry.rivals:
                found[name] = self._fresh(name, self.tree.read(self.stamps[name]), rivals)
        return found

    def _entry(self, name: str, before: Entry | None) -> Entry:
        stamp = _stamp(self.stamps[name])
        if before is not None and stamp and stamp == before.stamp:
            return before
        files = self.shared if name == SHARED else self.tree.read(self.stamps[name])
        if before is not None and before.content == _contents(files):
            return replace(before, stamp=stamp)
        return self._fresh(name, files, ())

    def _fresh(self, name: str, files: Mapping[str, bytes], rivals: tuple[str, ...]) -> Entry:
        """What is found now. What changed since its stamp was taken has another stamp the next time."""
        entry = Entry(_stamp(self.stamps[name]), _contents(files))
        if name == SHARED:
            return replace(entry, documents=len(self.catalog.documents), found=tuple(self.catalog.diagnostics))
        specs = self._checked(name, files, rivals)
        claim = str(specs.organization.spec.id) if specs.organization is not None else ""
        found = tuple(specs.diagnostics)
        return replace(entry, claim=claim, rivals=rivals, documents=len(specs.documents), found=found)

    def _checked(self, name: str, files: Mapping[str, bytes], rivals: tuple[str, ...]) -> "OrganizationSpecs":
        from reconciler.plans.compile import check_organizations
        from reconciler.specs.collection import Specs, read_organization

        specs = read_organization(name, files)
        document = specs.organization
        claimed = {str(document.spec.id): rivals} if document is not None else {}
        day = self.rules.now.replace(hour=0, minute=0, second=0, microsecond=0)
        check_organizations(Specs(self.catalog, {name: specs}, claimed), day, self.rules.allowed)
        return specs

    @cached_property
    def catalog(self) -> "Catalog":
        """What all share."""
        from reconciler.plans.compile import check_catalog
        from reconciler.specs.collection import read_catalog

        catalog = read_catalog(self.shared, self.rules.builtin)
        check_catalog(catalog)
        return catalog


def _stamp(stamps: Mapping[str, str]) -> str:
    """The digest of the stamps of one folder; empty where one of them is not sure."""
    if not all(stamps.values()):
        return ""
    return _digest([part for item in sorted(stamps.items()) for part in item])


def _contents(files: Mapping[str, bytes]) -> str:
    return _digest([part for path in sorted(files) for part in (path, hashlib.sha256(files[path]).hexdigest())])


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
