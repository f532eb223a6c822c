"""What a table asks of our fields: kept when a credential is tested and by runs, and held against each plan."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from parts.dataverse import Dataverse
from parts.hlf import ACTIVITIES, DUE, HLF, installed
from parts.installation import START, Installation, committed, known_empty
from parts.models import Models

from reconciler.database.columns import ColumnTable
from reconciler.database.connection import Database
from reconciler.mappings.columns import Column
from reconciler.runs.columned import AGE, Snapshot
from reconciler.runs.listed import Shelf

MAPPING = "orgs/hlf/mappings/activity-logs.yaml"
READ = "select document, read_at, tried_at, problem from reconciler.table_columns"
DAY = 24 * 60
ASKED = 2
"""Batches that ask for what the first run sent."""
OTHER = "aaaaaaaa-0000-4000-8000-000000000002"


@pytest.fixture
def here(models: Models, url_for: Callable[[str], str], dataverse: Dataverse, tmp_path: Path) -> Iterator[Installation]:
    with models.own("hlf activities", partial(installed, dataverse.base), tmp_path, url_for) as found:
        dataverse.reset()
        known_empty(found, *ACTIVITIES)
        yield found


@pytest.fixture
def said(here: Installation, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a plan says, as text; its exit code must be 0: no table refuses a plan."""

    def plan(*options: str) -> str:
        capsys.readouterr()
        assert here.run("plan", "--root", str(here.repository), *options) == 0
        return capsys.readouterr().out

    return plan


def changed(dataverse: Dataverse, *columns: dict, drop: str = "") -> None:
    orders = [{"column": each} for each in columns] + ([{"drop": drop}] if drop else [])
    for order in orders:
        dataverse.control("/_tables", {"table": "hlf_activities", **order})


def minute(at: datetime | None) -> int | None:
    """Minutes after START: the clock of a test goes on a little by itself."""
    return None if at is None else (at - START) // timedelta(minutes=1)


def place(root: Path, text: str) -> str:
    """`file:line:column` of a rule of the mapping."""
    lines = (root / MAPPING).read_text(encoding="utf-8").splitlines()
    (line,) = [number for number, each in enumerate(lines, 1) if text in each]
    column = lines[line - 1].find("{") if "{" in lines[line - 1] else lines[line - 1].index(text) + len(text) + 1
    return f"{MAPPING}:{line}:{column + 1}"


def test_a_plan_says_of_each_mapping_whether_its_table_takes_what_it_writes(
    here: Installation, said: Callable[..., str]
) -> None:
    out = said()
    assert "min-side-activity-logs: 7 fields held against the table of min-side-activities, read just now: " in out
    assert "nothing differs" in out
    assert "min-side-expense-claims: the table of min-side was never read, and nothing is compared; " in out
    assert "reconciler credentials test hlf min-side reads it" in out
    assert "accounts-expense-claims" not in out.split("FieldMapping")[-1]
    assert ": warning: " not in out


def test_what_the_table_takes_less_is_said_at_the_line_of_the_mapping_that_writes_it(
    here: Installation, dataverse: Dataverse, said: Callable[..., str]
) -> None:
    kind = {"name": "hlf_kind", "kind": "String", "max_length": 10}
    minutes = {"name": "hlf_minutes", "kind": "String"}
    unit = {"name": "hlf_unit", "kind": "String", "max_length": 50, "level": "ApplicationRequired"}
    region = {"name": "hlf_region", "kind": "String", "max_length": 5, "level": "ApplicationRequired"}
    changed(dataverse, kind, minutes, unit, region, drop="hlf_digital")
    assert "nothing differs" in said(), "plan never leaves the machine"
    assert here.run("credentials", "test", *ACTIVITIES) == 0
    remarks = dict(re.findall(r"^  (orgs/\S+): warning: (.+)$", said(), re.MULTILINE))
    expected = {
        "document:": "column hlf_region is required, and the type does not know it (change the table, or",
        "to: hlf_kind": "'hlf_kind' takes 10 characters, and this has up to 16 (add truncate: {length: 10})",
        "to: hlf_minutes": "column hlf_minutes takes text, and this writes a whole number (change the column, or",
        "to: hlf_digital": "there is no column hlf_digital (did you mean 'hlf_unit'?)",
    }  # hlf_unit is always written
    assert list(remarks) == [place(here.repository, rule) for rule in expected]
    for rule, words in expected.items():
        assert remarks[place(here.repository, rule)].startswith(words)


def test_the_json_twin_holds_the_same_with_the_moment_of_reading(
    here: Installation, dataverse: Dataverse, said: Callable[..., str]
) -> None:
    changed(dataverse, drop="hlf_digital")
    here.run("credentials", "test", *ACTIVITIES)
    (plan,) = json.loads(said("--format", "json"))["plans"]
    claims, activities = sorted(plan["columns"], key=lambda each: each["integration"])
    assert (claims["integration"], claims["read_at"], claims["remarks"]) == ("min-side", None, [])
    assert minute(datetime.fromisoformat(activities["read_at"])) == 0
    (remark,) = activities["remarks"]
    assert remark["origin"] == place(here.repository, "to: hlf_digital")


def test_another_table_has_no_snapshot_of_this_one(here: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    file = here.repository / "orgs/hlf/integrations/min-side-activities.yaml"
    file.write_text(file.read_text().replace("table: hlf_activities", "table: hlf_others"))
    committed(here.repository, "another table")
    capsys.readouterr()
    assert here.run("plan", "--root", str(here.repository)) == 4  # another target
    out = capsys.readouterr().out
    assert "min-side-activity-logs: the table of min-side-activities was never read, and nothing is compared" in out


def test_a_table_that_cannot_be_read_is_one_line_and_keeps_what_was_known(
    here: Installation, dataverse: Dataverse, said: Callable[..., str]
) -> None:
    dataverse.control("/_privileges", {"member": False})
    assert here.run("credentials", "test", *ACTIVITIES) == 5
    (line,) = [each for each in said().splitlines() if "activity-logs: " in each and "held against" in each]
    assert "nothing differs; it could not be read since (" in line
    assert line.endswith("reconciler credentials test hlf min-side-activities reads it anew")
    here.sql("update reconciler.table_columns set read_at = null")
    assert "the table of min-side-activities could not be read (" in said()


def test_a_run_reads_an_old_snapshot_anew_and_a_young_one_not(here: Installation, dataverse: Dataverse) -> None:
    def run(minutes: int) -> tuple[object, int]:
        before = dataverse.books()["requests"]["reads"]
        assert here.run("sync", *ACTIVITIES, minutes=minutes) == 0
        ((_, read_at, _, problem),) = here.sql(READ)
        assert problem == ""
        return minute(read_at), dataverse.books()["requests"]["reads"] - before

    assert run(40) == (0, 0)
    changed(dataverse, drop="hlf_unit")
    assert run(DAY) == (40 + DAY, 6 + ASKED)
    ((columns,),) = here.sql("select columns from reconciler.table_columns")
    assert "hlf_unit" not in columns
    assert columns["hlf_kind"] == {"max_length": 50, "required": True, "types": ["text", "reference"]}


def test_a_table_that_a_run_cannot_read_stops_nothing_and_is_not_tried_again_soon(
    here: Installation, dataverse: Dataverse
) -> None:
    here.sql("delete from reconciler.table_columns")
    dataverse.arm("refuse", status=503, on="read")
    for minutes in (40, 10, 6 * 60):
        assert here.run("sync", *ACTIVITIES, minutes=minutes) == 0
        ((_, read_at, tried_at, problem),) = here.sql(READ)
        if minutes < 6 * 60:
            assert (read_at, minute(tried_at)) == (None, 40)
            assert "this is refused" in problem
    assert (minute(read_at), problem) == (50 + 6 * 60, "")
    assert sorted(dataverse.rows().values()) == [1] * DUE


@pytest.mark.parametrize("place", ["after:keep_columns", "before:keep_problem"])
def test_a_run_killed_while_it_keeps_what_it_read_is_finished_by_the_next_one(
    here: Installation, dataverse: Dataverse, forking: str, place: str
) -> None:
    here.sql("delete from reconciler.table_columns")
    if "problem" in place:
        dataverse.arm("refuse", status=503, on="read")
    code, output = here.fork(forking, "sync", *ACTIVITIES, crash_at=place)
    assert code == -signal.SIGKILL, output
    assert here.run("sync", *ACTIVITIES, minutes=DAY) == 0
    ((_, read_at, _, problem),) = here.sql(READ)
    assert (minute(read_at), problem) == (0 if place.startswith("after") else DAY, "")
    assert sorted(dataverse.rows().values()) == [1] * DUE


@pytest.fixture
def snapshots(database_url: str) -> Iterator[ColumnTable]:
    database = Database(database_url)
    yield ColumnTable(database)
    database.close()


def test_only_one_of_many_reads_a_table_and_its_snapshot_belongs_to_one_place(snapshots: ColumnTable) -> None:
    mine = Shelf(HLF, "simulator:dynamics:x,y", "activity")
    given = [snapshots.start_reading(mine, START + timedelta(minutes=n), 3600) for n in (0, 59, 60)]
    assert given == [True, False, True]
    columns = {"æ'\"": Column(5, required=True, types=("text",))}
    snapshots.keep_columns(mine, columns, START)
    assert snapshots.snapshot(mine).columns == columns
    for other in (replace(mine, organization_id=OTHER), replace(mine, place="x"), replace(mine, name="claim")):
        assert snapshots.snapshot(other) == Snapshot()
    assert [snapshots.snapshot(mine).young(START + n * AGE) for n in (1, 2)] == [True, False]


def test_a_user_of_the_app_sees_the_snapshots_of_its_own_organisation_alone(
    snapshots: ColumnTable, database_url: str
) -> None:
    snapshots.keep_problem(Shelf(HLF, "simulator:dynamics:x,y", "activity"), "no such table", START)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("grant usage on schema reconciler to authenticated")
        connection.execute("grant select on reconciler.table_columns to authenticated")
        connection.execute("set role authenticated")
        for organization, count in ((HLF, 1), (OTHER, 0)):
            claims = json.dumps({"app_metadata": {"organization_id": organization}})
            connection.execute("select set_config('request.jwt.claims', %s, false)", [claims])
            assert connection.execute("select count(*) from reconciler.table_columns").fetchone() == (count,)
