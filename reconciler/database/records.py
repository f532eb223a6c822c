"""The app's records, read as `reconciler_reader`: a role that can only read. Criteria become SQL here and nowhere else.

Names of relations and columns come from specs and are quoted as identifiers; every value is a parameter.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from psycopg.sql import SQL, Composed, Identifier, Literal

from reconciler.database.connection import Database
from reconciler.mappings.values import Value, read_record
from reconciler.runs.export import Span, Stream, Wanted
from reconciler.selections.criteria import Criterion, Filled, NotExcluded, OneOf, Open, Selection, Since
from reconciler.specs.models.category import DataCategory

READER = "reconciler_reader"
BLANK = r"^[\s\u0085\u00a0\u2007\u202f\u3000]*$"
Record = Mapping[str, Value | None]


class RecordTables:
    """The Records port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(
        self, stream: Stream, selection: Selection, category: DataCategory, now: datetime, limit: int
    ) -> list[tuple[Wanted, Record]]:
        """See the port. Asks the ledger, not a watermark: late and back-dated records need no special case."""
        query = SQL(
            "{select} {source} left join reconciler.exports k on {known}"
            " where {wanted} and {unsettled} order by {order}, {key} limit {limit}"
        ).format(
            select=_fields(category, SQL("k.record_id is not null as ledger_known")),
            source=_source(category),
            known=_known(stream, category),
            wanted=_all(
                [_mine(stream, category), *_tests(selection.scope, category), *_tests(selection.readiness, category)]
            ),
            unsettled=_unsettled(stream, category, now),
            order=_column(category, category.cut_over),
            key=_column(category, category.key),
            limit=Literal(limit),
        )
        return [
            (Wanted(str(row[category.key]), row["ledger_known"]), _read(category, row)) for row in self._rows(query)
        ]

    def rejected(
        self, stream: Stream, selection: Selection, category: DataCategory
    ) -> list[tuple[Wanted, Record, str, str]]:
        """See the port."""
        query = SQL(
            "{select} {source} join reconciler.exports e on {joined} and e.state = 'rejected' where {wanted}"
        ).format(
            select=_fields(category, SQL("e.record_digest as ledger_record, e.mapping_digest as ledger_mapping")),
            source=_source(category),
            joined=_joined(stream, category),
            wanted=_all(
                [_mine(stream, category), *_tests(selection.scope, category), *_tests(selection.readiness, category)]
            ),
        )
        return [
            (
                Wanted(str(row[category.key]), known=True),
                _read(category, row),
                row["ledger_record"],
                row["ledger_mapping"],
            )
            for row in self._rows(query)
        ]

    def withheld(self, stream: Stream, selection: Selection, category: DataCategory) -> dict[str, str]:
        """See the port. The first criterion that a record misses is its reason."""
        if not selection.readiness:
            return {}
        cases = SQL(" ").join(
            SQL("when not ({test}) then {reason}").format(test=test, reason=Literal(criterion.reason))
            for test, criterion in zip(_tests(selection.readiness, category), selection.readiness, strict=True)
        )
        query = SQL(
            "select {key}::text as record_id, case {cases} end as reason {source}"
            " where {scope} and not ({ready}) and not {sent}"
        ).format(
            key=_column(category, category.key),
            cases=cases,
            source=_source(category),
            scope=_all([_mine(stream, category), *_tests(selection.scope, category)]),
            ready=_all(_tests(selection.readiness, category)),
            sent=_exists(stream, category, SQL("e.state not in ('not_applied', 'rejected')")),
        )
        return {row["record_id"]: row["reason"] for row in self._rows(query)}

    def total(self, stream: Stream, selection: Selection, category: DataCategory, now: datetime) -> tuple[int, str]:
        """See the port."""
        amount = SQL("coalesce(sum({}), 0)").format(_column(category, category.amount)) if category.amount else SQL("0")
        query = SQL("select count(*) as records, {amount} as amount {source} where {wanted} and {unsettled}").format(
            amount=amount,
            source=_source(category),
            wanted=_all(
                [_mine(stream, category), *_tests(selection.scope, category), *_tests(selection.readiness, category)]
            ),
            unsettled=_unsettled(stream, category, now),
        )
        row = next(iter(self._rows(query)))
        return row["records"], f"{row['amount']:.2f}"

    def of_subject(self, stream: Stream, category: DataCategory, subject: str, span: Span, zone: ZoneInfo) -> list[str]:
        """See the port."""
        kind = category.fields[span.field].type
        query = SQL(
            "select {key}::text as record_id {source}"
            " where {mine} and {subject}::text = {whose} and {day} >= {since} and {day} < {until}"
        ).format(
            key=_column(category, category.key),
            source=_source(category),
            mine=_mine(stream, category),
            subject=_column(category, category.subject),
            whose=Literal(subject),
            day=_column(category, span.field),
            since=Literal(_new_year(span.year, kind, zone)),
            until=Literal(_new_year(span.year + 1, kind, zone)),
        )
        return [row["record_id"] for row in self._rows(query)]

    def explain(
        self, stream: Stream, selection: Selection, category: DataCategory, record_id: str
    ) -> tuple[Record, list[str]] | None:
        """A record and the reasons of the criteria that it misses; None where the organisation has no such record."""
        criteria = [*selection.scope, *selection.readiness]
        tests = [
            SQL("coalesce({test}, false) as {name}").format(test=test, name=Identifier(f"criterion_{number}"))
            for number, test in enumerate(_tests(criteria, category))
        ]
        query = SQL("{select} {source} where {mine} and {key}::text = {record}").format(
            select=_fields(category, SQL(", ").join(tests)),
            source=_source(category),
            mine=_mine(stream, category),
            key=_column(category, category.key),
            record=Literal(record_id),
        )
        for row in self._rows(query):
            missed = [each.reason for number, each in enumerate(criteria) if not row[f"criterion_{number}"]]
            return _read(category, row), missed
        return None

    def _rows(self, query: Composed) -> list[dict[str, Any]]:
        with self._database.reading(READER) as connection:
            # Until the ledger's statistics have caught up with a large run, the planner takes it for a row or two and
            # reads all of it again for every record: a minute for five thousand, where a hash takes milliseconds.
            connection.execute("set local enable_nestloop = off")
            return connection.execute(query).fetchall()


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


def _new_year(year: int, kind: str, zone: ZoneInfo) -> date:
    """The first day of a year, or its local midnight where the field holds instants."""
    return datetime(year, 1, 1, tzinfo=zone) if kind == "instant" else date(year, 1, 1)


def _column(category: DataCategory, field: str | None) -> Composed:
    assert field is not None
    return SQL("r.{}").format(Identifier(category.column(field)))


def _source(category: DataCategory) -> Composed:
    return SQL("from {} r").format(Identifier(*category.relation.split(".")))


def _fields(category: DataCategory, more: SQL | Composed) -> Composed:
    named = [SQL("{} as {}").format(_readable(category, name), Identifier(name)) for name in category.fields]
    return SQL("select {}, {}").format(SQL(", ").join(named), more)


def _readable(category: DataCategory, name: str) -> Composed:
    """PostgreSQL's days go from before Christ to infinity, Python's do not: such a day is read as none."""
    column = _column(category, name)
    if category.fields[name].type not in {"date", "instant"}:
        return column
    return SQL("case when {column} between '0002-01-01' and '9998-12-31' then {column} end").format(column=column)


def _mine(stream: Stream, category: DataCategory) -> Composed:
    return SQL("r.{} = {}::uuid").format(Identifier(category.organization), Literal(stream.organization_id))


def _joined(stream: Stream, category: DataCategory, ledger: str = "e") -> Composed:
    return SQL(
        "{e}.organization_id = {organization}::uuid and {e}.target = {target} and {e}.category = {category}"
        " and {e}.record_id = {key}::text"
    ).format(
        e=Identifier(ledger),
        organization=Literal(stream.organization_id),
        target=Literal(stream.target),
        category=Literal(stream.category),
        key=_column(category, category.key),
    )


def _exists(stream: Stream, category: DataCategory, condition: SQL | Composed) -> Composed:
    return SQL("exists (select from reconciler.exports e where {} and {})").format(_joined(stream, category), condition)


def _known(stream: Stream, category: DataCategory) -> Composed:
    """The ledger's row of a record, if it has any: the first epoch's is always there, and there is one of it."""
    return SQL("{} and k.epoch = 1").format(_joined(stream, category, "k"))


def _unsettled(stream: Stream, category: DataCategory, now: datetime) -> Composed:
    """No row of the ledger, or one that says: nothing happened, and it is time to try again."""
    condition = SQL("(e.state <> 'not_applied' or coalesce(e.next_attempt_at, {now}) > {now})").format(now=Literal(now))
    return SQL("not {}").format(_exists(stream, category, condition))


def _all(tests: Sequence[Composed]) -> Composed:
    return SQL(" and ").join(SQL("({})").format(test) for test in tests)


def _tests(criteria: Sequence[Criterion], category: DataCategory) -> list[Composed]:
    return [_test(each.test, category) for each in criteria]


def _test(test: OneOf | Since | Filled | NotExcluded | Open, category: DataCategory) -> Composed:
    """Never null: a condition that cannot be decided is not met."""
    match test:
        case OneOf(field, values):
            return SQL("coalesce({column}::text = any({values}), false)").format(
                column=_column(category, field), values=Literal(list(values))
            )
        case Since(field, day, instant):
            since = Literal(instant) if category.fields[field].type == "instant" else Literal(day)
            return SQL("coalesce({column} >= {since}, false)").format(column=_column(category, field), since=since)
        case Open(field, day, instant):
            first = Literal(instant) if category.fields[field].type == "instant" else Literal(day)
            return SQL("coalesce({column} >= {first}, true)").format(column=_column(category, field), first=first)
        case Filled(field):
            # What counts as blank is what the mappings see as empty.
            return SQL("coalesce({column}::text, '') !~ {blank}").format(
                column=_column(category, field), blank=Literal(BLANK)
            )
        case NotExcluded(conditions):
            return SQL("not ({})").format(_all(list(_each(conditions, category))))
        case _:
            assert_never(test)


def _each(conditions: Sequence[OneOf], category: DataCategory) -> Iterator[Composed]:
    return (_test(each, category) for each in conditions)
