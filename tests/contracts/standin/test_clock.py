"""The CronJob controller on a clock that is stepped. Sources: the docs "CronJob" and the controller's code, as
`research` of this project has them: Forbid, missed times, deadlines, zones, histories.
"""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.cluster.peer import template
from parts.cluster import START, said, stuck
from parts.cluster.cron import parse

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def made(standin, name="night", **spec):
    job = {"spec": {"backoffLimit": 3, "template": template(), **spec.pop("job", {})}}
    return standin.hand.create(
        "cronjobs", {"metadata": {"name": name}, "spec": {"schedule": "30 3 * * *", "jobTemplate": job, **spec}}
    )


def minute(at):
    return int(at.timestamp()) // 60


def names(standin):
    return [one["metadata"]["name"] for one in standin.hand.list("jobs")]


def status(standin, name="night"):
    return standin.hand.get("cronjobs", name)["status"]


def test_a_job_is_made_at_its_time_and_named_after_it(standin):
    cron_job = made(standin, timeZone="Europe/Oslo")
    at = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    standin.step(at - timedelta(seconds=1))
    assert names(standin) == []
    standin.step(at)
    [job] = standin.hand.list("jobs")
    metadata = job["metadata"]
    assert metadata["name"] == f"night-{minute(at)}"
    assert metadata["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "2026-03-03T03:30:00+01:00"
    [owner] = metadata["ownerReferences"]
    assert owner == {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": "night",
        "uid": cron_job["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    found = status(standin)
    assert found["lastScheduleTime"] == "2026-03-03T02:30:00Z"
    assert [one["name"] for one in found["active"]] == [metadata["name"]]


def test_every_time_on_the_way_is_started(standin):
    made(standin, schedule="*/10 * * * *", concurrencyPolicy="Allow", successfulJobsHistoryLimit=100)
    standin.step(START + HOUR, said(0))
    assert len(names(standin)) == 6


def test_a_suspended_one_starts_nothing_and_goes_on_without_what_it_missed_long_ago(standin):
    made(standin, schedule="0 * * * *", suspend=True, startingDeadlineSeconds=600)
    standin.step(START + 3 * HOUR + timedelta(minutes=30))
    assert names(standin) == []
    standin.hand.merge("cronjobs", "night", {"spec": {"suspend": False}})
    standin.settle()
    assert names(standin) == []
    standin.step(START + 4 * HOUR)
    assert len(names(standin)) == 1


def test_forbid_waits_and_starts_the_last_missed_time_when_the_job_before_has_ended(standin):
    made(standin, schedule="0 * * * *", concurrencyPolicy="Forbid")
    standin.step(START + 3 * HOUR + timedelta(minutes=5))
    assert names(standin) == [f"night-{minute(START + HOUR)}"]
    standin.run_pods(said(0))
    assert names(standin) == [f"night-{minute(START + HOUR)}", f"night-{minute(START + 3 * HOUR)}"]


def test_forbid_lets_a_time_go_whose_starting_deadline_has_passed(standin):
    made(standin, schedule="0 * * * *", concurrencyPolicy="Forbid", startingDeadlineSeconds=120)
    standin.step(START + 3 * HOUR + timedelta(minutes=5))
    standin.run_pods(said(0))
    assert names(standin) == [f"night-{minute(START + HOUR)}"]


def test_after_a_sleep_only_the_last_missed_time_is_started(standin):
    made(standin, schedule="0 * * * *", concurrencyPolicy="Allow")
    standin.step(START + 9 * HOUR + timedelta(minutes=1), one_look=True)
    assert names(standin) == [f"night-{minute(START + 9 * HOUR)}"]


def test_replace_puts_the_new_one_in_the_place_of_the_old(standin):
    made(standin, schedule="0 * * * *", concurrencyPolicy="Replace")
    standin.step(START + 2 * HOUR)
    assert names(standin) == [f"night-{minute(START + 2 * HOUR)}"]


def test_histories_keep_the_newest(standin):
    made(standin, schedule="0 * * * *", successfulJobsHistoryLimit=2)
    standin.step(START + 5 * HOUR, said(0))
    assert names(standin) == [f"night-{minute(START + hours * HOUR)}" for hours in (4, 5)]
    assert status(standin)["lastSuccessfulTime"] == "2026-03-02T12:00:00Z"


def test_a_quota_keeps_a_job_from_being_made_and_its_time_is_tried_again(standin):
    made(standin, schedule="0 * * * *")
    standin.quota({"count/jobs.batch": "0"})
    standin.step(START + HOUR)
    assert names(standin) == []
    [event] = standin.hand.list("events")
    assert (event["type"], event["reason"]) == ("Warning", "FailedCreate")
    assert event["involvedObject"]["name"] == "night"
    assert "exceeded quota: a-quota" in event["message"]
    standin.settle()
    assert [one["count"] for one in standin.hand.list("events")] == [event["count"] + 1]
    standin.hand.delete("resourcequotas", "a-quota")
    standin.settle()
    assert names(standin) == [f"night-{minute(START + HOUR)}"]


def test_a_time_in_a_gap_is_lost_and_one_in_a_fold_comes_twice(standin):
    made(standin, schedule="30 2 * * *", timeZone="Europe/Oslo", successfulJobsHistoryLimit=100)
    standin.step(datetime(2026, 3, 28, 12, tzinfo=UTC), one_look=True)
    before = set(names(standin))
    standin.step(datetime(2026, 3, 29, 12, tzinfo=UTC), said(0))
    assert set(names(standin)) == before
    standin.step(datetime(2026, 10, 24, 12, tzinfo=UTC), said(0), one_look=True)
    before = set(names(standin))
    standin.step(datetime(2026, 10, 25, 12, tzinfo=UTC), said(0))
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert set(names(standin)) - before == {f"night-{minute(night)}", f"night-{minute(night + HOUR)}"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param("0 0 13 * 5", {1, 8, 13, 15, 22, 29}, id="either the day or the weekday"),
        pytest.param("0 0 13 * *", {13}, id="the day alone"),
        pytest.param("0 0 * * 5", {1, 8, 15, 22, 29}, id="the weekday alone"),
        pytest.param("0 0 */2 * 5", {1, 15, 29, 8, 22} | set(range(1, 32, 2)), id="a step is no star"),
        pytest.param("0 0 28-31 * *", {28, 29, 30, 31}, id="a range"),
        pytest.param("@monthly", {1}, id="a word"),
    ],
)
def test_days_are_read_as_the_real_parser_reads_them(text, days):
    from zoneinfo import ZoneInfo

    first = datetime(2026, 5, 1, tzinfo=UTC)
    found = parse(text).due(first - timedelta(minutes=1), first + 31 * DAY - timedelta(minutes=1), ZoneInfo("UTC"))
    assert {at.day for at in found} == days


def test_a_pod_that_cannot_start_waits_and_says_why(standin):
    made(standin)
    standin.step(START + DAY)
    standin.run_pods(stuck("ImagePullBackOff", 'Back-off pulling image "registry.invalid/run:1"'))
    [pod] = standin.hand.list("pods")
    assert pod["status"]["phase"] == "Pending"
    assert pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "ImagePullBackOff"
