"""The Job controller and the machines: retries, the pod failure policy, deadlines, and pods that really run."""

import base64
import json
import sys
from datetime import timedelta

import pytest
from contracts.cluster.peer import template
from parts.cluster import START, Child, said

RULES = [
    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]},
    {"action": "Count", "onExitCodes": {"operator": "In", "values": [75]}},
    {"action": "FailJob", "onExitCodes": {"operator": "NotIn", "values": [0, 75]}},
]


def start(standin, pod=None, **spec):
    body = {"metadata": {"name": "a-job"}, "spec": {"backoffLimit": 2, "template": pod or template(), **spec}}
    standin.hand.create("jobs", body)
    standin.settle()


def ended(standin):
    """How the Job ended: its last condition's type, reason and message."""
    conditions = standin.hand.get("jobs", "a-job")["status"].get("conditions") or [{}]
    return tuple(conditions[-1].get(key, "") for key in ("type", "reason", "message"))


def test_a_job_that_is_done_says_so(standin):
    start(standin)
    standin.run_pods(said(0))
    status = standin.hand.get("jobs", "a-job")["status"]
    assert [one["type"] for one in status["conditions"]] == ["SuccessCriteriaMet", "Complete"]
    assert (status["succeeded"], status["completionTime"]) == (1, "2026-03-02T07:00:00Z")
    [pod] = standin.hand.list("pods")
    assert pod["metadata"]["labels"]["batch.kubernetes.io/job-name"] == "a-job"
    assert "finalizers" not in pod["metadata"]


def test_a_pod_that_fails_is_tried_again_later_and_later_until_the_limit(standin):
    start(standin)
    standin.run_pods(said(1))
    for seconds, pods in ((9, 1), (10, 2), (29, 2), (30, 3)):
        standin.step(START + timedelta(seconds=seconds), said(1))
        assert len(standin.hand.list("pods")) == pods
    assert ended(standin) == ("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")


def test_the_failure_policy_tells_codes_apart(standin):
    start(standin, podFailurePolicy={"rules": RULES})
    standin.run_pods(said(75))
    assert ended(standin) == ("", "", "")
    standin.step(START + timedelta(seconds=10), said(3))
    kind, reason, message = ended(standin)
    assert (kind, reason) == ("Failed", "PodFailurePolicy")
    assert message.endswith("failed with exit code 3 matching FailJob rule at index 2")


@pytest.mark.parametrize("how", ["evict", "lose_node"])
def test_a_disruption_is_not_counted(standin, how):
    start(standin, podFailurePolicy={"rules": RULES}, backoffLimit=0)
    [pod] = standin.hand.list("pods")
    getattr(standin, how)(pod["metadata"]["name"])
    standin.run_pods(said(0))
    assert ended(standin)[0] == "Complete"
    assert standin.hand.get("jobs", "a-job")["status"].get("failed", 0) == 0


def test_a_deadline_ends_a_job_and_its_pods(standin):
    start(standin, activeDeadlineSeconds=300)
    standin.step(START + timedelta(seconds=299))
    assert ended(standin)[0] == ""
    standin.step(START + timedelta(seconds=300))
    assert ended(standin) == ("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
    assert standin.hand.list("pods") == []


def test_an_ended_job_goes_when_its_time_to_live_is_over(standin):
    start(standin, ttlSecondsAfterFinished=600)
    standin.run_pods(said(0))
    standin.step(START + timedelta(seconds=599))
    assert standin.hand.get("jobs", "a-job")
    standin.step(START + timedelta(seconds=600))
    assert standin.hand.get("jobs", "a-job") is None
    assert standin.hand.list("pods") == []


def test_a_suspended_job_has_no_pods(standin):
    start(standin, suspend=True)
    assert standin.hand.list("pods") == []
    standin.hand.merge("jobs", "a-job", {"spec": {"suspend": False}})
    standin.settle()
    assert len(standin.hand.list("pods")) == 1


def test_a_pod_that_a_quota_forbids_is_told_and_made_later(standin):
    standin.quota({"pods": "0"})
    start(standin)
    assert standin.hand.list("pods") == []
    event, *_ = standin.hand.list("events")
    assert (event["reason"], event["involvedObject"]["name"]) == ("FailedCreate", "a-job")
    assert "exceeded quota: a-quota, requested: pods=1, used: pods=0, limited: pods=0" in event["message"]
    standin.hand.delete("resourcequotas", "a-quota")
    standin.settle()
    assert len(standin.hand.list("pods")) == 1


TELL = """
import json, os, pathlib, sys
names = ("JOB", "KEY", "TOKEN", "MARKS", "PREFIX_a", "OWN", "LITERAL")
found = {name: os.environ.get(name) for name in names}
folder = pathlib.Path(os.environ["MARKS"])
found["files"] = {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}
print(json.dumps({"args": sys.argv[1:], **found}))
sys.exit(3)
"""


def test_a_pod_really_runs_with_what_it_was_given(standin, tmp_path):
    standin.life.folder = tmp_path
    standin.hand.create("configmaps", {"metadata": {"name": "marks"}, "data": {"a": "1", "marks.json": "{}"}})
    secret = base64.b64encode(b"hidden").decode()
    standin.hand.create("secrets", {"metadata": {"name": "keys"}, "data": {"token": secret}})
    pod = template()
    pod["spec"]["volumes"] = [
        {"name": "marks", "configMap": {"name": "marks"}},
        {"name": "none", "configMap": {"name": "not-there", "optional": True}},
    ]
    pod["spec"]["containers"][0] |= {
        "args": ["--job", "$(JOB)", "--at", "/marks/marks.json", "$(NOBODY)", "$$(JOB)"],
        "envFrom": [{"configMapRef": {"name": "marks"}, "prefix": "PREFIX_"}],
        "env": [
            {
                "name": "JOB",
                "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['batch.kubernetes.io/job-name']"}},
            },
            {"name": "KEY", "valueFrom": {"configMapKeyRef": {"name": "marks", "key": "a"}}},
            {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}},
            {"name": "OWN", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
            {"name": "LITERAL", "value": "of $(JOB)"},
            {"name": "MARKS", "value": "/marks"},
        ],
        "volumeMounts": [{"name": "marks", "mountPath": "/marks"}, {"name": "none", "mountPath": "/none"}],
    }
    start(standin, pod, podFailurePolicy={"rules": RULES})
    standin.run_pods(Child([sys.executable, "-c", TELL]))
    [one] = standin.hand.list("pods")
    folder = tmp_path / one["metadata"]["uid"]
    found = json.loads((folder / "log").read_text())
    marks = folder / "volumes" / "marks"
    assert found == {
        "args": ["--job", "a-job", "--at", f"{marks}/marks.json", "$(NOBODY)", "$(JOB)"],
        "JOB": "a-job",
        "KEY": "1",
        "TOKEN": "hidden",
        "OWN": "reconciler",
        "LITERAL": "of a-job",
        "MARKS": str(marks),
        "PREFIX_a": "1",
        "files": {"a": "1", "marks.json": "{}"},
    }
    assert one["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    assert ended(standin)[1] == "PodFailurePolicy"


def test_a_pod_that_names_what_is_not_there_does_not_start(standin, tmp_path):
    standin.life.folder = tmp_path
    pod = template(volumes=[{"name": "a", "configMap": {"name": "not-there"}}])
    start(standin, pod)
    standin.run_pods(Child(["true"]))
    [one] = standin.hand.list("pods")
    waiting = one["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting == {"reason": "CreateContainerConfigError", "message": 'configmap "not-there" not found'}


PATIENT = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(75))
print("ready", flush=True)
time.sleep(60)
"""


def test_a_pod_that_is_deleted_while_it_runs_is_asked_to_end_and_stays_until_it_has(standin, peer, tmp_path):
    standin.life.folder = tmp_path
    start(standin, podFailurePolicy={"rules": RULES})
    child = Child([sys.executable, "-c", PATIENT])
    with standin.living(child, every_s=0.05):
        [pod] = standin.until("pods", lambda pods: [one["status"]["phase"] for one in pods] == ["Running"])
        log = tmp_path / pod["metadata"]["uid"] / "log"
        waited(lambda: log.exists() and "ready" in log.read_text())
        with peer.watch("pods", resourceVersion=standin.store.revision) as events:
            standin.hand.delete("pods", pod["metadata"]["name"])
            [first, second] = [next(events)["object"] for _ in range(2)]
        assert first["metadata"]["deletionTimestamp"]
        assert first["status"]["phase"] == "Running"
        assert second["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 75
        standin.until("pods", lambda pods: pod["metadata"]["uid"] not in [one["metadata"]["uid"] for one in pods])


def test_a_pod_whose_machine_is_gone_is_killed_at_once(standin, tmp_path):
    standin.life.folder = tmp_path
    start(standin, podFailurePolicy={"rules": RULES}, backoffLimit=0)
    with standin.living(Child([sys.executable, "-c", "import time; time.sleep(60)"]), every_s=0.05):
        [pod] = standin.until("pods", lambda pods: [one["status"]["phase"] for one in pods] == ["Running"])
        standin.lose_node(pod["metadata"]["name"])
        another = standin.until("pods", lambda pods: [one["status"]["phase"] for one in pods] == ["Running"])
        assert another[0]["metadata"]["uid"] != pod["metadata"]["uid"]


def test_a_process_that_is_killed_ends_as_the_test_says_and_a_command_that_is_none_does_not_start(standin, tmp_path):
    standin.life.folder = tmp_path
    start(standin)
    die = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    standin.run_pods(Child([sys.executable, "-c", die], killed="OOMKilled"))
    standin.step(START + timedelta(seconds=10), Child(["/not/a/command"]))
    found = [one["status"]["containerStatuses"][0]["state"]["terminated"] for one in standin.hand.list("pods")]
    assert sorted((one["exitCode"], one["reason"]) for one in found) == [(128, "StartError"), (137, "OOMKilled")]


def waited(condition, looks=400):
    import threading

    for _ in range(looks):
        if condition():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not become so")
