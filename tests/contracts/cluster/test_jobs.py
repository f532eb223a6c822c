"""How a Job's end is written into its status, by whoever looks after it.

Sources: the docs "Jobs" (Terminal Job conditions; Delegation of managing a Job object to an external controller) and
the API reference of JobStatus.
"""

from datetime import datetime

import pytest
from contracts.cluster.peer import MERGE, cron_job, job

START, END = "2026-03-02T07:00:00Z", "2026-03-02T07:01:00Z"


def condition(kind, reason="Contract"):
    return {"type": kind, "status": "True", "lastTransitionTime": END, "lastProbeTime": END, "reason": reason}


COMPLETE = {
    "startTime": START,
    "completionTime": END,
    "succeeded": 1,
    "conditions": [condition("SuccessCriteriaMet"), condition("Complete")],
}
FAILED = {
    "startTime": START,
    "failed": 1,
    "conditions": [condition("FailureTarget", "PodFailurePolicy"), condition("Failed", "PodFailurePolicy")],
}


@pytest.fixture
def name(peer):
    return peer.create("jobs", job())["metadata"]["name"]


def say(peer, name, status):
    return peer.ask("PATCH", peer.path("jobs", f"{name}/status"), {"status": status}, MERGE)


@pytest.mark.parametrize("status", [COMPLETE, FAILED], ids=["complete", "failed"])
def test_a_job_ends_by_its_status(peer, name, status):
    reply = say(peer, name, status)
    assert reply.code == 200, reply.body
    found = peer.get("jobs", name).body
    assert [one["type"] for one in found["status"]["conditions"]] == [one["type"] for one in status["conditions"]]
    assert found["metadata"]["generation"] == 1


@pytest.mark.parametrize(
    ("status", "field"),
    [
        pytest.param(
            {"startTime": START, "conditions": [condition("Complete")]}, "status.conditions", id="no criteria"
        ),
        pytest.param({"startTime": START, "conditions": [condition("Failed")]}, "status.conditions", id="no target"),
        pytest.param({**COMPLETE, "completionTime": None}, "status.completionTime", id="no time of completion"),
        pytest.param({**COMPLETE, "startTime": None}, "status.startTime", id="never started"),
        pytest.param({**COMPLETE, "active": 1}, "status.active", id="still active"),
        pytest.param({**FAILED, "completionTime": END}, "status.completionTime", id="failed and completed"),
        pytest.param(
            {**COMPLETE, "completionTime": "2026-03-02T06:00:00Z"}, "status.completionTime", id="ended before it began"
        ),
    ],
)
def test_an_end_that_says_half_is_refused(peer, name, status, field):
    reply = say(peer, name, status)
    assert reply.status[:2] == (422, "Invalid")
    assert field in {cause["field"] for cause in reply.body["details"]["causes"]}
    assert not peer.get("jobs", name).body["status"].get("conditions")


def test_an_end_is_final(peer, name):
    assert say(peer, name, COMPLETE).code == 200
    assert say(peer, name, {"conditions": None, "completionTime": None}).status[:2] == (422, "Invalid")


def test_the_status_is_written_at_its_own_place_alone(peer, name):
    through = peer.merge("jobs", name, {"status": COMPLETE, "metadata": {"labels": {"a": "b"}}})
    assert through.code == 200
    assert not through.body["status"].get("conditions")
    beside = peer.ask("PATCH", peer.path("jobs", f"{name}/status"), {"spec": {"parallelism": 5}}, MERGE)
    assert beside.code == 200
    assert beside.body["spec"]["parallelism"] == 1


def test_the_status_has_its_own_owner(peer, name):
    reply = peer.ask("PATCH", peer.path("jobs", f"{name}/status"), {"status": COMPLETE}, MERGE, fieldManager="an-ender")
    entry = next(one for one in reply.body["metadata"]["managedFields"] if one["manager"] == "an-ender")
    assert entry["subresource"] == "status"
    assert set(entry["fieldsV1"]) == {"f:status"}


def test_a_job_that_is_deleted_without_a_word_leaves_its_pods_and_warns(peer, name):
    reply = peer.ask("DELETE", peer.path("jobs", name))
    assert reply.code == 200
    assert "child pods are preserved by default when jobs are deleted" in reply.headers.get("warning", "")


def test_the_controller_of_the_cluster_starts_a_job_and_whoever_ends_it_says_that_nothing_is_active(peer):
    body = job()
    del body["spec"]["managedBy"]
    name = peer.create("jobs", body)["metadata"]["name"]
    for _ in range(100):
        status = peer.get("jobs", name).body["status"]
        if status.get("active"):
            break
        peer.pause()
    assert status["active"] == 1
    half = {**FAILED, "startTime": status["startTime"]}
    assert say(peer, name, half).status[:2] == (422, "Invalid")
    whole = {**half, "active": 0, "ready": 0, "terminating": 0}
    assert say(peer, name, whole).code == 200
    assert peer.get("jobs", name).body["status"]["conditions"][-1]["type"] == "Failed"


def test_a_scheduled_time_starts_a_job_that_bears_its_minute(peer):
    """The time is a minute away at most; the controller of the cluster has its own clock."""
    body = cron_job(schedule="* * * * *", suspend=False)
    made = peer.create("cronjobs", body)["metadata"]
    for _ in range(450):
        found = [one for one in peer.ask("GET", peer.path("jobs")).body["items"] if owned(one, made["uid"])]
        if found:
            break
        peer.pause()
    metadata = found[0]["metadata"]
    at = datetime.fromisoformat(metadata["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"])
    assert metadata["name"] == f"{made['name']}-{int(at.timestamp()) // 60}"
    assert metadata["ownerReferences"][0]["controller"] is True


def owned(one, uid):
    return uid in [owner["uid"] for owner in one["metadata"].get("ownerReferences") or []]
