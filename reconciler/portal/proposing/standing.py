"""Where a change stands on its way to being live: from git, from what people said, and from the controller's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.controller.proposed import Applied, judged
from reconciler.controller.proposed import Proposed as AtGit
from reconciler.database.portal_proposals import ProposalTable
from reconciler.engine.world import World
from reconciler.plans.judgement import Judgement
from reconciler.portal.proposing.copy import Copy
from reconciler.portal.proposing.proposing import conflicts
from reconciler.portal.visiting import Visit
from reconciler.runs.draft import Draft

Word = Literal[
    "open", "dropped", "conflict", "unusable", "waiting", "held", "approved", "closed", "merged", "refused", "live"
]
"""`merged` is on the followed branch and not applied yet; `refused` is there and is not applied as it is; `live` was
applied; `closed` was taken away, and never merged.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """The commit that was proposed, and the whole files of the organisation that it changes; None for one that goes."""

    head: str
    files: Mapping[str, str | None]

    def is_in(self, copy: Copy, organization: str, commit: str) -> bool:
        """Whether a commit holds it, however it was merged: on top of it, or with its files as they stand here."""
        if copy.within(self.head, commit):
            return True
        there = copy.files(organization, commit)
        return all((each is None and path not in there) or (each is not None and there.get(path) == each.encode())
                   for path, each in self.files.items())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """`judgements` are those of a proposal that is not merged; `why` says of an organisation what is wrong with it, or
    which files somebody else has changed.
    """

    word: Word
    judgements: tuple[Judgement, ...] = ()
    why: tuple[str, ...] = ()


def standing(visit: Visit, copy: Copy, draft: Draft) -> Standing:
    """Raises Blocked where git cannot be read."""
    world, organization = visit.parts.world(), visit.organization.name
    if draft.state == "dropped":
        return Standing("dropped")
    head = followed(copy, world, organization)
    if draft.proposed is None:
        there = conflicts(copy, draft, head)
        return Standing("conflict", (), tuple(there)) if there else Standing("open")
    change = Change(draft.proposed.head, draft.files)
    if change.is_in(copy, organization, head):
        return merged(copy, world, organization, change)
    found = at_git(copy, world, draft, head)
    both = copy.changed(found.fork, head) & set(draft.files) if found.fork else ()
    return weighed(found, world, deciding(visit), sorted(both))


def followed(copy: Copy, world: World, organization: str) -> str:
    """The followed commit, not older than the one that a controller looked at last for the organisation: what its page
    hears of has happened by then. Raises Blocked as `Copy.head`.
    """
    condition = world.conditions.conditions().get(organization)
    return copy.head(seen=condition.attempted if condition else "")


def deciding(visit: Visit) -> Applied:
    """Whose word counts: as it is applied, read without the ledger."""
    return ProposalTable(visit.parts.tables, visit.organization.id).deciding


def weighed(found: AtGit, world: World, applied: Applied, both: Sequence[str] = ()) -> Standing:
    """A proposal that is not merged, by the people and rules that are `applied`; `both` are files of it that somebody
    else has changed since, which git cannot put together by itself.
    """
    if found.unusable:
        return Standing("unusable", (), tuple(said for each in found.unusable.values() for said in each))
    judgements = tuple(judged(found, world.voices, applied))
    if both:
        return Standing("conflict", judgements, tuple(both))
    words: tuple[Word, ...] = ("held", "waiting", "approved")
    return Standing(
        next((each for each in words if any(one.state == each for one in judgements)), "waiting"), judgements
    )


def at_git(copy: Copy, world: World, draft: Draft, head: str) -> AtGit:
    """A proposal against the followed head; it is fetched where another process has made it."""
    assert draft.proposed is not None, "a proposal has a branch"
    mirror = copy.mirror()
    if not mirror.holds(draft.proposed.head):
        mirror.bring(draft.proposed.branch, str(draft.proposed.number or int(draft.proposed.head[:8], 16)))
    return copy.read(head, draft.proposed.head, world.clock.now())


def merged(copy: Copy, world: World, organization: str, change: Change) -> Standing:
    """Live once the commit that was applied last holds it; refused where the one that was looked at last does."""
    condition = world.conditions.conditions().get(organization)
    if condition is None:
        return Standing("merged")

    def in_it(commit: str) -> bool:
        return bool(commit) and copy.mirror().holds(commit) and change.is_in(copy, organization, commit)

    if in_it(condition.applied):
        return Standing("live")
    if condition.word != "Ready" and in_it(condition.attempted):
        return Standing("refused" if condition.word == "Stalled" else "merged", (), (condition.message,))
    return Standing("merged")
