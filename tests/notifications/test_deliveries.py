"""What cannot be told is kept and tried again; what two processes see at once is told once; nothing new is cheap."""

import threading
from datetime import timedelta

import psycopg
import pytest
from parts.installation import START, WHERE

from reconciler.engine.notifying import notify
from reconciler.errors import Blocked
from reconciler.runs.notification import Matter, Sent
from reconciler.wiring import notifier

BAD = "the credential is refused for kari@forening.example"
STAGES = "select stage, attempt, problem, message from reconciler.notifications order by id"


def test_a_failure_is_tried_again_with_longer_pauses_and_the_same_number(house) -> None:
    house.hook.answers = [(500, {}, b"down")] * 3
    house.ran("failed", BAD)
    assert [(each.ok, each.problem) for each in house.notify()] == [(False, "it answers 500: down")]
    assert house.notify() == []
    assert house.notify(minutes=0.6)
    assert house.notify(minutes=0.6) == []
    assert house.notify(minutes=0.6)
    assert house.notify(minutes=1.9) == []
    assert [each.ok for each in house.notify(minutes=0.3)] == [True]
    assert len({headers["X-Reconciler-Id"] for headers, _ in house.hook.got}) == 1
    assert house.at.sql(STAGES) == [("told", 4, "", "")]


def test_a_long_pause_that_is_asked_for_is_kept(house) -> None:
    house.hook.answers = [(429, {"Retry-After": "1200"}, b"")]
    house.ran("failed", BAD)
    house.notify()
    assert house.notify(minutes=19) == []
    assert [each.ok for each in house.notify(minutes=1.1)] == [True]


def test_what_waits_is_overtaken_by_what_is_newer_and_given_up_after_three_days(house) -> None:
    house.hook.answers = [(500, {}, b"")] * 2
    house.ran("failed", BAD)
    house.notify()
    house.ran("succeeded", minutes=1)
    house.notify()
    assert [each.level for each in house.notify(minutes=6)] == ["fine"]
    assert house.hook.json()["was"] == "red"
    assert [row[0] for row in house.at.sql(STAGES)] == ["superseded", "told"]
    house.hook.answers = [(500, {}, b"")] * 2
    house.ran("failed", BAD, minutes=1)
    house.notify()
    house.notify(minutes=60 * 24 * 3 + 1)
    assert [row[0] for row in house.at.sql(STAGES)] == ["superseded", "told", "given_up"]
    assert house.at.sql("select count(*) from reconciler.notifications where message <> ''") == [(0,)]


def test_no_number_or_address_of_a_person_is_told_or_kept(house) -> None:
    house.ran("failed", BAD)
    house.notify()
    assert house.hook.json()["message"] == "the credential is refused for [taken out]"
    assert "@" not in str(house.at.sql("select * from reconciler.notifications"))


def test_a_channel_without_an_address_says_which_command_sets_it_and_tells_later(house) -> None:
    house.listen(channel="later", by="slack")
    house.ran("failed", BAD)
    told = {each.channel: each for each in house.notify()}
    assert told["ops"].ok
    assert told["later"].problem.endswith(f"reconciler credentials set {WHERE[0]} channel/later")
    assert house.address("later", url=house.hook.url)
    assert [(each.channel, each.ok) for each in house.notify(minutes=1)] == [("later", True)]


def test_a_channel_that_fails_keeps_no_other_from_hearing(house) -> None:
    house.listen(channel="broken", by="slack")
    assert house.address("broken", url=house.hook.url)
    house.at.sql("update reconciler.credentials set origin = 'elsewhere' where name = 'channel_broken'")
    house.ran("failed", BAD)
    stalled = [Matter(f"thing/{number}", "red", house.now, "no") for number in range(3)]
    done = house.notify(more=stalled)
    assert [each.channel for each in done].count("broken") == 1
    assert [each.channel for each in done].count("ops") == 4


def test_a_channel_that_left_the_specs_is_told_nothing_more(house) -> None:
    house.hook.answers = [(500, {}, b"")]
    house.ran("failed", BAD)
    house.notify()
    house.channels.clear()
    house.listen(channel="another")
    house.notify(minutes=5)
    rows = house.at.sql("select channel, stage from reconciler.notifications order by id")
    assert rows[0] == ("ops", "given_up")


def test_a_channel_hears_of_its_own_integrations_and_of_what_it_wants(house) -> None:
    house.channels.clear()
    house.listen(on=["red", "recovered"], integrations=["other"])
    house.listen(channel="reds", on=["red", "recovered"])
    assert house.address("reds")
    house.ran("partial", BAD)
    assert house.notify() == []
    house.ran("failed", BAD, minutes=1)
    assert [(each.channel, each.level) for each in house.notify()] == [("reds", "red")]


def test_two_processes_at_once_tell_a_change_once(house) -> None:
    """Both are held where they write, so that neither knows what the other has decided."""
    house.notify()
    house.ran("failed", BAD, minutes=1)
    done: list[Sent] = []

    def tell(world) -> None:
        done.extend(notify(world, notifier(house.at.settings, world.clock), WHERE[0], house.now))

    threads = [threading.Thread(target=tell, args=(house.at.world(),)) for _ in range(2)]
    with psycopg.connect(house.at.settings.database_url) as other:
        other.execute("lock table reconciler.notifications in exclusive mode")
        for thread in threads:
            thread.start()
        waiting = (
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        while house.at.sql(waiting) != [(2,)]:
            assert any(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert len(house.hook.got) == 1
    assert house.at.sql("select count(*) from reconciler.notifications") == [(1,)]


def test_where_nothing_has_changed_one_statement_is_all_that_is_asked(house, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ran("failed", BAD)
    by = house.by
    notify(house.world, by, WHERE[0], house.now)
    notify(house.world, by, WHERE[0], house.now)  # what was told is in the audit trail: once more for that
    asked: list[str] = []
    true = psycopg.Connection.execute
    monkeypatch.setattr(
        psycopg.Connection, "execute", lambda *given, **more: (asked.append(given[1]), true(*given, **more))[1]
    )
    assert notify(house.world, by, WHERE[0], house.now + timedelta(minutes=1)) == []
    assert len(asked) == 1


def test_without_channels_and_without_an_organisation_nothing_is_done(installation) -> None:
    world = installation.world()
    by = notifier(installation.settings, world.clock)
    assert notify(world, by, WHERE[0], START) == []
    assert notify(world, by, "nobody", START) == []
    assert installation.sql("select count(*) from reconciler.notification_marks") == [(0,)]


def test_what_was_told_can_be_neither_changed_nor_removed(house) -> None:
    house.ran("failed", BAD)
    house.notify()
    for statement in (
        "update reconciler.notifications set reason = 'otherwise'",
        "update reconciler.notifications set stage = 'waiting'",
        "delete from reconciler.notifications",
        "truncate reconciler.notifications",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            house.at.sql(statement)


def test_a_spoilt_row_says_so_and_a_clock_that_was_set_back_keeps_nobody_from_hearing(house) -> None:
    house.at.at = 120
    house.notify()
    house.at.at = 0
    house.ran("failed", BAD)
    assert [each.ok for each in house.notify()] == [True]
    house.at.sql("""update reconciler.organizations set body = body || '{"notifications": [{"by": "pigeon"}]}'""")
    with pytest.raises(Blocked, match="are not as they were applied"):
        house.notify()
