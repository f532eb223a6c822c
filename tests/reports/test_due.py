"""A yearly task: where it stands, when somebody is reminded, and what `status` and `schedule` show of it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from parts.counted import REPORT

from reconciler.cli.main import run
from reconciler.reports.due import Known, reminders, standing, year_in_question


@pytest.mark.parametrize(
    ("today", "known", "state", "colour", "reason"),
    [
        (date(2025, 12, 31), Known(), "not due", "grey", "the year is not over"),
        (date(2026, 1, 1), Known(), "not built", "grey", "not built; due in 257 days"),
        (date(2026, 7, 16), Known(), "not built", "grey", "not built; due in 61 days"),
        (date(2026, 7, 17), Known(), "not built", "yellow", "not built; due in 60 days"),
        (date(2026, 9, 14), Known(), "not built", "yellow", "not built; due in 1 day"),
        (date(2026, 9, 15), Known(1), "frozen", "yellow", "frozen, not handed over; due today"),
        (date(2026, 9, 16), Known(), "not built", "red", "not built; overdue since 1 day"),
        (date(2026, 9, 17), Known(1), "frozen", "red", "frozen, not handed over; overdue since 2 days"),
        (date(2026, 3, 1), Known(1), "frozen", "green", "frozen, not handed over; due in 198 days"),
        (date(2026, 10, 1), Known(1, handed_over=True), "handed over", "green", "handed over"),
        (date(2026, 10, 1), Known(1, handed_over=True, differences=0), "handed over", "green", "handed over"),
        (date(2026, 10, 1), Known(1, handed_over=True, differences=2), "drifted", "yellow",
         "handed over, and the data changed since: 2 differences"),
    ],
)  # fmt: skip
def test_a_report_stands_where_its_days_and_versions_say(today, known, state, colour, reason):
    found = standing(REPORT, 2025, known, today)
    assert (found.state, found.colour, found.reason) == (state, colour, reason)
    assert found.overdue == (colour == "red")


def test_the_year_in_question_is_the_last_that_is_over_and_none_before_the_first():
    assert year_in_question(REPORT, date(2025, 12, 31)) == 2025
    assert year_in_question(REPORT, date(2026, 12, 31)) == 2025
    assert year_in_question(REPORT, date(2027, 1, 1)) == 2026


def test_reminders_come_before_the_deadline_and_it_is_the_last_of_them():
    assert reminders(REPORT, 2025) == [date(2026, 7, 17), date(2026, 8, 16), date(2026, 9, 8), date(2026, 9, 15)]


def said(settings, capsys, *arguments, days=0):
    then = replace(settings, clock_start=settings.clock_start + timedelta(days=days))
    assert run(list(arguments), then) == 0
    return capsys.readouterr().out


def test_status_and_schedule_show_the_task_and_its_days(applied, capsys):
    whole = json.loads(said(applied, capsys, "status", "--format", "json"))
    assert [(each["organization"], each["state"]) for each in whole["reports"]] == [
        ("blindeforbundet", "not built"), ("hlf", "not built"), ("nhf", "not built"),
    ]  # fmt: skip
    near = said(applied, capsys, "status", "blindeforbundet", days=140)
    assert "not built; due in 57 days" in near
    assert "next: reconciler report check blindeforbundet bufdir" in near
    assert "overdue since 3 days" in said(applied, capsys, "status", "hlf", days=200)
    coming = said(applied, capsys, "schedule", "next", "hlf", days=140)
    assert "bufdir: the report on 2025 is due on 2026-09-15" in coming
    assert "2026-07-17" not in coming
    assert "Sun 2026-08-16, in 27 days  reminder for anders-hlf" in coming


def test_a_year_that_nobody_handed_over_is_not_forgotten_with_the_next(applied, capsys):
    found = json.loads(said(applied, capsys, "status", "hlf", "--format", "json", days=365))["reports"]
    assert [(each["year"], each["health"]["colour"]) for each in found] == [(2025, "red"), (2026, "grey")]


def test_drift_shows_in_status_once_somebody_compared(applied, capsys, verb, sql):
    assert verb("freeze")[0] == 0
    assert verb("handed-over", "blindeforbundet", "--receipt", "R-9")[0] == 0
    sql("delete from app.members where branch = 'BRG'")
    assert "data changed" not in said(applied, capsys, "status", "blindeforbundet")
    assert verb("compare")[0] == 3
    shown = said(applied, capsys, "status", "blindeforbundet")
    assert "and the data changed since" in " ".join(shown.split())
    assert "receipt R-9" in shown


def test_a_report_that_another_hand_spoilt_is_said_and_hides_no_other(applied, capsys, sql):
    sql(
        "update reconciler.reports set body = body - 'deadline' where organization_id = %s",
        "2b7f9c04-6d1e-4f3a-8c52-90e7a4d1b6c3",
    )
    shown = said(applied, capsys, "status")
    assert "hlf bufdir: its row is not as it was applied" in shown
    assert "ola-blindeforbundet" in shown
