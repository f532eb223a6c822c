"""What making reports needs of the world, as protocols; `wiring` chooses who answers."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reconciler.clock import Clock
from reconciler.ports import CrashPoints
from reconciler.reports.counting import Asked, Data
from reconciler.runs.reported import AppliedReport, HandOver, Kept, ToKeep
from reconciler.specs.models.category import DataCategory

Categories = Mapping[str, DataCategory]
"""The data categories that a report is pinned to, by name."""


class ReportStore(Protocol):
    """Applied reports, and those that were frozen. What was frozen is never changed."""

    def applied_report(self, organization: str, name: str) -> AppliedReport:
        """Raises UsageError where there is no such applied report."""

    def applied_reports(self, organization: str) -> Mapping[str, AppliedReport]:
        """Every applied report of an organisation, by name. Raises UsageError where it is not applied."""

    def frozen(self, organization_id: str, rules: str, year: int) -> list[Kept]:
        """Every version that was frozen by a set of rules for a year, oldest first."""

    def frozen_rows(self, kept: Kept) -> Mapping[str, Mapping[bytes, bytes]]:
        """The digests of a version's rows, by sheet and key."""

    def files(self, kept: Kept) -> Mapping[str, bytes]:
        """The files of a version by name, byte by byte as they were frozen."""

    def keep_report(self, kept: ToKeep, actor: str, now: datetime) -> None:
        """Freeze a version, whole. Raises PlanRefused where somebody else froze that version meanwhile."""

    def hand_over(self, organization_id: str, kept: Kept, given: HandOver, actor: str, now: datetime) -> None:
        """Record a hand-over. Raises UsageError where that receipt is recorded already."""

    def note_comparison(self, organization_id: str, kept: Kept, differences: int, now: datetime) -> None:
        """Write down how many differences a comparison found, for health."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where reports are made. `data` opens the records of an organisation; `pseudonym` stands for its person."""

    clock: Clock
    points: CrashPoints
    store: ReportStore
    data: Callable[[str, Asked, Categories], AbstractContextManager[Data]]
    pseudonym: Callable[[str, str], str]
    actor: str
