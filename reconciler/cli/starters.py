"""Who starts scheduled runs now, in one sentence: a schedule that nobody acts on looks just like one that works."""

from typing import TYPE_CHECKING, Any

from reconciler.cli.context import Context
from reconciler.runs.moments import ago

if TYPE_CHECKING:
    from reconciler.cli.reading import Reading
    from reconciler.runs.timetable import Starter

NOBODY = "nothing is known to start scheduled runs"
BEGIN = "next: reconciler scheduler; in a cluster the controller keeps the CronJobs that start them"


def present(found: "Reading") -> "list[Starter]":
    """Those that were heard of a moment ago."""
    from reconciler.runs.timetable import PRESENT_S

    return [each for each in found.timetable.starters() if (found.now - each.seen_at).total_seconds() < PRESENT_S]


def starters_data(found: "Reading") -> list[dict[str, Any]]:
    """The stable JSON form."""
    return [{"place": each.place, "seen_at": each.seen_at.isoformat()} for each in present(found)]


def say_who_starts(context: Context, found: "Reading") -> None:
    """Who starts runs; where nobody does, since when, and what to do."""
    if here := present(found):
        places = [f"{each.place} ({ago(each.seen_at, found.now)})" for each in here]
        context.say(f"scheduled runs are started by {'; '.join(places)}", "dim")
        return
    before = found.timetable.starters()
    last = f"; the last to do so was {before[0].place}, {ago(before[0].seen_at, found.now)}" if before else ""
    context.say(f"{NOBODY}{last}", "yellow")
    context.say(BEGIN)
