"""An integration that observes: everything but sending, kept apart from the ledger, and compared where that can be."""

import json
import signal
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.installation import WHERE, Books, Installation
from parts.observing import in_mode

from reconciler.engine import shadow
from reconciler.engine.beforehand import Order
from reconciler.engine.export import sync
from reconciler.runs.outcome import LookupFailed, Unreachable
from reconciler.runs.request import Days
from reconciler.runs.shadow import Holding, Likeness, compare

KEPT = "select category, record_id, verdict, amount from reconciler.shadow_documents order by 1, 2"


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


@pytest.fixture
def observing(installation: Installation, tmp_path: Path) -> Installation:
    assert in_mode(installation, tmp_path / "specs", "observe") == 0
    return installation


def observed(installation: Installation, holdings=None):
    """One run, with an outside system that can be asked what it holds."""
    installation.at += 1
    world = installation.world()
    if holdings is not None:
        world = replace(world, holdings=lambda *_: holdings)
    return sync(world, Order(*WHERE, "manual", uuid4()))


@dataclass
class Shelves:
    """Lists what it was given, and remembers what it was asked."""

    holds: object
    asked: list[Days] = field(default_factory=list)

    def documents(self, window: Days):
        self.asked.append(window)
        return self.holds


def test_what_would_go_is_what_goes_once_the_mode_is_changed(
    observing: Installation, books: Books, tmp_path: Path
) -> None:
    report = observed(observing)
    assert report.state == "succeeded"
    assert report.exit_code == 0
    kept = observing.sql(KEPT)
    assert Counter(row[2] for row in kept) == {
        "would_send": report.count("would_send"), "would_reject": report.count("would_reject")
    }  # fmt: skip
    payloads = "select category, record_id, payload from reconciler.shadow_payloads where payload is not null"
    shadows = {(row[0], row[1]): row[2] for row in observing.sql(payloads)}
    assert books.read()["vouchers"] == []
    assert in_mode(observing, tmp_path / "specs", "send") == 0
    assert observing.sync(minutes=1) == 6
    assert judged(observing, books) == []
    query = "select e.category, e.record_id, e.state, e.amount, e.number, p.payload from reconciler.exports e"
    query += " join reconciler.export_payloads p on p.export_id = e.id"
    amounts = {(row[0], row[1]): row[3] for row in kept}
    for category, record, state, amount, number, payload in observing.sql(query):
        if state == "sent":
            assert amounts[category, record] == amount
            ours = json.dumps(shadows[category, record]).replace("2026000001", str(number))
            assert json.loads(ours) == payload, "the same document, but for the number that was reserved"


def test_what_would_be_rejected_is_told_with_its_reason_and_the_line_of_the_mapping(
    observing: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert observing.sync() == 0
    said = capsys.readouterr().out
    assert "would be rejected" in said
    assert "the lookup 'departments' has no entry for 'Hamar'" in said
    assert "written by orgs/blindeforbundet/mappings/mileage-claims.yaml:" in said
    assert "only there, dated 2026-01-01 to 2026-01-18, and in none of these categories" in said
    assert "Nothing was sent, because this integration's mode is observe" in said
    where = "select origin like '%%mileage-claims.yaml:%%', field from reconciler.shadow_documents where verdict = %s"
    assert observing.sql(where, "would_reject")[0][0]
    assert observing.run("status", WHERE[0]) == 0
    said = capsys.readouterr().out
    assert "18 would go" in said
    assert "1 would be refused" in said


def test_nothing_of_it_is_in_the_ledger_and_only_the_newest_run_is_kept(observing: Installation, books: Books) -> None:
    first, second = observed(observing), observed(observing)
    assert observing.sql("select distinct run_id::text from reconciler.shadow_documents") == [(second.run,)]
    assert first.count("would_send") == second.count("would_send") > 0
    for table in ("exports", "export_payloads", "export_numbers", "withheld"):
        assert observing.sql(f"select count(*) from reconciler.{table}") == [(0,)]
    assert not observing.settings.high_water_file.exists()
    held = "select count(*) from reconciler.shadow_documents d where d::text like %s"
    names = observing.sql("select driver_number from app.driver_honorariums limit 1")
    assert observing.sql(held, f"%{names[0][0]}%") == [(0,)], "what may be personal stands in the payloads"
    assert books.read()["requests"]["mutations"] == 0


@pytest.mark.parametrize("moment", ["approved_at", "'2026-02-01 12:00+01'::timestamptz"], ids=["spread", "all-at-once"])
def test_each_record_is_told_once_whatever_the_size_of_a_page(
    observing: Installation, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    for table in ("expense_claims", "mileage_claims", "driver_honorariums"):
        observing.sql(f"update app.{table} set approved_at = {moment} where approved_at >= '2026-01-01 00:00+01'")
    whole = observed(observing)
    kept = observing.sql(KEPT)
    monkeypatch.setattr(shadow, "BATCH", 2)
    pages = observed(observing)
    assert observing.sql(KEPT) == kept
    assert pages.count("would_send") == whole.count("would_send") == sum(row[2] == "would_send" for row in kept)
    assert pages.amount == whole.amount == sum(row[3] for row in kept if row[2] == "would_send")


def test_a_day_without_end_ends_the_pages_and_spoils_none(
    observing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = observed(observing).count("would_send", "would_reject")
    one = "(select record_id::uuid from reconciler.shadow_documents where category = 'mileage_claims' limit 1)"
    observing.sql(f"update app.mileage_claims set approved_at = 'infinity' where id = {one}")
    monkeypatch.setattr(shadow, "BATCH", 1)
    assert observed(observing).count("would_send", "would_reject") == kept


@pytest.mark.parametrize("place", ["before:keep_shadows", "after:keep_shadows", "after:forget_shadows"])
def test_a_run_that_is_killed_leaves_nothing_that_the_next_one_does_not_mend(
    observing: Installation, fork, place: str
) -> None:
    report = observed(observing)
    kept = observing.sql(KEPT)
    assert fork("sync", *WHERE, crash_at=place)[0] == -signal.SIGKILL
    observing.at += 40
    assert observed(observing).count("would_send") == report.count("would_send")
    assert observing.sql(KEPT) == kept


def test_a_range_of_days_is_observed_too(observing: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assert observing.run("sync", *WHERE, "--from", "2026-01-01", "--to", "2026-01-03", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["from"], found["mode"]) == ("2026-01-01", "observe")
    days = "select distinct approved_at::date from app.mileage_claims m join reconciler.shadow_documents d"
    days += " on d.record_id = m.id::text where approved_at >= '2026-01-04 00:00+01'"
    assert observing.sql(days) == []


def test_the_first_sync_after_observing_still_asks_for_a_yes(
    observing: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = """
        insert into app.driver_honorariums
        select (jsonb_populate_record(null::app.driver_honorariums, to_jsonb(d) || more.id)).*
        from (select * from app.driver_honorariums where driver_number <> 'V99999' and status = 'approved'
                and approved_at >= '2026-01-02' and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' limit 1) d,
            (select jsonb_build_object('id', gen_random_uuid()) as id from generate_series(1, 101)) more"""
    observing.sql(copy)
    assert observing.sync() == 0
    assert observing.run("sync", *WHERE, "--from", "2026-01-01", minutes=1) == 0, "nothing is sent: no yes is needed"
    assert in_mode(observing, tmp_path / "specs", "send") == 0
    assert observing.run("sync", *WHERE, "--to", "2026-01-02", minutes=1) in {0, 6}
    capsys.readouterr()
    assert observing.sync(minutes=1) == 4, "neither observing nor a day that was tried out is a first sync"
    count = capsys.readouterr().err.split("--confirm ")[1].split()[0]
    assert observing.run("sync", *WHERE, "--confirm", count, minutes=1) == 6
    assert judged(observing, books) == []


def test_it_is_compared_with_what_the_outside_system_holds_and_says_what_is_only_there_or_only_here(
    observing: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    observed(observing)
    kept = [row for row in observing.sql(KEPT) if row[0] == "driver_honorariums" and row[2] == "would_send"]
    theirs = [Holding(f"V{number}", None, -row[3]) for number, row in enumerate(kept[1:])]
    shelves = Shelves([*theirs, Holding("X1", date(2026, 1, 5), Decimal("77777.00"), "5330")])
    report = observed(observing, shelves)
    found = next(each.comparison for each in report.streams if each.category == "driver_honorariums")
    assert found.both == len(kept) - 1
    assert len(found.ours) == 1
    assert [each.id for each in found.theirs] == ["X1"]
    assert len(shelves.asked) == 1, "one list holds the documents of all three"
    assert {each.comparison.theirs for each in report.streams} == {found.theirs}
    from reconciler.cli.context import Context
    from reconciler.cli.sync import show

    capsys.readouterr()
    show(Context(observing.settings), report)
    said = capsys.readouterr().out
    assert "driver_honorariums, compared with what is there, dated" in said
    assert "X1  2026-01-05  NOK 77 777.00  5330" in said
    assert said.count("X1") == 1, "what is in no category is told once"
    data = next(each for each in report.data()["categories"] if each["category"] == "driver_honorariums")
    assert data["comparison"]["only_there"][0]["amount"] == "77777.00"


def test_a_list_that_cannot_be_read_proves_nothing(observing: Installation) -> None:
    report = observed(observing, Shelves(LookupFailed(Unreachable("nobody is there"))))
    assert {each.comparison for each in report.streams} == {None}
    remarks = [remark for each in report.streams for remark in each.remarks]
    assert remarks == ["could not be compared with what is there: nobody is there"] * 3


def like(record: str, amount: str, *days: date, codes: tuple[str, ...] = ()) -> Likeness:
    return Likeness(record, frozenset(days), Decimal(amount), frozenset(codes))


def test_a_document_of_theirs_is_taken_for_one_of_ours_once_and_only_where_all_that_it_tells_agrees() -> None:
    day, other = date(2026, 1, 5), date(2026, 1, 6)
    window = Days(day, other)
    two = [like("a", "100.00", day, codes=("7140",)), like("b", "100.00", day, codes=("7140",))]
    assert compare(window, two, [Holding("1", day, Decimal(-100), "7140")]).both == 1
    assert compare(window, two, [Holding("1", other, Decimal(100), "7140")]).both == 0
    assert compare(window, two, [Holding("1", day, Decimal(100), "2910")]).both == 0
    assert compare(window, two, [Holding("1", None, Decimal(100))]).both == 1, "what it does not tell cannot differ"
    assert compare(window, two, [Holding("1", day, None, "7140")]).both == 0, "without an amount nothing is the same"
    assert compare(window, [], [Holding("1", day, None)]).theirs == (Holding("1", day, None),)
    exact, vague = Holding("1", day, Decimal(100), "7140"), Holding("2", None, Decimal(100))
    found = compare(window, [two[0], like("c", "100.00", other)], [vague, exact])
    assert (found.both, found.ours, found.theirs) == (2, (), ())


def test_likenesses_hold_the_days_and_codes_that_the_type_declares(observing: Installation) -> None:
    seen = Shelves([])
    report = observed(observing, seen)
    for stream in report.streams:
        for each in stream.comparison.ours:
            assert each.days
            assert {"2910"} <= each.codes
    span = seen.asked[0]
    assert span.last - span.first < timedelta(days=120)
