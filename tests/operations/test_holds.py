"""Single records that a person holds back: they do not go, also in a sync that had begun before, and then they do."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.decisions import audited, stalled
from parts.installation import WHERE, Books, Installation

from reconciler.database.connection import Database
from reconciler.database.holds import HoldTable
from reconciler.database.leases import LeaseTable
from reconciler.database.ledger import LedgerTable
from reconciler.errors import OperationRefused
from reconciler.runs.export import Stream, Wanted
from reconciler.runs.operations import Note, RecordHold

ORG = WHERE[0]
WHY = "The receipt is disputed"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DUE = {
    "expense_claims": "approved_at >= '2026-01-01 00:00+01' and receipt is not null and cost_center = '310'"
    " and expense_type <> 'course'",
    "driver_honorariums": "approved_at >= '2026-01-01 00:00+01' and driver_number <> 'V99999'",
}


def due(installation: Installation, category: str = "expense_claims") -> str:
    """A record that a sync would send."""
    query = (
        f"select id::text from app.{category} where status = 'approved' and {DUE[category]}"
        " and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' order by approved_at limit 1"
    )
    return installation.sql(query)[0][0]


def rows_of(installation: Installation, record: str) -> list[tuple]:
    return installation.sql("select state from reconciler.exports where record_id = %s", record)


def test_a_held_record_does_not_go_is_shown_with_who_why_and_until_when_and_goes_after_the_day(
    installation: Installation, books: Books, capsys
) -> None:
    record = due(installation)
    assert installation.run("exports", "hold", ORG, record, "--reason", WHY, "--until", "2026-03-03") == 0
    said = "held by kari because The receipt is disputed (until 2026-03-03)"
    capsys.readouterr()
    assert installation.run("why", ORG, record) == 0
    assert capsys.readouterr().out.startswith(f"expense_claims {record} is {said}\n")
    assert installation.sync() == 6
    assert f"     1  expense_claims: {said}" in capsys.readouterr().out
    assert rows_of(installation, record) == []
    assert installation.sync(minutes=24 * 60) == 0  # the third of March, still
    assert rows_of(installation, record) == []
    assert installation.sync(minutes=16 * 60) == 0  # the fourth has begun
    assert rows_of(installation, record) == [("sent",)]
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_released_record_goes_and_a_hold_can_be_set_anew(installation: Installation, books: Books, capsys) -> None:
    record = due(installation)
    hold = ("exports", "hold", ORG, record, "--reason", WHY)
    assert installation.run(*hold) == 0
    assert installation.run(*hold) == 4
    assert "somebody holds it back already" in capsys.readouterr().err
    assert installation.run("exports", "holds", ORG, "--format", "json") == 0
    [found] = json.loads(capsys.readouterr().out)["holds"]
    assert (found["record"], found["by"], found["reason"], found["until"]) == (record, "kari", WHY, None)
    assert installation.run("exports", "release", ORG, record) == 0
    assert installation.run("exports", "release", ORG, record) == 4
    assert "nobody holds back" in capsys.readouterr().err
    assert installation.run(*hold) == 0
    assert installation.run("exports", "release", ORG, record, "--reason", "It was settled") == 0
    assert installation.sync() == 6
    assert rows_of(installation, record) == [("sent",)]
    assert [row[1] for row in audited(installation)] == [
        "export-hold", "export-release", "export-hold", "export-release",
    ]  # fmt: skip
    assert verdict(installation.settings.database_url, books.url) == []
    assert installation.run(*hold) == 4
    assert "cannot be held back any more" in capsys.readouterr().err


def test_a_record_that_is_held_while_a_sync_runs_is_left_out_by_that_sync_too(
    installation: Installation, books: Books
) -> None:
    record = due(installation, "driver_honorariums")  # the last category: not claimed yet while the first is sent
    with stalled(installation, books) as running:
        assert rows_of(installation, record) == []
        assert installation.run("exports", "hold", ORG, record, "--reason", WHY) == 0
        assert running.result(30) == 6
    assert rows_of(installation, record) == []
    assert installation.run("exports", "release", ORG, record) == 0
    assert installation.sync(minutes=1) == 0
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_hold_outlives_the_name_of_its_integration(installation: Installation) -> None:
    record = due(installation)
    assert installation.run("exports", "hold", ORG, record, "--reason", WHY) == 0
    installation.sql("update public.organization_integrations set name = 'books'")
    installation.run("sync", ORG, "books")
    assert rows_of(installation, record) == []
    assert installation.run("exports", "release", ORG, record, "--integration", "books") == 0


def test_a_hold_and_a_claim_at_once_never_both_win(database_url: str) -> None:
    """The claim renews its lease first and the hold touches it: one of them sees what the other did."""
    stream = Stream("aaaaaaaa-0000-4000-8000-000000000001", "books", "t", "claims")

    def claim(record: str) -> bool:
        database = Database(database_url)
        lease = LeaseTable(database).take(f"a/{record}", "run", NOW, 300)
        found = LedgerTable(database).claim(lease, stream, uuid4(), [Wanted(record, known=False)], "rev", NOW, 2026)
        database.close()
        return bool(found)

    def hold(record: str) -> bool:
        database = Database(database_url)
        held = RecordHold("t", "claims", record, WHY, "kari", NOW, None)
        try:
            HoldTable(database).hold_records(
                Note(stream.organization_id, "kari", "hold", WHY), f"a/{record}", [held], NOW
            )
        except OperationRefused:
            return False
        finally:
            database.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(25):
            record = f"r{number}"
            first, second = (claim, hold) if number % 2 else (hold, claim)
            won = [pool.submit(first, record), pool.submit(second, record)]
            assert sorted(each.result(30) for each in won) == [False, True], record


@pytest.mark.parametrize("verb", ["hold", "release"])
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_hold_or_a_release_killed_at_its_commit_is_all_or_nothing(
    installation: Installation, fork, verb: str, side: str
) -> None:
    record = due(installation)
    if verb == "release":
        assert installation.run("exports", "hold", ORG, record, "--reason", WHY) == 0
    code, output = fork("exports", verb, ORG, record, "--reason", WHY, crash_at=f"{side}:{verb}_records")
    assert code == -signal.SIGKILL, output
    open_now = installation.sql("select count(*) from reconciler.record_holds where released_at is null")[0][0]
    assert open_now == ((verb == "hold") == (side == "after"))
    assert len(audited(installation)) == (verb == "release") + (side == "after")


def test_a_day_that_has_passed_is_no_day_to_hold_until(installation: Installation, capsys) -> None:
    hold = ("exports", "hold", ORG, due(installation), "--reason", WHY, "--until")
    for day in ("2026-03-01", "1026-03-01", "2099-01-01", "2026-02-30"):
        assert installation.run(*hold, day) == 2, day
    assert installation.run(*hold, "2026-03-02") == 0


def test_many_records_at_once_are_a_rule(installation: Installation, capsys) -> None:
    records = [f"r{number}" for number in range(101)]
    assert installation.run("exports", "hold", ORG, *records, "--reason", WHY) == 2
    assert "propose an Exclusion" in capsys.readouterr().err
