"""Switches are ended and never changed, whoever tries; two at once leave one; each is in the audit trail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from reconciler.database.connection import Database
from reconciler.database.switches import SwitchTable
from reconciler.runs.switch import EVERYBODY, STRENGTH, Ended, Switch

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ID = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
STOP = Switch("lag", "stop", "the ledger is looked into", "kari", NOW, None, "", ID)
ALL = Switch(EVERYBODY, "detect", "the new version is watched", "ola", NOW, NOW + timedelta(days=1))


@pytest.fixture
def table(database_url: str) -> SwitchTable:
    return SwitchTable(Database(database_url))


def test_what_was_set_is_read_until_somebody_ends_it(table: SwitchTable) -> None:
    assert (table.set_switch(STOP), table.set_switch(ALL)) == (None, None)
    assert table.switches() == [STOP, ALL]
    later = NOW + timedelta(hours=1)
    assert table.end_switch("", STRENGTH, "per", later) == [ALL]
    assert table.end_switch("", STRENGTH, "per", later) == []
    assert table.switches() == [STOP]
    assert table.switched(ID, 10) == [Ended(ALL, later, "per")]


def test_another_of_its_kind_takes_its_place_and_the_first_is_kept(table: SwitchTable) -> None:
    again = Switch("lag", "stop", "another reason by now", "ola", NOW + timedelta(hours=1), None, "", ID)
    table.set_switch(STOP)
    assert table.set_switch(again) == STOP
    assert table.switches() == [again]
    assert table.switched(ID, 10) == [Ended(STOP, again.since, "ola")]


def test_an_organisation_that_got_another_name_is_called_by_it(table: SwitchTable, database_url: str) -> None:
    table.set_switch(STOP)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into reconciler.organizations (id, name, body, revision, applied_at)"
            " values (%s, 'laget', '{}', 'r', now())",
            [ID],
        )
    assert [each.organization for each in table.switches()] == ["laget"]


def test_of_two_who_set_one_at_once_one_stands(table: SwitchTable, database_url: str) -> None:
    tables = [SwitchTable(Database(database_url)) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda each: each.set_switch(STOP), tables))
    assert sorted(each is None for each in found) == [False, False, False, True]
    assert len(table.switches()) == 1
    assert len(table.switched(ID, 10)) == 3


def test_every_change_is_in_the_audit_trail(table: SwitchTable, database_url: str) -> None:
    table.set_switch(STOP)
    table.end_switch(ID, STRENGTH, "per", NOW)
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select actor, action, object, detail->>'reason' from reconciler.audit order by id")
        assert rows.fetchall() == [
            ("kari", "switch-stop-set", "lag", "the ledger is looked into"),
            ("per", "switch-stop-ended", "lag", None),
        ]


@pytest.mark.parametrize(
    "attempt",
    [
        "update reconciler.switches set reason = 'something else entirely'",
        "update reconciler.switches set ended_at = now(), ended_by = 'x', author = 'y'",
        "update reconciler.switches set until = now() + interval '1 day'",
        "delete from reconciler.switches",
        "truncate reconciler.switches",
    ],
)
def test_nobody_writes_history_anew(table: SwitchTable, database_url: str, attempt: str) -> None:
    table.set_switch(STOP)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(attempt)
    assert table.switches() == [STOP]


@pytest.mark.parametrize(
    "wrong",
    [
        Switch("lag", "stop", "too short", "kari", NOW, None, "", ID),
        Switch("lag", "pin", "a pin without an end", "kari", NOW, None, "a" * 40, ID),
        Switch("lag", "pin", "a pin without a commit", "kari", NOW, NOW + timedelta(days=1), "", ID),
        Switch("lag", "pin", "a pin of a branch", "kari", NOW, NOW + timedelta(days=1), "main", ID),
        Switch(EVERYBODY, "pin", "a pin for everybody", "kari", NOW, NOW + timedelta(days=1), "a" * 40),
        Switch("lag", "stop", "for nobody in particular", "kari", NOW),
    ],
)
def test_what_means_nothing_is_not_written(table: SwitchTable, database_url: str, wrong: Switch) -> None:
    with pytest.raises(Exception, match="check constraint"):
        table.set_switch(wrong)
    assert table.switches() == []


def test_an_installation_that_only_looks_says_so_beside_what_people_set(database_url: str) -> None:
    table = SwitchTable(Database(database_url), detect_only=True)
    table.set_switch(STOP)
    (setting, own) = table.switches()
    assert (setting.what, setting.organization, setting.since) == ("detect", EVERYBODY, None)
    assert own == STOP
    assert table.end_switch("", STRENGTH, "per", NOW) == []
