"""How a child ended, what is said of it, and how long nothing is tried again: the words of `scheduling`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from reconciler.runs.backoff import most, pause
from reconciler.runs.timetable import Ended, Ending, Kind
from reconciler.schedules.due import Passed
from reconciler.schedules.zones import load

AGAIN = 75
COUNTED = ("sent", "rejected", "unknown", "not_applied", "would_send", "would_reject")
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(slots=True)
class Patience:
    """After how many failures nothing is tried before when."""

    failures: int = 0
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """A clock that was set back does not make it longer than it ever is."""
        return self.until is not None and now < self.until <= now + LONGEST_PAUSE

    def failed(self, key: str, now: datetime) -> None:
        """Once more in vain. Half of each pause is chance, so that not all come together."""
        self.failures += 1
        self.until = now + min((most(self.failures) + pause(key, self.failures)) / 2, LONGEST_PAUSE)


def ending_of(ended: Ended) -> Ending:
    """Only 75 is tried again: whatever else a process says, once more would be the same once more."""
    if ended.late or ended.code not in (0, AGAIN):
        return "failed"
    return "done" if ended.code == 0 else "again"


def waits_after(kind: Kind, ending: Ending) -> bool:
    """A time that failed is over, and a request that could not begin says itself when it is tried again."""
    match kind:
        case "sync":
            return ending == "again"
        case "requests":
            return ending == "failed"
        case "chores":
            return ending != "done"
        case _:
            assert_never(kind)


def words(ended: Ended) -> str:
    """Why a child ended without a word of its own in the history."""
    if ended.problem:
        return ended.problem
    if ended.late:
        return f"it was stopped after {ended.seconds:.0f} seconds, when its time was up"
    if ended.code < 0:
        return f"the process was ended by signal {-ended.code}"
    said = " ".join(ended.words.split())
    return f"the process ended with exit code {ended.code}" + (f": {said[-300:]}" if said else "")


def counted(counts: Mapping[str, Mapping[str, Any]]) -> str:
    """`16 sent, 3 rejected`: a run's counts by category and state, of all categories."""
    found = {word: sum(each.get(word, 0) for each in counts.values()) for word in COUNTED}
    return ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in found.items() if count)


def missed_words(missed: Passed, at: datetime | None, zone: str, within: timedelta) -> str:
    """What the history says of times that were missed, in local time; `at` is the one that is carried out."""
    place = load(zone)
    first, last = (f"{each.astimezone(place):%Y-%m-%d %H:%M}" for each in (missed.first, missed.last))
    least = "at least " if missed.more else ""
    times = f"{least}{missed.count} scheduled times, {first} to {last}," if missed.count > 1 else f"the time {first}"
    verb = "were" if missed.count > 1 else "was"
    if at is not None:
        return f"{times} {verb} missed: the run of {at.astimezone(place):%Y-%m-%d %H:%M} takes what is due of them too"
    hours = within.total_seconds() / 3600
    return f"{times} {verb} missed: a run is started at most {hours:g} h late; the next one takes what is due"
