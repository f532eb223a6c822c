"""`reconciler chores`: what is done for every organisation at night, when it was done last, and what came of it."""

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.stopping import told_to_stop
from reconciler.errors import TryAgainLater, UsageError
from reconciler.runs.moments import local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from reconciler.runs.chores import Chored, Nights

NAMED = click.argument("organization", required=False, default="", metavar="[ORGANISATION]")


@click.group("chores")
def command() -> None:
    """The comparison and the purge of every night; `scheduler` starts them, each organisation at its own minute."""


@command.command("list")
@NAMED
@format_option
@click.pass_obj
def list_(context: Context, organization: str, form: str) -> int:
    """Show when each chore was done last, what came of it, and when its night begins."""
    from reconciler.engine.chores import NAMES
    from reconciler.schedules.nights import begins

    found, now = _nights(context.formatted(form), organization), context.world.clock.now()
    rows: list[list[str]] = []
    for each in found:
        for name in NAMES:
            done = each.chores.get(name)
            last = f"{local(done.at, each.zone)}: {_outcome(done)}" if done else "never"
            first = begins(each.organization, each.zone, now.date())
            rows.append([each.organization, name, last, f"{local(first, each.zone)[11:]}, every night"])
    if context.json:
        context.data([{"organization": each.organization, "chores": _data(each)} for each in found])
    elif rows:
        context.table(["organisation", "chore", "done last", "begins at"], rows)
    else:
        context.say("Nothing is applied to this database yet.")
        context.say("next: reconciler apply")
    return 0


@command.command("run")
@NAMED
@format_option
@click.pass_obj
def run(context: Context, organization: str, form: str) -> int:
    """Do what was not done yet for tonight: from 02:00 on in the organisation's zone.

    Exit code 0 where each chore has its outcome, a failure too; 75 where one is to be tried again.
    """
    from reconciler.engine.chores import carry_out

    found, world = _nights(context.formatted(form), organization), context.world
    done: list[tuple[str, Chored]] = []
    later: list[TryAgainLater] = []
    with told_to_stop(context.stopping):
        for each in found:
            if (night := _night(context, each)) is None:
                continue
            try:
                done += [(each.organization, chored) for chored in carry_out(world, each, night)]
            except TryAgainLater as error:
                later.append(error)
    if done or not later:
        _show(context, done)
    if later:
        raise later[0]
    return 0


def _nights(context: Context, organization: str) -> "Sequence[Nights]":
    """Raises UsageError where the organisation is not applied."""
    found = context.world.chores.nights(organization)
    if organization and not found:
        raise UsageError(f"the organisation '{organization}' is not applied", "reconciler apply, then try again")
    return found


def _night(context: Context, nights: "Nights") -> "date | None":
    """By hand the organisation's own minute is not waited for, but its night is."""
    from zoneinfo import ZoneInfo

    from reconciler.schedules.nights import FROM_HOUR

    here = context.world.clock.now().astimezone(ZoneInfo(nights.zone))
    return here.date() if here.hour >= FROM_HOUR else None


def _show(context: Context, done: "Sequence[tuple[str, Chored]]") -> None:
    if context.json:
        context.data([{"organization": organization} | chored.data() for organization, chored in done])
    elif done:
        context.table(["organisation", "chore", "outcome"], [[name, each.chore, _outcome(each)] for name, each in done])
    else:
        context.say("nothing to do: tonight's chores are done, or it is not two o'clock yet", "green")


def _outcome(chored: "Chored") -> str:
    return chored.said if chored.state == "done" else f"failed: {chored.said}"


def _data(nights: "Nights") -> dict[str, Any]:
    return {name: chored.data() for name, chored in nights.chores.items()}
