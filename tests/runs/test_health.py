"""Every branch of the rule in design.md 4.16."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.runs.health import Facts, LastRun, health

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
DAY = 86_400


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def ran(state: str = "succeeded", problem: str = "", **span: float) -> LastRun:
    started = ago(**(span or {"hours": 4}))
    return LastRun(state, started, None if state == "running" else started + timedelta(minutes=1), problem)


def facts(**known) -> Facts:
    return Facts(**{"now": NOW, "last_run": ran(), "last_success": ago(hours=4), "period_s": DAY} | known)


TABLE = {
    "nothing is wrong": ({}, "green", "all is sent"),
    "nothing to send is a success": ({"counts": {"posted": 7, "sent": 2, "accepted": 1}}, "green", "all is sent"),
    "a young run is under way": ({"last_run": ran("running", minutes=5)}, "green", "a run is under way"),
    "documents stand there otherwise": ({"differing": 2}, "yellow", "2 not there as sent"),
    "nothing is configured": ({"configured": False}, "grey", "nothing is configured"),
    "it is suspended": ({"suspended": "the auditor is here"}, "grey", "suspended: the auditor is here"),
    "there is no credential": ({"credential": False}, "grey", "no credential is stored"),
    "it never ran": ({"last_run": None, "last_success": None}, "grey", "never run"),
    "grey comes before red": ({"suspended": "moving", "last_run": ran("lost")}, "grey", "suspended: moving"),
    "the last run was lost": ({"last_run": ran("lost")}, "red", "the last run did not finish"),
    "a run has been running for hours": ({"last_run": ran("running", hours=3)}, "red", "the last run did not finish"),
    "everything failed": ({"last_run": ran("failed")}, "red", "every record of the last run failed"),
    "the run failed for a reason": (
        {"last_run": ran("failed", "the credential is refused")},
        "red",
        "the last run failed: the credential is refused",
    ),
    "a question is older than a day": (
        {"oldest_question": ago(hours=25)},
        "red",
        "a question has been open for more than a day",
    ),
    "no success for 49 hours": ({"last_success": ago(hours=49)}, "red", "no successful run for 49 h"),
    "no success ever, since it was scheduled": (
        {"last_run": ran("partial"), "last_success": None, "scheduled_at": ago(days=4)},
        "red",
        "no successful run for 4 days",
    ),
    "no success yet, and scheduled today": (
        {"last_run": ran("partial"), "last_success": None, "scheduled_at": ago(hours=9)},
        "green",
        "all is sent",
    ),
    "a weekly schedule may be silent for a week": (
        {"last_success": ago(days=7, hours=1), "period_s": 7 * DAY},
        "green",
        "all is sent",
    ),
    "a weekly schedule that missed its time": (
        {"last_success": ago(days=7, hours=3), "period_s": 7 * DAY},
        "red",
        "no successful run for 7 days",
    ),
    "it says itself how long silence is fine": (
        {"last_success": ago(hours=49), "stale_after_s": 4 * DAY},
        "green",
        "all is sent",
    ),
    "without a schedule silence is no fault": (
        {"last_success": ago(days=30), "period_s": None},
        "green",
        "all is sent",
    ),
    "red comes before yellow": (
        {"last_run": ran("lost"), "counts": {"rejected": 1}},
        "red",
        "the last run did not finish",
    ),
    "some were refused": (
        {"last_run": ran("partial"), "counts": {"sent": 9, "rejected": 4}},
        "yellow",
        "4 refused",
    ),
    "some were refused late": ({"counts": {"rejected_late": 1}}, "yellow", "1 refused after they were sent"),
    "some are held": (
        {"counts": {"held": 2}, "oldest_question": ago(hours=2)},
        "yellow",
        "2 held for a decision",
    ),
    "some are unknown": (
        {"counts": {"unknown": 3}, "oldest_question": ago(hours=23)},
        "yellow",
        "3 with an unknown fate",
    ),
    "some were changed there": ({"counts": {"drifted": 1}}, "yellow", "1 changed in the outside system"),
    "some are tried again": ({"counts": {"not_applied": 5}}, "yellow", "5 to be tried again"),
    "several reasons stand in one sentence": (
        {"counts": {"not_applied": 5, "rejected": 1}},
        "yellow",
        "1 refused, 5 to be tried again",
    ),
    "the run stopped early": (
        {"last_run": ran("partial", "it is busy")},
        "yellow",
        "the last run stopped early: it is busy",
    ),
    "the quota is nearly used": (
        {"quota": 0.07},
        "yellow",
        "7% of the outside system's quota is left",
    ),
    "the quota is a tenth": ({"quota": 0.1}, "green", "all is sent"),
    "by hand only, and a record waits": (
        {"period_s": None, "oldest_waiting": ago(days=3)},
        "yellow",
        "no schedule, and a record has waited for 3 days",
    ),
    "by hand only, and a record has waited since yesterday": (
        {"period_s": None, "oldest_waiting": ago(hours=47)},
        "green",
        "all is sent",
    ),
    "with a schedule a waiting record waits for its turn": ({"oldest_waiting": ago(days=3)}, "green", "all is sent"),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_facts_give_the_colour_and_the_reason(case: str) -> None:
    known, colour, reason = TABLE[case]
    found = health(facts(**known))
    assert (found.colour, found.reason) == (colour, reason)
