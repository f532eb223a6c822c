"""What a change does to data, as values: counts and sums, samples that were invented, moments, and who must act."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Amount:
    """So many records, and the sum of what they are about; None where the category has no amount."""

    records: int
    sum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FieldMoved:
    """One target field of one line that differs in some of the samples, with the first of them as an example.

    `before` and `after` are None where the field, or its whole line, is not there.
    """

    line: str
    field: str
    label: str
    before: str | None
    after: str | None
    samples: int


@dataclass(frozen=True, slots=True)
class Turned:
    """A sample that one of the two revisions refuses, and why."""

    sample: int
    reason: str


@dataclass(frozen=True, slots=True)
class Real:
    """Counts over real records, of a database that was only read.

    `waiting` would go with the next sync. Of the newest `looked_at` documents that were sent, `different` would look
    otherwise today (`fields` by label and how many), and `refused` would be refused. Of `turned_down`, records that
    were refused before, here or there, `mended` would be sent again.
    """

    waiting: Amount
    looked_at: int = 0
    different: Amount = Amount(0)
    refused: int = 0
    turned_down: int = 0
    mended: int = 0
    fields: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class MappingEffect:
    """Samples of a category as both revisions render them."""

    integration: str
    category: str
    label: str
    samples: int
    changed: int
    fields: Sequence[FieldMoved] = ()
    refused: Sequence[Turned] = ()
    accepted: Sequence[Turned] = ()
    real: Real | None = None
    elsewhere: bool = False
    """Whether the ledger's target is another, so that what was sent goes there too."""

    @property
    def matters(self) -> bool:
        """Whether any document would be another, or be refused, or no longer be."""
        found = self.real
        return bool(self.changed or (found and (found.different.records or found.refused or found.mended)))


@dataclass(frozen=True, slots=True)
class Moved:
    """Records that share one reason: `in` would go and did not, `out` would not go and did."""

    way: Literal["in", "out"]
    reason: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class SelectionEffect:
    """What goes that did not, and the other way, `on` a local day. Of `samples` where no database was read."""

    integration: str
    category: str
    label: str
    on: date
    today: bool
    samples: int
    sampled: Sequence[Moved] = ()
    real: Sequence[Moved] | None = None
    new: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class SendingEffect:
    """An export that begins to send, stops, or sends to another target of the ledger, where nothing is known of what
    the old one got. `before` and `after` are the targets, empty where it only observes or observed.

    `waiting` is what the next sync would take, and takes no longer where `after` is empty; None: not counted.
    """

    integration: str
    category: str
    label: str
    before: str
    after: str
    waiting: Amount | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """Runs that fall into closed days of the organisation."""

    first: date
    last: date
    reason: str
    runs: int


@dataclass(frozen=True, slots=True)
class Times:
    """When a schedule runs: in words, and the next times, local and aware."""

    words: str
    next: Sequence[datetime]
    frozen: Sequence[Frozen] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Requests of the busiest month that the schedules to one place ask for at least, of what is allowed."""

    system: str
    before: int
    after: int
    allowed: int


@dataclass(frozen=True, slots=True)
class ScheduleEffect:
    """When an integration ran and will run; None where only a person starts it."""

    schedule: str
    integration: str
    before: Times | None
    after: Times | None
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """Values of one list of the target that a mapping writes: those that are new here, and those that are not there.

    `read_at` is when the list was read; None where it never was, or no database was given (`asked` is False).
    """

    integration: str
    mapping: str
    list: str
    where: str
    codes: Sequence[str]
    asked: bool = False
    read_at: datetime | None = None
    unknown: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping held against the target's own table, read at `read_at` (None: never, and `problem` may say why).

    `remarks` are (place, what the table will refuse, what to do).
    """

    integration: str
    mapping: str
    where: str
    read_at: datetime | None
    remarks: Sequence[tuple[str, str, str]] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionEffect:
    """What of the way to a target is another, what has to be tested again, and by whom.

    `sent` says what went to the old target; None where no database was read.
    """

    integration: str
    what: Sequence[tuple[str, str, str]]
    """(what, before, after)"""
    test: str
    by: Sequence[str] = ()
    retarget: bool = False
    sent: Sequence[tuple[str, Amount]] | None = None


@dataclass(frozen=True, slots=True)
class SharedEffect:
    """A shared document that an integration runs with is another: what an unchanged file means now."""

    document: str
    integrations: Sequence[str]
    differences: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    more: int = 0


Effect = (
    MappingEffect | SelectionEffect | SendingEffect | ScheduleEffect | Codes | Columns | ConnectionEffect | SharedEffect
)
