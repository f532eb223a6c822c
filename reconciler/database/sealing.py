"""The ledger for documents that hold national identity numbers: in the database they are sealed, on the wire they are
what was frozen (docs/decisions/0027).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from reconciler.database.connection import Database
from reconciler.database.ledger import LedgerTable
from reconciler.runs.export import Frozen, Open, Stream, Turned
from reconciler.runs.outcome import Lease


class Seal(Protocol):
    """Seals single values, each for its place in a document."""

    def seal(self, value: Any, organization_id: str, place: str) -> dict[str, str]:
        """`{"sealed": ..., "hash": ...}`."""

    def open(self, sealed: Mapping[str, str], organization_id: str, place: str) -> Any:
        """The value. Raises Blocked where it does not open."""


class SealedLedger(LedgerTable):
    """The Ledger port, with the fields that `Frozen.sealed` names sealed at rest. `payload_digest` is of that form."""

    def __init__(self, database: Database, seal: Seal) -> None:
        super().__init__(database)
        self._seal = seal

    def freeze(
        self,
        lease: Lease,
        stream: Stream,
        frozen: Sequence[Frozen],
        turned: Sequence[Turned],
        mapping: str,
        now: datetime,
    ) -> frozenset[int]:
        """See the port."""
        kept = [self._sealed(stream, each) if each.sealed else each for each in frozen]
        return super().freeze(lease, stream, kept, turned, mapping, now)

    def repeat(self, lease: Lease, stream: Stream, run: UUID, rows: Sequence[Open], now: datetime) -> list[Frozen]:
        """See the port: the documents are again what they were before they were sealed."""
        return [self._opened(stream, each) for each in super().repeat(lease, stream, run, rows, now)]

    def _sealed(self, stream: Stream, frozen: Frozen) -> Frozen:
        return _changed(
            frozen,
            lambda value, name, place: (
                self._seal.seal(value, stream.organization_id, place) if name in frozen.sealed else value
            ),
        )

    def _opened(self, stream: Stream, frozen: Frozen) -> Frozen:
        return _changed(
            frozen,
            lambda value, _, place: (
                self._seal.open(value, stream.organization_id, place) if isinstance(value, dict) else value
            ),
        )


def _changed(frozen: Frozen, change: Callable[[Any, str, str], Any]) -> Frozen:
    """The document with each field changed by `change(value, name, place)`. Fields hold no objects of their own."""
    lines = [
        {
            **line,
            "fields": {
                name: change(value, name, f"{frozen.claim.reference}/{number}/{name}")
                for name, value in line["fields"].items()
            },
        }
        for number, line in enumerate(frozen.payload["lines"])
    ]
    return replace(frozen, payload={**frozen.payload, "lines": lines})
