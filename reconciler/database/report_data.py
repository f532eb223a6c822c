"""The records that a report counts, streamed: one snapshot, a cursor on the server, as a role that can only read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from reconciler.database.backlog import MISSING
from reconciler.database.connection import Connection, Database
from reconciler.database.failures import first_line
from reconciler.database.records import READER
from reconciler.errors import Blocked
from reconciler.reports.columns import Raw
from reconciler.reports.counting import Asked
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.report import COLUMNS, Source
from reconciler.specs.sentences import say

AT_ONCE = 2000
"""Rows that travel together."""


class ReportData:
    """The Data of `reports.counting` on one connection and in one snapshot."""

    def __init__(
        self, connection: Connection, organization_id: str, asked: Asked, categories: Mapping[str, DataCategory]
    ) -> None:
        self._connection = connection
        self._asked = asked
        self._categories = categories
        self._values = {
            "organization": organization_id,
            "zone": asked.zone.key,
            "first": asked.period.first,
            "last": asked.period.last,
            "counted_on": asked.period.counted_on,
        }

    def members(self) -> Iterator[Raw]:
        """See `Data`. Only those who can have been there on the counting day are read."""
        since, until = self._local("members", "joined_on"), self._local("members", "left_on")
        there = SQL("coalesce({} <= %(counted_on)s, true) and coalesce({} > %(counted_on)s, true)")
        return self._rows("members", [], there.format(since, until), SQL("r.{}").format(self._key("members")))

    def branches(self) -> Iterator[Raw]:
        """See `Data`."""
        return self._rows("branches", [], SQL("true").format(), SQL("number, id").format())

    def activities(self) -> Iterator[Raw]:
        """See `Data`."""
        within = SQL("{} between %(first)s and %(last)s").format(self._local("activities", "day"))
        return self._rows("activities", [self._people()], within, SQL("day, peer, id").format())

    def _rows(self, source: Source, more: list[Composed], where: Composed, order: Composed) -> Iterator[Raw]:
        category = self._category(source)
        named = [SQL("r.{} as id").format(self._key(source))]
        for name in COLUMNS[source]:
            given = self._day(source, name) if COLUMNS[source][name] == "date" else self._value(source, name)
            named.append(SQL("{} as {}").format(given, Identifier(name)))
        query = SQL("select {} from {} r where r.{} = %(organization)s::uuid and {} order by {}").format(
            SQL(", ").join([*named, *more]),
            Identifier(*category.relation.split(".")),
            Identifier(category.organization),
            where,
            order,
        )
        with self._connection.cursor(f"report_{source}", row_factory=dict_row) as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(query, self._values)
            yield from cursor

    def _people(self) -> Composed:
        """The participants of an activity, from their own relation."""
        category, report = self._category("participants"), self._asked.report
        return SQL(
            "array(select p.{person}::text from {relation} p"
            " where p.{activity} = r.{key} and p.{organization} = %(organization)s::uuid order by 1) as people"
        ).format(
            person=Identifier(category.column(_field(report.column("participants", "person").field))),
            relation=Identifier(*category.relation.split(".")),
            activity=Identifier(category.column(_field(report.column("participants", "activity").field))),
            key=self._key("activities"),
            organization=Identifier(category.organization),
        )

    def _value(self, source: Source, name: str) -> Composed:
        """The column that a value comes from; null where it is a constant. Numbers that are no text become one."""
        field = self._asked.report.column(source, name).field
        if field is None:
            return SQL("null").format()
        return SQL("r.{}").format(Identifier(self._category(source).column(field)))

    def _local(self, source: Source, name: str) -> Composed:
        """A local day as PostgreSQL compares it; it may lie where no calendar of Python's goes, or have no end."""
        field, given = self._asked.report.column(source, name).field, self._value(source, name)
        if field is not None and self._category(source).fields[field].type == "instant":
            return SQL("({} at time zone %(zone)s)::date").format(given)
        return SQL("{}::date").format(given)

    def _day(self, source: Source, name: str) -> Composed:
        """A local day as it is read: one beyond Python's calendar as none."""
        return SQL("case when {0} between '0002-01-01' and '9998-12-31' then {0} end").format(self._local(source, name))

    def _key(self, source: Source) -> Identifier:
        category = self._category(source)
        return Identifier(category.column(category.key))

    def _category(self, source: Source) -> DataCategory:
        return self._categories[self._asked.report.category(source)]


def _field(name: str | None) -> str:
    assert name is not None, "checked: participants come from fields"
    return name


@contextmanager
def report_data(
    database: Database, organization_id: str, asked: Asked, categories: Mapping[str, DataCategory]
) -> Iterator[ReportData]:
    """The records for as long as the block lasts. `database` is used by nobody else meanwhile.

    Raises Blocked where the app's tables are not as a category says, or not for us to read.
    """
    with database.reading(READER) as connection:
        try:
            yield ReportData(connection, organization_id, asked, categories)
        except MISSING as error:
            hint = "is it there, and may the role reconciler_reader read it?"
            message = say("the app's records cannot be read: {first_line}", first_line=first_line(error))
            raise Blocked(message, hint) from error
