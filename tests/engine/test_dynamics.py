"""HLF's activities on "min side": by OData, in batches, under our own key; each once, and never over a correction."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from parts.dataverse import CLIENT, SECRET, Dataverse
from parts.hlf import ACTIVITIES, DUE, HLF, installed
from parts.installation import ROOT, START, Installation, committed
from parts.models import Models

from reconciler.demo.filling import fill
from reconciler.demo.people import BLINDEFORBUNDET
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

WHERE = ACTIVITIES
LATER = 40
"""Minutes after which a lost answer is asked about: `request_life` is over."""


@pytest.fixture
def here(models: Models, url_for: Callable[[str], str], dataverse: Dataverse, tmp_path: Path) -> Iterator[Installation]:
    """HLF's example, applied, with a tested secret, and empty tables."""
    with models.own("hlf activities", partial(installed, dataverse.base), tmp_path, url_for) as found:
        dataverse.reset()
        yield found


def sync(here: Installation) -> int:
    return here.run("sync", *WHERE, minutes=LATER)


def test_activities_arrive_once_in_batches_and_a_second_sync_sends_nothing(
    here: Installation, dataverse: Dataverse
) -> None:
    assert sync(here) == 0
    assert sorted(dataverse.rows().values()) == [1] * DUE
    assert dataverse.books()["requests"]["batches"] == 2
    assert sync(here) == 0
    assert dataverse.books()["requests"]["batches"] == 4  # two that asked
    assert sync(here) == 0
    assert dataverse.books()["requests"]["batches"] == 4
    assert here.states() == {"posted": DUE}
    row = dataverse.books()["records"][0]["values"]
    assert row.keys() == {
        "hlf_reference", "hlf_kind", "hlf_date", "hlf_minutes", "hlf_participants", "hlf_digital", "hlf_unit",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        ("lose_response_before_commit", {}),
        ("lose_response_after_commit", {}),
        ("timeout_before_commit", {"status": 500}),
        ("timeout_after_commit", {"status": 504}),
        ("garbage", {}),
        ("html", {}),
        ("maintenance", {}),
        ("fewer_parts", {}),
        ("other_boundary", {}),
        ("first_failure_ends", {}),
        ("throttle", {"seconds": 30, "form": "requests"}),
        ("throttle", {"seconds": 30, "form": "time", "on": "part", "times": 7}),
        ("throttle", {"form": "concurrent", "on": "part", "times": 50}),
        ("refuse", {"status": 401, "on": "part", "times": 3}),
        ("refuse", {"status": 503, "on": "part", "times": 3}),
    ],
)
def test_whatever_becomes_of_an_answer_each_activity_is_there_once_in_the_end(
    here: Installation, dataverse: Dataverse, fault: str, more: dict
) -> None:
    dataverse.arm(fault, **more)
    assert sync(here) in {0, 5, 75}
    dataverse.control("/_faults", {"clear": True})
    for _ in range(3):
        last = sync(here)
    assert last == 0
    assert sorted(dataverse.rows().values()) == [1] * DUE
    assert here.states() == {"posted": DUE}


@pytest.mark.parametrize("place", ["before:send", "after:send", "before:record", "after:send:2"])
def test_a_killed_sync_is_finished_by_the_next_ones(
    here: Installation, dataverse: Dataverse, forking: str, place: str
) -> None:
    code, output = here.fork(forking, "sync", *WHERE, crash_at=place)
    assert code == -signal.SIGKILL, output
    for _ in range(3):
        last = sync(here)
    assert last == 0
    assert sorted(dataverse.rows().values()) == [1] * DUE
    assert here.states() == {"posted": DUE}


def test_reads_that_lag_for_long_make_no_second_row(here: Installation, dataverse: Dataverse) -> None:
    """What is not seen is sent again, under the same key: it is there already, and nothing is overwritten."""
    dataverse.arm("hide_from_reads", times=10_000)
    dataverse.arm("lose_response_after_commit", times=2)
    for _ in range(3):
        assert sync(here) in {0, 5, 75}
    dataverse.control("/_faults", {"clear": True})
    for _ in range(3):
        last = sync(here)
    assert last == 0
    assert sorted(dataverse.rows().values()) == [1] * DUE
    assert here.states() == {"posted": DUE}


def test_an_answer_that_drips_is_given_up_and_asked_about_later(
    here: Installation, dataverse: Dataverse, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataverse.arm("slow_body", seconds=0.05)
    monkeypatch.setattr("reconciler.adapters.edge.WHOLE_S", 0.5)
    assert sync(here) == 5
    monkeypatch.undo()
    for _ in range(3):
        last = sync(here)
    assert last == 0
    assert sorted(dataverse.rows().values()) == [1] * DUE


def test_two_syncs_at_once_send_each_activity_once(here: Installation, dataverse: Dataverse, forking: str) -> None:
    dataverse.arm("stall_before_commit", seconds=0.3, times=2)
    codes = sorted(code for code, _ in here.forks(forking, ["sync", *WHERE], ["sync", *WHERE]))
    assert codes[0] == 0
    assert sync(here) == 0
    assert sorted(dataverse.rows().values()) == [1] * DUE


def test_a_correction_is_never_overwritten_not_even_by_a_batch_whose_answer_was_lost(
    here: Installation, dataverse: Dataverse
) -> None:
    dataverse.arm("lose_response_after_commit")
    assert sync(here) == 5
    reference = next(iter(dataverse.rows()))
    dataverse.control("/_correct", {"table": "hlf_activities", "where": {"hlf_reference": reference},
                                  "values": {"hlf_participants": 99}})  # fmt: skip
    # The ledger forgets, as after a restored database: the same documents leave once more, under the same keys.
    here.sql("update reconciler.exports set state = 'not_applied', code = '', lease_until = null")
    for _ in range(3):
        last = sync(here)
    assert last == 0
    corrected = next(row for row in dataverse.books()["records"] if row["values"]["hlf_reference"] == reference)
    assert (corrected["values"]["hlf_participants"], corrected["by"]) == (99, "person")
    assert sorted(dataverse.rows().values()) == [1] * (DUE - 1) + [2]


def test_a_token_that_ends_in_mid_run_is_fetched_anew(here: Installation, dataverse: Dataverse) -> None:
    dataverse.control("/_tokens", {"expire": True})
    before = dataverse.books()["requests"]["tokens"]
    assert sync(here) == 0
    assert dataverse.books()["requests"]["tokens"] > before
    assert here.states() == {"sent": DUE}


def test_a_refused_activity_names_the_mapping_line_and_the_others_go(here: Installation, dataverse: Dataverse) -> None:
    dataverse.control("/_tables", {"table": "hlf_activities", "column": {"name": "hlf_unit", "kind": "String",
                                                                       "max_length": 4}})  # fmt: skip
    assert sync(here) == 6
    rejected = here.sql("select code, field, origin from reconciler.exports where state = 'rejected'")
    assert rejected
    assert {(code, field) for code, field, _ in rejected} == {("0x80044331", "hlf_unit")}
    assert all(origin.startswith("orgs/hlf/mappings/activity-logs.yaml:") for _, _, origin in rejected)
    assert len(dataverse.rows()) == DUE - len(rejected)


def test_a_key_whose_index_is_not_ready_stops_the_integration_and_refuses_no_record(
    here: Installation, dataverse: Dataverse
) -> None:
    dataverse.control("/_tables", {"table": "hlf_activities", "index": "Failed"})
    assert sync(here) in {5, 75}
    assert here.states() == {"not_applied": DUE}
    dataverse.control("/_tables", {"table": "hlf_activities", "index": "Active"})
    assert sync(here) == 0
    assert sorted(dataverse.rows().values()) == [1] * DUE


def test_what_min_side_owns_stays_switched_off_in_the_app(here: Installation, dataverse: Dataverse) -> None:
    query = "select feature, enabled, managed_by from public.feature_flags where organization_id = %s order by feature"
    flags = here.sql(query, HLF)
    off = {name for name, enabled, _ in flags if not enabled}
    assert off == {"member_profile", "membership_payment", "event_signup", "course_signup"}
    assert sync(here) == 0
    assert here.sql(query, HLF) == flags
    assert {row["table"] for row in dataverse.books()["records"]} == {"hlf_activities"}


CLAIMS = ("hlf", "min-side")


@pytest.fixture
def claims(database_url: str, dataverse: Dataverse, tmp_path: Path) -> Installation:
    """HLF's claims, agreed on and sent, as the example has them otherwise."""
    for folder in ("orgs/hlf", "specs"):
        shutil.copytree(ROOT / folder, tmp_path / "config" / folder)
    path = tmp_path / "config/orgs/hlf/integrations/min-side.yaml"
    text = path.read_text(encoding="utf-8").replace("mode: observe", "mode: send").replace("2026-07-01", "2026-01-01")
    path.write_text(text, encoding="utf-8")
    committed(tmp_path / "config")
    with psycopg.connect(database_url) as connection:
        fill(connection)
        connection.execute(
            "update app.expense_claims set organization_id = %s where organization_id = %s", [HLF, BLINDEFORBUNDET]
        )
    settings = Settings(database_url=database_url, home=tmp_path / "home", actor="kari", clock_start=START)
    made = Installation(replace(settings, simulators={"dynamics": dataverse.base}), tmp_path / "config")
    assert made.run("apply", "--root", str(made.repository)) == 0
    assert set_credential(made.world(), *CLAIMS, Secret({"client_id": CLIENT, "client_secret": SECRET})).verdict.ok
    return made


def test_an_amount_that_somebody_corrected_is_drift_and_stays_as_it_was_corrected(
    claims: Installation, dataverse: Dataverse
) -> None:
    assert claims.run("sync", *CLAIMS, minutes=LATER) == 0
    sent = dataverse.rows("hlf_expenseclaims")
    assert claims.states() == {"sent": len(sent)}
    row = dataverse.books()["records"][0]["values"]
    where = {"hlf_reference": row["hlf_reference"]}
    dataverse.control("/_correct", {"table": "hlf_expenseclaims", "where": where, "values": {"hlf_amount": 1.5}})
    for _ in range(2):
        assert claims.run("sync", *CLAIMS, minutes=LATER) == 0
    assert claims.states() == {"posted": len(sent) - 1, "drifted": 1}
    assert dataverse.books()["records"][0]["values"]["hlf_amount"] == 1.5
    assert dataverse.rows("hlf_expenseclaims") == {**sent, row["hlf_reference"]: 2}
    (total,) = claims.sql("select sum(amount) from reconciler.exports")[0]
    others = sum(each["values"]["hlf_amount"] for each in dataverse.books()["records"][1:])
    assert float(total) == pytest.approx(others + row["hlf_amount"])


def test_a_test_of_the_credential_says_which_columns_differ_and_names_the_culprit(
    here: Installation, dataverse: Dataverse, capsys: pytest.CaptureFixture[str]
) -> None:
    column = {"name": "hlf_kind", "kind": "String", "max_length": 20}
    dataverse.control("/_tables", {"table": "hlf_activities", "drop": "hlf_unit", "column": column})
    assert here.run("credentials", "test", *WHERE) == 0
    said = capsys.readouterr().out
    assert "there is no column hlf_unit" in said
    assert "column hlf_kind takes 20 characters, and the type allows 50" in said
    dataverse.control("/_privileges", {"member": False})
    assert here.run("credentials", "test", *WHERE) == 5
    assert "failed (application user)" in capsys.readouterr().out
    assert here.run("credentials", "test", *WHERE, "--format", "json") == 5
    assert json.loads(capsys.readouterr().out)["fault"] == "application user"
