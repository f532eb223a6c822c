"""A refused credential charges no record and pauses what runs by itself, until the credential changes or somebody says
go on; what is tried again in vain has a budget.
"""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.installation import START, TOKEN, WHERE, Books, Installation

from reconciler.engine.budget import COST, FULL, RetryBudget
from reconciler.engine.credentials import set_credential
from reconciler.runs.export import Claim, Frozen
from reconciler.vaults.secret import Secret

RUNS = "select state, trigger from reconciler.runs order by started_at, fence, state"
CHARGED = "select count(*) from reconciler.exports where next_attempt_at > changed_at or state <> 'not_applied'"
LATEST = [START + timedelta(hours=hours) for hours in range(9)]


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


@pytest.fixture(autouse=True)
def _applied_long_ago(installation: Installation) -> None:
    installation.sql("update reconciler.schedules set applied_at = '2026-01-01 00:00+01'")


def occur(installation: Installation, number: int) -> int:
    return installation.run("sync", *WHERE, "--occurrence", LATEST[number].isoformat(), minutes=1)


def requests(books: Books) -> int:
    return sum(books.read()["requests"].values())


def refused(installation: Installation, books: Books) -> None:
    """A scheduled run whose credential is not accepted any more."""
    books.arm("reject_token")
    assert occur(installation, 0) == 0


def test_a_refused_credential_pauses_scheduled_runs_and_charges_no_record(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(installation, books)
    assert installation.sql(CHARGED) == [(0,)]
    asked = requests(books)
    assert occur(installation, 1) == 0
    assert occur(installation, 2) == 0
    assert requests(books) == asked, "nobody was asked"
    assert [state for state, _ in installation.sql(RUNS)] == ["failed", "skipped", "skipped"]
    capsys.readouterr()
    assert installation.run("status", WHERE[0]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "paused since 2026-03-02 08:01 CET, scheduled runs are skipped: the credential is refused" in said
    assert "reconciler credentials set blindeforbundet xledger, or reconciler resume blindeforbundet xledger" in said
    assert installation.run("status", WHERE[0], "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)["integrations"][0]
    assert [each["cause"] for each in found["suspended"]] == ["credential"]
    assert found["health"]["colour"] == "red"


@pytest.mark.parametrize("way", ["another credential", "a test that passes", "resume", "a sync by hand", "a request"])
def test_the_pause_ends_when_the_credential_changes_or_somebody_says_go_on(
    installation: Installation, books: Books, way: str
) -> None:
    refused(installation, books)
    books.control("/_faults", clear=True)
    installation.at += 1
    if way == "another credential":
        assert set_credential(installation.world(), *WHERE, Secret({"token": TOKEN})).verdict.ok
    elif way == "a test that passes":
        assert installation.run("credentials", "test", *WHERE) == 0
    elif way == "resume":
        assert installation.run("resume", *WHERE) == 0
    elif way == "a sync by hand":
        assert installation.sync() == 6
    else:
        installation.run("sync", *WHERE, "--now", "--wait", "0")
        assert installation.run("requests", "run") == 0
    assert occur(installation, 1) == 0
    assert "skipped" not in {state for state, _ in installation.sql(RUNS)}
    assert installation.sql("select count(*) from reconciler.suspensions") == [(0,)]
    assert judged(installation, books) == []


def test_a_test_that_fails_and_a_sync_by_hand_that_is_refused_again_leave_the_pause(
    installation: Installation, books: Books
) -> None:
    refused(installation, books)
    assert installation.run("credentials", "test", *WHERE, minutes=1) == 5
    assert installation.sync(minutes=1) == 5
    assert occur(installation, 1) == 0
    assert installation.sql(RUNS)[-1][0] == "skipped"


def test_an_integration_without_a_credential_is_paused_until_it_has_one(
    installation: Installation, books: Books
) -> None:
    installation.sql("delete from reconciler.credentials")
    installation.sql("delete from reconciler.secret_values")
    assert occur(installation, 0) == 0
    assert occur(installation, 1) == 0
    assert [state for state, _ in installation.sql(RUNS)] == ["failed", "skipped"]
    assert set_credential(installation.world(), *WHERE, Secret({"token": TOKEN})).verdict.ok
    assert occur(installation, 2) == 0
    assert installation.sql(RUNS)[-1][0] == "partial"
    assert judged(installation, books) == []


def document(attempt: int) -> Frozen:
    return Frozen(Claim(1, "r", attempt, "RCN-1", 1, START), {"lines": []}, None, "", "")


def test_what_is_tried_again_in_vain_is_left_to_a_later_run_once_the_budget_is_spent_and_what_is_new_goes() -> None:
    budget, again, new = RetryBudget(), document(2), document(1)
    for _ in range(FULL // COST):
        assert budget.allows([again])
        budget.count(0, [again])
    assert not budget.allows([again])
    assert budget.allows([new])
    assert budget.allows([again, new])
    for _ in range(10):
        budget.count(1, [])
    assert budget.allows([again])
    for _ in range(1000):
        budget.count(1, [])
    assert budget.left == FULL
    budget.count(0, [new])
    assert budget.left == FULL, "what fails for the first time is no repeat"


def test_documents_that_were_left_for_the_budget_wait_with_a_reason_and_nobody_was_asked(
    installation: Installation, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryBudget, "allows", lambda _, request: any(each.claim.attempt == 1 for each in request))
    with installation.elsewhere("http://127.0.0.1:9") as here:
        assert here.sync() == 75
    tried = installation.states()["not_applied"]
    before = books.read()["requests"]["mutations"]
    installation.sync(minutes=90)
    assert books.read()["requests"]["mutations"] - before <= 2, "only the categories that were new"
    held = installation.sql("select count(*) from reconciler.exports where code = 'retry-budget'")[0][0]
    assert 0 < held <= tried
    monkeypatch.undo()
    assert installation.sync(minutes=180) in {0, 6}
    assert judged(installation, books) == []


def test_a_run_of_an_unknown_id_is_no_run(installation: Installation) -> None:
    assert installation.world().requests.ran(uuid4()) is None
    assert installation.world().requests.find(uuid4()) is None
