"""The literal CronJob of an applied schedule."""

import json

import pytest
from parts.keepers import TEMPLATE, frame, schedule

from reconciler.cluster.manifests import Owner, ScheduleRefused, cronjob, marks
from reconciler.cluster.names import DIGEST, Object, annotation

BERGEN = Owner("bergen", "id of bergen")


def made(
    cron: str = "30 3 * * *", *, name: str = "nightly", zone: str = "Europe/Oslo", last_day: bool = False
) -> Object:
    return cronjob(frame("prod", "sync"), BERGEN, "books", schedule(name, cron, zone=zone, last_day=last_day))


def test_nothing_overlaps_and_everything_ends() -> None:
    spec = made()["spec"]
    job = spec["jobTemplate"]["spec"]
    assert (spec["concurrencyPolicy"], spec["suspend"], spec["startingDeadlineSeconds"]) == ("Forbid", False, 21600)
    assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (1, 3)
    assert (job["activeDeadlineSeconds"], job["backoffLimit"], job["ttlSecondsAfterFinished"]) == (7200, 3, 86400)
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert job["template"]["spec"]["terminationGracePeriodSeconds"] == 45


def test_75_is_tried_again_a_drain_is_not_counted_and_anything_else_fails_at_once() -> None:
    rules = made()["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]
    assert [each["action"] for each in rules] == ["Ignore", "Count", "FailJob"]
    assert rules[0]["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]
    assert rules[1]["onExitCodes"] == {"containerName": "run", "operator": "In", "values": [75]}
    assert rules[2]["onExitCodes"] == {"containerName": "run", "operator": "NotIn", "values": [75]}


def test_a_run_knows_its_job_its_pod_and_its_marks() -> None:
    pod = made()["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    run = pod["containers"][0]
    assert run["args"] == ["sync", "bergen", "books", "--job", "$(RECONCILER_JOB)", "--run", "$(RECONCILER_POD_UID)"]
    env = {each["name"]: each for each in run["env"]}
    path = "metadata.labels['batch.kubernetes.io/job-name']"
    assert env["RECONCILER_JOB"]["valueFrom"] == {"fieldRef": {"fieldPath": path}}
    assert env["RECONCILER_POD_UID"]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.uid"}}
    [mount] = [each for each in run["volumeMounts"] if each["mountPath"] == env["RECONCILER_MARKS"]["value"]]
    [volume] = [each for each in pod["volumes"] if each["name"] == mount["name"]]
    name = marks("prod", "sync", BERGEN, {})["metadata"]["name"]
    assert volume["configMap"] == {"name": name, "optional": True}


def test_a_template_does_not_say_what_is_ours_to_say() -> None:
    env = b"env: [{name: RECONCILER_JOB, value: mine}, {name: RECONCILER_HOME, value: /tmp/home}]"
    template = TEMPLATE.replace(b"env: [{name: RECONCILER_HOME, value: /tmp/home}]", env)
    made = cronjob(frame("prod", "sync", template), BERGEN, "books", schedule())
    run = made["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert [each["name"] for each in run["env"]].count("RECONCILER_JOB") == 1
    assert {"name": "RECONCILER_JOB", "value": "mine"} not in run["env"]


def test_the_last_day_is_28_to_31_and_the_run_decides() -> None:
    assert made(cron="30 3 28-31 * *", last_day=True)["spec"]["schedule"] == "30 3 28-31 * *"


@pytest.mark.parametrize("cron", ["@daily", "TZ=Europe/Oslo 0 3 * * *", "61 * * * *", "0 0 3 * * *", ""])
def test_a_text_that_kubernetes_would_not_take_is_refused(cron: str) -> None:
    with pytest.raises(ScheduleRefused, match="the schedule nightly cannot be read"):
        made(cron=cron)


def test_a_zone_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ScheduleRefused, match="'Middle/Earth' is not a time zone"):
        made(zone="Middle/Earth")


def test_the_digest_is_of_all_that_is_applied() -> None:
    assert annotation(made(), DIGEST) == annotation(made(), DIGEST)
    others = [made(cron="0 4 * * *"), made(zone="Europe/Berlin"), made(name="other")]
    others.append(cronjob(frame("prod", "sync", TEMPLATE.replace(b"1.2.3", b"1.2.4")), BERGEN, "books", schedule()))
    assert len({annotation(each, DIGEST) for each in (made(), *others)}) == 5


def test_marks_are_in_the_format_of_the_file_on_one_machine() -> None:
    found = marks("prod", "sync", BERGEN, {"id target": 2026000007})
    assert json.loads(found["data"]["marks.json"]) == {"id target": 2026000007}
