"""What is done every night, once for each organisation, and where it is written down."""

import json
import signal

import psycopg
import pytest
from parts.installation import WHERE, Installation

from reconciler.database.chores import ChoreTable
from reconciler.engine import chores
from reconciler.errors import Blocked, TryAgainLater
from reconciler.wiring import database

KEPT = "select name, night::text, state, said from reconciler.chores order by name"


def test_the_night_is_compared_and_purged_once_and_the_verb_says_what_came_of_it(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.sync() in {0, 6}
    capsys.readouterr()
    assert installation.run("chores", "run", WHERE[0], "--format", "json", minutes=24 * 60) == 0
    done = json.loads(capsys.readouterr().out)
    assert [(each["chore"], each["state"], each["night"]) for each in done] == [
        ("comparison", "done", "2026-03-03"), ("purge", "done", "2026-03-03"),
    ]  # fmt: skip
    assert done[0]["said"] == "1 compared, all agree"
    assert installation.run("chores", "run") == 0
    assert "nothing to do" in capsys.readouterr().out
    assert installation.run("chores", "list") == 0
    assert "1 compared, all agree" in capsys.readouterr().out
    assert installation.run("chores", "run", "nobody") == 2


def test_before_two_in_the_night_nothing_is_done(installation: Installation) -> None:
    assert installation.run("chores", "run", minutes=17 * 60) == 0, "01:00"
    assert installation.sql(KEPT) == []


def test_a_chore_that_cannot_be_done_spares_the_others_and_what_may_come_right_is_not_written_down(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def barred(_world, _organization):
        raise Blocked("it is closed on kari@example.org", "open it")

    def busy(_world, _organization):
        raise TryAgainLater("it is busy")

    made = (chores.Chore("comparison", barred), chores.Chore("notify", busy), *chores.CHORES[1:])
    monkeypatch.setattr(chores, "CHORES", made)
    monkeypatch.setattr(chores, "NAMES", tuple(each.name for each in made))
    assert installation.run("chores", "run", WHERE[0]) == 75
    assert [(name, state) for name, _, state, _ in installation.sql(KEPT)] == [
        ("comparison", "failed"), ("purge", "done"),
    ]  # fmt: skip
    assert "kari@" not in installation.sql(KEPT)[0][3]


@pytest.mark.parametrize("place", ["before:keep_chore", "after:keep_chore"])
def test_chores_that_are_killed_are_finished_by_the_next_ones(installation: Installation, fork, place: str) -> None:
    assert fork("chores", "run", crash_at=place)[0] == -signal.SIGKILL
    assert installation.run("chores", "run") == 0
    assert [name for name, *_ in installation.sql(KEPT)] == ["comparison", "purge"]


def test_an_organisation_sees_its_own_chores_only(installation: Installation) -> None:
    installation.run("chores", "run")
    book = ChoreTable(database(installation.settings))
    [mine] = book.nights(WHERE[0])
    with psycopg.connect(installation.settings.database_url) as connection:
        connection.execute("grant usage on schema reconciler to authenticated")
        connection.execute("grant select on reconciler.chores to authenticated")
        connection.execute("set local role authenticated")
        for who, count in ((mine.organization_id, 2), ("5f0c7b52-8d0e-4d5c-9a51-0000000000ff", 0)):
            claims = json.dumps({"app_metadata": {"organization_id": who}})
            connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            found = connection.execute("select count(*) from reconciler.chores").fetchone()
            assert found == (count,)
