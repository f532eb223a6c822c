"""`reconciler approve --all`: one word to one commit, for every organisation whose way there waits.

For whoever keeps the platform: after a rebuild, and when many organisations begin at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.context import Context, counted
from reconciler.cli.sure import sure
from reconciler.errors import PlanRefused, UsageError

if TYPE_CHECKING:
    from reconciler.cli.intents import Repository
    from reconciler.engine.approval import Judged
    from reconciler.plans.approval import Voice


@dataclass(frozen=True, slots=True)
class Waiting:
    """A way that waits, what would be said to it, and what would still be missing after that."""

    found: "Judged"
    voice: "Voice"
    left: tuple[str, ...]

    @property
    def name(self) -> str:
        """The organisation."""
        return self.voice.organization

    @property
    def heard(self) -> bool:
        """Whether who speaks has a role in it."""
        return bool(self.found.asked.roles(self.voice))

    @property
    def said(self) -> bool:
        """Whether the same account has said yes already, and it still counts."""
        last = [each for each in self.found.voices if each.who == self.voice.who and each.word != "author"][-1:]
        return any(each.word == "approve" and not each.spent for each in last)


def approve_all(context: Context, root: Path, revision: str, reason: str, *, as_platform: bool, yes: bool) -> int:
    """List what waits, ask once, and say yes to each. Killed in the middle, it is given again: what was said stands.

    Raises UsageError without a commit, PlanRefused where who asks is heard in none of the organisations.
    """
    if not revision:
        hint = "name the commit that is followed, --revision HEAD: the yes is to exactly that"
        raise UsageError("--all without --revision", hint)
    from reconciler.cli.intents import at_commit
    from reconciler.engine.approval import check_voice

    found = at_commit(context, root, revision)
    waiting = _waiting(context, found, reason, as_platform=as_platform)
    fresh = [each for each in waiting if each.heard and not each.said]
    if fresh:
        check_voice(fresh[0].voice)
    if waiting and not any(each.heard for each in waiting):
        hint = "RECONCILER_ACTOR names who speaks; --as-platform speaks for the platform; reconciler approvals who may"
        raise PlanRefused(f"{context.world.actor} has no role in {waiting[0].name} and the others that wait", hint)
    if not context.json:
        _show(context, waiting, fresh, found)
    if fresh and sure(yes=yes, word="approve", what=counted(len(fresh), "organisation")):
        _say(context, fresh)
    else:
        fresh = []
    if context.json:
        context.data({"said": [_data(each) for each in fresh], "unusable": _unusable(found)})
    return 0


def _waiting(context: Context, found: "Repository", reason: str, *, as_platform: bool) -> list[Waiting]:
    from reconciler.cli.intents import reviews
    from reconciler.plans.approval import Voice, judge

    now, actor, waiting = context.world.clock.now(), context.world.actor, []
    for whole in (each.whole for each in reviews(context, found) if not each.approved):
        step = whole.intent
        voice = Voice(
            step.organization, step.organization_id, step.digest, actor, "approve", "cli", step.revision,
            reason.strip(), now, as_platform,
        )  # fmt: skip
        held = [f"held by {each.account}: {each.reason}" for each in whole.verdict.held if each.who != voice.who]
        after = judge(whole.asked, [*whole.voices, voice])
        waiting.append(Waiting(whole, voice, tuple(dict.fromkeys([*held, *after.texts]))))
    return waiting


def _show(context: Context, waiting: Sequence[Waiting], fresh: Sequence[Waiting], found: "Repository") -> None:
    if not waiting:
        context.say("nothing waits for approval.")
    if fresh:
        headings = ["organisation", "here", "changes", "intent", "missing after this"]
        context.table(headings, [_row(each) for each in fresh], right=["changes"])
        context.say(f"all of them to {fresh[0].voice.revision[:10]}; reconciler plan shows every change")
    if said := [each.name for each in waiting if each.heard and each.said]:
        context.say(f"{context.world.actor} has said so already, and somebody else has to: {', '.join(said)}", "yellow")
    if deaf := [each.name for each in waiting if not each.heard]:
        context.say(f"not yours to approve, and left as they are: {', '.join(deaf)}", "yellow")
    if unusable := _unusable(found):
        context.say(f"not judged, for it cannot be used: {', '.join(unusable)} (reconciler validate)", "yellow")


def _row(each: Waiting) -> list[str]:
    step = each.found.intent
    known = "new" if step.new else "known"
    return [each.name, known, str(len(step.changes)), step.digest[:12], "; ".join(each.left) or "nothing"]


def _unusable(found: "Repository") -> list[str]:
    from reconciler.plans.plan import Unusable

    return [each.organization for each in found.plans if isinstance(each, Unusable)]


def _say(context: Context, fresh: Sequence[Waiting]) -> None:
    from reconciler.engine.approval import speak

    for each in fresh:
        speak(context.world, each.voice)
    if context.json:
        return
    left = [each.name for each in fresh if each.left]
    if whole := len(fresh) - len(left):
        context.say(f"approved: {counted(whole, 'organisation')}; each is applied as soon as it is seen", "green")
    if left:
        context.say(
            f"noted, and {counted(len(left), 'organisation')} left waiting for others, as the list says", "yellow"
        )
        context.say("next: whoever is missing gives the same command, with RECONCILER_ACTOR naming them")


def _data(each: Waiting) -> dict[str, object]:
    said = {"organization": each.name, "approved": not each.left, "missing": list(each.left)}
    return said | each.voice.data()
