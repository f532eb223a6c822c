"""Beside CronJobs: what they start is left to them, what is asked for becomes a Job, and how each ended is in the
history in a person's words.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from parts.checker import verdict
from parts.cluster.kubelet import Ended, said, stuck
from parts.clustered import Clustered, clustered
from parts.installation import START, WHERE
from parts.scheduling import MORNING

from reconciler.database.chores import ChoreTable
from reconciler.schedules.jobs import job_name
from reconciler.wiring import database

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def there(installation, tmp_path) -> Iterator[Clustered]:
    with clustered(installation, tmp_path) as found:
        yield found


def states(there: Clustered) -> list[tuple]:
    return [(state, at) for state, _, at, _ in there.runs()]


def stopped(at: str) -> dict:
    """The status of a Job whose time was up, as the API server demands it."""
    ended = {"status": "True", "reason": "DeadlineExceeded", "lastTransitionTime": at, "lastProbeTime": at}
    conditions = [{"type": each, **ended} for each in ("FailureTarget", "Failed")]
    return {"status": {"active": 0, "ready": 0, "terminating": 0, "conditions": conditions}}


def test_a_time_that_its_cronjob_starts_is_not_started_by_anybody_else_and_its_lateness_is_told(there, books):
    there.schedule()
    assert there.look() == []
    there.cluster.step(MORNING)
    assert there.look() == ["started sync 02 02:30"]
    assert there.heard.late == [0.0]
    there.carry_out()
    assert there.look() == ["done: "]
    assert there.look(5 * MINUTE) == []
    assert states(there) == [("partial", MORNING)]
    assert verdict(there.here.settings.database_url, books.url) == []


def test_a_job_that_kubernetes_makes_late_says_how_late(there):
    there.schedule()
    there.look()
    there.cluster.step(MORNING + 20 * MINUTE, one_look=True)
    assert there.look() == ["started sync 02 02:30"]
    assert there.heard.late == [20 * 60.0]


def test_times_that_nobody_started_are_noted_and_none_is_started(there, books):
    there.schedule()
    there.cluster.clock.set(MORNING + 3 * DAY + 4 * 60 * MINUTE)
    assert there.look() == ["missed 3"]
    [(state, _, at, problem)] = there.runs()
    assert (state, at) == ("skipped", MORNING + 2 * DAY)
    assert problem.startswith("3 scheduled times, 2026-03-02 03:30 to 2026-03-04 03:30, were missed: ")
    assert there.cluster.hand.list("jobs") == []
    assert there.look(3 * 60 * MINUTE) == ["missed 1"], "its starting deadline has passed"
    assert books.read()["requests"]["mutations"] == 0


def test_a_job_that_is_tried_again_is_not_missed_when_the_next_time_has_come(there):
    there.schedule("*/10 * * * *")
    there.look()
    there.cluster.step(there.now + 10 * MINUTE)
    with there.here.elsewhere("http://127.0.0.1:9") as away:
        there.cluster.step(there.now + 12 * MINUTE, there.run_by(away))
    assert [each for each in there.look() if "missed" in each] == []
    assert {state for state, _ in states(there)} <= {"failed"}


def test_what_is_asked_for_becomes_one_job_however_many_controllers_there_are(there, books):
    there.schedule()
    with there.again().jobs as _, there.again().jobs as _:
        pass
    other = there.again()
    with other.jobs:
        assert there.here.run("sync", *WHERE, "--now", "--wait", "0", minutes=-5 * 60) == 75
        assert there.look() == ["started requests"]
        assert other.look() == []
        there.jobs._jobs.drop(there.cluster.hand.list("jobs")[0])  # as one who has not seen it yet
        there.scheduling.tick(there.now)
        [job] = there.cluster.hand.list("jobs")
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == [
        "requests", "run", *WHERE, "--once", "--run", "$(RECONCILER_POD_UID)",
    ]  # fmt: skip
    [owner] = job["metadata"]["ownerReferences"]
    assert (owner["kind"], owner.get("controller")) == ("CronJob", None)
    there.carry_out()
    assert there.look(MINUTE) == ["done: "]
    assert there.here.sql("select state from reconciler.run_requests") == [("done",)]
    [(run,)] = there.here.sql("select id::text from reconciler.runs")
    assert [run] == [each["metadata"]["uid"] for each in there.cluster.hand.list("pods")]
    assert verdict(there.here.settings.database_url, books.url) == []


def test_a_second_request_is_another_job_and_an_integration_without_a_schedule_has_the_template(there):
    there.here.sql("delete from reconciler.schedules")
    for count in (1, 2):
        assert there.here.run("sync", *WHERE, "--now", "--wait", "0", minutes=count - 5 * 60) == 75
        assert there.look() == ["started requests"]
        there.carry_out()
        assert there.look() == ["done: "]
        there.cluster.step(there.now + MINUTE)
    names = sorted(each["metadata"]["name"] for each in there.cluster.hand.list("jobs"))
    assert [each[-2:] for each in names] == ["-1", "-2"]
    assert "ownerReferences" not in there.cluster.hand.list("jobs")[0]["metadata"]


@pytest.mark.parametrize(("executor", "words"), [
    (said(137, "OOMKilled"), "its process was ended because it needed more memory than it may have (512Mi)"),
    (said(70), "its process ended with exit code 70: a mistake of the program; its log says more"),
    (said(2), "its process ended with exit code 2: what it was called with means nothing to it"),
])  # fmt: skip
def test_a_run_that_could_not_speak_for_itself_is_written_down_as_failed_with_the_reason(there, executor, words):
    there.schedule()
    there.cluster.step(MORNING)
    there.carry_out(executor)
    assert there.look()[-1].startswith(f"failed: {words}")
    [(state, trigger, at, problem)] = there.runs()
    assert (state, trigger, at) == ("failed", "schedule", MORNING)
    assert problem.startswith(words)
    assert there.look(MINUTE) == []
    heir = there.again()
    with heir.jobs:
        heir.look(2 * MINUTE)
    assert len(there.runs()) == 1, "whoever comes later finds that it is written down"


def test_what_a_run_said_itself_stands_whatever_became_of_its_pod(there, books):
    there.schedule()
    there.cluster.step(MORNING)
    carried = there.pods()

    def killed_at_the_end(job):
        assert carried(job).exit_code == 0
        return Ended(137, "OOMKilled")

    there.carry_out(killed_at_the_end)
    there.look()
    assert states(there) == [("partial", MORNING)]
    assert "memory" not in there.runs()[0][3]


def test_a_job_that_was_stopped_without_any_pod_ends_as_failed(there):
    """On a cluster without machines too: the Job's status is all that there is."""
    name = there.schedule()
    there.cluster.step(MORNING)
    job, at = job_name(name, MORNING), "2026-03-02T04:30:00Z"
    there.cluster.hand.merge("jobs", job, stopped(at), status=True)
    assert there.look()[-1] == f"failed: it was stopped when its time of 7200 seconds was up (Job {job})"
    assert states(there) == [("failed", MORNING)]


def test_a_run_whose_node_was_lost_says_so_and_the_next_pod_carries_its_time_out(there, books, fork):
    there.schedule()
    there.cluster.step(MORNING)
    [pod] = there.cluster.hand.list("pods")
    job = pod["metadata"]["labels"]["batch.kubernetes.io/job-name"]
    there.here.at = (MORNING - START) / MINUTE
    code, words = fork("sync", *WHERE, "--job", job, "--run", pod["metadata"]["uid"], crash_at="after:freeze")
    assert code < 0, words
    assert states(there) == [("running", MORNING)]
    there.look()
    there.cluster.lose_node(pod["metadata"]["name"])
    assert there.look()[-1] == "again: its node was lost"
    assert [(state, problem) for state, _, _, problem in there.runs()] == [("lost", "its node was lost")]
    there.cluster.clock.set(MORNING + MINUTE)
    there.carry_out()  # the lease of the lost run has not ended: the pod waits for it
    there.look()
    assert states(there) == [("lost", MORNING), ("partial", MORNING)]
    assert there.runs()[0][3] == "its node was lost"
    assert there.here.sync(minutes=90) in {0, 6}
    assert verdict(there.here.settings.database_url, books.url) == []


def test_a_lease_that_ran_out_first_does_not_keep_the_reason_from_being_said(there, fork):
    there.schedule()
    there.cluster.step(MORNING)
    [pod] = there.cluster.hand.list("pods")
    job = pod["metadata"]["labels"]["batch.kubernetes.io/job-name"]
    there.here.at = (MORNING - START) / MINUTE
    code, words = fork("sync", *WHERE, "--job", job, "--run", pod["metadata"]["uid"], crash_at="after:freeze")
    assert code < 0, words
    there.look(10 * MINUTE)
    assert there.runs()[0][::3] == ("lost", "the process ended without a word")
    there.carry_out(said(137, "OOMKilled"))
    assert "memory" in there.look(11 * MINUTE)[-1]
    [(state, _, _, problem)] = there.runs()
    assert state == "failed"
    assert "needed more memory" in problem


def test_a_time_that_was_tried_until_the_job_gave_up_keeps_what_its_run_said(there):
    there.schedule()
    there.cluster.step(MORNING)
    with there.here.elsewhere("http://127.0.0.1:9") as away:
        for count in range(4):
            there.cluster.step(MORNING + 5 * count * MINUTE, there.run_by(away))
    told = there.look()
    assert told[-1].startswith("failed: it was tried 4 times in vain")
    found = there.here.sql("select state, again, problem from reconciler.runs order by started_at")
    assert [again for _, again, _ in found] == [True, True, True, False]
    assert "; it was tried 4 times in vain" in found[-1][2]
    assert not found[-1][2].startswith("it was")
    assert there.look(MINUTE) == []


def test_a_pod_that_does_not_get_to_run_is_told_while_it_waits(there):
    name = job_name(there.schedule(), MORNING)
    there.cluster.step(MORNING)
    there.carry_out(stuck("ImagePullBackOff"))
    there.look()
    there.cluster.clock.set(MORNING + 2 * MINUTE)
    assert there.look() == [f"trouble: its image cannot be pulled (ImagePullBackOff) (Job {name})"]
    there.cluster.clock.set(MORNING + 3 * MINUTE)
    assert there.look() == [], "once"
    there.cluster.step(MORNING + 121 * MINUTE)
    assert "its image cannot be pulled (ImagePullBackOff)" in there.look()[-1]
    assert "its image cannot be pulled" in there.runs()[0][3]


def test_a_time_that_the_clocks_go_forward_over_is_carried_out_by_a_job_of_ours(installation, tmp_path, books):
    end = MORNING.replace(month=3, day=29, hour=2, minute=0)  # 03:00 in summer is 02:00 in winter
    with clustered(installation, tmp_path, end - 30 * MINUTE) as there:
        installation.sql("update reconciler.schedules set zone = 'Europe/Oslo'")
        name = there.schedule("30 2 * * *")
        installation.sql("update reconciler.schedules set applied_at = %s", end - 60 * MINUTE)
        there.cluster.step(end + 2 * MINUTE)
        assert there.cluster.hand.list("jobs") == [], "Kubernetes does not know this time"
        assert there.look() == ["started sync 29 03:00"]
        assert [each["metadata"]["name"] for each in there.cluster.hand.list("jobs")] == [job_name(name, end)]
        there.cluster.settle()
        assert there.look() == []
        there.carry_out()
        assert there.look(2 * MINUTE) == ["done: "]
        assert states(there) == [("partial", end)]
        assert there.look(5 * MINUTE) == []


def test_such_a_time_is_carried_out_once_also_where_its_cronjob_is_away(installation, tmp_path, books):
    end = MORNING.replace(month=3, day=29, hour=2, minute=0)
    with clustered(installation, tmp_path, end - 30 * MINUTE) as there:
        installation.sql("update reconciler.schedules set zone = 'Europe/Oslo'")
        name = there.schedule("30 2 * * *")
        installation.sql("update reconciler.schedules set applied_at = %s", end - 60 * MINUTE)
        there.cluster.hand.delete("cronjobs", name)
        there.cluster.step(end + 2 * MINUTE)
        assert there.look() == ["started sync 29 03:00"]
        there.cluster.settle()
        there.carry_out()
        assert there.look(2 * MINUTE) == ["done: "]
        assert states(there) == [("partial", end)]
        assert there.look(5 * MINUTE) == []


def test_the_chores_of_a_night_are_a_job_for_each_organisation(there):
    there.here.sql("delete from reconciler.schedules")
    there.scheduling.book = ChoreTable(database(there.here.settings))
    there.cluster.clock.set(MORNING + 2 * 60 * MINUTE)
    assert there.look() == ["started chores"]
    assert there.look() == []
    [job] = there.cluster.hand.list("jobs")
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["chores", "run", WHERE[0]]
    there.carry_out()
    assert there.look(MINUTE)[0].startswith("done: comparison: ")
    assert there.look(5 * MINUTE) == []


def test_while_the_api_server_is_away_nothing_is_started_and_what_vanished_is_still_found(there, fork):
    there.look()
    assert fork("sync", *WHERE, crash_at="after:freeze")[0] < 0
    there.here.run("sync", *WHERE, "--now", "--wait", "0", minutes=10)
    with there.cluster.faults.away("refused"):
        there.cluster.faults.cut_watches()
        there.scheduling.tick(START + 12 * MINUTE)
        assert there.heard.events[-1].startswith("trouble: the API server")
        assert there.runs()[0][0] == "lost"
    assert there.cluster.hand.list("jobs") == []


def test_a_quota_that_is_used_up_is_told_and_tried_again_after_a_pause(there):
    there.here.sql("delete from reconciler.schedules")
    there.look()
    there.cluster.quota({"count/jobs.batch": "0"})
    assert there.here.run("sync", *WHERE, "--now", "--wait", "0", minutes=-5 * 60) == 75
    assert there.look() == [
        "trouble: the quota a-quota of the namespace reconciler is used up (create jobs in reconciler)"
    ]
    assert there.look(timedelta(seconds=5)) == []
    there.cluster.hand.delete("resourcequotas", "a-quota")
    assert there.look(2 * MINUTE) == ["started requests"]


def test_a_job_without_our_mark_is_nobodys_business(there):
    name = there.schedule()
    there.cluster.step(MORNING)
    job = there.cluster.hand.get("jobs", job_name(name, MORNING))
    labels = dict.fromkeys(job["metadata"]["labels"])
    there.cluster.hand.merge("jobs", job_name(name, MORNING), {"metadata": {"labels": labels}})
    there.cluster.hand.merge("jobs", job_name(name, MORNING), stopped("2026-03-02T04:30:00Z"), status=True)
    there.scheduling.tick(there.now)
    assert there.runs() == []


def test_what_is_not_mine_is_left_to_whoever_keeps_it_and_taken_up_when_it_becomes_mine(there):
    there.schedule()
    there.jobs.mine = there.scheduling.mine = lambda name: name != WHERE[0]
    there.cluster.step(MORNING)
    there.carry_out(said(70))
    assert there.look() == []
    assert there.runs() == []
    there.jobs.mine = there.scheduling.mine = lambda _: True
    assert there.look()[-1].startswith("failed: its process ended with exit code 70")
    assert states(there) == [("failed", MORNING)]
