"""Syncs that somebody asks for and somebody else carries out: each once, whoever dies, and with an answer."""

import json
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.installation import START, WHERE, Books, Installation, committed

from reconciler.engine.beforehand import Order
from reconciler.engine.requests import ask, take_one
from reconciler.errors import Blocked, PlanRefused, UsageError
from reconciler.runs.request import Answered, Days

ROWS = "select state, exit_code, run_id is not null, attempts from reconciler.run_requests order by requested_at, id"
RUNS = "select state, trigger from reconciler.runs order by started_at, id"


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


def asked(installation: Installation, days: Days | None = None, confirmed: int = 0) -> None:
    installation.at += 1
    ask(installation.world(), Order(*WHERE, "manual", uuid4(), confirmed, days), "the auditor waits")


def taken(installation: Installation, minutes: int = 1):
    installation.at += minutes
    world = installation.world()
    return take_one(world, world.clock.now())


def test_a_request_is_carried_out_by_whoever_takes_it_and_has_its_run_and_its_answer(
    installation: Installation, books: Books
) -> None:
    asked(installation)
    assert installation.sql(ROWS) == [("waiting", None, False, 0)]
    assert books.read()["requests"]["mutations"] == 0
    report = taken(installation)
    assert report is not None
    assert report.count("sent") > 0
    assert installation.sql(ROWS) == [("done", 6, True, 1)]
    assert installation.sql(RUNS) == [("partial", "request")]
    assert taken(installation) is None
    assert judged(installation, books) == []
    audited = installation.sql("select actor, detail from reconciler.audit where action = 'sync-requested'")
    assert [actor for actor, _ in audited] == ["kari"]
    assert "auditor" not in json.dumps(audited[0][1])


def test_requests_for_the_same_are_served_by_one_run_and_others_by_their_own(
    installation: Installation, books: Books
) -> None:
    day = Days(START.date(), START.date())
    for days in (None, day, None, None, day):
        asked(installation, days)
    assert taken(installation) is not None
    assert [state for state, *_ in installation.sql(ROWS)] == ["done", "waiting", "done", "done", "waiting"]
    assert taken(installation) is not None
    assert taken(installation) is None
    assert [state for state, *_ in installation.sql(ROWS)] == ["done"] * 5
    assert len(installation.sql(RUNS)) == 2
    assert len(installation.sql("select distinct run_id from reconciler.run_requests")) == 2
    assert judged(installation, books) == []


def test_two_executors_at_once_share_nothing_and_lose_nothing(installation: Installation, books: Books) -> None:
    books.arm("stall_after_commit", seconds=0.5)
    for _ in range(4):
        asked(installation)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: taken(replace(installation)), range(2)))
    assert [each is None for each in sorted(both, key=lambda each: each is None)] == [False, True]
    assert len(installation.sql(RUNS)) == 1
    assert {row[0] for row in installation.sql(ROWS)} == {"done"}
    assert judged(installation, books) == []


@pytest.mark.parametrize(("place", "minutes"), [
    ("after:take_request", 6), ("before:begin", 6), ("after:begin", 6), ("after:send", 40), ("after:record", 40),
])  # fmt: skip
def test_a_request_whose_executor_was_killed_is_found_and_carried_out_by_the_next_one(
    installation: Installation, books: Books, fork, place: str, minutes: int
) -> None:
    asked(installation)
    code, output = fork("requests", "run", crash_at=place)
    assert code == -signal.SIGKILL, output
    assert installation.sql(ROWS) == [("taken", None, True, 1)]
    assert taken(installation, 0) is None, "its executor may be alive"
    assert taken(installation, minutes) is not None
    assert [(state, run, attempts) for state, _, run, attempts in installation.sql(ROWS)] == [("done", True, 2)]
    assert installation.sync(minutes=40) in {0, 6}
    assert judged(installation, books) == []


@pytest.mark.parametrize("place", ["before:answer_request", "after:give_back"])
def test_a_request_whose_executor_was_killed_after_its_run_has_that_runs_answer(
    installation: Installation, books: Books, fork, place: str
) -> None:
    asked(installation)
    code, output = fork("requests", "run", crash_at=place)
    assert code == -signal.SIGKILL, output
    assert taken(installation, 6) is None, "nothing is run again"
    assert installation.sql(ROWS) == [("done", 5, True, 1)]
    assert len(installation.sql(RUNS)) == 1
    assert judged(installation, books) == []


def test_a_request_that_kills_whoever_takes_it_is_refused_after_the_third(installation: Installation, fork) -> None:
    asked(installation)
    for _ in range(3):
        assert fork("requests", "run", crash_at="after:take_request")[0] == -signal.SIGKILL
        installation.at += 6
    assert taken(installation) is None
    assert installation.sql("select state, answer from reconciler.run_requests") == [
        ("refused", "whoever carried it out ended without a word, 3 times")
    ]


def test_an_executor_that_was_given_up_for_dead_cannot_answer_for_the_one_after_it(installation: Installation) -> None:
    asked(installation)
    world = installation.world()
    slow = world.requests.take_request("slow", uuid4(), world.clock.now())
    quick = world.requests.take_request("quick", uuid4(), world.clock.now() + timedelta(minutes=6))
    assert slow.first.id == quick.first.id
    world.requests.answer_request(slow, Answered("done", 0), world.clock.now())
    assert installation.sql("select state, taken_by from reconciler.run_requests") == [("taken", "quick")]


def test_a_request_whose_run_takes_long_is_not_given_back_while_that_run_holds_its_lease(
    installation: Installation,
) -> None:
    asked(installation)
    world, run = installation.world(), uuid4()
    now = world.clock.now()
    world.requests.take_request("slow", run, now)
    world.leases.take("/".join(WHERE), str(run), now + timedelta(minutes=9), 300)  # as every commit of a run renews it
    assert world.requests.take_request("quick", uuid4(), now + timedelta(minutes=10)) is None
    assert installation.sql("select state, taken_by from reconciler.run_requests") == [("taken", "slow")]
    assert world.requests.take_request("quick", uuid4(), now + timedelta(minutes=15)) is not None


def test_a_request_for_an_integration_that_is_busy_waits_for_it_and_is_not_tried_in_vain(
    installation: Installation, books: Books
) -> None:
    asked(installation)
    world = installation.world()
    lease = world.leases.take("/".join(WHERE), "somebody", world.clock.now(), 300)
    assert taken(installation) is None
    assert installation.sql(ROWS) == [("waiting", None, False, 0)]
    world.leases.give_back(lease)
    assert taken(installation) is not None
    assert judged(installation, books) == []


def test_a_request_that_cannot_begin_for_now_waits_again_and_says_nothing_was_done(
    installation: Installation, books: Books
) -> None:
    asked(installation)
    world = installation.world()

    class Overtaken:
        """Somebody else begins between the taking and the run."""

        def __getattr__(self, name: str):
            return getattr(world.requests, name)

        def take_request(self, *values):
            found = world.requests.take_request(*values)
            world.leases.take("/".join(WHERE), "somebody", world.clock.now(), 300)
            return found

    report = take_one(replace(world, requests=Overtaken()), world.clock.now())
    assert report is not None
    assert report.exit_code == 75
    assert "is running: somebody" in report.problem
    assert installation.sql(ROWS) == [("waiting", None, False, 1)]
    assert take_one(world, world.clock.now()) is None
    assert taken(installation, 6) is not None
    assert judged(installation, books) == []


def test_a_request_for_an_integration_that_was_deleted_is_refused_with_the_reason(
    installation: Installation, books: Books
) -> None:
    asked(installation)
    installation.sql("delete from public.organization_integrations where name = 'xledger'")
    report = taken(installation)
    assert report is not None
    assert report.exit_code == 5
    assert installation.sql(ROWS) == [("refused", 2, True, 1)]
    assert (
        "has no applied integration 'xledger'" in installation.sql("select answer from reconciler.run_requests")[0][0]
    )
    with pytest.raises(UsageError, match="has no applied integration"):
        asked(installation)


def test_a_request_for_an_integration_that_was_suspended_is_refused_and_sends_nothing(
    installation: Installation, books: Books
) -> None:
    asked(installation)
    assert installation.run("suspend", *WHERE, "--reason", "the accounts are being moved") == 0
    report = taken(installation)
    assert report is not None
    assert "is suspended since" in report.problem
    assert installation.sql(ROWS) == [("refused", 5, True, 1)]
    with pytest.raises(Blocked, match="the accounts are being moved"):
        asked(installation)
    assert books.read()["requests"]["mutations"] == 0
    assert installation.run("resume", *WHERE) == 0
    asked(installation)
    assert taken(installation) is not None
    assert judged(installation, books) == []


def test_a_waiting_request_and_a_suspension_go_with_an_integration_that_is_renamed(
    installation: Installation, books: Books, tmp_path: Path
) -> None:
    asked(installation)
    assert installation.run("suspend", *WHERE, "--reason", "the accounts are being moved") == 0
    root = tmp_path / "new"
    shutil.copytree(installation.repository, root)
    for path in (root / "orgs").rglob("*.yaml"):
        text = path.read_text().replace("integration: xledger", "integration: books")
        if path.parent.name == "integrations":
            text = text.replace("{name: xledger}\nspec", "{name: books, renamedFrom: xledger}\nspec")
        path.write_text(text)
    committed(root)
    assert installation.run("apply", "--root", str(root), minutes=1) == 0
    assert installation.run("sync", WHERE[0], "books") == 5
    assert installation.run("resume", WHERE[0], "books") == 0
    report = taken(installation)
    assert report is not None
    assert report.count("sent") > 0
    assert installation.sql("select integration, state from reconciler.run_requests") == [("books", "done")]


def test_what_needs_a_yes_is_refused_when_it_is_asked_for_and_when_it_is_carried_out(
    installation: Installation, books: Books
) -> None:
    copy = """
        insert into app.driver_honorariums
        select (jsonb_populate_record(null::app.driver_honorariums, to_jsonb(d) || more.id)).*
        from (select * from app.driver_honorariums where driver_number <> 'V99999' and status = 'approved'
                and approved_at >= '2026-01-02' and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' limit 1) d,
            (select jsonb_build_object('id', gen_random_uuid()) as id from generate_series(1, %s)) more"""
    asked(installation)
    installation.sql(copy, 120)
    report = taken(installation)
    assert report is not None
    assert "the first sync to simulator:xledger:31007 would send" in report.problem
    assert installation.sql(ROWS) == [("refused", 4, True, 1)]
    assert installation.states() == {}
    with pytest.raises(PlanRefused) as refused:
        asked(installation)
    count = int(refused.value.hint.split("--confirm ")[1])
    asked(installation, confirmed=count)
    asked(installation, confirmed=count)
    assert taken(installation) is not None
    assert judged(installation, books) == []


def test_the_verb_waits_for_the_outcome_and_ends_with_its_code(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(replace(installation).run, "sync", *WHERE, "--now", "--wait", "100000")
        while not installation.sql(ROWS):
            pass
        assert taken(installation, 0) is not None
        assert waiting.result(30) == 6
    said = capsys.readouterr()
    assert "asked for as request" in said.err
    assert "partial: the run" in said.out
    assert "expense_claims" in said.out
    assert judged(installation, books) == []


def test_the_verb_says_when_nobody_has_carried_it_out_and_the_list_shows_who_asked_and_why(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.run("requests", "list") == 0
    assert "Nobody has asked for a sync yet" in capsys.readouterr().out
    assert installation.run("sync", *WHERE, "--now", "--wait", "2", "--reason", "month end") == 75
    assert "it waits: nobody has carried out a sync of blindeforbundet/xledger yet" in capsys.readouterr().out
    assert installation.run("requests", "list", WHERE[0]) == 0
    said = capsys.readouterr().out
    assert "kari: month end" in said
    assert "CET" in said
    assert "waiting" in said
    assert installation.run("requests", "run", "--format", "json", minutes=1) == 0
    assert [each["state"] for each in json.loads(capsys.readouterr().out)] == ["partial"]
    assert installation.run("requests", "run") == 0
    assert "nothing waits" in capsys.readouterr().out
    assert installation.run("requests", "list", "--format", "json") == 0
    assert [(each["state"], each["exit"]) for each in json.loads(capsys.readouterr().out)] == [("done", 6)]


def test_a_second_sync_says_which_run_is_at_it_since_when_and_whose(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    world = installation.world()
    assert installation.sync() == 6
    run = installation.sql("select id from reconciler.runs")[0][0]
    world.leases.take("/".join(WHERE), str(run), world.clock.now() + timedelta(minutes=1), 300)
    assert installation.sync(minutes=2) == 75
    said = capsys.readouterr().err
    assert f"a sync of blindeforbundet/xledger is running: run {run} since 2026-03-02" in said
    assert "by kari, by hand" in said
