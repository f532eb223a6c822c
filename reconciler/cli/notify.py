"""`reconciler notify`: tell an organisation's channels what has changed, try one, or show what was told."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, counted, format_option
from reconciler.errors import UsageError
from reconciler.runs.moments import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.engine.notifying import Notifier
    from reconciler.runs.notification import Listed, Noticed, Sent

FAILED = 5
SHOWN = 50
"""Messages that are listed."""
STAGES = {
    "waiting": "to be told",
    "sending": "being told",
    "told": "told",
    "superseded": "overtaken by a newer one",
    "given_up": "given up",
}
STYLES = {"red": "bold red", "yellow": "yellow", "fine": "green"}


@click.command("notify")
@click.argument("organization", metavar="ORGANISATION")
@click.option("--test", "channel", metavar="CHANNEL", help="Send a message that says nothing, to see that it arrives.")
@click.option("--list", "listing", is_flag=True, help="What was told, the newest first; nothing is sent.")
@format_option
@click.pass_obj
def command(context: Context, *, organization: str, channel: str | None, listing: bool, form: str) -> int:
    """Tell an organisation's channels what has changed since the last time, each change once.

    The controller does this by itself. Exit code 5 where somebody could not be told: it is tried again.
    """
    from reconciler.wiring import notifier

    context.formatted(form)
    if channel is not None and listing:
        raise UsageError("--test sends and --list only looks", "one of the two")
    world = context.world
    by = notifier(context.settings, world.clock)
    if listing:
        return _list(context, by, organization)
    from reconciler.engine.notifying import notify, try_channel

    if channel is not None:
        return _tried(context, organization, [try_channel(world, by, organization, channel)])
    seen = _seen(context, by, organization)
    sent = notify(world, by, organization, world.clock.now())
    if not sent and not context.json:
        _quiet(context, by, organization, seen)
        return 0
    return _tried(context, organization, sent)


def _quiet(context: Context, by: "Notifier", organization: str, seen: "Noticed") -> None:
    """Nothing was due: because nobody is told, because nothing is new, or because somebody could not be told yet."""
    waiting = [each for each in by.table.listed(seen.organization_id, SHOWN) if each.stage in ("waiting", "sending")]
    if not seen.channels:
        _nobody(context, organization)
    elif waiting:
        first = min(each.next_attempt_at for each in waiting)
        what = counted(len(waiting), "message")
        context.say(f"{organization}: {what} could not be told yet, tried again at {local(first, seen.zone)}", "yellow")
        context.say(f"  why: reconciler notify {organization} --list")
    else:
        context.say(f"{organization}: nothing has changed that was not told already")


def _seen(context: Context, by: "Notifier", organization: str) -> "Noticed":
    seen = by.table.look(organization, "", context.world.clock.now())
    if seen is None:
        raise UsageError(f"the organisation '{organization}' is not applied", "reconciler status shows those that are")
    return seen


def _tried(context: Context, organization: str, sent: "Sequence[Sent]") -> int:
    code = 0 if all(each.ok for each in sent) else FAILED
    if context.json:
        context.data({"organization": organization, "told": [asdict(each) for each in sent]})
        return code
    for each in sent:
        what = "a test message" if each.matter == "test" else f"{each.matter} is {each.level}"
        if each.ok:
            context.say(f"{each.channel}: told ({what})", "green")
            if each.problem:
                context.say(f"  {each.problem}", "yellow")
        else:
            context.say(f"{each.channel}: not told ({what}): {each.problem}", "bold red")
    if code and any(each.matter != "test" for each in sent):
        context.say(
            f"  it is tried again by itself; the address: reconciler credentials set {organization} channel/CHANNEL"
        )
    return code


def _nobody(context: Context, organization: str) -> None:
    context.say(f"{organization} has no channel: nobody is told when something breaks")
    context.say(f"next: in orgs/{organization}/organization.yaml, below spec:")
    context.say("        notifications:")
    context.say("          - {channel: accountants, by: mail}")
    context.say(f"      apply it, then: reconciler credentials set {organization} channel/accountants")


def _list(context: Context, by: "Notifier", organization: str) -> int:
    seen = _seen(context, by, organization)
    found = by.table.listed(seen.organization_id, SHOWN)
    if context.json:
        context.data({"organization": organization, "notifications": [_data(each) for each in found]})
    elif found:
        columns = ["Noticed", "Channel", "Matter", "State", "Why", "Told"]
        context.table(columns, [_row(each, seen.zone) for each in found])
        if len(found) == SHOWN:
            context.say(f"the newest {SHOWN}; the table reconciler.notifications has all")
    elif seen.channels:
        names = ", ".join(f"{each.name} by {each.by}" for each in seen.channels)
        context.say(f"nothing was told yet; it would be told to {names}")
        context.say(f"next: reconciler notify {organization} --test {seen.channels[0].name}")
    else:
        _nobody(context, organization)
    return 0


def _data(each: "Listed") -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(each).items()}


def _row(each: "Listed", zone: str) -> list[object]:
    from rich.text import Text

    state = Text(each.level, style=STYLES[each.level])
    stage = STAGES[each.stage]
    if each.stage == "waiting":
        stage += f"\n{local(each.next_attempt_at, zone)}" if each.attempt else "\nnot tried yet"
    elif each.ended_at:
        stage += f"\n{local(each.ended_at, zone)}"
    if each.attempt > 1:
        stage += f"\n{counted(each.attempt, 'attempt')}"
    if each.problem:
        stage += f"\n{each.problem}"
    return [local(each.noticed_at, zone), each.channel, each.matter, state, each.reason, stage]
