"""Conditions of every sort on fields of every type: what PostgreSQL says is what a plain reading says."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parts.things import FIELDS, THINGS

from reconciler.database.connection import Database
from reconciler.database.records import RecordTables
from reconciler.mappings.values import read_record
from reconciler.runs.export import Stream
from reconciler.selections.criteria import select
from reconciler.selections.holds import missed
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Export

ORG = "aaaaaaaa-0000-4000-8000-000000000001"
STREAM = Stream(ORG, "books", "simulator:t:1:voucher", "things")
NOW = datetime(2026, 7, 1, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
COLUMNS = {"text": "text", "integer": "integer", "decimal": "numeric", "money": "numeric(14,2)", "boolean": "boolean",
           "date": "date", "instant": "timestamptz", "uuid": "uuid"}  # fmt: skip
DAYS = ["2025-12-31", "2026-01-01", "2026-03-29", "2026-03-30", "2026-10-25"]
"""New Year, and the nights on which the clock of Oslo moves."""
UUIDS = ["5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", "0e8a7c1d-4b7a-4a5e-9f5d-2f1d3c4b5a69"]
WORDS = ["travel", "Travel", "naïve ' \" \\ %s {}", "a b"]
NUMBERS = ["-1", "0", "2", "2.50", "10"]
DRAWN: Mapping[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from([*WORDS, "", " ", "\u00a0"]),
    "integer": st.sampled_from([-1, 0, 2, 3, 10]),
    "decimal": st.sampled_from([Decimal(each) for each in (*NUMBERS, "2.5", "NaN", "Infinity", "-Infinity")]),
    "money": st.sampled_from([Decimal(each) for each in NUMBERS]),
    "boolean": st.booleans(),
    "date": st.sampled_from([*map(date.fromisoformat, DAYS), "infinity", "-infinity"]),
    "instant": st.builds(
        lambda day, seconds: datetime.fromisoformat(day).replace(tzinfo=OSLO).astimezone(UTC) + timedelta(0, seconds),
        st.sampled_from(DAYS),
        st.sampled_from([-3600, -1, 0, 1, 3600, 82_799, 82_800, 86_399, 86_400]),
    ),
    "uuid": st.sampled_from(UUIDS),
}
WRITTEN: Mapping[str, list[str]] = {
    "text": WORDS, "integer": ["-1", "2", "10"], "decimal": NUMBERS, "money": NUMBERS, "boolean": ["true", "false"],
    "date": DAYS, "uuid": [UUIDS[0].upper(), UUIDS[1]],
}  # fmt: skip


def lists(kind: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(WRITTEN[kind]), min_size=1, max_size=3)


def limits(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    several: dict[str, st.SearchStrategy[Any]] = {"not": lists(kind)} if kind in WRITTEN else {}
    if kind in {"date", "instant"}:
        several |= {"from": st.sampled_from(DAYS), "to": st.sampled_from(DAYS)}
    elif kind in {"integer", "decimal", "money"}:
        several |= {"min": st.sampled_from(NUMBERS), "max": st.sampled_from(NUMBERS)}
    return st.fixed_dictionaries({}, optional=several).filter(bool)


def condition(kind: str) -> st.SearchStrategy[Any]:
    return limits(kind) if kind == "instant" else st.one_of(lists(kind), limits(kind))


ASKED: Mapping[str, st.SearchStrategy[Any]] = {
    **{name: condition(kind) for name, kind in FIELDS.items() if name not in {"id", "status"}},
    **{key: st.lists(st.sampled_from(list(FIELDS)), min_size=1, max_size=1) for key in ("present", "absent")},
}
CONDITIONS = st.lists(st.sampled_from(list(ASKED)), max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: ASKED[name] for name in names})
)
"""Few at a time: records that meet many conditions are never drawn."""
ROWS = st.fixed_dictionaries(
    {
        name: st.one_of(st.none(), DRAWN[kind], DRAWN[kind])
        for name, kind in FIELDS.items()
        if name not in {"id", "status"}
    }
)


ENDS = {"infinity": date.max, "-infinity": date.min, "NaN": Decimal("Infinity")}
"""How PostgreSQL compares what Python cannot hold."""


def endless(value: Any) -> bool:
    return value in {"infinity", "-infinity"} or (isinstance(value, Decimal) and not value.is_finite())


class Oracle:
    """A plain reading of the grammar in docs/reference/selection.md, with nothing of the product in it."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row

    def value(self, name: str) -> Any:
        """As a record holds it: what has no end is none."""
        found = self.row[name]
        return None if endless(found) or (isinstance(found, str) and not found.strip()) else found

    def meets(self, conditions: Mapping[str, Any]) -> bool:
        return all(self._meets(name, asked) for name, asked in conditions.items())

    def _meets(self, name: str, asked: Any) -> bool:
        if name == "present":
            return all(self.value(each) is not None for each in asked)
        if name == "absent":
            return all(self.value(each) is None for each in asked)
        if isinstance(asked, list):
            return self._among(name, asked)
        return all(self._limit(name, key, limit) for key, limit in asked.items())

    def _among(self, name: str, asked: list[str]) -> bool:
        found = self.row[name]
        if isinstance(found, bool):
            return ("true" if found else "false") in asked
        if isinstance(found, int | Decimal):
            return any(Decimal(each) == found for each in asked)
        return found is not None and str(found) in (
            [each.lower() for each in asked] if UUID.match(str(found)) else asked
        )

    def _limit(self, name: str, key: str, limit: Any) -> bool:
        if key == "not":
            return not self._among(name, limit)
        found = ENDS.get(str(self.row[name]), self.row[name])
        if found is None:
            return False
        if isinstance(found, datetime):  # the local day, as a wall calendar shows it
            found = found.astimezone(OSLO).date()
        bound = date.fromisoformat(limit) if key in {"from", "to"} else Decimal(limit)
        return bool(found >= bound if key in {"from", "min"} else found <= bound)


UUID = re.compile(r"[0-9a-f]{8}-")


def test_any_conditions_in_sql_agree_with_a_plain_reading(database_url: str) -> None:
    database = Database(database_url)
    records = RecordTables(database)
    columns = ", ".join(f"{name} {COLUMNS[kind]}" for name, kind in FIELDS.items())
    names = [*FIELDS, "organization_id"]
    insert = f"insert into public.things ({', '.join(names)}) values ({', '.join(f'%({name})s' for name in names)})"

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(where=CONDITIONS, rule=CONDITIONS.filter(bool), drawn=st.lists(ROWS, min_size=5, max_size=12))
    def agree(where: dict[str, Any], rule: dict[str, Any], drawn: list[dict[str, Any]]) -> None:
        rows = {f"00000000-0000-4000-8000-{n:012}": dict(row) for n, row in enumerate(drawn)}
        connection.execute("truncate public.things")
        for record, row in rows.items():
            row |= {"id": record, "status": "approved", "organization_id": ORG}
        with connection.cursor() as cursor:
            cursor.executemany(insert, list(rows.values()))
        export = Export.model_validate({"category": "things", "since": "2026-01-01", "where": where})
        exclusion = Exclusion.model_validate({"category": "things", "records": rule, "reason": "as drawn by lot"})
        selection = select(export, THINGS, [exclusion], OSLO, date(2026, 3, 1))
        went = {each.record_id for each, _ in records.waiting(STREAM, selection, THINGS, NOW, 100)}
        held = records.withheld(STREAM, selection, THINGS)
        for record, row in rows.items():
            read = Oracle(row)
            scope = {key: asked for key, asked in where.items() if key != "present"}
            asked = read.meets({"approved_at": {"from": "2026-01-01"}}) and read.meets(scope)
            ready = read.meets({"present": where.get("present", [])}) and not read.meets(rule)
            assert (record in went, record in held) == (asked and ready, asked and not ready), row
            if any(map(endless, row.values())):
                continue  # no sample has such a value
            left_out, waited_for = missed(selection, read_record(THINGS, {name: read.value(name) for name in FIELDS}))
            assert (not left_out, not waited_for) == (asked, ready), row
        counted = {each.verdict: each.records for each in records.counts(STREAM, selection, THINGS, NOW)}
        assert counted.get("go", 0) == len(went)

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"create table public.things ({columns}, organization_id uuid)")
        connection.execute("grant select on public.things to reconciler_reader")
        agree()
    database.close()
