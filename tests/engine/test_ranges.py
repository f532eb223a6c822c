"""Syncs of some days only: the same ledger, the same promise; whatever ranges are run in whatever order."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parts.checker import ORGANIZATION, verdict
from parts.installation import WHERE, Books, Installation, committed

from reconciler.engine.beforehand import Order
from reconciler.engine.export import sync
from reconciler.errors import UsageError
from reconciler.runs.request import Days

FIRST, LAST = date(2025, 11, 1), date(2026, 4, 30)
SENT = "select record_id from reconciler.exports where state in ('sent', 'accepted', 'posted')"
MORE = """
    insert into app.driver_honorariums
    select (jsonb_populate_record(null::app.driver_honorariums, to_jsonb(d) || more.id)).*
    from (select * from app.driver_honorariums where driver_number <> 'V99999' and status = 'approved'
            and approved_at >= '2026-01-02' and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' limit 1) d,
        (select jsonb_build_object('id', gen_random_uuid()) as id from generate_series(1, 101)) more"""
MOVE = "update app.driver_honorariums set approved_at = %s where id::text = %s"


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


def ranged(installation: Installation, first: str, last: str, *more: str, minutes: int = 1) -> int:
    return installation.run("sync", *WHERE, "--from", first, "--to", last, *more, minutes=minutes)


def honorariums(installation: Installation, count: int) -> list[str]:
    """So many records that nothing stands in the way of, and no others that would go."""
    keep = f"organization_id = '{ORGANIZATION}' and status = 'approved' and driver_number <> 'V99999'"
    for table in ("expense_claims", "mileage_claims"):
        installation.sql(f"delete from app.{table}")
    installation.sql(f"delete from app.driver_honorariums where not ({keep})")
    query = (
        "select id::text from app.driver_honorariums where approved_at >= '2026-01-01 00:00+01' order by id limit %s"
    )
    return [row[0] for row in installation.sql(query, count)]


def spread(installation: Installation) -> None:
    """Date the records all over the winter, the same way each time."""
    for table in ("expense_claims", "mileage_claims", "driver_honorariums"):
        installation.sql(
            f"update app.{table} set approved_at = '2025-12-01 12:00+01'::timestamptz"
            " + make_interval(hours => abs(hashtext(id::text)) %% 2600) where approved_at is not null"
        )


def test_both_days_are_included_and_are_local_ones_also_where_the_clock_changes(
    installation: Installation, books: Books
) -> None:
    ids = honorariums(installation, 6)
    moments = [
        "2026-03-28 23:59:59.999999+01:00",  # the day before
        "2026-03-29 00:00:00+01:00",  # a day of 23 hours begins
        "2026-03-29 23:59:59.999999+02:00",
        "2026-03-30 00:00:00+02:00",  # the day after
        "2025-12-31 23:59:59+01:00",
        "2026-01-01 00:00:00+01:00",
    ]
    for moment, record in zip(moments, ids, strict=True):
        installation.sql(MOVE, moment, record)
    installation.sql("delete from app.driver_honorariums where not id::text = any(%s)", ids)
    assert ranged(installation, "2026-03-29", "2026-03-29") == 0
    assert {row[0] for row in installation.sql(SENT)} == {ids[1], ids[2]}
    assert ranged(installation, "2025-12-01", "2026-01-01") == 0, "never before the cut-over day"
    assert {row[0] for row in installation.sql(SENT)} == {ids[1], ids[2], ids[5]}
    assert ranged(installation, "2026-03-01", "2026-03-31") == 0
    assert {row[0] for row in installation.sql(SENT)} == {*ids[:4], ids[5]}


def test_the_day_of_25_hours_is_one_day(installation: Installation, books: Books) -> None:
    ids = honorariums(installation, 4)
    moments = ["2026-10-25 00:00:00+02:00", "2026-10-25 02:30:00+01:00", "2026-10-25 23:30:00+01:00",
               "2026-10-26 00:00:00+01:00"]  # fmt: skip
    for moment, record in zip(moments, ids, strict=True):
        installation.sql(MOVE, moment, record)
    installation.sql("delete from app.driver_honorariums where not id::text = any(%s)", ids)
    assert ranged(installation, "2026-10-25", "2026-10-25") == 0
    assert {row[0] for row in installation.sql(SENT)} == set(ids[:3])


@pytest.mark.parametrize(("first", "last", "words"), [
    ("2026-03-02", "2026-03-01", "the range ends on 2026-03-01, before it begins on 2026-03-02"),
    ("2024-01-01", "2025-12-31", "from 2026-01-01 on"),
    ("0001-01-01", "0001-12-31", "from 2026-01-01 on"),
    ("2026-02-30", "2026-03-01", "--from 2026-02-30 is not a day"),
    ("yesterday", "2026-03-01", "YYYY-MM-DD"),
    ("2026-01-01", "1e9", "--to 1e9 is not a day"),
])  # fmt: skip
def test_a_range_that_can_mean_nothing_is_refused_in_words(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str], first: str, last: str, words: str
) -> None:
    assert ranged(installation, first, last) == 2
    assert words in capsys.readouterr().err
    assert installation.sql("select count(*) from reconciler.runs") == [(0,)]
    assert books.read()["requests"]["mutations"] == 0


def test_the_whole_of_time_is_a_range_like_any_other(installation: Installation, books: Books) -> None:
    assert ranged(installation, "0001-01-01", "9999-12-31") == 6
    assert judged(installation, books) == []
    assert installation.sql("select lower(range)::text, upper(range) from reconciler.runs") == [("0001-01-01", None)]


def test_one_end_is_enough_and_the_other_is_the_cut_over_day_or_today(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.run("sync", *WHERE, "--to", "2026-01-31") == 6
    assert "dated 2026-01-01 to 2026-01-31 and not sent yet" in capsys.readouterr().out
    assert installation.run("sync", *WHERE, "--from", "2026-02-01", "--format", "json", minutes=1) == 6
    found = json.loads(capsys.readouterr().out)
    assert (found["from"], found["to"]) == ("2026-02-01", "2026-03-02")
    assert judged(installation, books) == []


def test_what_is_reported_is_of_the_range_and_what_is_written_down_is_of_all(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    open_rows = "select record_id from reconciler.withheld where until is null order by 1"
    assert installation.sync() == 6
    before = installation.sql(open_rows)
    refused = installation.states()["rejected"]
    assert before
    capsys.readouterr()
    assert ranged(installation, "2026-01-01", "2026-01-01", "--format", "json") in {0, 6}
    found = json.loads(capsys.readouterr().out)["categories"]
    assert sum(sum(each["withheld"].values()) for each in found) < len(before)
    assert sum(each["counts"].get("still_rejected", 0) for each in found) < refused
    assert installation.sql(open_rows) == before, "nothing outside of the range was freed"


def test_above_a_hundred_documents_a_range_waits_for_a_yes_also_where_the_target_is_known(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.sql("delete from app.expense_claims")
    installation.sql("delete from app.mileage_claims")
    assert installation.sync() == 6
    installation.sql(MORE)
    new = "select record_id from reconciler.exports"
    installation.sql(
        f"update app.driver_honorariums set approved_at = '2026-02-10 12:00+01' where id::text not in ({new})"
        " and driver_number <> 'V99999' and status = 'approved'"
    )
    capsys.readouterr()
    assert ranged(installation, "2026-02-10", "2026-02-10") == 4
    said = capsys.readouterr()
    count = int(said.err.split("--confirm ")[1].split()[0])
    assert f"dated 2026-02-10 and not sent yet: {count} documents, NOK" in said.out
    assert "--from 2026-02-10 --to 2026-02-10 --confirm" in said.err
    assert ranged(installation, "2026-02-10", "2026-02-10", "--confirm", str(count - 1)) == 4
    assert ranged(installation, "2026-02-10", "2026-02-10", "--confirm", str(count)) == 0


def test_whoever_tried_out_a_day_is_still_asked_before_all_the_rest_goes_for_the_first_time(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ranged(installation, "2026-01-01", "2026-01-20") in {0, 6}
    installation.sql(MORE)
    installation.sql("update reconciler.schedules set applied_at = '2026-01-01 00:00+01'")
    for hour in (1, 2):  # what was refused before it began is no first sync either
        assert installation.run("sync", *WHERE, "--occurrence", f"2026-03-02T0{hour}:30:00+01:00", minutes=1) == 0
        assert "failed: the run of" in capsys.readouterr().out
    assert installation.sync(minutes=1) == 4
    said = capsys.readouterr().err
    assert "the first sync to simulator:xledger:31007 would send" in said
    count = said.split("--confirm ")[1].split()[0]
    assert installation.run("sync", *WHERE, "--confirm", count, minutes=1) == 6
    installation.sql(MORE)
    assert installation.sync(minutes=1) == 0, "once is enough"
    assert judged(installation, books) == []


def test_a_range_can_be_asked_for_and_is_carried_out_by_somebody_else(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    spread(installation)
    assert ranged(installation, "2026-01-01", "2026-02-10", "--now", "--wait", "0") == 75
    assert installation.run("requests", "run", minutes=1) == 0
    assert "only what is dated 2026-01-01 to 2026-02-10" in capsys.readouterr().out
    assert installation.sync(minutes=1) in {0, 6}
    assert judged(installation, books) == []
    assert installation.sql("select trigger, range is null from reconciler.runs order by started_at") == [
        ("request", False), ("manual", True)
    ]  # fmt: skip


def test_a_range_that_is_killed_is_finished_by_another_one(installation: Installation, books: Books, fork) -> None:
    spread(installation)
    days = ("--from", "2026-01-01", "--to", "2026-02-28")
    assert fork("sync", *WHERE, *days, crash_at="after:send")[0] < 0
    assert ranged(installation, "2026-01-10", "2026-03-31", minutes=40) in {0, 6}
    assert installation.sync(minutes=40) in {0, 6}
    assert judged(installation, books) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    ranges=st.lists(
        st.tuples(st.integers(0, (LAST - FIRST).days), st.integers(0, 90)).map(
            lambda pair: Days(FIRST + timedelta(days=pair[0]), FIRST + timedelta(days=sum(pair)))
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_ranges_are_run_in_whatever_order_each_record_goes_once(
    installation: Installation, books: Books, ranges: list[Days]
) -> None:
    books.control("/_reset")
    spread(installation)
    for table in ("export_payloads", "export_history", "exports", "withheld", "export_numbers"):
        installation.sql(f"set session_replication_role = replica; delete from reconciler.{table}")
    installation.settings.high_water_file.unlink(missing_ok=True)
    covered = "select count(*) from reconciler.exports e join app.mileage_claims d on d.id::text = e.record_id"
    for days in ranges:
        installation.at += 1
        try:
            sync(installation.world(), Order(*WHERE, "manual", uuid4(), days=days))
        except UsageError:
            assert days.last < date(2026, 1, 1)
            continue
        outside = f"{covered} where not exists (select from unnest(%s::date[], %s::date[]) as r (a, b)"
        outside += " where (d.approved_at at time zone 'Europe/Oslo')::date between r.a and r.b)"
        assert installation.sql(outside, [each.first for each in ranges], [each.last for each in ranges]) == [(0,)]
    assert installation.sync(minutes=1) in {0, 6}
    assert judged(installation, books) == []


def test_a_range_of_an_export_that_begins_later_takes_nothing_of_it(
    installation: Installation, books: Books, tmp_path: Path
) -> None:
    root = tmp_path / "new"
    shutil.copytree(installation.repository, root)
    path = root / "orgs/blindeforbundet/integrations/xledger.yaml"
    path.write_text(path.read_text().replace("since: 2026-01-01", "since: 2026-02-15", 1))
    committed(root)
    assert installation.run("apply", "--root", str(root)) == 0
    assert ranged(installation, "2026-01-01", "2026-02-14") in {0, 6}
    found = installation.sql("select distinct category from reconciler.exports")
    assert ("expense_claims",) not in found
    assert found
