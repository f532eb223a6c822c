"""The ports of what people decide: about single documents, records that they hold back, and forced re-exports.

Every change is one transaction with its entries of the audit trail, all of it or nothing. A row is changed only while
state, code and attempt are those that were read: methods that change something raise OperationRefused where one has
moved meanwhile, by somebody else or by a running sync.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from reconciler.runs.operations import Choice, Decided, LedgerRow, Moved, Note, RecordHold


@dataclass(frozen=True, slots=True)
class ResendRequest:
    """A forced re-export that waits for a second person. `rows` are row and attempt, as they were when it was asked."""

    id: int
    rows: Mapping[int, int]
    documents: int
    amount: Decimal
    reason: str
    asked_by: str
    asked_at: datetime
    reverse: bool = False
    """Whether what is there is taken back first, see `runs.reversal`."""


class Operations(Protocol):
    """The ledger as people look for its rows and move them."""

    def rows(self, choice: Choice, limit: int = 0, after: int = 0) -> list[LedgerRow]:
        """The rows that are meant, by id, those after `after`; all of them where `limit` is 0."""

    def tally(self, choice: Choice) -> list[tuple[str, int, Decimal]]:
        """Standing, documents and the sum of their amounts, of all rows that are meant."""

    def integrations(self, organization_id: str) -> list[str]:
        """The names of the applied integrations."""

    def organization(self, organization_id: str) -> Mapping[str, Any]:
        """The body of the Organization, as applied."""

    def decided(self, organization_id: str, references: Sequence[str]) -> list[Decided]:
        """What people have decided about these documents, oldest first."""

    def write_down(self, note: Note, rows: Sequence[LedgerRow], now: datetime) -> None:
        """Put into the audit trail what somebody is about to have done about these, and change nothing."""

    def decide(self, note: Note, moved: Sequence[Moved], now: datetime) -> None:
        """Move each row to its place."""

    def open_epochs(self, note: Note, moved: Sequence[Moved], year: int, now: datetime) -> list[LedgerRow]:
        """Move each row to its place and open the next epoch beside it, due at once, with a reference and a number of
        its own; the new rows."""


class RecordHolds(Protocol):
    """Single records that people hold back."""

    def held(self, organization_id: str) -> list[RecordHold]:
        """The holds that nobody has released, those that are over too."""

    def hold_records(self, note: Note, lease: str, holds: Sequence[RecordHold], now: datetime) -> None:
        """Hold records back from the sync that `lease` is of. Raises OperationRefused also where one is held already,
        or is past being held: on its way, or settled."""

    def release_records(self, note: Note, holds: Sequence[RecordHold], now: datetime) -> None:
        """Let records go again. Raises OperationRefused also where one is not held."""


class Resends(Protocol):
    """Forced re-exports that wait for a second person."""

    def waiting(self, organization_id: str) -> list[ResendRequest]:
        """Those that wait, oldest first."""

    def ask_second(self, note: Note, rows: Sequence[LedgerRow], now: datetime, *, reverse: bool = False) -> int:
        """Write one down; its number."""

    def approve(
        self, note: Note, request: ResendRequest, moved: Sequence[Moved], year: int, now: datetime
    ) -> list[LedgerRow]:
        """Open the epochs of one, or the reversals. Raises OperationRefused also where it waits no longer."""

    def refuse(self, note: Note, request: ResendRequest, now: datetime) -> None:
        """Let one wait no longer. Raises OperationRefused also where it does not."""
