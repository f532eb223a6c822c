"""Credentials that are set while others look on, are killed, are interrupted, or use them."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from traceback import format_exception
from types import SimpleNamespace
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.installation import TOKEN, WHERE, Books, Installation

from reconciler.cli.context import Context
from reconciler.cli.sync import show
from reconciler.engine.beforehand import Order
from reconciler.engine.credentials import restore_credential, set_credential
from reconciler.engine.export import sync
from reconciler.engine.world import World
from reconciler.errors import Busy, UsageError
from reconciler.runs.report import RunReport
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

NEWER, NOBODYS = "T0ken-the-newer-one", "T0ken-that-nobody-accepts"
VALUES = "select version from reconciler.secret_values order by version"
STATES = "select version, state from reconciler.credentials where state <> 'revoked' order by version"
REFUSED = [
    ("expense_claims", "cost_center", "9999"),
    ("mileage_claims", "department", "Hamar"),
    ("driver_honorariums", "driver_number", "V99999"),
]
ALARMS = "select detail ->> 'version' from reconciler.audit where action = 'credential-alarm'"


@dataclass(slots=True)
class At:
    """Crash points at which something else happens than a crash, once each."""

    acts: dict[str, Callable[[], object]] = field(default_factory=dict)

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        self._reach(f"before:{name}")
        yield
        self._reach(f"after:{name}")

    def _reach(self, place: str) -> None:
        if act := self.acts.pop(place, None):
            act()


def world_of(installation: Installation, **acts: Callable[[], object]) -> World:
    """The installation's world; `after_send=act` acts when that point is reached for the first time."""
    places = {name.replace("_", ":", 1): act for name, act in acts.items()}
    installation.at += 1
    settings = replace(installation.settings, clock_start=installation._now().clock_start)
    return replace(world(settings), points=At(places))


def put(installation: Installation, value: str) -> bool:
    return set_credential(world_of(installation), *WHERE, Secret({"token": value})).verdict.ok


@pytest.fixture
def clean(installation: Installation) -> Installation:
    """Without the records that are refused: a refused request is then one whose credential was refused."""
    for table, column, value in REFUSED:
        installation.sql(f"delete from app.{table} where {column} = %s", value)
    return installation


@pytest.fixture
def two(clean: Installation, books: Books) -> Installation:
    """Version 2 is in use, version 1 the previous one; the simulator accepts both."""
    books.control("/_tokens", add=NEWER)
    assert put(clean, NEWER)
    return clean


def run(here: World) -> RunReport:
    return sync(here, Order(*WHERE, "manual", uuid4()))


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


@pytest.mark.parametrize("place", ["after:reserve", "after:write", "before:promote"])
def test_a_pending_version_whose_process_was_killed_is_somebodys_for_ten_minutes_and_then_taken_over_and_cleaned_up(
    installation: Installation, fork, books: Books, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    code, output = fork("credentials", "set", *WHERE, crash_at=place, answer=f"{TOKEN}\n")
    assert code == -signal.SIGKILL, output
    assert installation.sql(STATES) == [(1, "current"), (2, "pending")]
    with pytest.raises(Busy, match="is being set by kari since"):
        put(installation, TOKEN)
    assert installation.run("sync", *WHERE) == 6
    installation.at += 11
    assert put(installation, TOKEN)
    assert installation.sql(STATES) == [(1, "previous"), (3, "current")]
    assert installation.sql(VALUES) == [(1,), (3,)]
    assert judged(installation, books) == []


@pytest.mark.parametrize("place", ["after:discard", "after:destroy"])
def test_a_value_that_was_refused_is_gone_after_the_next_attempt_wherever_the_first_was_killed(
    installation: Installation, fork, books: Books, place: str
) -> None:
    code, output = fork("credentials", "set", *WHERE, crash_at=place, answer=f"{NOBODYS}\n")
    assert code == -signal.SIGKILL, output
    assert put(installation, TOKEN)  # at once: nothing is pending
    assert installation.sql(VALUES) == [(1,), (3,)]
    assert installation.sql("select count(*) from reconciler.credentials where locator is not null") == [(2,)]


def test_a_process_that_hung_and_was_taken_over_cleans_up_after_itself(installation: Installation) -> None:
    def take_over() -> None:
        installation.at += 11
        assert put(installation, TOKEN)

    with pytest.raises(Exception, match="changed by somebody else meanwhile"):
        set_credential(world_of(installation, before_write=take_over), *WHERE, Secret({"token": TOKEN}))
    assert installation.sql(STATES) == [(1, "previous"), (3, "current")]
    assert installation.sql(VALUES) == [(1,), (3,)]


@pytest.mark.parametrize("place", ["after_reserve", "after_write", "before_promote"])
def test_whoever_interrupts_the_setting_may_begin_again_at_once(installation: Installation, place: str) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            set_credential(world_of(installation, **{place: interrupt}), *WHERE, Secret({"token": TOKEN}))
    finally:
        pending = installation.sql(STATES)
    assert pending == [(1, "current")] if place != "after_reserve" else [(1, "current"), (2, "pending")]
    assert installation.sql(VALUES) == [(1,)]


def test_versions_that_nobody_needs_any_more_leave_no_value_behind(two: Installation) -> None:
    assert put(two, TOKEN)
    assert two.sql(STATES) == [(2, "previous"), (3, "current")]
    assert two.sql(VALUES) == [(2,), (3,)]


def test_of_two_who_rotate_at_once_the_first_wins_and_the_other_is_told(installation: Installation) -> None:
    def meanwhile() -> None:
        with pytest.raises(Busy, match=r"is being set by kari since 07:0[1-9]:[0-9]{2} UTC") as told:
            put(installation, TOKEN)
        assert told.value.hint == "wait for it; it is given up after ten minutes"

    here = world_of(installation, before_promote=meanwhile)
    assert set_credential(here, *WHERE, Secret({"token": TOKEN})).version == 2
    assert installation.sql(STATES) == [(1, "previous"), (2, "current")]


def test_of_five_processes_that_rotate_at_once_each_wins_or_is_told_and_nothing_is_left_over(
    installation: Installation, fork, books: Books
) -> None:
    books.arm("stall_before_commit", seconds=1)  # the first one's test
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda _: fork("credentials", "rotate", *WHERE, answer=f"{TOKEN}\n"), range(5)))
    told = [output for code, output in found if code == 75]
    won = [output for code, output in found if code == 0]
    assert len(told) + len(won) == 5, found
    assert all("is being set by kari since" in output and "next: wait for it" in output for output in told)
    assert installation.sql(STATES) == [(len(won), "previous"), (len(won) + 1, "current")]
    assert installation.sql(VALUES) == [(len(won),), (len(won) + 1,)]


def test_a_run_whose_token_is_revoked_goes_on_with_the_newer_one_and_says_so_once(
    clean: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    def rotate() -> None:
        books.control("/_tokens", add=NEWER)
        assert put(clean, NEWER)
        books.control("/_tokens", revoke=TOKEN)

    report = run(world_of(clean, after_send=rotate))
    assert (report.exit_code, report.problem) == (0, "")
    assert report.alarms == ["version 1 of 'xledger' was refused in mid-run; version 2 took over"]
    assert clean.sql(ALARMS) == [("1",)]
    show(Context(clean.settings), report)
    assert capsys.readouterr().out.count("alarm: version 1 of 'xledger' was refused") == 1
    assert clean.sql("select max(attempt) from reconciler.exports") == [(1,)]
    assert books.read()["requests"]["refused"] == 1
    assert judged(clean, books) == []


def test_without_a_newer_one_the_previous_is_tried_once(two: Installation, books: Books) -> None:
    report = run(world_of(two, after_send=lambda: books.control("/_tokens", revoke=NEWER)))
    assert (report.exit_code, report.alarms) == (
        0,
        ["version 2 of 'xledger' was refused in mid-run; version 1 took over"],
    )
    assert two.sql("select version from reconciler.credentials where state = 'current'") == [(2,)]
    assert judged(two, books) == []


def test_after_a_restore_the_one_in_use_is_tried_before_the_newer_previous_one(two: Installation, books: Books) -> None:
    def restore() -> None:
        for token in ("T0ken-number-three", "T0ken-number-four"):
            books.control("/_tokens", add=token)
            assert put(two, token)
        assert restore_credential(world_of(two), *WHERE).version == 3
        for token in ("T0ken-number-four", NEWER):
            books.control("/_tokens", revoke=token)

    report = run(world_of(two, after_send=restore))
    assert report.alarms == ["version 2 of 'xledger' was refused in mid-run; version 3 took over"]
    assert books.read()["requests"]["refused"] == 1
    assert judged(two, books) == []


def test_where_both_are_refused_the_run_stops_with_the_usual_words_and_charges_no_record(
    two: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    def revoke() -> None:
        for token in (TOKEN, NEWER):
            books.control("/_tokens", revoke=token)

    report = run(world_of(two, after_send=revoke))
    assert (report.exit_code, report.count("rejected", "unknown")) == (5, 0)
    show(Context(two.settings), report)
    said = capsys.readouterr().out
    assert "stopped: the credential is refused: Invalid API token." in said
    assert "next: reconciler credentials set, then sync again" in said
    assert books.read()["requests"]["refused"] == 2
    books.control("/_tokens", add=TOKEN)
    assert put(two, TOKEN)
    assert run(world_of(two)).exit_code == 0
    assert judged(two, books) == []


def test_a_previous_version_that_has_retired_is_not_tried(two: Installation, books: Books) -> None:
    two.at += 121
    report = run(world_of(two, after_send=lambda: books.control("/_tokens", revoke=NEWER)))
    assert (report.exit_code, report.alarms) == (5, [])
    assert books.read()["requests"]["refused"] == 1


@pytest.mark.parametrize("harm", [
    "delete from reconciler.secret_values where version = 1",
    "update reconciler.secret_values set key_id = 'another' where version = 1",
    "update reconciler.credentials set origin = 'http://127.0.0.1:1' where version = 1",
], ids=["gone", "another key", "another place"])  # fmt: skip
def test_a_stand_in_that_cannot_be_used_stops_the_run_and_leaves_no_record_open(
    two: Installation, books: Books, harm: str
) -> None:
    two.sql(harm)
    report = run(world_of(two, after_send=lambda: books.control("/_tokens", revoke=NEWER)))
    assert (report.exit_code, report.alarms) == (5, [])
    assert "the credential is refused" in report.problem
    assert two.sql("select count(*) from reconciler.exports where state in ('sending', 'unknown')") == [(0,)]


def test_a_lookup_that_is_refused_goes_on_with_the_other_version(two: Installation, books: Books) -> None:
    assert run(world_of(two)).exit_code == 0
    books.control("/_import")
    two.at += 10
    report = run(world_of(two, after_used=lambda: books.control("/_tokens", revoke=NEWER)))
    assert report.alarms == ["version 2 of 'xledger' was refused in mid-run; version 1 took over"]
    assert two.states().keys() == {"posted"}
    assert judged(two, books) == []


def test_a_lookup_that_every_version_is_refused_stops_the_run_before_anything_is_sent(
    two: Installation, books: Books
) -> None:
    assert run(world_of(two)).exit_code == 0
    for token in (TOKEN, NEWER):
        books.control("/_tokens", revoke=token)
    two.at += 10
    before = books.read()["requests"]["mutations"]
    report = run(world_of(two))
    assert (report.exit_code, report.hint) == (5, "reconciler credentials set, then sync again")
    assert books.read()["requests"]["mutations"] == before


def test_a_run_keeps_the_version_that_it_began_with_while_it_works(clean: Installation, books: Books) -> None:
    def rotate() -> None:
        books.control("/_tokens", add=NEWER)
        assert put(clean, NEWER)

    report = run(world_of(clean, after_send=rotate))
    assert (report.exit_code, report.alarms) == (0, [])
    used = "select distinct detail ->> 'version' from reconciler.audit where action = 'credential-used'"
    assert clean.sql(used) == [("1",)]


def demanding(here: World, **schema: object) -> World:
    """The same with a schema beside the label of the token, as the type would declare it."""
    found = here.applied.applied(*WHERE)
    name = "IntegrationType/xledger"
    kind = found.definitions[name]
    label = {**kind.body["credentials"]["token"], "schema": schema}
    asks = replace(kind, body={**kind.body, "credentials": {"token": label}})
    applied = replace(found, definitions={**found.definitions, name: asks})
    return replace(here, applied=SimpleNamespace(applied=lambda *_: applied))


@pytest.mark.parametrize(("schema", "words", "hint"), [
    ({"pattern": "^[0-9]+$", "description": "it has digits only"}, "is not in the form", "it has digits only"),
    ({"minLength": 200}, "the token is shorter than 200 characters", "copy it again, whole"),
    ({"maxLength": 5}, "the token is longer than 5 characters", "copy it again, whole"),
])  # fmt: skip
def test_a_value_in_another_form_than_the_type_asks_for_is_refused_and_neither_said_nor_sent_nor_stored(
    installation: Installation, books: Books, schema: dict, words: str, hint: str
) -> None:
    before = (installation.sql(VALUES), installation.sql(STATES), books.read()["requests"])
    with pytest.raises(UsageError, match=words) as refused:
        set_credential(demanding(world_of(installation), **schema), *WHERE, Secret({"token": NEWER}))
    told = "".join(format_exception(refused.value))
    assert refused.value.hint == hint
    assert NEWER not in told
    assert (installation.sql(VALUES), installation.sql(STATES), books.read()["requests"]) == before


def test_a_value_in_the_form_that_the_type_asks_for_is_tested_and_stored(installation: Installation) -> None:
    here = demanding(world_of(installation), pattern="^[A-Za-z0-9-]+$", minLength=10)
    assert set_credential(here, *WHERE, Secret({"token": TOKEN})).verdict.ok
