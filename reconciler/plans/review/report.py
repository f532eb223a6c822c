"""The report of a review, as one value. Every form of it is a reader."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.plans.guard import Refused
from reconciler.plans.review.change_words import Said
from reconciler.plans.review.effects import Effect
from reconciler.specs.diagnostic import Diagnostic, errors


@dataclass(frozen=True, slots=True)
class Step:
    """What is reviewed: `head` since `fork`, where it left `base`; all three full ids of commits.

    `names` are base and head as they were asked for. `files` are the paths below orgs/ and specs/ that differ.
    `meanwhile` are those that the base has changed since, in `ahead` commits.
    """

    base: str
    fork: str
    head: str
    names: tuple[str, str]
    files: tuple[str, ...] = ()
    meanwhile: tuple[str, ...] = ()
    ahead: int = 0

    @property
    def twice(self) -> list[str]:
        """Files that both sides have changed."""
        other = set(self.meanwhile)
        return [each for each in self.files if each in other]


@dataclass(frozen=True, slots=True)
class Need:
    """Whose yes is needed: how many of which roles by which rule, about what; `able` are accounts that have them."""

    rule: str
    approvals: int
    roles: tuple[str, ...]
    objects: tuple[str, ...]
    able: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """An open pull request that touches the same objects."""

    title: str
    url: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One organisation. `unusable` says why nothing of it can be known; then the rest is empty.

    `digest` is the intent's, which approvals bind to. `allowed` are the rules of guards that its Approval documents
    allow, each with the object. `uncounted` are categories of which no real record was counted, with a database.
    `later` says why it can be used, and yet not be judged here.
    """

    name: str
    title: str
    new: bool = False
    digest: str = ""
    said: tuple[Said, ...] = ()
    unchanged: int = 0
    effects: tuple[Effect, ...] = ()
    refused: tuple[Refused, ...] = ()
    allowed: tuple[tuple[str, str], ...] = ()
    needs: tuple[Need, ...] = ()
    unusable: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    later: str = ""

    @property
    def titles(self) -> list[str]:
        """The objects that change, and the names that they had."""
        renamed = [f"{each.kind}/{each.was}" for each in self.said if each.was]
        return [*(each.title for each in self.said), *renamed]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole review at an instant. `database` says whether real records were counted.

    `rules` is what is said where the approval rules themselves are another. `overlaps` are by organisation;
    `uncompared` other open pull requests were not looked at, or could not be.
    """

    step: Step
    at: datetime
    organizations: tuple[Reviewed, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    rules: tuple[Need, ...] = ()
    shared: tuple[str, ...] = ()
    database: bool = False
    overlaps: Mapping[str, Sequence[Overlap]] | None = None
    uncompared: int = 0

    @property
    def invalid(self) -> bool:
        """Whether the head cannot be used as it is."""
        return bool(errors(self.diagnostics)) or any(each.unusable for each in self.organizations)

    @property
    def refused(self) -> bool:
        """Whether a guard stands in the way of an organisation."""
        return any(each.refused for each in self.organizations)

    @property
    def touched(self) -> list[Reviewed]:
        """The organisations of which anything is another, or that cannot be read."""
        return [each for each in self.organizations if each.said or each.unusable or each.later]

    def objects(self) -> dict[str, list[str]]:
        """The objects that change, by organisation: what other proposals are compared with."""
        return {each.name: each.titles for each in self.touched}


@dataclass(frozen=True, slots=True)
class Open:
    """An open pull request, and the objects that it changes, by organisation."""

    title: str
    url: str
    objects: Mapping[str, Collection[str]]


def overlaps(mine: Mapping[str, Collection[str]], others: Sequence[Open]) -> dict[str, list[Overlap]]:
    """Other pull requests that touch one of my objects, by organisation; nothing where none does."""
    found: dict[str, list[Overlap]] = {}
    for name, objects in sorted(mine.items()):
        for each in others:
            if both := sorted({*objects} & {*each.objects.get(name, ())}):
                found.setdefault(name, []).append(Overlap(each.title, each.url, tuple(both)))
    return found
