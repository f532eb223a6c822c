"""The parts of a query over the app's records. Criteria become SQL here and nowhere else.

Names of relations and columns come from specs and are quoted as identifiers; every value is a parameter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, assert_never

from psycopg.sql import SQL, Composed, Identifier, Placeholder

from reconciler.runs.export import Stream
from reconciler.selections.criteria import (
    AtLeast,
    AtMost,
    Before,
    Criterion,
    Empty,
    Filled,
    NoneOf,
    NotAll,
    OneOf,
    Test,
)
from reconciler.specs.models.category import DataCategory

BLANK = r"^[\s\u0085\u00a0\u2007\u202f\u3000]*$"
ARRAYS = {"integer": "numeric", "decimal": "numeric", "money": "numeric", "boolean": "boolean", "date": "date"}
"""Types that are compared as what they are; others as text."""


class Statement:
    """Gathers the parameters of one query over the records (`r`) of one category, beside the ledger of one stream."""

    def __init__(self, stream: Stream, category: DataCategory) -> None:
        self.stream = stream
        self.category = category
        self.parameters: dict[str, Any] = {}

    def value(self, value: Any) -> Placeholder:
        """A value as a parameter."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return Placeholder(name)

    def column(self, field: str | None) -> Composed:
        """The column of a field."""
        assert field is not None
        return SQL("r.{}").format(Identifier(self.category.column(field)))

    @property
    def source(self) -> Composed:
        """The relation."""
        return SQL("from {} r").format(Identifier(*self.category.relation.split(".")))

    def fields(self, more: SQL | Composed) -> Composed:
        """All fields by their names, and `more` columns."""
        columns = [(name, self.category.column(name), field.type) for name, field in self.category.fields.items()]
        return SQL("select {}, {}").format(_named(tuple(columns)), more)

    def mine(self) -> Composed:
        """The record is this organisation's."""
        organization = self.value(self.stream.organization_id)
        return SQL("r.{} = {}::uuid").format(Identifier(self.category.organization), organization)

    def joined(self) -> Composed:
        """The ledger's row of a record, if it has any: that of the newest epoch, and there is one of it."""
        return SQL("{} and e.record_id = {}::text").format(self.ours(), self.column(self.category.key))

    def ours(self) -> Composed:
        """The ledger's rows of this stream (`e`), of each record the newest epoch's."""
        return SQL("{} and e.superseded_by is null").format(self._rows())

    def _rows(self) -> Composed:
        return SQL(
            "e.organization_id = {organization}::uuid and e.target = {target} and e.category = {category}"
        ).format(
            organization=self.value(self.stream.organization_id),
            target=self.value(self.stream.target),
            category=self.value(self.stream.category),
        )

    def free_rows(self, now: datetime) -> Composed:
        """The query for the records of the ledger's free rows: few, and found by an index of their own."""
        return SQL("select e.record_id from reconciler.exports e where {} and e.undecided and {}").format(
            self.ours(), self.free(now)
        )

    def new_or(self, free: Sequence[str]) -> Composed:
        """The ledger has no row of the record, or it is one of the `free` ones.

        Nearly all records of an old target have one. Asked so, an index says which, and none of the rows is read.
        """
        return SQL(
            "not exists (select from reconciler.exports e where {rows} and e.record_id = {key}::text"
            " and e.record_id <> all({free}::text[]))"
        ).format(rows=self._rows(), key=self.column(self.category.key), free=self.value(list(free)))

    def exists(self, condition: SQL | Composed) -> Composed:
        """The ledger has a row of the record that meets `condition`."""
        return SQL("exists (select from reconciler.exports e where {} and {})").format(self.joined(), condition)

    def unsettled(self, now: datetime) -> Composed:
        """No row of the ledger, or one that says: nothing happened, and it is time to try again; and no hold."""
        settled = self.exists(SQL("not {}").format(self.free(now)))
        return SQL("(not {} and not {})").format(settled, self.held_back(now))

    def free(self, now: datetime) -> Composed:
        """A row of the ledger says that nothing happened, and that it is time to try again."""
        return SQL("(e.state = 'not_applied' and coalesce(e.next_attempt_at, {now}) <= {now})").format(
            now=self.value(now)
        )

    def held_back(self, now: datetime) -> Composed:
        """A person holds the record back, perhaps since the run began.

        Written as a list, which the planner looks into record by record: joined to it, a page of records would first
        have to be sorted out of all of them.
        """
        return SQL(
            "{key}::text in (select h.record_id from reconciler.record_holds h where h.organization_id ="
            " {organization}::uuid and h.target = {target} and h.category = {category}"
            " and h.released_at is null and (h.ends_at is null or h.ends_at > {now}))"
        ).format(
            organization=self.value(self.stream.organization_id),
            target=self.value(self.stream.target),
            category=self.value(self.stream.category),
            key=self.column(self.category.key),
            now=self.value(now),
        )

    def tests(self, criteria: Iterable[Criterion]) -> list[Composed]:
        """Each criterion as a condition that is true or false, never null."""
        return [self.test(each.test) for each in criteria]

    def test(self, test: Test) -> Composed:
        """Never null: a condition that cannot be decided is not met."""
        match test:
            case OneOf(field, values):
                return self._one_of(field, values)
            case NoneOf(field, values):
                return SQL("not {}").format(self._one_of(field, values))
            case AtLeast(field, value):
                return self._compared(field, ">=", value)
            case AtMost(field, value):
                return self._compared(field, "<=", value)
            case Before(field, value):
                return self._compared(field, "<", value)
            case Filled(field):
                return self._filled(field)
            case Empty(field):
                return SQL("not ({})").format(self._filled(field))
            case NotAll(conditions):
                return SQL("not ({})").format(every([self.test(each) for each in conditions]))
            case _:
                assert_never(test)

    def _one_of(self, field: str, values: tuple[Any, ...]) -> Composed:
        kind = SQL(ARRAYS.get(self.category.fields[field].type, "text"))
        return SQL("coalesce({column}::{kind} = any({values}::{kind}[]), false)").format(
            column=self.column(field), kind=kind, values=self.value(list(values))
        )

    def _compared(self, field: str, operator: str, value: Any) -> Composed:
        """The column stands bare, so that an index of the app can serve.

        A day or number without end is compared as such: the mapping then refuses the record aloud.
        """
        return SQL("coalesce({column} {operator} {value}, false)").format(
            column=self.column(field), operator=SQL(operator), value=self.value(value)
        )

    def _filled(self, field: str) -> Composed:
        """What counts as blank is what the mappings see as empty."""
        return SQL("coalesce({column}::text, '') !~ {blank}").format(
            column=self._readable(field), blank=self.value(BLANK)
        )

    def _readable(self, name: str) -> Composed:
        return _readable(self.category.column(name), self.category.fields[name].type)


@lru_cache(maxsize=256)
def _named(columns: tuple[tuple[str, str, str], ...]) -> SQL:
    """All fields (name, column, type) by their names: written out, for every run asks for the same ones several times,
    and putting them together anew took as long as being answered."""
    named = [SQL("{} as {}").format(_readable(column, kind), Identifier(name)) for name, column, kind in columns]
    return SQL(SQL(", ").join(named).as_string(None))  # of quoted names, and of nothing else


def _readable(column: str, kind: str) -> Composed:
    """PostgreSQL's days go from before Christ to infinity and its numbers may have no end, Python's do not: such a
    value is read as none."""
    found = SQL("r.{}").format(Identifier(column))
    match kind:
        case "date" | "instant":
            ended = SQL("{} between '0002-01-01' and '9998-12-31'").format(found)
        case "decimal" | "money":
            ended = SQL("{0}::numeric > '-infinity' and {0}::numeric < 'infinity'").format(found)
        case _:
            return found
    return SQL("case when {ended} then {column} end").format(ended=ended, column=found)


def every(tests: Iterable[Composed]) -> Composed:
    """All of these."""
    return SQL(" and ").join(SQL("({})").format(test) for test in tests)
