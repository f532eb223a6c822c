"""What is told of a proposal in a line: the commit status `reconciler/review`, and whether it merges by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.controller.proposed import Proposed
from reconciler.plans.judgement import Judgement
from reconciler.plans.judgement_words import markdown, plain
from reconciler.runs.host import PRODUCT, State, Status
from reconciler.runs.pull_requests import OpenPullRequest

REVIEW, UNNAMED = "review", "local"
OFF = "approval is off here: what is merged is applied, and the host's rules decide"
FORK = "it comes from another repository, and nothing of it is looked at: push its branch to this one"


@dataclass(frozen=True, slots=True)
class Looked:
    """A proposal, what it asks for (None where nothing of it is read), and what came of it. `judges`: whether approval
    is required here. `unread` says why its reviews could not be read; empty where they were. `merges` is off where
    nothing is merged by itself.
    """

    pull: OpenPullRequest
    found: Proposed | None
    judgements: tuple[Judgement, ...]
    judges: bool
    unread: str = ""
    merges: bool = True

    @property
    def privileged(self) -> bool:
        """Whether anything may be looked up for it that not everybody may see: records, and what was sent."""
        return bool(self.judgements) and not self.pull.fork and all(each.admitted for each in self.judgements)

    @property
    def automatic(self) -> bool:
        """Whether it is merged by itself, as far as rules, people and git say: the branch was not moved since."""
        found = self.found
        if found is None or not (self.judges and self.merges) or self.unread or self.pull.draft or self.pull.fork:
            return False
        current = found.fork == found.base != found.head
        whole = not found.unusable and not found.more and bool(self.judgements)
        return current and whole and all(each.automatic for each in self.judgements)


def review_context(installation: str) -> str:
    """The status's name: `reconciler/review`, with the name of the installation after it where it has one, for two of
    them may judge one repository.
    """
    return "/".join([PRODUCT, REVIEW, *([installation] if installation != UNNAMED else [])])


def outcome(looked: Looked, refused: str = "") -> tuple[State, str]:
    """The status: the gravest of all organisations first. `refused` says why the host did not merge it."""
    found = looked.found
    if found is None:
        return "failure", FORK
    if not found.fork:
        return "failure", found.more[0]
    states = [*_unusable(found), *(_of_one(each) for each in looked.judgements if looked.judges)]
    if looked.unread and looked.judges:
        states.append(("pending", f"its reviews cannot be read: {looked.unread}"))
    for state in ("failure", "pending"):
        told = [said for each, said in states if each == state]
        if told:
            return state, f"{told[0]}{f' (and {len(told) - 1} more)' if len(told) > 1 else ''}"
    return "success", _good(looked, refused)


def unlooked(installation: str, pull: OpenPullRequest, why: str) -> Status:
    """The status where nothing can be said: what stood there before may be so no more."""
    return Status(review_context(installation), "error", f"it cannot be looked at: {why}", pull.url)


def comment(looked: Looked) -> str:
    """The comment at a pull request: who must say yes, and to what."""
    _, said = outcome(looked)
    found = looked.found
    parts = ["## Where it stands", f"**{plain(said)}**"]
    if found is not None:
        broken = [f"- {name}: {plain(why)}" for name, told in found.unusable.items() for why in told[:5]]
        parts += ["\n".join(["### cannot be used as it is", "", *broken])] if broken else []
        parts += [markdown(each) for each in looked.judgements]
    return "\n\n".join(parts)


def _unusable(found: Proposed) -> Iterator[tuple[State, str]]:
    for name, told in found.unusable.items():
        yield "failure", f"{name}: {told[0]}"


def _of_one(found: Judgement) -> tuple[State, str]:
    name = found.intent.organization
    match found.state:
        case "held":
            return "failure", f"{name}: {found.texts[0]}"
        case "waiting":
            return "pending", f"{name}: {'; '.join(found.texts)}"
        case "approved":
            return "success", f"{name}: approved"


def _good(looked: Looked, refused: str) -> str:
    if not looked.judges:
        return OFF
    if refused:
        return f"approved; the host does not merge it by itself: {refused}"
    names = [each.intent.organization for each in looked.judgements if each.asked.needs]
    if not names:
        return "; ".join(looked.found.more) if looked.found and looked.found.more else "nothing of it needs a yes"
    said = f"approved: {', '.join(names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}"
    if looked.automatic:
        return f"{said}; merged by itself when all checks are green"
    moved = looked.merges and looked.found is not None and looked.found.fork != looked.found.base
    if moved and not any(each.by_hand for each in looked.judgements):
        return f"{said}; not merged by itself, for the branch has moved on"
    return said
