"""Memory grows with people, never with activities: rows come from a cursor, and are let go."""

import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
from parts.counted import Rows, activity, asked
from parts.many import ACTIVITIES, PARTICIPANTS

from reconciler.database.connection import Database
from reconciler.database.report_data import AT_ONCE, report_data
from reconciler.demo.people import BLINDEFORBUNDET
from reconciler.reports.counting import count

ROWS = 6_000


class Many(Rows):
    """Activities that exist only while they are looked at."""

    def activities(self) -> Iterator[dict[str, Any]]:
        for n in range(ROWS):
            people = [f"person {(n * 7 + k) % 300}" for k in range(3)]
            yield activity(id=f"activity {n}", day=date(2025, 1, 1) + timedelta(days=n * 365 // ROWS), people=people)


def test_counting_holds_no_row() -> None:
    count(asked(), Many())
    tracemalloc.start()
    try:
        found = count(asked(), Many())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.totals["activities"] == ROWS
    assert peak < 1_000_000, "three hundred people need some ten kilobytes; six thousand rows ten megabytes"


def test_rows_come_through_a_cursor_on_the_server_as_the_role_that_only_reads(applied) -> None:
    from parts.counted import spec

    from reconciler.specs.models.report import COLUMNS

    with psycopg.connect(applied.database_url) as connection:
        for statement in (ACTIVITIES, PARTICIPANTS):
            connection.execute(statement, {"organization": BLINDEFORBUNDET, "count": 3 * AT_ONCE})
    wanted = asked()
    categories = {name: spec(f"specs/data-categories/{name}.yaml") for name in map(wanted.report.category, COLUMNS)}
    with report_data(Database(applied.database_url), str(BLINDEFORBUNDET), wanted, categories) as data:
        rows = data.activities()
        first = next(rows)
        connection = data._connection
        assert connection.execute("select current_user as name").fetchone() == {"name": "reconciler_reader"}
        assert [row["name"] for row in connection.execute("select name from pg_cursors")] == ["report_activities"]
        assert sum(1 for _ in rows) + 1 >= 3 * AT_ONCE
        assert first["day"] == date(2025, 1, 1)
