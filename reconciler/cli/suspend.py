"""`reconciler suspend`: no run of an integration begins, until a day has passed or somebody resumes it."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, format_option
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@click.command("suspend")
@click.argument("organization")
@click.argument("integration")
@click.option("--reason", required=True, help="Why, in at least ten characters; `status` and the audit trail show it.")
@click.option("--until", metavar="DAY", help="The last day on which nothing runs; until somebody resumes if left out.")
@format_option
@click.pass_obj
def command(context: Context, *, organization: str, integration: str, reason: str, until: str | None, form: str) -> int:
    """Let no run of an integration begin. A run that is under way goes on to its end."""
    from reconciler.engine.pause import said, suspend
    from reconciler.engine.pinned import pin
    from reconciler.runs.suspension import Suspension

    world, now = context.formatted(form).world, context.world.clock.now()
    pinned = pin(world.applied.applied(organization, integration), now)
    found = Suspension("person", reason.strip(), world.actor, now, _end(until, pinned.zone) if until else None)
    suspend(world, pinned, found)
    if context.json:
        context.data({"organization": organization, "integration": integration, "suspended": found.data()})
    else:
        context.say(said(pinned, found), "yellow")
        context.say(f"  next: reconciler resume {organization} {integration}")
    return 0


def _end(text: str, zone: "ZoneInfo") -> datetime:
    """The first moment after a local day."""
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--until {text} is not a day", "YYYY-MM-DD, a day of the organisation's zone") from error
