"""How a Job ended is told in a person's words, and the cluster's own words are never passed on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.cluster.endings import MEANINGS, Over, gone, held_up, over

AT = "2026-03-02T02:40:00Z"
MOMENT = datetime(2026, 3, 2, 2, 40, tzinfo=UTC)
HOSTILE = "kari@example.org 01017012345 <script> \x1b[31m"


def job(kind: str = "", reason: str = "", message: str = "", **status) -> dict:
    condition = {"type": kind, "status": "True", "reason": reason, "message": message, "lastTransitionTime": AT}
    metadata = {"name": "rec-a-b-29541234", "creationTimestamp": AT}
    return {
        "metadata": metadata,
        "spec": {"activeDeadlineSeconds": 7200},
        "status": {**status, "conditions": [condition] if kind else []},
    }


def pod(code: int | None = None, reason: str = "Error", made: str = AT, **status) -> dict:
    ended = {} if code is None else {"terminated": {"exitCode": code, "reason": reason}}
    container = {"name": "run", "state": ended}
    return {
        "metadata": {"name": "rec-a-b-29541234-x", "uid": f"uid-{made}-{code}", "creationTimestamp": made},
        "spec": {"containers": [{"name": "run", "resources": {"limits": {"memory": "256Mi"}}}]},
        "status": {"phase": "Failed", "containerStatuses": [container], **status},
    }


def waiting(reason: str) -> dict:
    container = {"name": "run", "state": {"waiting": {"reason": reason, "message": HOSTILE}}}
    return pod(phase="Pending", containerStatuses=[container])


def disrupted(reason: str, **status) -> dict:
    return pod(conditions=[{"type": "DisruptionTarget", "status": "True", "reason": reason}], **status)


POLICY = "Container run for pod ns/rec-a-b-29541234-x failed with exit code {} matching FailJob rule at index 2"


def test_a_job_that_is_done_or_under_way_is_no_failure() -> None:
    assert over(job("Complete", "CompletionsReached")) == Over("done", at=MOMENT)
    assert over(job()) is None
    assert over(job("SuccessCriteriaMet")) is None
    assert over(job("FailureTarget", "PodFailurePolicy")) is None, "its pods still end"
    assert over({}) is None


@pytest.mark.parametrize(("found", "pods", "words"), [
    (job("Failed", "PodFailurePolicy", POLICY.format(137)), [pod(137, "OOMKilled")],
     "its process was ended because it needed more memory than it may have (256Mi)"),
    (job("Failed", "PodFailurePolicy", POLICY.format(137)), [],
     "its process was killed (137), mostly because it needed more memory than it may have"),
    (job("Failed", "PodFailurePolicy", POLICY.format(70)), [],
     "its process ended with exit code 70: a mistake of the program; its log says more"),
    (job("Failed", "PodFailurePolicy", HOSTILE), [], "its pod failed, and trying again would not help"),
    (job("Failed", "PodFailurePolicy", POLICY.format(143)), [pod(143)], "its process was ended by signal 15"),
    (job("Failed", "DeadlineExceeded", "Job was active longer than specified deadline"), [],
     "it was stopped when its time of 7200 seconds was up"),
    (job("Failed", "DeadlineExceeded"), [waiting("ImagePullBackOff")],
     "its time of 7200 seconds was up before it could begin: its image cannot be pulled (ImagePullBackOff)"),
    (job("Failed", "BackoffLimitExceeded", failed=4), [],
     "it was tried 4 times in vain, and may be tried again by the next time"),
    (job("Failed", "BackoffLimitExceeded", failed=4), [pod(75, made="2026-03-02T02:39:00Z"), pod(1)],
     "it was tried 4 times in vain: the last time its process ended with exit code 1"),
    (job("Failed", "BackoffLimitExceeded", failed=4), [pod(1, made="2026-03-02T02:39:00Z"), pod(75)],
     f"it was tried 4 times in vain: the last time its process ended with exit code 75: {MEANINGS[75]}"),
    (job("Failed", HOSTILE, HOSTILE), [], "Kubernetes ended its Job, and does not say why"),
])  # fmt: skip
def test_why_a_job_failed_is_one_sentence(found: dict, pods: list[dict], words: str) -> None:
    ended = over(found, pods)
    assert ended is not None
    assert (ended.outcome, ended.reason) == ("failed", words)


LOW = "The node was low on resource: ephemeral-storage. Container run was using 3Gi, request is 0, " + HOSTILE


@pytest.mark.parametrize(("found", "words"), [
    (pod(reason="Evicted", message=LOW, containerStatuses=[]) | {}, "its pod failed before its process began"),
    (pod(reason="x", phase="Failed") | {"status": {"phase": "Failed", "reason": "Evicted", "message": LOW}},
     "its pod was evicted, because its node ran short of ephemeral storage"),
    (disrupted("TerminationByKubelet", message="The node was low on resource: memory. "),
     "its pod was evicted, because its node ran short of memory"),
    (disrupted("TerminationByKubelet"), "its pod was evicted, because its node needed what it used"),
    (disrupted("EvictionByEvictionAPI"), "its pod was evicted, as when a node is drained"),
    (disrupted("DeletionByPodGC"), "its node was lost"),
    (disrupted("PreemptionByScheduler"), "its pod had to make room for one of a higher priority"),
    (disrupted(HOSTILE), "its pod was taken away by the cluster"),
    ({"status": {"phase": "Failed", "reason": "NodeLost"}}, "its node was lost or shut down"),
    (pod(139), "its process was ended by signal 11"),
])  # fmt: skip
def test_why_a_pod_is_gone_is_one_sentence(found: dict, words: str) -> None:
    ended = gone(found)
    assert ended is not None
    assert ended.reason == words


def test_a_pod_that_has_to_go_and_still_finishes_is_not_gone() -> None:
    assert gone(disrupted("EvictionByEvictionAPI", phase="Running")) is None
    assert gone(pod(0, phase="Succeeded")) is None
    assert gone({}) is None


@pytest.mark.parametrize(("pods", "status", "words"), [
    ([waiting("ErrImagePull")], {"active": 1}, "its image cannot be pulled (ErrImagePull)"),
    ([waiting("CreateContainerConfigError")], {"active": 1},
     "its container cannot be started (CreateContainerConfigError): a Secret or ConfigMap of it may be missing"),
    ([pod(phase="Pending", containerStatuses=[],
          conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}])], {"active": 1},
     "no node has room for its pod"),
    ([], {}, "no pod is made for it: a quota, an admission rule or a missing ServiceAccount may stand in its way"),
    ([waiting("ContainerCreating")], {"active": 1}, "no node has taken its pod yet"),
    ([], {"active": 1, "ready": 1}, ""),
    ([pod(75)], {"failed": 1}, ""),
])  # fmt: skip
def test_what_holds_a_job_up_is_told_once_it_had_time(pods: list[dict], status: dict, words: str) -> None:
    found = job(**status)
    assert held_up(found, pods, MOMENT + timedelta(seconds=30)) == ""
    assert held_up(found, pods, MOMENT + timedelta(seconds=90)) == words
    assert held_up(job("Complete"), pods, MOMENT + timedelta(seconds=90)) == ""


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([
            *("status", "metadata", "spec", "conditions", "type", "reason", "message", "phase", "containerStatuses"),
            *("state", "terminated", "waiting", "exitCode", "creationTimestamp", "name", "failed", "ready", "uid"),
        ]),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["status", "metadata", "spec"]), ANYTHING), ANYTHING)
@settings(max_examples=150, deadline=None)
def test_whatever_an_object_looks_like_nothing_breaks(found: dict, pods: object) -> None:
    given_pods = [each for each in pods if isinstance(each, dict)] if isinstance(pods, list) else []
    over(found, given_pods)
    gone(found)
    held_up(found, given_pods, MOMENT)
