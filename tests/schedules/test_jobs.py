"""The scheduled time in a Job's name: what Kubernetes wrote is read, and nothing else is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.schedules.jobs import BEHIND, EPOCH, is_job_name, job_name, scheduled_time

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
NAME = "rec-blindeforbundet-nightly-1a2b3c4d"


@given(st.integers(int((NOW - BEHIND - EPOCH).total_seconds() // 60), int((NOW - EPOCH).total_seconds() // 60)))
def test_what_a_cronjob_calls_its_jobs_is_read_back_to_the_minute(minutes: int) -> None:
    at = EPOCH + timedelta(minutes=minutes)
    assert scheduled_time(job_name(NAME, at), NOW) == at


def test_the_minutes_are_those_of_the_instant_whatever_the_zone() -> None:
    assert job_name("hello", datetime(2022, 8, 23, 15, tzinfo=OSLO)) == "hello-27687660"
    at = datetime(2022, 8, 23, 13, tzinfo=UTC)
    assert scheduled_time("hello-27687660", at) == at


def test_both_showings_of_a_time_in_autumn_have_names_of_their_own() -> None:
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=fold) for fold in (0, 1))
    names = [job_name(NAME, each.astimezone(UTC)) for each in (first, second)]
    assert names[0] != names[1]
    assert [scheduled_time(each, NOW) for each in names] == [first.astimezone(UTC), second.astimezone(UTC)]


def test_the_end_of_a_gap_in_spring_is_one_instant() -> None:
    at = datetime(2026, 3, 29, 3, 0, tzinfo=OSLO)
    found = scheduled_time(job_name(NAME, at.astimezone(UTC)), NOW)
    assert found == at
    assert found.astimezone(OSLO).hour == 3


def test_a_cronjob_whose_name_ends_in_digits_is_not_taken_for_a_time() -> None:
    at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert scheduled_time(job_name("rec-a-b-29000000", at), NOW) == at
    assert scheduled_time("rec-a-b-99999999", NOW) is None, "the year 2160 is not a time that has come"


@pytest.mark.parametrize("name", [
    "", "-", "-1", "29541234", "by-hand", f"{NAME}-by-hand", f"{NAME}-", f"{NAME}-0029541234", f"{NAME}--5-",
    f"{NAME}-29541234\n", f"{NAME}-29541234-x7k2p", f"{NAME}-2954 1234", f"{NAME}-+29541234", f"{NAME}-²³",
    f"{NAME}-٢٩٥٤١٢٣٤", f"{NAME}-29541234.5", "Ä-29541234", f"{NAME}-{'9' * 400}", "$(RECONCILER_JOB)",
])  # fmt: skip
def test_a_name_without_a_time_has_none(name: str) -> None:
    assert scheduled_time(name, NOW) is None


@pytest.mark.parametrize("name", ["by-hand-2", f"{NAME}-1", "by-hand-20261123", "again-0", f"{NAME}-28000000"])
def test_a_number_that_somebody_gave_a_job_of_their_own_is_no_scheduled_time(name: str) -> None:
    assert scheduled_time(name, NOW) is None


def test_a_clock_that_is_a_little_behind_the_control_plane_does_not_make_a_scheduled_run_a_manual_one() -> None:
    at = NOW + timedelta(minutes=20)
    assert scheduled_time(job_name(NAME, at), NOW) == at
    assert scheduled_time(job_name(NAME, NOW + timedelta(hours=2)), NOW) is None


def test_what_a_template_left_unfilled_is_no_name_of_a_job() -> None:
    assert is_job_name(NAME)
    assert is_job_name(job_name(NAME, NOW))
    assert not any(is_job_name(each) for each in ("", "$(RECONCILER_JOB)", "Ä", "a b", "-a", "a\n", "a" * 254))
