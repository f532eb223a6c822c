"""Whatever goes wrong on the way, the message says what and what next, and afterwards each voucher is booked once."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from parts.checker import verdict
from parts.installation import WHERE, Books, Installation, ended

NOBODY = "http://127.0.0.1:9/graphql"
STATES = {"posted", "sent", "rejected"}


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


def eventually(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


@contextmanager
def syncing(installation: Installation, books: Books) -> Iterator[Future[int]]:
    """A sync whose first vouchers are booked, and whose answer is on its way for another moment."""
    books.arm("stall_after_commit", seconds=0.6)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(installation.sync)
        eventually(lambda: books.read()["vouchers"])
        yield future


@pytest.mark.parametrize("fault", ["lose_response_after_commit", "timeout_after_commit", "garbage"])
def test_a_booked_voucher_whose_answer_is_lost_is_found_again_and_never_doubled(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    books.arm(fault)
    assert installation.sync() == 5
    assert installation.states()["unknown"] > 0
    mutations = books.read()["requests"]["mutations"]
    capsys.readouterr()
    assert installation.sync(minutes=5) == 5  # too early to ask: no success, and it says when
    assert "it is asked for by the first sync after 02.03. 08:1" in capsys.readouterr().out
    assert installation.sync(minutes=40) == 0
    assert books.read()["requests"]["mutations"] == mutations
    assert judged(installation, books) == []


@pytest.mark.parametrize("order", [
    {"fault": "timeout_before_commit"},
    {"fault": "maintenance", "status": 502, "on": "mutation"},
    {"fault": "maintenance", "status": 503, "on": "mutation"},
], ids=["timeout", "502", "503"])  # fmt: skip
def test_a_request_that_may_have_arrived_is_sent_again_only_after_it_was_absent_twice(
    installation: Installation, books: Books, order: dict
) -> None:
    books.control("/_faults", **order)
    assert installation.sync() == 5
    assert set(installation.states()) == {"unknown", "sent", "rejected"}
    assert installation.sync(minutes=40) in {0, 6}
    assert set(installation.states()) == {"sent", "rejected"}
    history = "select count(*) from reconciler.export_history where code = 'proved-absent'"
    assert installation.sql(history)[0][0] > 0
    assert judged(installation, books) == []


def test_after_two_unclear_answers_in_a_row_the_export_stops_sending(installation: Installation, books: Books) -> None:
    books.arm("maintenance", times=6, on="mutation")
    assert installation.sync() == 5
    assert books.read()["requests"]["refused"] <= 6
    books.control("/_faults", clear=True)
    assert installation.sync(minutes=40) in {0, 6}
    assert judged(installation, books) == []


def test_a_sync_killed_while_its_request_waits_unread_sends_it_again_later(
    installation: Installation, books: Books
) -> None:
    books.arm("stall_before_commit", seconds=60)
    process = installation.process("sync", *WHERE)
    eventually(lambda: installation.sql("select 1 from reconciler.exports where frozen"))
    process.kill()
    assert ended(process)[0] == -signal.SIGKILL
    books.control("/_reset")  # the stalled request lives on in a state that nobody sees any more
    assert installation.sync(minutes=40) in {0, 6}
    assert judged(installation, books) == []


def test_a_token_refused_in_mid_run_charges_no_record_and_one_sync_sends_all(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    with syncing(installation, books) as future:
        books.arm("reject_token")
        assert future.result(30) == 5
    said = capsys.readouterr().out
    assert "stopped: the credential is refused: Invalid API token." in said
    assert "next: reconciler credentials set" in said
    assert installation.states().get("rejected", 0) == 2  # the two that were turned down before
    books.control("/_faults", clear=True)
    assert installation.sync(minutes=1) == 6
    assert judged(installation, books) == []


def test_a_token_refused_when_it_asks_is_named_and_nothing_is_concluded(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    books.arm("lose_response_after_commit")
    installation.sync()
    books.arm("reject_token")
    capsys.readouterr()
    assert installation.sync(minutes=40) == 5
    assert "the credential is refused" in capsys.readouterr().out
    assert installation.states()["unknown"] > 0
    books.control("/_faults", clear=True)
    assert installation.sync(minutes=1) == 0
    assert judged(installation, books) == []


def test_told_to_wait_when_it_asks_the_sync_waits_too(installation: Installation, books: Books) -> None:
    books.arm("lose_response_after_commit")
    installation.sync()
    books.arm("burst", times=3, on="query")
    assert installation.sync(minutes=40) == 0
    assert judged(installation, books) == []


def test_spent_credits_stop_every_sync_until_they_are_back_and_each_says_until_when(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    books.arm("insufficient_credits", times=100, resetAt="2026-03-03T00:00:00")
    assert installation.sync() == 75
    assert "next: nothing is sent until 2026-03-03 00:00 CET" in capsys.readouterr().out
    assert books.read()["requests"] == {"queries": 0, "mutations": 0, "refused": 1}
    books.control("/_faults", clear=True)
    claimed = installation.sql("select count(*) from reconciler.export_history")
    assert installation.sync(minutes=60) == 75  # nobody is asked, and nothing is claimed
    said = capsys.readouterr().out
    assert "stopped: the outside system allows nothing more for now: Insufficient credits" in said
    assert "next: nothing is sent until 2026-03-03 00:00 CET" in said
    assert books.read()["requests"]["refused"] == 1
    assert installation.sql("select count(*) from reconciler.export_history") == claimed
    assert installation.sync(minutes=15 * 60) == 6
    assert judged(installation, books) == []


def test_without_a_database_the_sync_is_for_later(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = replace(installation.settings, database_url="postgresql://nobody:hidden-password@127.0.0.1:9/none")
    assert replace(installation, settings=gone).sync() == 75
    said = capsys.readouterr()
    assert "the database cannot be reached" in said.err
    assert "next: check RECONCILER_DATABASE_URL" in said.err
    assert "hidden-password" not in said.out + said.err


def test_a_database_torn_away_in_mid_sync_is_for_later_and_nothing_is_doubled(
    installation: Installation, books: Books
) -> None:
    with syncing(installation, books) as future:
        installation.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        assert future.result(30) == 75
    assert installation.states()["sending"] > 0
    assert installation.sync(minutes=1) == 5  # what was on its way is unknown, and no success is claimed
    assert "sending" not in installation.states()
    assert installation.sync(minutes=40) == 0
    assert judged(installation, books) == []


@pytest.mark.parametrize("fault", ["maintenance", "garbage", "timeout_before_commit", "insufficient_credits"])
def test_a_question_that_fails_half_way_proves_nothing(installation: Installation, books: Books, fault: str) -> None:
    books.arm("lose_response_after_commit")
    installation.sync()
    unknown = installation.sql("select count(*), count(first_absent_at) from reconciler.exports where state='unknown'")
    assert unknown[0][0] > 0
    books.arm(fault, on="query", resetAt="2026-03-02T08:40:00")
    assert installation.sync(minutes=40) == 75
    assert unknown == installation.sql(
        "select count(*), count(first_absent_at) from reconciler.exports where state='unknown'"
    )
    assert installation.sync(minutes=3) == 0
    assert judged(installation, books) == []
