"""The app's records: criteria in SQL agree with a plain reading of them, and the ledger is asked by index."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Composed
from ruamel.yaml import YAML

from reconciler.database.connection import Database
from reconciler.database.records import IN_ORDER, PLANNED, READER, RecordTables
from reconciler.mappings.values import empty
from reconciler.runs.export import Page, Stream, Wanted
from reconciler.selections.criteria import AtLeast, Criterion, Filled, NotAll, OneOf, Selection
from reconciler.specs.models.category import DataCategory

ORG, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Oslo"))
STREAM = Stream(ORG, "books", "simulator:t:1:voucher", "expense_claims")
SELECTION = Selection(
    "expense_claims",
    (
        Criterion(AtLeast("approved_at", MIDNIGHT), "too early"),
        Criterion(OneOf("status", ("approved",)), "not approved"),
    ),
    (
        Criterion(Filled("cost_center"), "no cost centre"),
        Criterion(NotAll((OneOf("expense_type", ("course",)), OneOf("project", ("4100", "4200")))), "excluded"),
    ),
)
ROWS = st.fixed_dictionaries({
    "organization_id": st.sampled_from([ORG, ORG, ORG, OTHER]),
    "status": st.sampled_from(["approved", "approved", "submitted"]),
    "expense_type": st.sampled_from(["travel", "course"]),
    "cost_center": st.sampled_from([None, "", " ", "\t\n", "\u00a0", "\u3000", "310", " 320 "]),
    "project": st.sampled_from([None, "4100", "4300", ""]),
    "offset": st.sampled_from([-3600, -1, 0, 1, 20 * 60, 86_400]),
})  # fmt: skip
INSERT = """
    insert into app.expense_claims (id, organization_id, volunteer_id, volunteer_number, expense_type, incurred_on,
        approved_at, status, amount, currency, cost_center, project, created_at, updated_at)
    values (%(id)s, %(organization_id)s, %(id)s, 'V1', %(expense_type)s, '2026-01-01', %(approved_at)s, %(status)s, 1,
        'NOK', %(cost_center)s, %(project)s, '2025-01-01', '2027-01-01')"""


@pytest.fixture(scope="module")
def category() -> DataCategory:
    path = Path(__file__).parents[2] / "specs/data-categories/expense_claims.yaml"
    return DataCategory.model_validate(YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))["spec"])


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as found:
        found.execute(files("reconciler.demo").joinpath("app_schema.sql").read_bytes())
        yield found


def plainly(row: dict[str, Any]) -> str | None:
    """What becomes of a record: `send`, the reason why it is withheld, or None where it is not this export's."""
    at = row["approved_at"]
    if row["organization_id"] != ORG or row["status"] != "approved" or at is None or at < MIDNIGHT:
        return None
    if empty(row["cost_center"]):
        return "no cost centre"
    excluded = row["expense_type"] == "course" and row["project"] in {"4100", "4200"}
    return "excluded" if excluded else "send"


def pages(records: RecordTables, category: DataCategory, limit: int) -> list[tuple[Wanted, Mapping[str, Any]]]:
    """All that waits, so many at a time: the first page from the start, each other one after the last record."""
    found = records.waiting(STREAM, SELECTION, category, NOW, limit)
    page = Page(limit, found[-1][1]["approved_at"], found[-1][0].record_id) if found else None
    while page:
        more, page = records.waiting_after(STREAM, SELECTION, category, NOW, page)
        found += more
    return found


LEDGER_ROW = """
    insert into reconciler.exports (organization_id, target, category, record_id, epoch, integration, reference, number,
        state, next_attempt_at, revision, claimed_at, changed_at)
    values (%s, %s, 'expense_claims', %s, %s, 'books', %s, %s, %s, %s, 'r', now(), now())"""


def test_a_page_leaves_out_just_what_the_ledger_has_settled(
    connection: psycopg.Connection, database_url: str, category: DataCategory
) -> None:
    earlier, later = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
    ledger = [
        [(1, "sent", None)],
        [(1, "not_applied", None)],
        [(1, "not_applied", earlier)],
        [(1, "not_applied", later)],
        [(1, "rejected", None)],
        [(1, "unknown", None)],
        [(1, "voided", None), (2, "not_applied", None)],
        [(1, "not_applied", None), (2, "sending", None)],
        [(1, "not_applied", None), (2, "not_applied", earlier)],
        [],
    ]
    base = {"organization_id": ORG, "status": "approved", "expense_type": "travel", "cost_center": "1", "project": None}
    for n, rows in enumerate(ledger):
        record = f"00000000-0000-4000-8000-{n:012}"
        connection.execute(INSERT, base | {"id": record, "approved_at": MIDNIGHT + timedelta(hours=n // 3)})
        for epoch, state, due in rows:
            number = n * 10 + epoch
            connection.execute(LEDGER_ROW, [ORG, STREAM.target, record, epoch, f"R{number}", number, state, due])
    # Of each record the newest epoch is the one that counts.
    connection.execute(
        "update reconciler.exports o set superseded_by = n.id from reconciler.exports n"
        " where (n.target, n.record_id, n.epoch) = (o.target, o.record_id, o.epoch + 1)"
    )
    records = RecordTables(Database(database_url))
    every = records.waiting(STREAM, SELECTION, category, NOW, 100)
    assert [int(each.record_id[-12:]) for each, _ in every] == [1, 2, 6, 8, 9]
    assert [each.known for each, _ in every] == [True, True, True, True, False]
    for limit in (1, 2, 3, 4, 5):
        assert pages(records, category, limit) == every


def test_criteria_in_sql_agree_with_a_plain_reading(
    connection: psycopg.Connection, database_url: str, category: DataCategory
) -> None:
    database = Database(database_url)
    records = RecordTables(database)

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ROWS, max_size=12))
    def agree(drawn: list[dict[str, Any]]) -> None:
        rows = {f"00000000-0000-4000-8000-{n:012}": dict(row) for n, row in enumerate(drawn)}
        connection.execute("truncate app.expense_claims")
        for record, row in rows.items():
            approved = row["status"] == "approved"
            row["approved_at"] = MIDNIGHT + timedelta(seconds=row.pop("offset")) if approved else None
            connection.execute(INSERT, row | {"id": record})
        wanted = {record: found for record, row in rows.items() if (found := plainly(row))}
        waiting = records.waiting(STREAM, SELECTION, category, NOW, 100)
        assert {each.record_id for each, _ in waiting} == {key for key, found in wanted.items() if found == "send"}
        assert [paged.record_id for paged, _ in pages(records, category, 2)] == [each.record_id for each, _ in waiting]
        withheld = {key: found for key, found in wanted.items() if found != "send"}
        assert records.withheld(STREAM, SELECTION, category) == withheld
        assert records.total(STREAM, SELECTION, category, NOW) == (len(waiting), f"{len(waiting)}.00")
        counted = records.counts(STREAM, SELECTION, category, NOW)
        assert sum(each.records for each in counted) == sum(row["organization_id"] == ORG for row in rows.values())
        assert sum(each.records for each in counted if each.verdict == "go") == len(waiting)
        by_reason = {each.reason: each.records for each in counted if each.verdict == "withheld"}
        assert by_reason == Counter(withheld.values())

    agree()
    database.close()


class Captured(RecordTables):
    """Keeps the query instead of asking it."""

    query: Composed
    parameters: Mapping[str, Any]
    sort: bool

    def _rows(self, query: Composed, parameters: Mapping[str, Any], *, sort: bool = True) -> list[dict[str, Any]]:
        self.query, self.parameters, self.sort = query, parameters, sort
        return []


def many(connection: psycopg.Connection, count: int) -> None:
    """So many approved claims, a minute apart; what the ledger is told of them is not remembered as history."""
    connection.execute("alter table reconciler.exports disable trigger new_exports_remembered")
    connection.execute(
        """
        insert into app.expense_claims (id, organization_id, volunteer_id, volunteer_number, expense_type, incurred_on,
            approved_at, status, amount, currency, cost_center, created_at, updated_at)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, %s, gen_random_uuid(), 'V1', 'travel',
            '2026-01-01', timestamptz '2026-01-01 12:00+01' + n * interval '1 minute', 'approved', 1, 'NOK', '310',
            '2025-01-01', '2027-01-01' from generate_series(1, %s::int) n""",
        [ORG, count],
    )


TARGET = (STREAM.target, STREAM.category)
SETTLED = """(organization_id, target, category, record_id, integration, reference, number, state, revision, claimed_at,
        changed_at)
    select %s, %s, %s, '00000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 'books', 'R' || n, n, 'sent', 'r',
        now(), now() from generate_series({first}, {last}) n"""


def read(connection: psycopg.Connection) -> int:
    """How many rows of the ledger were ever looked at, also by sessions that have ended their work just now."""
    query = "select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relname = 'exports'"
    connection.execute("select pg_stat_clear_snapshot()")
    row = connection.execute(query).fetchone()
    assert row
    return row[0]


def test_a_page_asks_the_ledger_for_its_own_records_only(
    connection: psycopg.Connection, database_url: str, category: DataCategory
) -> None:
    """Also where nobody has counted the ledger's rows yet: its statistics are those of a table with one row."""
    connection.execute("alter table reconciler.exports set (autovacuum_enabled = off)")
    many(connection, 20_050)
    connection.execute("insert into reconciler.exports " + SETTLED.format(first=1, last=1), [ORG, *TARGET])
    connection.execute("analyze app.expense_claims; analyze reconciler.exports")
    connection.execute("insert into reconciler.exports " + SETTLED.format(first=2, last=10_000), [ORG, *TARGET])
    records = RecordTables(Database(database_url))
    before = read(connection)
    page = Page(500, MIDNIGHT + timedelta(hours=12, minutes=9_000), f"00000000-0000-4000-8000-{9_000:012}")
    found, page = records.waiting_after(STREAM, SELECTION, category, NOW, page)
    assert page == Page(500, found[-1][1]["approved_at"], found[-1][0].record_id)
    assert [int(each.record_id[-12:]) for each, _ in found] == list(range(10_001, 10_501))
    assert read(connection) - before <= 1_500  # those of the three pages, whatever the planner thinks of the table


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def planned(connection: psycopg.Connection, captured: Captured) -> dict[str, Any]:
    """How the server goes about a query, with what is said to its planner."""
    with connection.transaction():
        connection.execute(PLANNED if captured.sort else f"{PLANNED}; {IN_ORDER}")
        connection.execute(f"set local role {READER}")
        query = Composed([SQL("explain (format json, analyze) "), captured.query])
        row = connection.execute(query, captured.parameters).fetchone()
    assert row
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def scans(plan: dict[str, Any], relation: str) -> list[dict[str, Any]]:
    return [each for each in nodes(plan) if each.get("Relation Name") == relation]


def vacuumed(connection: psycopg.Connection) -> None:
    """The ledger as a vacuum leaves it: while the server's own cleaner looks at this database, one alone may leave
    pages that an index cannot answer for.
    """
    all_visible = "select relallvisible >= relpages from pg_class where oid = 'reconciler.exports'::regclass"
    for _ in range(300):
        connection.execute("vacuum analyze reconciler.exports")
        if connection.execute(all_visible).fetchone() == (True,):
            return
        time.sleep(0.1)
    raise AssertionError("no vacuum made every page visible")


def test_at_twenty_thousand_exports_the_ledger_is_asked_by_index(
    connection: psycopg.Connection, database_url: str, category: DataCategory
) -> None:
    many(connection, 5_050)
    for target, last in ((STREAM.target, 5_000), ("elsewhere", 15_000)):
        settled = SETTLED.format(first=1, last=last)
        connection.execute(f"insert into reconciler.exports {settled}", [ORG, target, STREAM.category])
    connection.execute("analyze app.expense_claims")
    vacuumed(connection)
    captured = Captured(Database(database_url))
    captured.waiting(STREAM, SELECTION, category, NOW, 500)
    plan = planned(connection, captured)
    assert plan["Actual Rows"] == 50
    found = scans(plan, "exports")
    asked = [(each["Node Type"], each["Actual Rows"]) for each in found]
    assert asked == [("Index Only Scan", 5_000)], json.dumps(plan)[:4000]


def test_a_page_is_read_in_the_order_of_the_apps_index_and_no_further(
    connection: psycopg.Connection, database_url: str, category: DataCategory
) -> None:
    many(connection, 20_050)
    connection.execute("insert into reconciler.exports " + SETTLED.format(first=1, last=5_000), [ORG, *TARGET])
    connection.execute("analyze app.expense_claims")
    captured = Captured(Database(database_url))
    page = Page(500, MIDNIGHT + timedelta(hours=12, minutes=9_000), f"00000000-0000-4000-8000-{9_000:012}")
    captured.waiting_after(STREAM, SELECTION, category, NOW, page)
    plan = planned(connection, captured)
    assert plan["Actual Rows"] == 500
    assert [each["Actual Rows"] < 600 for each in scans(plan, "expense_claims")] == [True]
    assert [each["Actual Rows"] * each["Actual Loops"] <= 500 for each in scans(plan, "exports")] == [True]
