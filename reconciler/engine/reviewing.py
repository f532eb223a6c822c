"""A step of git becomes a report: only what it touches is read, once at each end (docs/decisions/0040-reviews.md)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Protocol

from reconciler.engine.weighing import weighed
from reconciler.plans.compile import check_catalog, check_organizations, local_day
from reconciler.plans.intent import base_of
from reconciler.plans.resource import Actual
from reconciler.plans.review.approving import Judges, needs_of_rules
from reconciler.plans.review.labels import labelled
from reconciler.plans.review.report import Open, Report, Reviewed, Step, overlaps
from reconciler.plans.review.side import Side
from reconciler.runs.reviewing import Facts
from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs, read_catalog, read_organization
from reconciler.specs.diagnostic import Diagnostic, errors
from reconciler.specs.models.approval_policy import ApprovalPolicy
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.paths import organization_of

POLICY = "ApprovalPolicy"
GONE = "its folder is gone; nothing of it is touched: an organisation goes by state: retired, with an Approval"
BROKEN_BEFORE = "at the base it could not be used, so what is applied is older: its changes are judged after the merge"


class Tree(Protocol):
    """The specs of a commit, in some folders."""

    @property
    def refused(self) -> Mapping[str, str]:
        """What cannot be taken for a spec, by path, and why."""

    @property
    def folders(self) -> Mapping[str, str]:
        """`specs` and each `orgs/NAME`."""

    def stamps(self) -> Mapping[str, str]:
        """Every spec by its path."""

    def read(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """The contents of specs."""


class Trees(Protocol):
    """Commits, as far as they are asked for."""

    def snapshot(self, commit: str, folders: Sequence[str]) -> Tree:
        """A commit in these folders. Raises Blocked where it cannot be read."""

    def claiming(self, commit: str, organization_id: str) -> Sequence[str]:
        """The organisations whose own document holds this id in the app."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a step is held against beside itself.

    `builtin` is the program's catalogue, `allowed` the hosts that the installation calls, `facts` what a database knows
    where one is read, `others` the open pull requests.
    """

    builtin: Mapping[str, bytes]
    now: datetime
    allowed: Collection[str] = ()
    facts: Facts | None = None
    others: Sequence[Open] = ()


def reviewed(step: Step, trees: Trees, grounds: Grounds) -> Report:
    """The report of one step. Raises Blocked where git cannot be read, DatabaseDown where the database cannot."""
    return _Review(step, trees, grounds).report()


@dataclass(frozen=True, slots=True)
class _Found:
    """One organisation at one commit: its specs, None where there is no folder; and why they cannot be used."""

    specs: OrganizationSpecs | None
    catalog: Catalog
    wrong: tuple[str, ...] = ()

    def side(self, revision: str, now: datetime) -> Side | None:
        """None where there is nothing that can be used."""
        if self.specs is None or self.wrong:
            return None
        day = local_day(self.specs, now)
        assert day is not None, "the zone was checked"
        return Side(self.specs, self.catalog, revision, day)


@dataclass
class _Review:
    """One pass. Organisations are read one at a time."""

    step: Step
    trees: Trees
    grounds: Grounds
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unread: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By the identity of a catalogue, what beside its documents is there and cannot be a spec."""

    def report(self) -> Report:
        shared = self.shared
        organizations = tuple(each for name in self._names() if (each := self._organization(name)) is not None)
        found = Report(
            step=self.step,
            at=self.grounds.now,
            organizations=organizations,
            diagnostics=(*self._of_catalog(), *self.diagnostics),
            rules=tuple(each for kind, name in shared if kind == POLICY for each in needs_of_rules(self.policy, name)),
            shared=tuple(f"{kind}/{name}" for kind, name in shared),
            database=self.grounds.facts is not None,
        )
        others = overlaps(found.objects(), self.grounds.others)
        return replace(found, overlaps=others)

    @cached_property
    def before(self) -> Catalog:
        """What all shared where the step began."""
        return self._catalog(self.step.fork)

    @cached_property
    def after(self) -> Catalog:
        """What all share at the head."""
        changed = any(organization_of(path) is None for path in self.step.files)
        return self._catalog(self.step.head) if changed else self.before

    @cached_property
    def current(self) -> Catalog:
        """What all share where the base is now."""
        moved = any(organization_of(path) is None for path in self.step.meanwhile)
        return self._catalog(self.step.base) if moved else self.before

    def _current(self, names: Collection[str]) -> Actual | None:
        """An organisation where the base is now; None where that is where the step began, or cannot be used: whoever is
        no longer of its people approves nothing of it.
        """
        if not any(organization_of(path) in names for path in self.step.meanwhile):
            return None
        found = (self._found(self.step.base, each, self.current) for each in sorted(names))
        sides = [side for each in found if (side := each.side(self.step.base, self.grounds.now)) is not None]
        return base_of(sides[0].desired) if sides else None

    @cached_property
    def policy(self) -> ApprovalPolicy:
        """The rules that judge: those in force where a database says so, else those of the base."""
        if self.grounds.facts is not None:
            return self.grounds.facts.rules()
        found = self.current.of(ApprovalPolicy)
        own = found or read_catalog({}, self.grounds.builtin).of(ApprovalPolicy)
        return next(iter(own.values())).spec

    @cached_property
    def shared(self) -> list[tuple[str, str]]:
        """The shared documents that are another, by kind and name."""
        if self.after is self.before:
            return []
        old, new = self.before.documents, self.after.documents
        keys = sorted({*old, *new, *self.before.broken, *self.after.broken})
        return [key for key in keys if key not in old or key not in new or old[key].spec != new[key].spec]

    def _names(self) -> list[str]:
        """The organisations to look at: those whose files differ, and all where a definition does."""
        names = {name for path in self.step.files if (name := organization_of(path))}
        if any(kind != POLICY for kind, _ in self.shared) or self.unread[id(self.after)]:
            folders = self.trees.snapshot(self.step.head, ["orgs"]).folders
            names |= {path.removeprefix("orgs/") for path in folders if path.startswith("orgs/")}
        return sorted(names)

    def _organization(self, name: str) -> Reviewed | None:
        """None where nothing of it is another."""
        head = self._found(self.step.head, name, self.after)
        if head.specs is None:
            return None if name in self._earlier else Reviewed(name, name, unusable=(GONE,))
        document = head.specs.organization
        title = document.spec.title if document else name
        old = (document.metadata.renamed_from if document else None) or name
        base = self._found(self.step.fork, old, self.before)
        base = self._found(self.step.fork, name, self.before) if base.specs is None and old != name else base
        self._remember(base, head)
        if head.wrong:
            documents = list(_documents(head))
            return Reviewed(name, title, unusable=tuple(labelled(each, documents) for each in head.wrong))
        if base.wrong:
            return Reviewed(name, title, later=BROKEN_BEFORE)
        before, after = (each.side(self._commit(each is head), self.grounds.now) for each in (base, head))
        assert after is not None, "nothing is wrong"
        judges = Judges(self.policy, self._current({old, name}))
        found = weighed(before, after, judges, self.grounds.now, self.grounds.facts)
        return found if found.said or self._touches(name) else None

    def _commit(self, head: bool) -> str:  # noqa: FBT001 - which of two
        return self.step.head if head else self.step.fork

    def _touches(self, name: str) -> bool:
        return any(organization_of(path) == name for path in self.step.files)

    @cached_property
    def _earlier(self) -> set[str]:
        """The names that organisations of the step say they had; asked where a folder is gone."""
        names = {name for path in self.step.files if (name := organization_of(path))}
        tree = self.trees.snapshot(self.step.head, [f"orgs/{name}" for name in sorted(names)])
        folders: dict[str, list[str]] = {name: [] for name in names}
        for path in tree.stamps():
            folders[organization_of(path) or ""].append(path)
        found = (read_organization(name, tree.read(paths)).organization for name, paths in sorted(folders.items()))
        return {each.metadata.renamed_from for each in found if each is not None and each.metadata.renamed_from}

    def _found(self, commit: str, name: str, catalog: Catalog) -> _Found:
        tree = self.trees.snapshot(commit, [f"orgs/{name}"])
        paths = list(tree.stamps())
        refused = _refused(tree)
        if not paths and not refused:
            return _Found(None, catalog)
        refused += self.unread.get(id(catalog), ())
        specs = read_organization(name, tree.read(paths))
        document = specs.organization
        rivals = self._rivals(commit, str(document.spec.id), name) if document and commit == self.step.head else {}
        check_organizations(Specs(catalog, {name: specs}, rivals), self.grounds.now, self.grounds.allowed)
        found = [*errors(catalog.diagnostics), *errors(specs.diagnostics)]
        # What cannot be read at all is why others miss it: it comes first.
        wrong = [str(each) for each in sorted(found, key=lambda each: not each.id.startswith("yaml-"))]
        return _Found(specs, catalog, (*refused, *wrong))

    def _rivals(self, commit: str, organization_id: str, name: str) -> dict[str, Sequence[str]]:
        """Others who claim the same id; asked only where the document with the id is part of the step."""
        if not any(path.startswith(f"orgs/{name}/") and path.endswith("organization.yaml") for path in self.step.files):
            return {}
        others = [each for each in self.trees.claiming(commit, organization_id) if each != name]
        return {organization_id: others} if others else {}

    def _catalog(self, commit: str) -> Catalog:
        tree = self.trees.snapshot(commit, ["specs"])
        found = read_catalog(tree.read(list(tree.stamps())), self.grounds.builtin)
        check_catalog(found)
        self.unread[id(found)] = _refused(tree)
        return found

    def _remember(self, base: _Found, head: _Found) -> None:
        """Errors of the head, and what else was not remarked before."""
        known = {_about(each) for each in base.specs.diagnostics} if base.specs else set()
        assert head.specs is not None
        documents = list(_documents(head))
        found = _new(head.specs.diagnostics, known)
        self.diagnostics += [replace(each, message=labelled(each.message, documents)) for each in found]

    def _of_catalog(self) -> Iterator[Diagnostic]:
        if self.after is not self.before:
            yield from _new(self.after.diagnostics, {_about(each) for each in self.before.diagnostics})


def _refused(tree: Tree) -> tuple[str, ...]:
    """Unread is not empty: what cannot be a spec stands in the way of what it belongs to."""
    return tuple(f"{path}: {why}" for path, why in sorted(tree.refused.items()))


def _documents(found: _Found) -> Iterator[DocumentType]:
    """Those of the systems that an organisation exports to, so far as they can be read."""
    assert found.specs is not None
    types = found.catalog.types
    for each in found.specs.of(Integration).values():
        if each.spec.type in types:
            yield from types[each.spec.type].spec.documents.values()


def _new(found: Sequence[Diagnostic], known: Collection[tuple[str, str, str]]) -> list[Diagnostic]:
    return [each for each in found if each.severity == "error" or _about(each) not in known]


def _about(found: Diagnostic) -> tuple[str, str, str]:
    """A finding without its line."""
    return found.id, found.origin.file, found.message
