"""Rows of a table by OData: compared with the ledger, and adopted where the ledger was lost."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from parts.dataverse import CLIENT, SECRET, TABLE, Dataverse
from parts.installation import ROOT, START, Installation, committed

from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

WHERE = ("hlf", "min-side-activities")


@pytest.fixture
def here(database_url: str, dataverse: Dataverse, tmp_path: Path) -> Installation:
    """HLF's example with a few activities, applied, with a tested secret."""
    for folder in ("orgs/hlf", "specs"):
        shutil.copytree(ROOT / folder, tmp_path / "config" / folder)
    committed(tmp_path / "config")
    with psycopg.connect(database_url) as connection:
        fill(connection)
    settings = Settings(database_url=database_url, home=tmp_path / "home", actor="kari", clock_start=START)
    made = Installation(replace(settings, simulators={"dynamics": dataverse.base}), tmp_path / "config")
    assert made.run("apply", "--root", str(made.repository)) == 0
    assert set_credential(made.world(), *WHERE, Secret({"client_id": CLIENT, "client_secret": SECRET})).verdict.ok
    return made


def asked(here: Installation, capsys: pytest.CaptureFixture[str], verb: str, *more: str, code: int = 0) -> dict:
    capsys.readouterr()
    assert here.run("exports", verb, *WHERE, *more, "--format", "json", minutes=10) == code
    return json.loads(capsys.readouterr().out)


def test_rows_agree_differ_by_what_a_person_did_and_are_adopted_once_the_ledger_is_lost(
    here: Installation, dataverse: Dataverse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert here.run("sync", *WHERE) == 0
    sent = len(dataverse.rows())
    assert sent > 1
    [found] = asked(here, capsys, "reconcile")["comparisons"]
    assert (found["way"], found["compared"], found["differences"]) == ("listed", sent, [])
    first, second, *_ = sorted(dataverse.rows())
    dataverse.control("/_correct", {"table": TABLE, "where": {"hlf_reference": first}, "remove": True})
    dataverse.control("/_correct", {"table": TABLE, "where": {"hlf_reference": second}, "values": {"hlf_minutes": 999}})
    [found] = asked(here, capsys, "reconcile", code=5)["comparisons"]
    told = sorted((each["reference"], each["kind"], each["detail"]) for each in found["differences"])
    assert told == [(first, "missing", ""), (second, "content", "hlf_minutes")]
    for table in ("export_history", "export_payloads", "exports", "export_numbers", "targets_asked"):
        here.sql(f"alter table reconciler.{table} disable trigger user; delete from reconciler.{table}")
    assert here.run("sync", *WHERE, minutes=1) == 5
    assert asked(here, capsys, "adopt")["to_confirm"] == sent - 1
    assert asked(here, capsys, "adopt", "--confirm", str(sent - 1))["written"] == sent - 1
    assert here.run("sync", *WHERE, minutes=1) == 0
    written = dataverse.rows()
    assert len(written) == sent  # the one that somebody removed went again: nothing proves that it ever stood there
    assert {name: times for name, times in written.items() if times > 1} == {second: 2}  # by a person, not by us
