"""Health: one colour and one sentence, from facts alone. The rule is design.md 4.16; nothing else colours anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Colour = Literal["green", "yellow", "red", "grey"]
QUESTION = timedelta(hours=24)
"""An open question older than this is red."""
WAITING = timedelta(hours=48)
"""How long records of an integration without a schedule may wait for somebody."""
GRACE = timedelta(hours=2)
"""How late a scheduled run may be."""
UNFINISHED = timedelta(hours=1)
"""A run that is `running` for longer did not finish: no run takes so long."""
QUOTA = 0.1


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run that was carried out: its state in the history of runs, and the problem that stopped it, if any.

    `ended_at` is None while it runs.
    """

    state: str
    started_at: datetime
    ended_at: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one integration at `now`.

    `suspended` is the reason, empty where it is not. `stale_after_s` is what the integration itself allows.
    `period_s` is the longest distance between two runs of its schedule, None where there is no schedule; `scheduled_at`
    is when that schedule was applied. `counts` are the ledger's by state. `oldest_question` is since when the oldest
    held or unknown document waits for an answer, `oldest_waiting` since when the oldest record waits to be sent.
    `differing` counts documents that a comparison found otherwise there, see `runs.comparison`.
    `quota` is the part that is left of what a month's quota allows to send, None where there is no quota.
    """

    now: datetime
    configured: bool = True
    credential: bool = True
    suspended: str = ""
    last_run: LastRun | None = None
    last_success: datetime | None = None
    stale_after_s: int = 172_800
    period_s: int | None = None
    scheduled_at: datetime | None = None
    oldest_question: datetime | None = None
    oldest_waiting: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    quota: float | None = None
    differing: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """The colour, and why, in a short sentence for whoever keeps the accounts."""

    colour: Colour
    reason: str


def health(facts: Facts) -> Health:
    """The worst that the facts say; where nothing is wrong and something ran, green. "Nothing to send" is a success."""
    if reason := _grey(facts):
        return Health("grey", reason)
    if reason := next(_red(facts), ""):
        return Health("red", reason)
    if reason := ", ".join(_yellow(facts)):
        return Health("yellow", reason)
    return Health("green", "a run is under way" if _running(facts) else "all is sent")


def _grey(facts: Facts) -> str:
    if not facts.configured:
        return "nothing is configured"
    if facts.suspended:
        return f"suspended: {facts.suspended}"
    if not facts.credential:
        return "no credential is stored"
    return "" if facts.last_run else "never run"


def _red(facts: Facts) -> Iterator[str]:
    last = facts.last_run
    assert last is not None
    if last.state == "lost" or (last.state == "running" and facts.now - last.started_at > UNFINISHED):
        yield "the last run did not finish"
    if last.state == "failed":
        yield f"the last run failed: {last.problem}" if last.problem else "every record of the last run failed"
    if facts.oldest_question and facts.now - facts.oldest_question > QUESTION:
        yield "a question has been open for more than a day"
    silent = _silent_since(facts)
    if silent and facts.now - silent > _patience(facts):
        yield f"no successful run for {_long(facts.now - silent)}"


def _yellow(facts: Facts) -> Iterator[str]:
    last, counts = facts.last_run, facts.counts
    if last and last.state == "partial" and last.problem:
        yield f"the last run stopped early: {last.problem}"
    for state, words in _WORDS.items():
        if count := counts.get(state, 0):
            yield f"{count} {words}"
    if facts.differing:
        yield f"{facts.differing} not there as sent"
    if facts.quota is not None and facts.quota < QUOTA:
        yield f"{facts.quota:.0%} of the outside system's quota is left"
    if facts.period_s is None and facts.oldest_waiting and facts.now - facts.oldest_waiting > WAITING:
        yield f"no schedule, and a record has waited for {_long(facts.now - facts.oldest_waiting)}"


_WORDS = {
    "rejected": "refused",
    "rejected_late": "refused after they were sent",
    "held": "held for a decision",
    "unknown": "with an unknown fate",
    "drifted": "changed in the outside system",
    "never_posted": "sent and never posted",
    "not_applied": "to be tried again",
}
"""The ledger's states that somebody should know of, the gravest for the accounts first."""


def _running(facts: Facts) -> bool:
    return facts.last_run is not None and facts.last_run.state == "running"


def _silent_since(facts: Facts) -> datetime | None:
    """Since when a scheduled integration has had no success; what has no schedule is not expected to run."""
    if facts.period_s is None:
        return None
    return facts.last_success or facts.scheduled_at


def _patience(facts: Facts) -> timedelta:
    period = timedelta(seconds=facts.period_s or 0)
    return max(timedelta(seconds=facts.stale_after_s), period + GRACE)


def _long(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours} h" if hours < 72 else f"{hours // 24} days"
