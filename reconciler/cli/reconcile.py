"""`reconciler reconcile`: have the controller look now, and say what it found."""

from datetime import timedelta

import click

from reconciler.cli.context import Context, format_option
from reconciler.errors import TryAgainLater, UsageError
from reconciler.runs.condition import REPOSITORY

POLL_S = 0.25
STYLES = {"Ready": "green", "Reconciling": "yellow", "Stalled": "bold red"}


@click.command("reconcile")
@click.argument("organization", required=False, default="", metavar="[ORGANISATION]")
@click.option("--wait", type=click.IntRange(0), default=60, show_default=True, help="Seconds to wait for the answer.")
@format_option
@click.pass_obj
def command(context: Context, *, organization: str, wait: int, form: str) -> int:
    """Ask the controller to fetch the branch and look at an organisation, or at all of them, now.

    Exit code 0 where it is Ready, 5 where something stands in its way, 75 where no controller has answered yet.
    """
    world = context.formatted(form).world
    known = world.conditions.conditions()
    if organization and organization not in known:
        raise UsageError(f"the controller knows no organisation '{organization}'", f"one of {', '.join(known)}")
    names = [organization] if organization else sorted({REPOSITORY, *known})
    began = world.clock.now()
    with world.points.around("ask_reconcile"):
        ids = [world.conditions.ask_reconcile(each, world.actor, began) for each in names]
    while any(each.handled_at is None for each in world.conditions.asked(ids)):
        if world.clock.now() - began >= timedelta(seconds=wait):
            raise TryAgainLater(
                "no controller has answered yet", "is one running? reconciler status says since when not"
            )
        world.clock.wait(POLL_S)
    found = [each for name, each in sorted(world.conditions.conditions().items()) if name in names]
    if context.json:
        context.data([each.data() for each in found])
    else:
        for each in found:
            name = each.organization or "the repository"
            context.say(f"{name}: {each.word}, {each.reason}: {each.message}", STYLES[each.word])
            if each.hint and each.word != "Ready":
                context.say(f"  next: {each.hint}")
    return 0 if all(each.word == "Ready" for each in found) else 5
