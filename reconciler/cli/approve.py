"""`reconciler approve`: a yes, or a no, to what git asks for and the database does not hold yet."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from reconciler.cli.context import Context, counted, format_option, root_option
from reconciler.cli.plan import say
from reconciler.cli.sure import sure
from reconciler.errors import PlanRefused, UsageError

if TYPE_CHECKING:
    from reconciler.engine.approval import Judged
    from reconciler.plans.approval import Verdict, Voice

Said = Literal["approve", "refuse", "withdraw"]


@click.command("approve")
@click.argument("organization", metavar="[ORGANISATION]", default="")
@click.option(
    "--revision", default="", help="The commit of a proposal, or one that is merged; all that waits if left out."
)
@click.option(
    "--intent", "digest", default="", metavar="DIGEST", help="The step with this digest (eight digits or more)."
)
@click.option(
    "--all", "everyone", is_flag=True, help="Every organisation whose way to --revision waits, listed first, in one go."
)
@click.option("--rules", is_flag=True, help="Not an organisation: put the approval rules of HEAD in force.")
@click.option("--refuse", is_flag=True, help="Say no: nothing of it is applied until you approve it.")
@click.option(
    "--withdraw", is_flag=True, help="Take back what you said last: a yes counts no more, a no holds no more."
)
@click.option("--as-platform", is_flag=True, help="Speak for the platform, where the rules name no accounts for it.")
@click.option(
    "--reason", required=True, help="Why, in at least ten characters; `approvals` and the audit trail show it."
)
@click.option("--yes", is_flag=True, help="Do not ask again.")
@root_option
@format_option
@click.pass_obj
def command(
    context: Context, *, organization: str, revision: str, digest: str, everyone: bool, rules: bool, refuse: bool,
    withdraw: bool, as_platform: bool, reason: str, yes: bool, root: Path, form: str,
) -> int:  # fmt: skip
    """Say yes to a change of an organisation's configuration, after looking at it.

    The yes holds for exactly these changes, however they are merged. Who wrote a change cannot approve it.
    """
    context.formatted(form)
    if rules:
        return _rules(context, root, reason, yes=yes)
    if everyone:
        if organization or digest or refuse or withdraw:
            raise UsageError("--all is about every organisation, and a yes", "leave the rest out, or leave --all out")
        from reconciler.cli.approve_all import approve_all

        return approve_all(context, root, revision, reason, as_platform=as_platform, yes=yes)
    if not organization:
        raise UsageError("no organisation is named", "reconciler approvals lists what waits; --rules is for the rules")
    if revision and digest:
        raise UsageError("--revision and --intent name one step each", "give one of them")
    if refuse and withdraw:
        raise UsageError("--refuse says no, and --withdraw says nothing any more", "give one of them")
    from reconciler.cli.intents import chosen

    found = chosen(context, root, organization, revision, digest)
    if found is None:
        return _nothing(context, organization)
    word: Said = "refuse" if refuse else "withdraw" if withdraw else "approve"
    return _speak(context, found, _voice(context, found, word, reason, as_platform), yes=yes)


def _nothing(context: Context, organization: str) -> int:
    if context.json:
        context.data({"organization": organization, "approved": True, "missing": []})
    else:
        context.say(f"nothing of {organization} waits for approval; --revision names the commit of a proposal")
    return 0


def _voice(context: Context, found: "Judged", word: Said, reason: str, as_platform: bool) -> "Voice":  # noqa: FBT001
    from reconciler.plans.approval import Voice

    step, world = found.intent, context.world
    return Voice(
        step.organization, step.organization_id, step.digest, world.actor, word, "cli", step.revision, reason.strip(),
        world.clock.now(), as_platform,
    )  # fmt: skip


def _speak(context: Context, found: "Judged", voice: "Voice", *, yes: bool) -> int:
    """Show what it is about, ask, write it down, and say what is missing after it."""
    from reconciler.engine.approval import check_voice, speak
    from reconciler.plans.approval import judge

    check_voice(voice)
    after = judge(found.asked, [*found.voices, voice])
    if not context.json:
        show(context, found)
    if not found.asked.roles(voice):
        hint = "RECONCILER_ACTOR names who speaks; reconciler approvals who may"
        raise PlanRefused(f"{voice.account} has no role in {voice.organization} as it is applied", hint)
    if not sure(yes=yes, word=voice.word):
        return 0
    speak(context.world, voice)
    if context.json:
        context.data(
            {
                "organization": voice.organization,
                "approved": after.approved,
                "missing": list(after.missing),
                "held": [each.data() for each in after.held],
                "own": list(after.own),
                **voice.data(),
            }
        )
    else:
        _told(context, voice, after)
    return 0


def show(context: Context, found: "Judged") -> None:
    """A step: its changes, the rules that they have to satisfy, and what was said."""
    from reconciler.plans.text import changed

    step = found.intent
    context.say(f"{step.organization}  to {step.revision[:10]}, intent {step.digest[:12]}", "bold")
    for line in changed(step.changes):
        say(context, line)
    if not step.changes:
        context.say("  changes nothing")
    for need in found.asked.needs:
        context.say(f"  needs {need.text}", "dim")
    for each in found.voices:
        context.say(f"  {PAST[each.word]} {each.account}: {each.reason}{' (used up)' if each.spent else ''}")


PAST = {"author": "written by", "approve": "approved by", "refuse": "refused by", "withdraw": "taken back by"}


def _told(context: Context, voice: "Voice", after: "Verdict") -> None:
    if voice.word == "withdraw":
        context.say("taken back: neither a yes nor a no of yours counts", "yellow")
    if voice.word == "refuse":
        context.say(
            f"refused: nothing of it is applied until {voice.account} approves it, or takes it back (--withdraw)",
            "yellow",
        )
        return
    if voice.account in after.own:
        context.say(
            f"noted, and it does not count: {voice.account} wrote it, and somebody else has to approve", "yellow"
        )
    if after.approved:
        context.say("approved: it is applied as soon as it is merged and seen", "green")
        return
    context.say("noted; still missing:", "yellow")
    for text in after.texts:
        context.say(f"  {text}")


def _rules(context: Context, root: Path, reason: str, *, yes: bool) -> int:
    from reconciler.cli.intents import opened, rules_in_git
    from reconciler.engine.approval import accept_rules
    from reconciler.plans.change import differences

    wanted = rules_in_git(opened(context, root))
    before = context.world.voices.rules().plain()
    moved = list(differences(before, dict(wanted.body)))
    if not context.json:
        context.say(f"{wanted.kind} {wanted.name}: {counted(len(moved), 'difference')} to the rules in force", "bold")
        for each in moved:
            context.say(f"  {each.path}: {each.before} -> {each.after}")
    if not moved or not sure(yes=yes, word="approve"):
        return 0
    accept_rules(context.world, wanted, reason.strip())
    if context.json:
        context.data({"rules": wanted.digest, "differences": [each.path for each in moved]})
    else:
        context.say("in force from now on: every step that is judged, is judged by these", "green")
    return 0
