"""Single records that people hold back, on PostgreSQL; and what of a claim is not held back."""

from collections.abc import Sequence
from datetime import datetime

from reconciler.database.audit import write_decisions
from reconciler.database.connection import Connection, Database
from reconciler.database.operation_statements import (
    END_HOLDS,
    HOLD_RECORDS,
    HOLDS,
    PAST_HOLDING,
    TOUCH_LEASE,
    UNHELD,
)
from reconciler.errors import OperationRefused
from reconciler.runs.export import Stream, Wanted
from reconciler.runs.ledger_words import meaning
from reconciler.runs.operations import Note, RecordHold, ways_in_words
from reconciler.specs.sentences import say


class HoldTable:
    """The RecordHolds port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held(self, organization_id: str) -> list[RecordHold]:
        """See the port."""
        with self._database.reading() as connection:
            return record_holds(connection, organization_id)

    def hold_records(self, note: Note, lease: str, holds: Sequence[RecordHold], now: datetime) -> None:
        """See the port. A hold that is over makes room for the new one."""
        values = _columns(note, holds, now)
        with self._database.transaction() as connection:
            # A claim renews its lease first, and asks for holds after that: either it finds ours, or we its row.
            connection.execute(TOUCH_LEASE, {"lease": lease})
            if row := connection.execute(PAST_HOLDING, values).fetchone():
                message = say(
                    "{record} {meaning}: it cannot be held back any more",
                    record=row["record_id"],
                    meaning=meaning(row["state"]),
                )
                raise OperationRefused(message, ways_in_words(row["state"]))
            connection.execute(END_HOLDS, values | {"over": True})
            if len(connection.execute(HOLD_RECORDS, values).fetchall()) < len(holds):
                hint = "release it first, then hold it with the new reason: reconciler exports release"
                raise OperationRefused("somebody holds it back already, or it was named twice", hint)
            write_decisions(connection, note, _entries(note, holds), now)

    def release_records(self, note: Note, holds: Sequence[RecordHold], now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            ended = connection.execute(END_HOLDS, _columns(note, holds, now) | {"over": False}).fetchall()
            if len(ended) < len(holds):
                raise OperationRefused("somebody has released it meanwhile", "nothing was changed; look at it again")
            write_decisions(connection, note, _entries(note, holds), now)


def record_holds(connection: Connection, organization_id: str) -> list[RecordHold]:
    """The holds that nobody has released."""
    return [RecordHold(**row) for row in connection.execute(HOLDS, {"organization": organization_id}).fetchall()]


def unheld(connection: Connection, stream: Stream, wanted: Sequence[Wanted], now: datetime) -> list[Wanted]:
    """Those of a claim that nobody holds back; asked inside the claim's transaction, after its lease is renewed."""
    values: dict[str, object] = {"organization_id": stream.organization_id, "target": stream.target}
    values |= {"category": stream.category, "records": [each.record_id for each in wanted], "now": now}
    free = {row["record_id"] for row in connection.execute(UNHELD, values).fetchall()}
    return [each for each in wanted if each.record_id in free]


def _columns(note: Note, holds: Sequence[RecordHold], now: datetime) -> dict[str, object]:
    return {
        "organization": note.organization_id,
        "actor": note.actor,
        "reason": note.reason,
        "now": now,
        "target": [each.target for each in holds],
        "category": [each.category for each in holds],
        "record_id": [each.record_id for each in holds],
        "ends_at": [each.ends_at for each in holds],
    }


def _entries(note: Note, holds: Sequence[RecordHold]) -> list[tuple[str, dict[str, object]]]:
    """Their object is the record: a record that is held back may have no reference yet."""
    return [
        (
            f"{each.category}/{each.record_id}",
            {"target": each.target, "category": each.category, "record": each.record_id, "reason": note.reason}
            | {"ends_at": each.ends_at.isoformat() if each.ends_at else None},
        )
        for each in holds
    ]
