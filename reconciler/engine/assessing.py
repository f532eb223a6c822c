"""The facts about an applied integration, gathered for the one function that colours them (`runs.health`)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Protocol

from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.timetable import Timetable, longest_silence_s
from reconciler.ports import Records
from reconciler.runs.health import Facts, Health, LastRun, health
from reconciler.runs.suspension import Suspension
from reconciler.specs.scalars import seconds


class Ran(Protocol):
    """The newest run, as the overview has it."""

    @property
    def state(self) -> str:
        """As in the history of runs."""

    @property
    def started_at(self) -> datetime:
        """When it began."""

    @property
    def ended_at(self) -> datetime | None:
        """None while it runs."""

    @property
    def problem(self) -> str:
        """What stopped it."""


class Used(Protocol):
    """The credential that is in use, or else the newest one."""

    @property
    def state(self) -> str:
        """`current` where it is in use."""


class View(Protocol):
    """What the overview knows of an integration, as far as its colour goes."""

    @property
    def organization(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def environment(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def stale_after(self) -> str: ...
    @property
    def last_run(self) -> Ran | None: ...
    @property
    def last_success(self) -> datetime | None: ...
    @property
    def oldest_question(self) -> datetime | None: ...
    @property
    def credential(self) -> Used | None: ...
    @property
    def schedule(self) -> Timetable | None: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def differing(self) -> int: ...


def verdict(
    view: View, still: Sequence[Suspension], waiting: datetime | None, quota: float | None, now: datetime
) -> Health:
    """The colour. `still` are the suspensions that hold, `waiting` is since when the oldest record waits."""
    last, schedule = view.last_run, view.schedule
    return health(
        Facts(
            now=now,
            credential=view.mode == "observe" or (view.credential is not None and view.credential.state == "current"),
            suspended=next((each.reason for each in still if each.cause == "person"), ""),
            last_run=LastRun(last.state, last.started_at, last.ended_at, last.problem) if last else None,
            last_success=view.last_success,
            stale_after_s=seconds(view.stale_after),
            period_s=longest_silence_s(schedule, now) if schedule else None,
            scheduled_at=schedule.applied_at if schedule else None,
            oldest_question=view.oldest_question,
            oldest_waiting=waiting,
            counts=view.counts,
            quota=quota,
            differing=view.differing,
        )
    )


def oldest_waiting(records: Records, pinned: Pinned, now: datetime) -> datetime | None:
    """Since when the oldest record of an integration waits to be sent."""
    found = [_oldest(records, each, now) for each in pinned.exports]
    return min((each for each in found if each), default=None)


def _oldest(records: Records, export: PinnedExport, now: datetime) -> datetime | None:
    """Of one category: its cut-over date, from local midnight where it is a day."""
    rows = records.waiting(export.stream, export.selection, export.category, now, 1)
    at = rows[0][1][export.category.cut_over] if rows else None
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, time(), export.mapping.scope.zone) if isinstance(at, date) else None
