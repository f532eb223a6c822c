"""What is kept of reports: the applied one, a frozen version, a hand-over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reconciler.plans.resource import Definition, Resource
from reconciler.reports.document import Figure
from reconciler.reports.due import Known
from reconciler.reports.rows import Rows

Files = Mapping[str, tuple[str, Callable[[], bytes]]]
"""By name: SHA-256 in hexadecimal, and what reads the bytes, so that one file is held at a time."""


@dataclass(frozen=True, slots=True)
class AppliedReport:
    """A report as it was applied, whose it is, and the definitions that it is pinned to."""

    organization_id: str
    organization: Resource
    report: Resource
    definitions: Mapping[str, Definition]
    revision: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who handed a version over, when, and what was given for it; and to whom, where somebody said so."""

    receipt: str
    on: date
    by: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A frozen version, without its rows and the bytes of its files."""

    id: int
    name: str
    rules: str
    year: int
    version: int
    head: Mapping[str, str]
    figures: Sequence[Figure]
    corrections: Sequence[str]
    digest: str
    frozen_by: str
    frozen_at: datetime
    files: Mapping[str, str]
    handed_over: Sequence[HandOver] = ()
    differences: int | None = None
    compared_at: datetime | None = None
    reason: str = ""
    """Why it was frozen, or corrected, where somebody said so."""

    @property
    def known(self) -> Known:
        """What health needs of it."""
        return Known(self.version, bool(self.handed_over), self.differences)


@dataclass(frozen=True, slots=True)
class ToKeep:
    """A version that is to be frozen, with everything that is kept of it."""

    organization_id: str
    name: str
    rules: str
    year: int
    version: int
    head: Mapping[str, str]
    figures: Sequence[Figure]
    corrections: Sequence[str]
    reason: str
    digest: str
    rows: Rows
    files: Files
