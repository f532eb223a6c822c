"""What a review counts in a database: app records as `reconciler_reader`, the ledger and lists, all only read."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from psycopg.sql import SQL, Composed

from reconciler.database.columns import ColumnTable
from reconciler.database.configuration import Configuration
from reconciler.database.connection import Database
from reconciler.database.lists import ListTable
from reconciler.database.records import PLANNED, READER, RecordTables
from reconciler.database.statement import Statement, every
from reconciler.database.voices import VoiceTable
from reconciler.plans.resource import Sent
from reconciler.plans.review.effects import Amount, Moved
from reconciler.plans.review.selecting import NO_MORE, NOTHING
from reconciler.plans.review.side import Outgoing
from reconciler.runs.columned import Snapshot
from reconciler.runs.export import Stream
from reconciler.runs.listed import Shelf
from reconciler.selections.criteria import Criterion, Selection
from reconciler.specs.models.approval_policy import ApprovalPolicy

_NEWEST = """
    select record_id from reconciler.exports
    where organization_id = %(organization)s and target = %(target)s and category = %(category)s
        and state = any(%(states)s) and superseded_by is null
    order by id desc limit %(limit)s"""
WENT, REFUSED = ["sent", "accepted", "posted"], ["rejected"]


class ReviewTables:
    """The Facts of a review on PostgreSQL. `own` gives the program's own approval rules."""

    def __init__(self, database: Database, own: Callable[[], ApprovalPolicy]) -> None:
        self._database = database
        self._configuration = Configuration(database, "", ())  # no installation's: it is only looked at
        self._records = RecordTables(database)
        self._lists = ListTable(database)
        self._columns = ColumnTable(database)
        self._voices = VoiceTable(database, own)

    def sent(self, organization_id: str) -> list[Sent]:
        """See the protocol."""
        return list(self._configuration.observe(organization_id).sent)

    def rules(self) -> ApprovalPolicy:
        """See the protocol."""
        return self._voices.rules()

    def waiting(self, organization_id: str, way: Outgoing, now: datetime) -> Amount:
        """See the protocol."""
        records, amount = self._records.total(_stream(organization_id, way), way.selection, way.category, now)
        return Amount(records, Decimal(amount) if way.category.amount else None)

    def moved(
        self, organization_id: str, way: Outgoing, before: Selection | None, after: Selection | None
    ) -> list[Moved]:
        """See the protocol. What the ledger has settled moves no more, and is not counted."""
        moved = self._one_way(organization_id, way, "in", (after, before))
        return [*moved, *self._one_way(organization_id, way, "out", (before, after))]

    def exported(self, organization_id: str, way: Outgoing, limit: int) -> Sequence[Mapping[str, Any]]:
        """See the protocol."""
        return self._newest(organization_id, way, WENT, limit)

    def turned_down(self, organization_id: str, way: Outgoing, limit: int) -> Sequence[Mapping[str, Any]]:
        """See the protocol."""
        return self._newest(organization_id, way, REFUSED, limit)

    def known(self, shelf: Shelf, codes: Collection[str]) -> tuple[datetime | None, frozenset[str]]:
        """See the protocol."""
        found = self._lists.snapshot(shelf)
        return (found.read_at, self._lists.known(shelf, codes)) if found else (None, frozenset())

    def snapshot(self, shelf: Shelf) -> Snapshot:
        """See the protocol."""
        return self._columns.snapshot(shelf)

    def _one_way(
        self,
        organization_id: str,
        way: Outgoing,
        which: Literal["in", "out"],
        selections: tuple[Selection | None, Selection | None],
    ) -> list[Moved]:
        """What goes by the first selection and not by the second."""
        goes, stays = selections
        if goes is None:
            return []
        made = Statement(_stream(organization_id, way), way.category)
        criteria = [*stays.scope, *stays.readiness] if stays else []
        query = SQL(
            "select {verdict} as verdict, count(*) as records, {amount} as amount {source}"
            " where {wanted} and not {settled} group by 1 order by 2 desc, 1"
        ).format(
            verdict=_missed(made, criteria) if stays else SQL("0"),
            amount=_sum(made),
            source=made.source,
            wanted=every([made.mine(), *made.tests([*goes.scope, *goes.readiness])]),
            settled=made.exists(SQL("e.state not in ('not_applied', 'rejected')")),
        )
        none = NOTHING if which == "in" else NO_MORE
        return [
            Moved(which, criteria[row["verdict"]].reason if stays else none, _counted(row, way))
            for row in self._rows(query, made.parameters)
            if row["verdict"] >= 0
        ]

    def _newest(
        self, organization_id: str, way: Outgoing, states: list[str], limit: int
    ) -> Sequence[Mapping[str, Any]]:
        stream = _stream(organization_id, way)
        asked = {"organization": organization_id, "target": stream.target, "category": stream.category}
        with self._database.reading() as connection:
            rows = connection.execute(_NEWEST, asked | {"states": states, "limit": limit}).fetchall()
        found = self._records.of_ids(stream, way.category, [row["record_id"] for row in rows])
        return list(found.values())

    def _rows(self, query: Composed, parameters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        with self._database.reading(READER) as connection:
            connection.execute(PLANNED)
            return connection.execute(query, parameters).fetchall()


def _stream(organization_id: str, way: Outgoing) -> Stream:
    return Stream(organization_id, way.integration, way.where, way.name)


def _missed(made: Statement, criteria: Sequence[Criterion]) -> Composed:
    """The number of the first criterion that a record misses; -1 where it misses none."""
    cases = [
        SQL("when not ({}) then {}::int").format(test, made.value(number))
        for number, test in enumerate(made.tests(criteria))
    ]
    return SQL("case {} else -1 end").format(SQL(" ").join(cases))


def _sum(made: Statement) -> Composed:
    if made.category.amount is None:
        return SQL("{}").format(SQL("0"))
    return SQL("coalesce(sum({}), 0)").format(made.column(made.category.amount))


def _counted(row: Mapping[str, Any], way: Outgoing) -> Amount:
    return Amount(row["records"], Decimal(row["amount"]) if way.category.amount else None)
