"""The demo's records hold exactly the traps they promise, land in PostgreSQL, and agree with the catalogue."""

import hashlib
import re
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from reconciler.demo.filling import fill
from reconciler.demo.people import (
    BLINDEFORBUNDET,
    COST_CENTERS,
    FOURTH_ORGANIZATION,
    HEAD_OFFICE,
    OTHER_ORGANIZATION,
    THIRD_ORGANIZATION,
    blindeforbundet,
)
from reconciler.demo.records import NOW, ZONE, records
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.features import FeatureCatalog
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.parse import parse

Row = dict[str, Any]  # a test knows what it looks at

ROOT = Path(__file__).parents[2]
CUT_OVER = datetime(2026, 1, 1, tzinfo=ZONE)
TABLES = ("expense_claims", "mileage_claims", "driver_honorariums", "activity_logs")
CLAIMS = TABLES[:3]
COUNTS = {"expense_claims": 129, "mileage_claims": 119, "driver_honorariums": 56, "activity_logs": 66}
HAPPENED = {"expense_claims": "incurred_on", "mileage_claims": "travelled_on", "driver_honorariums": "driven_on"}
SQL_TYPES = {
    "text": ("text", None),
    "integer": ("integer", 0),
    "decimal": ("numeric", 1),
    "money": ("numeric", 2),
    "boolean": ("boolean", None),
    "date": ("date", None),
    "instant": ("timestamp with time zone", None),
    "uuid": ("uuid", None),
}
READS = {
    "text": re.compile(r"\S.*"),
    "integer": re.compile(r"\d+"),
    "decimal": re.compile(r"\d+\.\d"),
    "money": re.compile(r"\d+\.\d\d"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "instant": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"),
    "uuid": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
}


def every(table: str) -> list[Row]:
    return records()[table]


def ours(table: str) -> list[Row]:
    return [row for row in every(table) if row["organization_id"] == BLINDEFORBUNDET]


def approved(table: str) -> list[Row]:
    return [row for row in ours(table) if row["status"] == "approved"]


def rate(row: Row) -> Decimal:
    """The state rate a km on the day of the trip."""
    return Decimal("5.00") if row["travelled_on"] < date(2026, 1, 1) else Decimal("5.30")


def category(name: str) -> DataCategory:
    spec = document(f"specs/data-categories/{name}.yaml")
    assert isinstance(spec, DataCategory)
    return spec


def document(file: str) -> object:
    parsed = parse(file, (ROOT / file).read_bytes())
    assert parsed.diagnostics == []
    assert parsed.document is not None
    return parsed.document.spec


def test_two_calls_give_equal_records() -> None:
    assert records() == records()


def test_another_process_with_other_hashes_gives_the_same_records() -> None:
    code = "from reconciler.demo.records import records; print(repr(records()), end='')"
    environment = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PYTHONUTF8": "1"}
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert hashlib.sha256(other.stdout).digest() == hashlib.sha256(repr(records()).encode()).digest()


def test_there_are_a_few_hundred_records_and_a_handful_of_another_organization() -> None:
    whose = Counter(row["organization_id"] for rows in records().values() for row in rows)
    assert {table: len(rows) for table, rows in records().items()} == COUNTS
    assert whose == {BLINDEFORBUNDET: 340, OTHER_ORGANIZATION: 10, THIRD_ORGANIZATION: 10, FOURTH_ORGANIZATION: 10}


def test_every_id_is_a_version_4_uuid_and_stands_once() -> None:
    ids = [row["id"] for rows in records().values() for row in rows]
    assert len(set(ids)) == len(ids) == 370
    assert all(isinstance(one, uuid.UUID) and one.version == 4 for one in ids)


@pytest.mark.parametrize(
    ("table", "trap", "count"),
    [
        ("expense_claims", lambda row: row["receipt"] is None, 6),
        ("expense_claims", lambda row: row["cost_center"] is None, 4),
        ("expense_claims", lambda row: row["cost_center"] == "9999", 2),
        ("mileage_claims", lambda row: row["department"] == "Hamar", 1),
        ("mileage_claims", lambda row: row["amount"] < Decimal("3.50") * row["distance_km"], 1),
        ("mileage_claims", lambda row: row["amount"] - rate(row) * row["distance_km"] == Decimal("0.05"), 1),
        ("driver_honorariums", lambda row: row["driver_number"] == "V99999", 1),
    ],
)
def test_every_trap_is_set_exactly_so_often_among_approved_records(
    table: str, trap: Callable[[Row], bool], count: int
) -> None:
    caught = [row for row in approved(table) if trap(row)]
    assert len(caught) == count
    assert all(row["approved_at"] >= CUT_OVER for row in caught), "a trap that is never sent catches nothing"


@pytest.mark.parametrize(
    ("table", "counts"),
    [
        ("expense_claims", {"approved": 96, "draft": 8, "submitted": 10, "rejected": 6}),
        ("mileage_claims", {"approved": 92, "draft": 6, "submitted": 8, "rejected": 4}),
        ("driver_honorariums", {"approved": 41, "draft": 3, "submitted": 4, "rejected": 2}),
    ],
)
def test_some_claims_are_not_approved(table: str, counts: dict[str, int]) -> None:
    assert Counter(row["status"] for row in ours(table)) == counts
    assert all((row["approved_at"] is not None) == (row["status"] == "approved") for row in ours(table))


def test_fifteen_records_are_from_before_the_cut_over_day() -> None:
    december = {table: [row for row in approved(table) if row["approved_at"] < CUT_OVER] for table in CLAIMS}
    assert {table: len(rows) for table, rows in december.items()} == dict(zip(CLAIMS, (5, 4, 3), strict=True))
    assert all(row["approved_at"] >= datetime(2025, 12, 1, tzinfo=ZONE) for rows in december.values() for row in rows)
    assert sum(row["started_at"] < CUT_OVER for row in ours("activity_logs")) == 3


def test_ten_records_of_autumn_were_approved_in_january() -> None:
    late = {
        table: [
            row
            for row in approved(table)
            if row[HAPPENED[table]] < date(2025, 12, 1)
            and CUT_OVER <= row["approved_at"] < datetime(2026, 2, 1, tzinfo=ZONE)
        ]
        for table in CLAIMS
    }
    assert {table: len(rows) for table, rows in late.items()} == dict(zip(CLAIMS, (4, 4, 2), strict=True))


def test_one_record_stands_on_either_side_of_local_midnight() -> None:
    moments = sorted(row["approved_at"] for row in approved("expense_claims"))
    near = [moment.isoformat() for moment in moments if abs((moment - CUT_OVER).total_seconds()) < 3600]
    assert near == ["2025-12-31T23:40:00+01:00", "2026-01-01T00:20:00+01:00"]


def test_every_other_approved_claim_is_clean() -> None:
    numbers = {person.number for person in blindeforbundet().volunteers}
    for table in CLAIMS:
        number = "driver_number" if table == "driver_honorariums" else "volunteer_number"
        assert sum(row[number] not in numbers for row in approved(table)) == (table == "driver_honorariums")
        assert {row["currency"] for row in approved(table)} == {"NOK"}
    codes = {*COST_CENTERS.values(), HEAD_OFFICE}
    assert sum(row["cost_center"] not in codes for row in approved("expense_claims")) == 6
    assert {row["project"] for row in approved("expense_claims")} == {"4100", "4200", "4300", None}
    assert sum(row["department"] not in COST_CENTERS for row in approved("mileage_claims")) == 1
    assert sum(row["amount"] != rate(row) * row["distance_km"] for row in approved("mileage_claims")) == 2
    assert all(row["department"] in COST_CENTERS for row in approved("driver_honorariums"))


@pytest.mark.parametrize("table", CLAIMS)
def test_every_amount_has_two_decimals(table: str) -> None:
    assert {row["amount"].as_tuple().exponent for row in every(table)} == {-2}


def test_nothing_happens_after_now_and_nothing_out_of_order() -> None:
    for table in TABLES:
        for row in every(table):
            steps = [row[name] for name in ("created_at", "submitted_at", "approved_at", "updated_at") if row.get(name)]
            assert steps == sorted(steps)
            assert steps[-1] <= NOW
            begun = row["started_at"].date() if table == "activity_logs" else row[HAPPENED[table]]
            assert begun <= row["created_at"].date()


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url) as opened:
        yield opened


def test_filling_lands_every_record_and_filling_again_changes_nothing(connection: psycopg.Connection) -> None:
    assert fill(connection) == COUNTS
    assert fill(connection) == dict.fromkeys(TABLES, 0)
    for table, rows in records().items():
        cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
        landed = cursor.execute(f"select * from app.{table}").fetchall()
        assert {row["id"]: row for row in landed} == {row["id"]: row for row in rows}


def test_the_reader_reads_and_cannot_write(connection: psycopg.Connection) -> None:
    fill(connection)
    connection.execute("set role reconciler_reader")
    assert connection.execute("select count(*) from app.mileage_claims").fetchone() == (119,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("delete from app.mileage_claims")


@pytest.mark.parametrize("table", TABLES)
def test_the_category_describes_the_table_as_it_is(connection: psycopg.Connection, table: str) -> None:
    fill(connection)
    found = connection.execute(
        "select column_name, data_type, numeric_scale, is_nullable = 'NO' from information_schema.columns"
        " where table_schema = 'app' and table_name = %s",
        [table],
    ).fetchall()
    spec = category(table)
    described = {name: (*SQL_TYPES[field.type], field.required) for name, field in spec.fields.items()}
    assert spec.relation == f"app.{table}"
    assert {name: tuple(rest) for name, *rest in found} == described | {spec.organization: ("uuid", None, True)}


@pytest.mark.parametrize("table", TABLES)
def test_the_samples_are_five_and_fit_their_fields(table: str) -> None:
    spec = category(table)
    assert len(spec.samples) == 5
    for sample in spec.samples:
        assert {name for name, field in spec.fields.items() if field.required} <= set(sample)
        for name, value in sample.items():
            field = spec.fields[name]
            assert READS[field.type].fullmatch(value), (name, value)
            assert field.values is None or value in field.values
            assert field.max_length is None or len(value) <= field.max_length


def test_the_samples_of_mileage_are_paid_at_the_rate_of_their_day() -> None:
    rates = document("specs/reference/mileage.yaml")
    assert isinstance(rates, ReferenceTable)
    paid = []
    for sample in category("mileage_claims").samples:
        rate_then = rates.value("state_rate", date.fromisoformat(sample["travelled_on"]))
        assert rate_then is not None
        paid.append(Decimal(sample["amount"]) == rate_then * Decimal(sample["distance_km"]))
    assert paid == [True, True, True, False, True], "the fourth is the one below the tax-free rate"


def test_the_reference_tables_hold_the_published_values_and_no_guess() -> None:
    mileage, honorarium = document("specs/reference/mileage.yaml"), document("specs/reference/honorarium.yaml")
    assert isinstance(mileage, ReferenceTable)
    assert isinstance(honorarium, ReferenceTable)
    days = [date(2021, 12, 31), *(date(year, 6, 1) for year in range(2022, 2027))]
    values = [str(mileage.value("state_rate", day)) for day in days]
    assert values == ["None", "4.03", "None", "4.90", "5.00", "5.30"]
    assert mileage.value("tax_free", date(2026, 1, 1)) == Decimal("3.50")
    assert honorarium.value("reporting_limit", date(2026, 3, 2)) == Decimal(10000)


def test_every_category_is_a_feature_too() -> None:
    catalog = document("specs/features.yaml")
    assert isinstance(catalog, FeatureCatalog)
    assert set(TABLES) < set(catalog.features)
    assert len(catalog.features) == 10
