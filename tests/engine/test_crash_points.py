"""Killed with SIGKILL at every commit and every send, the next sync leaves each voucher booked exactly once."""

import ast
import signal
import time
from pathlib import Path

import pytest
from parts.checker import verdict
from parts.installation import TOKEN, WHERE, Installation, ended
from parts.points import calls, points

from reconciler.engine.credentials import set_credential
from reconciler.vaults.secret import Secret

SYNC = [
    "take",
    "begin",
    "used",
    "sweep",
    "withhold",
    "start_reading",
    "keep_list",
    "claim",
    "mark",
    "freeze",
    "send",
    "record",
    "end",
    "give_back",
]
CREDENTIALS = ["reserve", "write", "stored", "promote", "proved", "discard", "destroy"]
SIDES = ["before", "after"]


def test_every_commit_and_send_of_the_engine_stands_in_a_crash_point_of_its_name() -> None:
    found = calls()
    assert {call.method for call in found} >= {"send", "claim", "freeze", "record", "settle", "apply", "promote"}
    assert [call for call in found if call.point != call.method] == []


def test_the_kill_tests_cover_every_crash_point() -> None:
    more = ["tested", "revoke", "settle", "keep_codes", "look_again", "apply", "repeat", "hold", "post"]
    more += ["erase", "purge"]  # tests/engine/test_erasure.py
    more += ["keep_columns", "keep_problem"]  # tests/engine/test_table_columns.py
    more += ["request", "take_back", "take_request", "answer_request", "suspend", "resume", "note", "reopen"]
    more += ["forget_shadows", "keep_shadows"]
    more += ["keep_asked", "keep_comparison", "keep_findings", "adopt"]  # test_ledger_behind.py, test_comparing.py
    more += ["speak", "accept_rules"]  # tests/controller/test_voices.py
    more += ["take_control", "keep_condition", "verified", "note_commit"]  # tests/controller/test_loop_kills.py
    more += ["handle_asked", "forget_condition", "ask_reconcile"]  # there, and test_voices.py
    more += ["keep_chore"]  # tests/engine/test_chores.py
    more += ["keep_report", "hand_over", "note_comparison"]
    more += ["set_switch", "end_switch"]  # tests/engine/test_switching.py
    more += ["notice", "take_notice", "tell", "told"]  # tests/notifications/test_crashes.py
    # tests/operations
    more += ["open_reversals", "repost"]  # tests/operations/test_reverse.py
    more += ["withdraw", "write_down"]  # test_business_central.py
    more += ["decide", "hold_records", "release_records", "open_epochs", "ask_second", "approve", "refuse"]
    assert sorted([*SYNC, *CREDENTIALS, *more]) == points()


def test_the_checker_knows_nothing_of_the_program() -> None:
    source = ast.parse((Path(__file__).parents[1] / "parts" / "checker.py").read_text())
    modules = [node.module for node in ast.walk(source) if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in ast.walk(source) if isinstance(node, ast.Import) for name in node.names]
    assert not [name for name in modules if name and name.startswith("reconciler")]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("point", SYNC)
def test_a_sync_killed_at_a_point_is_finished_by_the_next_one(
    installation: Installation, fork, point: str, side: str
) -> None:
    code, output = fork("sync", *WHERE, crash_at=f"{side}:{point}")
    assert code == -signal.SIGKILL, output
    assert installation.sync(minutes=40) in {0, 6}
    assert verdict(installation.settings.database_url, installation.settings.simulators["xledger"]) == []


@pytest.mark.parametrize("place", ["after:send:2", "before:record:3", "after:freeze:2", "before:send:3"])
def test_a_sync_killed_in_the_middle_is_finished_by_the_next_one(installation: Installation, fork, place: str) -> None:
    code, output = fork("sync", *WHERE, crash_at=place)
    assert code == -signal.SIGKILL, output
    assert installation.sync(minutes=40) in {0, 6}
    assert verdict(installation.settings.database_url, installation.settings.simulators["xledger"]) == []


@pytest.mark.parametrize("side", SIDES)
def test_a_sync_killed_while_it_writes_what_a_lookup_proved(installation: Installation, fork, books, side: str) -> None:
    assert installation.sync() == 6
    books.control("/_import")
    installation.at += 10
    code, output = fork("sync", *WHERE, crash_at=f"{side}:settle")
    assert code == -signal.SIGKILL, output
    assert installation.sync(minutes=40) == 0
    assert verdict(installation.settings.database_url, books.url) == []
    assert installation.states().keys() == {"posted", "rejected"}


def test_a_sync_killed_while_the_answer_is_on_its_way(installation: Installation, books) -> None:
    books.arm("stall_after_commit", seconds=30)
    process = installation.process("sync", *WHERE)
    deadline = time.monotonic() + 60
    while not books.read()["vouchers"]:
        assert time.monotonic() < deadline, "nothing was booked"
    process.kill()
    ended(process)
    books.control("/_faults", clear=True)
    assert installation.states()["sending"] > 0
    assert installation.sync(minutes=40) in {0, 6}
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_killed_sync_is_not_repeated_before_its_request_can_no_longer_arrive(
    installation: Installation, fork, books
) -> None:
    fork("sync", *WHERE, crash_at="before:send")
    assert installation.sync(minutes=1) == 75  # the lease of the dead run still holds
    installation.sync(minutes=7)  # the lease is over, the request's life is not
    assert installation.states()["unknown"] > 0
    before = len(books.read()["vouchers"])
    installation.sync(minutes=1)
    assert len(books.read()["vouchers"]) == before
    installation.sync(minutes=20)
    assert verdict(installation.settings.database_url, books.url) == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("point", CREDENTIALS)
def test_setting_a_credential_killed_at_a_point_leaves_the_old_one_or_the_new_one(
    installation: Installation, fork, books, point: str, side: str
) -> None:
    value = "a-token-that-nobody-accepts" if point in {"discard", "destroy"} else TOKEN
    code, output = fork("credentials", "set", *WHERE, crash_at=f"{side}:{point}", answer=f"{value}\n")
    assert code == -signal.SIGKILL, output
    assert value not in output
    assert installation.sql("select count(*) from reconciler.credentials where state = 'current'") == [(1,)]
    assert installation.sync(minutes=40) == 6
    assert verdict(installation.settings.database_url, books.url) == []
    assert set_credential(installation.world(), *WHERE, Secret({"token": TOKEN})).verdict.ok


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("point", ["tested", "revoke"])
def test_testing_or_revoking_a_credential_killed_at_a_point_leaves_the_one_in_use(
    installation: Installation, fork, books, point: str, side: str
) -> None:
    assert set_credential(installation.world(), *WHERE, Secret({"token": TOKEN})).verdict.ok
    verb = ["test", *WHERE] if point == "tested" else ["revoke", *WHERE, "1", "--reason", "replaced by version 2"]
    code, output = fork("credentials", *verb, crash_at=f"{side}:{point}")
    assert code == -signal.SIGKILL, output
    assert installation.run("credentials", *verb) == 0
    assert installation.sync() == 6
    assert verdict(installation.settings.database_url, books.url) == []


@pytest.mark.parametrize(("side", "version"), [("before", 1), ("after", 2)])
def test_an_apply_killed_at_its_commit_is_all_or_nothing(
    installation: Installation, fork, side: str, version: int
) -> None:
    installation.sql("delete from reconciler.schedules")
    installation.sql("update public.feature_flags set enabled = true")
    root = ["--root", str(installation.repository)]
    code, output = fork("apply", *root, crash_at=f"{side}:apply")
    assert code == -signal.SIGKILL, output
    assert installation.sql("select version from reconciler.organizations") == [(version,)]
    assert len(installation.sql("select name from reconciler.schedules")) == version - 1
    assert installation.run("apply", *root) == 0
    assert installation.run("plan", "--exit-code", *root) == 0
