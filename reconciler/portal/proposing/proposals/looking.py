"""One open proposal, or one that was: as far as it is about the organisation that is visited, and no further."""

from dataclasses import dataclass, replace

from reconciler.controller.proposed import Proposed
from reconciler.plans.judgement import Judgement
from reconciler.portal.proposing.pulls import Pulls, names
from reconciler.portal.proposing.standing import Change, Standing, deciding, followed, merged, weighed
from reconciler.portal.refusals import NotThere
from reconciler.portal.visiting import Visit
from reconciler.runs.pull_requests import OpenPullRequest
from reconciler.specs.paths import organization_of

OTHERS = "it is about more than this organisation"


@dataclass(frozen=True, slots=True)
class Looked:
    """`pull` is None for what is open no more. `base` is the commit that it was made on; `whole` says that it is about
    this organisation alone.
    """

    number: int
    pull: OpenPullRequest | None
    base: str
    change: Change
    standing: Standing
    whole: bool

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        return self.standing.judgements

    @property
    def authors(self) -> list[str]:
        """Who is known to have written it."""
        return list(dict.fromkeys(each for one in self.judgements for each in one.authors))

    @property
    def admitted(self) -> bool:
        """Whether records may be counted for it."""
        return bool(self.judgements) and all(each.admitted for each in self.judgements)


def looked(visit: Visit, pull: OpenPullRequest, head: str) -> Looked | None:
    """An open one, against the commit that is followed; None where it is about others alone. Raises Blocked where git
    cannot be read.
    """
    pulls, name = visit.parts.house.pulls, visit.organization.name
    if pulls.copy.within(pull.head, head):
        return _gone(visit, pulls, pull.number)  # it was listed a moment before it was merged
    found = pulls.read(pull, head, visit.now)
    own = _own(found, name)
    if own is None:
        return None
    change = _change(pulls, name, found.fork, pull.head)
    both = pulls.copy.changed(found.fork, head) & change.files.keys() if found.fork else ()
    stands = weighed(own, visit.parts.world(), deciding(visit), sorted(both))
    return Looked(pull.number, pull, found.fork, change, stands, names(found) == [name])


def looked_at(visit: Visit, number: int) -> Looked:
    """One by its number, also when it is open no more, as long as our copy holds it. Raises NotThere, Blocked."""
    pulls = visit.parts.house.pulls
    pull = pulls.open(number)
    if pull is not None:
        found = looked(visit, pull, followed(pulls.copy, visit.parts.world(), visit.organization.name))
    else:
        found = _gone(visit, pulls, number)
    if found is None:
        raise NotThere
    return found


def _own(found: Proposed, name: str) -> Proposed | None:
    """What is asked of one organisation. Of what else it is about only that it is."""
    if name not in names(found):
        return None
    if names(found) == [name]:
        return found
    steps = tuple(each for each in found.steps if each.intent.organization == name)
    unusable = {each: said for each, said in found.unusable.items() if each == name}
    return replace(found, steps=steps, unusable=unusable, more=(OTHERS,))


def _gone(visit: Visit, pulls: Pulls, number: int) -> Looked | None:
    """What was merged, or closed."""
    name, mirror = visit.organization.name, pulls.copy.mirror()
    head, there = pulls.brought(number), followed(pulls.copy, visit.parts.world(), name)
    if not head:
        return None
    fork = mirror.fork(there, head)
    base = mirror.parent(head) if fork == head else fork
    if not base:
        return None
    change = _change(pulls, name, base, head)
    if not change.files:
        return None
    inside = change.is_in(pulls.copy, name, there)
    stands = merged(pulls.copy, visit.parts.world(), name, change) if inside else Standing("closed")
    whole = {organization_of(each) for each in pulls.copy.changed(base, head)} == {name}
    return Looked(number, None, base, change, stands, whole)


def _change(pulls: Pulls, name: str, base: str, head: str) -> Change:
    """The organisation's files that differ, as they stand at the head."""
    if not base:
        return Change(head, {})
    paths = [each for each in pulls.copy.changed(base, head) if organization_of(each) == name]
    there = pulls.copy.files(name, head) if paths else {}
    return Change(head, {each: _text(there.get(each)) for each in paths})


def _text(content: bytes | None) -> str | None:
    return content.decode("utf-8", "replace") if content is not None else None
