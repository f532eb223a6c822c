"""The app's records, read as `reconciler_reader`: a role that can only read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from psycopg.sql import SQL, Composed, Identifier

from reconciler.database.connection import Database
from reconciler.database.pages import after, beyond, paged
from reconciler.database.statement import Statement, every
from reconciler.mappings.values import Value, read_record
from reconciler.runs.export import Page, Span, Stream, Wanted
from reconciler.selections.criteria import Selection
from reconciler.specs.models.category import DataCategory

READER = "reconciler_reader"
Record = Mapping[str, Value | None]
Verdict = Literal["go", "later", "refused", "withheld", "not_selected", "settled"]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records share one fate, and the sum of their amounts. `reason` is of what is withheld or not selected,
    and the ledger's state of what is settled."""

    verdict: Verdict
    reason: str
    records: int
    amount: Decimal


class RecordTables:
    """The Records port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(
        self, stream: Stream, selection: Selection, category: DataCategory, now: datetime, limit: int
    ) -> list[tuple[Wanted, Record]]:
        """See the port. Asks the ledger, not a watermark: late and back-dated records need no special case."""
        made, free = Statement(stream, category), self._free(stream, category, now)
        query = SQL(
            "{select} {source} where {wanted} and {unsettled} and not {held} order by {order}, {key} limit {limit}"
        ).format(
            select=made.fields(
                SQL("{}::text = any({}::text[]) as ledger_known").format(made.column(category.key), made.value(free))
            ),
            source=made.source,
            wanted=_wanted(made, selection),
            unsettled=made.new_or(free),
            held=made.held_back(now),
            order=made.column(category.cut_over),
            key=made.column(category.key),
            limit=made.value(limit),
        )
        return [_candidate(category, row) for row in self._rows(query, made.parameters)]

    def waiting_after(
        self, stream: Stream, selection: Selection, category: DataCategory, now: datetime, page: Page
    ) -> tuple[list[tuple[Wanted, Record]], Page | None]:
        """See the port. Pages of which the ledger has settled everything are passed over."""
        found: list[tuple[Wanted, Record]] = []
        left: Page | None = page
        while left is not None and not found:
            made = Statement(stream, category)
            wanted = every([_wanted(made, selection), *beyond(made, now, left)])
            rows = self._rows(paged(made, wanted, now, left.limit), made.parameters, sort=False)
            found = [_candidate(category, row) for row in rows if row["ledger_free"]]
            left = after(category, rows, left.limit)
        return found, left

    def rejected(
        self, stream: Stream, selection: Selection, category: DataCategory
    ) -> list[tuple[Wanted, Record, tuple[str, str, str]]]:
        """See the port."""
        made = Statement(stream, category)
        query = SQL(
            "{select} {source} join reconciler.exports e on {joined} and e.state = 'rejected' where {wanted}"
        ).format(
            select=made.fields(
                SQL("e.record_digest as ledger_record, e.mapping_digest as ledger_mapping, e.code as ledger_code")
            ),
            source=made.source,
            joined=made.joined(),
            wanted=_wanted(made, selection),
        )
        return [
            (
                Wanted(str(row[category.key]), known=True),
                _read(category, row),
                (row["ledger_record"], row["ledger_mapping"], row["ledger_code"]),
            )
            for row in self._rows(query, made.parameters)
        ]

    def withheld(self, stream: Stream, selection: Selection, category: DataCategory) -> dict[str, str]:
        """See the port. The first criterion that a record misses is its reason."""
        if not selection.readiness:
            return {}
        made = Statement(stream, category)
        cases = SQL(" ").join(
            SQL("when not ({test}) then {reason}::text").format(
                test=made.test(criterion.test), reason=made.value(criterion.reason)
            )
            for criterion in selection.readiness
        )
        query = SQL(
            "select {key}::text as record_id, case {cases} end as reason {source}"
            " where {scope} and not ({ready}) and not {sent}"
        ).format(
            key=made.column(category.key),
            cases=cases,
            source=made.source,
            scope=every([made.mine(), *made.tests(selection.scope)]),
            ready=every(made.tests(selection.readiness)),
            sent=made.exists(SQL("e.state not in ('not_applied', 'rejected')")),
        )
        return {row["record_id"]: row["reason"] for row in self._rows(query, made.parameters)}

    def total(self, stream: Stream, selection: Selection, category: DataCategory, now: datetime) -> tuple[int, str]:
        """See the port."""
        made = Statement(stream, category)
        query = SQL("select count(*) as records, {amount} as amount {source} where {wanted} and {unsettled}").format(
            amount=_amount(made),
            source=made.source,
            wanted=_wanted(made, selection),
            unsettled=made.unsettled(now),
        )
        row = next(iter(self._rows(query, made.parameters)))
        return row["records"], f"{row['amount']:.2f}"

    def counts(self, stream: Stream, selection: Selection, category: DataCategory, now: datetime) -> list[Counted]:
        """Every record of the organisation, once, by what becomes of it; the most frequent first.

        What the ledger holds comes before what the criteria say: a record that was sent is settled, whatever it meets.
        """
        made = Statement(stream, category)
        criteria = [*selection.scope, *selection.readiness]
        missed = [
            SQL("when not ({test}) then {number}::int").format(test=test, number=made.value(number))
            for number, test in enumerate(made.tests(criteria))
        ]
        query = SQL(
            "select case when {settled} then -1 {missed} when {refused} then -2 when not {due} then -3 else -4 end"
            " as verdict, count(*) as records, {amount} as amount {source} where {mine} group by 1 order by 2 desc, 1"
        ).format(
            settled=made.exists(SQL("e.state not in ('not_applied', 'rejected')")),
            missed=SQL(" ").join(missed),
            refused=made.exists(SQL("e.state = 'rejected'")),
            due=made.unsettled(now),
            amount=_amount(made),
            source=made.source,
            mine=made.mine(),
        )
        return [_counted(row, selection) for row in self._rows(query, made.parameters)]

    def of_ids(self, stream: Stream, category: DataCategory, ids: Sequence[str]) -> Mapping[str, Record]:
        """See the port."""
        made = Statement(stream, category)
        query = SQL("{select} {source} where {mine} and {key}::text = any({ids}::text[])").format(
            select=made.fields(SQL("true as found")),
            source=made.source,
            mine=made.mine(),
            key=made.column(category.key),
            ids=made.value(list(ids)),
        )
        return {str(row[category.key]): _read(category, row) for row in self._rows(query, made.parameters)}

    def of_subject(self, stream: Stream, category: DataCategory, subject: str, span: Span, zone: ZoneInfo) -> list[str]:
        """See the port."""
        kind, made = category.fields[span.field].type, Statement(stream, category)
        query = SQL(
            "select {key}::text as record_id {source}"
            " where {mine} and {subject}::text = {whose} and {day} >= {since} and {day} < {until}"
        ).format(
            key=made.column(category.key),
            source=made.source,
            mine=made.mine(),
            subject=made.column(category.subject),
            whose=made.value(subject),
            day=made.column(span.field),
            since=made.value(_new_year(span.year, kind, zone)),
            until=made.value(_new_year(span.year + 1, kind, zone)),
        )
        return [row["record_id"] for row in self._rows(query, made.parameters)]

    def explain(
        self, stream: Stream, selection: Selection, category: DataCategory, record_id: str
    ) -> tuple[Record, list[str]] | None:
        """See the port."""
        made = Statement(stream, category)
        criteria = [*selection.scope, *selection.readiness]
        tests = [
            SQL("{test} as {name}").format(test=test, name=Identifier(f"criterion_{number}"))
            for number, test in enumerate(made.tests(criteria))
        ]
        query = SQL("{select} {source} where {mine} and {key}::text = {record}").format(
            select=made.fields(SQL(", ").join(tests)),
            source=made.source,
            mine=made.mine(),
            key=made.column(category.key),
            record=made.value(record_id),
        )
        for row in self._rows(query, made.parameters):
            missed = [each.reason for number, each in enumerate(criteria) if not row[f"criterion_{number}"]]
            return _read(category, row), missed
        return None

    def _free(self, stream: Stream, category: DataCategory, now: datetime) -> list[str]:
        """Records of which the ledger says that nothing happened; a claim looks at each again."""
        made = Statement(stream, category)
        with self._database.reading() as connection:
            return [row["record_id"] for row in connection.execute(made.free_rows(now), made.parameters).fetchall()]

    def _rows(
        self, query: Composed, parameters: Mapping[str, Any], *, sort: bool = True
    ) -> Sequence[Mapping[str, Any]]:
        """`sort` is off where the first of many are asked for: an index that knows the order is then preferred."""
        with self._database.reading(READER) as connection:
            # Until the ledger's statistics have caught up with a large run, the planner takes it for a row or two and
            # reads all of it again for every record: a minute for five thousand, where a hash takes milliseconds.
            connection.execute(PLANNED if sort else f"{PLANNED}; {IN_ORDER}")
            return connection.execute(query, parameters).fetchall()


IN_ORDER = "set local enable_sort = off"
PLANNED = "set local enable_nestloop = off"
VERDICTS: Mapping[int, Verdict] = {-1: "settled", -2: "refused", -3: "later", -4: "go"}
"""What a number below zero stands for in `counts`; from zero on it is the first criterion that is missed."""


def _counted(row: Mapping[str, Any], selection: Selection) -> Counted:
    number, amount = row["verdict"], Decimal(row["amount"])
    if number < 0:
        return Counted(VERDICTS[number], "", row["records"], amount)
    criterion = [*selection.scope, *selection.readiness][number]
    verdict: Verdict = "not_selected" if number < len(selection.scope) else "withheld"
    return Counted(verdict, criterion.reason, row["records"], amount)


def _candidate(category: DataCategory, row: Mapping[str, Any]) -> tuple[Wanted, Record]:
    return Wanted(str(row[category.key]), row["ledger_known"]), _read(category, row)


def _read(category: DataCategory, row: Mapping[str, Any]) -> Record:
    """A value that is not of its field's type counts as empty: it costs one record its export, not all of them."""
    try:
        return read_record(category, row)
    except ValueError:
        return {name: _read_alone(category, name, row) for name in category.fields}


def _read_alone(category: DataCategory, name: str, row: Mapping[str, Any]) -> Value | None:
    try:
        return read_record(category, {name: row[name]})[name]
    except ValueError:
        return None


def _wanted(made: Statement, selection: Selection) -> Composed:
    return every([made.mine(), *made.tests(selection.scope), *made.tests(selection.readiness)])


def _amount(made: Statement) -> Composed:
    if made.category.amount is None:
        return SQL("{}").format(SQL("0"))
    return SQL("coalesce(sum({}), 0)").format(made.column(made.category.amount))


def _new_year(year: int, kind: str, zone: ZoneInfo) -> date:
    """The first day of a year, or its local midnight where the field holds instants."""
    return datetime(year, 1, 1, tzinfo=zone) if kind == "instant" else date(year, 1, 1)
