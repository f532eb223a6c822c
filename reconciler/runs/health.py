"""Health: one colour and one sentence, from facts alone. The rule is design.md 4.16; nothing else colours anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from reconciler.runs.health_words import say
from reconciler.specs.languages import Language

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
class Cause:
    """Why a colour is what it is: a key of `health_words.REASONS`, what stands in its words, and since when."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The colour, and why, in a short sentence for whoever keeps the accounts."""

    colour: Colour
    reason: str
    causes: tuple[Cause, ...] = field(default=(), compare=False)

    def whole(self, language: Language) -> str:
        """The reason with the words that came from outside, as they came."""
        return ", ".join(say(each.key, each.values, language) for each in self.causes)

    def said(self, language: Language) -> str:
        """The reason without the words that came from outside."""
        return ", ".join(say(each.key, each.values, language, short=True) for each in self.causes)


def because(colour: Colour, *causes: Cause) -> Health:
    """A colour with its reason in English."""
    return Health(colour, ", ".join(say(each.key, each.values) for each in causes), causes)


def health(facts: Facts) -> Health:
    """The worst that the facts say; where nothing is wrong and something ran, green. "Nothing to send" is a success."""
    if cause := _grey(facts):
        return because("grey", cause)
    if cause := next(_red(facts), None):
        return because("red", cause)
    if causes := tuple(_yellow(facts)):
        return because("yellow", *causes)
    return because("green", Cause("running" if _running(facts) else "all-sent", since=_ended(facts)))


def _grey(facts: Facts) -> Cause | None:
    if not facts.configured:
        return Cause("not-configured")
    if facts.suspended:
        return Cause("suspended", {"reason": facts.suspended})
    if not facts.credential:
        return Cause("no-credential")
    return None if facts.last_run else Cause("never-run")


def _red(facts: Facts) -> Iterator[Cause]:
    last = facts.last_run
    assert last is not None
    if last.state == "lost" or (last.state == "running" and facts.now - last.started_at > UNFINISHED):
        yield Cause("unfinished", since=last.started_at)
    if last.state == "failed":
        key = "run-failed" if last.problem else "all-failed"
        yield Cause(key, {"problem": last.problem}, _ended(facts))
    if facts.oldest_question and facts.now - facts.oldest_question > QUESTION:
        yield Cause("question-old", since=facts.oldest_question)
    silent = _silent_since(facts)
    if silent and facts.now - silent > _patience(facts):
        yield Cause("silent", {"span": facts.now - silent}, silent)


def _yellow(facts: Facts) -> Iterator[Cause]:
    last, counts = facts.last_run, facts.counts
    if last and last.state == "partial" and last.problem:
        yield Cause("stopped-early", {"problem": last.problem}, _ended(facts))
    for state in STATES:
        if count := counts.get(state, 0):
            yield Cause(state, {"count": count}, _ended(facts))
    if facts.differing:
        yield Cause("differing", {"count": facts.differing})
    if facts.quota is not None and facts.quota < QUOTA:
        yield Cause("quota", {"quota": facts.quota})
    if facts.period_s is None and facts.oldest_waiting and facts.now - facts.oldest_waiting > WAITING:
        yield Cause("waiting", {"span": facts.now - facts.oldest_waiting}, facts.oldest_waiting)


STATES = ("rejected", "rejected_late", "held", "unknown", "drifted", "never_posted", "not_applied")
"""The ledger's states that somebody should know of, the gravest for the accounts first."""


def _ended(facts: Facts) -> datetime | None:
    return (facts.last_run.ended_at or facts.last_run.started_at) if facts.last_run else None


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


@dataclass(frozen=True, slots=True)
class IntegrationState:
    """An integration as `status` shows it: `backlog` in records; `quota_left` from 0 to 1, None where there is none."""

    organization: str
    integration: str
    colour: Colour
    backlog: int
    quota_left: float | None = None
