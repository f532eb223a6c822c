"""Hundreds of expressions on the nights and days that go wrong, each against an oracle that walks every minute."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.schedules.expression import parse, preset
from reconciler.schedules.occurrences import following
from tests.schedules import oracle

SPANS = {
    "spring 2026": ("2026-03-27T12:00", 4),
    "autumn 2026": ("2026-10-23T12:00", 4),
    "spring 2027": ("2027-03-26T23:00", 4),
    "autumn 2027": ("2027-10-30T00:30", 3),
    "inside the first showing": ("2026-10-25T00:20", 2),
    "inside the second showing": ("2026-10-25T01:20", 2),
    "the end of a leap February": ("2028-02-27T00:00", 4),
    "the end of a common February": ("2026-02-26T00:00", 4),
    "the end of a month of 30 days": ("2026-04-28T00:00", 4),
    "the turn of the year": ("2026-12-30T00:00", 4),
    "a Friday the 13th": ("2026-11-11T00:00", 5),
}
"""Name to the first instant, in UTC, and a number of days."""

EXPRESSIONS = (
    "30 3 * * *",
    "30 2 * * *",
    "0 2 * * *",
    "0 3 * * *",
    "59 1 * * *",
    "59 2 * * SUN",
    "0 0 * * *",
    "59 23 * * *",
    "*/15 * * * *",
    "7/20 * * * *",
    "0 * * * *",
    "0,30 2,3 * * *",
    "*/20 1-4 * * *",
    "10-50/20 2 * * *",
    "0 */2 * * *",
    "15 1-23/2 * * *",
    "*/10 2 * * MON-FRI",
    "0 6 31 * *",
    "0 6 29,30 * *",
    "0 6 29 FEB *",
    "30 12 28-31 * *",
    "0 6 1 * *",
    "45 5 1,15 JAN-MAR,dec *",
    "0 6 13 * FRI",
    "0 6 13 * 5,0",
    "0 6 */2 * MON",
    "0 6 * * */2",
    "0 6 1-31 * 1",
    "0 6 ? * ?",
    "0 6 * OCT,mar sat,sun",
    "5 4 25-31 10 SUN",
    "0 0 29 2 *",
)


def agree(expression, zone: str, start: datetime, end: datetime, told: list[datetime]) -> None:
    found = [each.at for each in following(expression, zone, start, len(told) + 1)]
    assert found[: len(told)] == told
    assert all(at > end for at in found[len(told) :])


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("cron", EXPRESSIONS)
def test_a_schedule_runs_when_an_oracle_that_walks_every_minute_says(cron, span):
    text, days = SPANS[span]
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    end = start + timedelta(days=days)
    agree(parse(cron), "Europe/Oslo", start, end, oracle.runs(cron, "Europe/Oslo", start, end))


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("cron", EXPRESSIONS[:16])
def test_the_oracle_agrees_on_clock_changes_elsewhere(cron, zone):
    start = {"America/New_York": datetime(2026, 11, 1, 2, tzinfo=UTC)}.get(zone, datetime(2026, 10, 3, 8, tzinfo=UTC))
    end = start + timedelta(days=2)
    agree(parse(cron), zone, start, end, oracle.runs(cron, zone, start, end))


@pytest.mark.parametrize("at", ["02:30", "03:30", "23:59"])
@pytest.mark.parametrize("month", range(1, 13))
def test_the_last_day_is_the_day_before_the_first(month, at):
    start = datetime(2028, month, 15, tzinfo=UTC)
    end = start + timedelta(days=20)
    hour, minute = at.split(":")
    every_day = oracle.runs(f"{int(minute)} {int(hour)} * * *", "Europe/Oslo", start, end)
    first = oracle.runs("0 0 1 * *", "Europe/Oslo", start, end)[0]
    last = [each for each in every_day if each < first][-1]
    agree(preset("monthly", at, "last"), "Europe/Oslo", start, end, [last])


def test_there_are_at_least_300_vectors_and_most_of_them_run():
    assert len(SPANS) * len(EXPRESSIONS) >= 300
    first = {span: datetime.fromisoformat(text).replace(tzinfo=UTC) for span, (text, _) in SPANS.items()}
    ends = {span: first[span] + timedelta(days=days) for span, (_, days) in SPANS.items()}
    told = [oracle.runs(cron, "Europe/Oslo", first[span], ends[span]) for span in SPANS for cron in EXPRESSIONS]
    assert sum(bool(each) for each in told) >= 200
