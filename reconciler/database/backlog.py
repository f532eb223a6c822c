"""How much waits to be sent, for pages: asked of the newest records only, so that no page takes longer with the years.

`RecordTables.total` is exact, and reads every record of an organisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import errors
from psycopg.sql import SQL, Composed

from reconciler.database.connection import Database
from reconciler.database.failures import first_line
from reconciler.database.records import READER
from reconciler.database.statement import Statement, every
from reconciler.errors import Blocked
from reconciler.runs.export import Stream
from reconciler.selections.criteria import Selection
from reconciler.specs.models.category import DataCategory
from reconciler.specs.sentences import say

MISSING = (errors.UndefinedTable, errors.UndefinedColumn, errors.InsufficientPrivilege)
"""The app's tables are not as a category says, or not for us to read."""
LOOKED_AT = 2000
"""Records of a category, the newest first: what waits is nearly always among them."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one category of an integration takes; `zone` says when its days begin."""

    integration: str
    stream: Stream
    selection: Selection
    category: DataCategory
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Waiting:
    """Records that wait to be sent, their sum, and since when the oldest of them waits.

    `whole` says that all were looked at: else there may be more.
    """

    records: int = 0
    amount: Decimal = Decimal(0)
    oldest: datetime | None = None
    whole: bool = True

    def __add__(self, other: "Waiting") -> "Waiting":
        oldest = min((each for each in (self.oldest, other.oldest) if each), default=None)
        return Waiting(self.records + other.records, self.amount + other.amount, oldest, self.whole and other.whole)


class Backlog:
    """Counts that are bounded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, organization_id: str, parts: Sequence[Part], now: datetime) -> dict[str, Waiting]:
        """By integration, of all its parts together; of each its newest records by their cut-over field."""
        found: dict[str, Waiting] = {each.integration: Waiting() for each in parts}
        if not parts:
            return found
        values: dict[str, Any] = {}
        with self._database.reading() as connection:
            rows = connection.execute(_FREE, {"organization": organization_id, "now": now}).fetchall()
        free = {(row["target"], row["category"]): row["records"] for row in rows}
        queries = [
            _query(number, each, free.get((each.stream.target, each.stream.category), ()), now, values)
            for number, each in enumerate(parts)
        ]
        # Read by a role that sees nothing else; one by one, by an index: a hash would first read the whole ledger.
        with self._database.reading(READER) as connection:
            connection.execute(ONE_BY_ONE)
            try:
                rows = connection.execute(SQL(" union all ").join(queries), values).fetchall()
            except MISSING as error:
                hint = "is it there, and may the role reconciler_reader read it?"
                raise Blocked(
                    say("the app's records cannot be read: {first_line}", first_line=first_line(error)), hint
                ) from error
        for row in rows:
            part = parts[row["part"]]
            found[part.integration] += _waiting(row, part.zone)
        return found


def _query(number: int, part: Part, free: Sequence[str], now: datetime, values: dict[str, Any]) -> Composed:
    """Of one part; `values` gathers the parameters of all."""
    category, made = part.category, Statement(part.stream, part.category)
    made.parameters = values
    key, order = made.column(category.key), made.column(category.cut_over)
    amount = [made.column(category.amount)] if category.amount else []
    return SQL(
        "(with newest as materialized (select {columns} {source} where {wanted} order by {order} desc limit {limit})"
        " select {number}::int as part, count(*) as records, ({amount})::numeric as amount,"
        " extract(epoch from min({order}))::float8 as instant, min({order})::text as oldest,"
        " (select count(*) from newest) as looked from newest r"
        " where ({key}::text = any({free}::text[]) or {new}) and not {held})"
    ).format(
        columns=SQL(", ").join([key, order, *amount]),
        source=made.source,
        wanted=every([made.mine(), *made.tests(part.selection.scope), *made.tests(part.selection.readiness)]),
        order=order,
        limit=made.value(LOOKED_AT),
        number=made.value(number),
        amount=SQL("coalesce(sum({}), 0)").format(amount[0]) if amount else SQL("0"),
        new=made.new_or(()),
        key=key,
        free=made.value(list(free)),
        held=made.held_back(now),
    )


def _waiting(row: Mapping[str, Any], zone: ZoneInfo) -> Waiting:
    """A day begins at its local midnight, an instant is what it is."""
    at: datetime | None = None
    if row["oldest"] is not None:
        day = row["oldest"]
        at = datetime.combine(date.fromisoformat(day), time(), zone) if len(day) == DAY else None
        at = at or datetime.fromtimestamp(row["instant"], zone)
    return Waiting(row["records"], Decimal(row["amount"]), at, row["looked"] < LOOKED_AT)


DAY = len("2026-03-02")
ONE_BY_ONE = "set local enable_hashjoin = off; set local enable_mergejoin = off"
_FREE = """
    select target, category, array_agg(record_id) as records from reconciler.exports
    where organization_id = %(organization)s and undecided and superseded_by is null
        and state = 'not_applied' and coalesce(next_attempt_at, %(now)s) <= %(now)s group by 1, 2"""
"""Records of which the ledger says that nothing happened, and that it is time to try again: few."""
