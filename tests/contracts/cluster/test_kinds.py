"""What is filled in and what is refused, by kind.

Sources: the API reference of CronJob, Job and Pod (kubernetes.io/docs/reference/kubernetes-api/workload-resources), and
the docs "CronJob" and "Jobs" (Pod failure policy).
"""

import pytest
from contracts.cluster.peer import cron_job, job, template


def test_a_cron_job_and_its_pod_get_defaults_and_its_job_does_not(peer):
    made = peer.create("cronjobs", cron_job())["spec"]
    assert (made["concurrencyPolicy"], made["suspend"]) == ("Allow", True)
    assert (made["successfulJobsHistoryLimit"], made["failedJobsHistoryLimit"]) == (3, 1)
    assert "timeZone" not in made
    assert "backoffLimit" not in made["jobTemplate"]["spec"]
    pod = made["jobTemplate"]["spec"]["template"]["spec"]
    assert (pod["terminationGracePeriodSeconds"], pod["dnsPolicy"]) == (30, "ClusterFirst")
    assert (pod["securityContext"], pod["schedulerName"]) == ({}, "default-scheduler")
    assert pod["containers"] == [
        {
            "name": "run",
            "image": "registry.invalid/run:1",
            "args": ["sync"],
            "imagePullPolicy": "IfNotPresent",
            "resources": {},
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
        }
    ]


def test_variables_and_volumes_get_their_defaults(peer):
    pod = template()
    pod["spec"]["containers"][0] |= {
        "image": "registry.invalid/run",
        "env": [{"name": "JOB", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['job-name']"}}}],
        "volumeMounts": [{"name": "marks", "mountPath": "/marks"}],
    }
    pod["spec"]["volumes"] = [{"name": "marks", "configMap": {"name": "marks", "optional": True}}]
    pod["spec"]["serviceAccountName"] = "runner"
    made = peer.create("cronjobs", cron_job(jobTemplate={"spec": {"template": pod}}))["spec"]["jobTemplate"]
    spec = made["spec"]["template"]["spec"]
    assert spec["containers"][0]["imagePullPolicy"] == "Always"
    assert spec["containers"][0]["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] == "v1"
    assert spec["volumes"][0]["configMap"]["defaultMode"] == 420
    assert spec["serviceAccount"] == "runner"


def test_a_failure_policy_reads_a_condition_as_true(peer):
    rules = [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]},
        {"action": "FailJob", "onExitCodes": {"containerName": "run", "operator": "NotIn", "values": [0, 75]}},
    ]
    inner = {"podFailurePolicy": {"rules": rules}, "backoffLimit": 3, "template": template()}
    made = peer.create("cronjobs", cron_job(jobTemplate={"spec": inner}))["spec"]["jobTemplate"]["spec"]
    assert made["podFailurePolicy"]["rules"][0]["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]


def wrong_pod(**change):
    return {"jobTemplate": {"spec": {"template": template(**change)}}}


def ruled(rule, **pod):
    return {"jobTemplate": {"spec": {"podFailurePolicy": {"rules": [rule]}, "template": template(**pod)}}}


POD = "spec.jobTemplate.spec.template.spec"
RULE = "spec.jobTemplate.spec.podFailurePolicy.rules[0]"


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        pytest.param({"schedule": "every day"}, "spec.schedule", id="words for a schedule"),
        pytest.param({"schedule": "0 0 3 * * *"}, "spec.schedule", id="six fields"),
        pytest.param({"schedule": "61 3 * * *"}, "spec.schedule", id="a minute that is none"),
        pytest.param({"schedule": "TZ=UTC 0 3 * * *"}, "spec.schedule", id="a zone in the schedule"),
        pytest.param({"schedule": ""}, "spec.schedule", id="no schedule"),
        pytest.param({"timeZone": "Europe/Atlantis"}, "spec.timeZone", id="a zone that is none"),
        pytest.param({"timeZone": "Local"}, "spec.timeZone", id="the machine's zone"),
        pytest.param({"concurrencyPolicy": "Sometimes"}, "spec.concurrencyPolicy", id="a policy that is none"),
        pytest.param({"startingDeadlineSeconds": -1}, "spec.startingDeadlineSeconds", id="a deadline below zero"),
        pytest.param({"failedJobsHistoryLimit": -1}, "spec.failedJobsHistoryLimit", id="a history below zero"),
        pytest.param(wrong_pod(restartPolicy="Always"), f"{POD}.restartPolicy", id="a pod that starts again"),
        pytest.param(wrong_pod(containers=[]), f"{POD}.containers", id="no container"),
        pytest.param(wrong_pod(containers=[{"name": "run"}]), f"{POD}.containers[0].image", id="no image"),
        pytest.param(
            wrong_pod(containers=[{"name": "R_n", "image": "x"}]),
            f"{POD}.containers[0].name",
            id="a name that is no label",
        ),
        pytest.param(
            wrong_pod(containers=[{"name": "a", "image": "x"}] * 2), f"{POD}.containers[1].name", id="a name twice"
        ),
        pytest.param(
            wrong_pod(containers=[{"name": "a", "image": "x", "volumeMounts": [{"name": "b", "mountPath": "/b"}]}]),
            f"{POD}.containers[0].volumeMounts[0].name",
            id="a volume that is not there",
        ),
        pytest.param(
            ruled({"action": "FailJob", "onExitCodes": {"operator": "In", "values": [0]}}),
            f"{RULE}.onExitCodes.values[0]",
            id="a rule about success",
        ),
        pytest.param(
            ruled({"action": "FailJob", "onExitCodes": {"operator": "In", "values": [3, 2]}}),
            f"{RULE}.onExitCodes.values",
            id="codes out of order",
        ),
        pytest.param(
            ruled({"action": "FailJob", "onExitCodes": {"operator": "In", "values": [3]}}, restartPolicy="OnFailure"),
            f"{POD}.restartPolicy",
            id="a failure policy and a pod that starts again",
        ),
    ],
)
def test_a_wrong_cron_job_is_refused_with_the_field_that_is_wrong(peer, spec, field):
    body = cron_job(**spec)
    reply = peer.ask("POST", peer.path("cronjobs"), body)
    assert reply.status[:2] == (422, "Invalid")
    name = body["metadata"]["name"]
    assert reply.body["message"].startswith(f'CronJob.batch "{name}" is invalid: ')
    details = reply.body["details"]
    assert (details["name"], details["group"], details["kind"]) == (name, "batch", "CronJob")
    assert field in {cause["field"] for cause in details["causes"]}


@pytest.mark.parametrize(
    ("length", "code"), [pytest.param(52, 201, id="52 letters"), pytest.param(53, 422, id="53 letters")]
)
def test_a_cron_job_may_have_a_name_of_52_letters(peer, length, code):
    reply = peer.ask("POST", peer.path("cronjobs"), cron_job("n" * length), dryRun="All")
    assert reply.code == code


@pytest.mark.parametrize("name", ["Upper", "under_score", "-first", "last-", "a..b", "æ"])
def test_a_name_that_is_no_dns_subdomain_is_refused(peer, name):
    reply = peer.ask("POST", peer.path("cronjobs"), cron_job(name))
    assert reply.status[:2] == (422, "Invalid")
    assert {cause["field"] for cause in reply.body["details"]["causes"]} == {"metadata.name"}


@pytest.mark.parametrize(
    "metadata",
    [{"labels": {"a": "x" * 64}}, {"labels": {"a b": "x"}}, {"labels": {"a": "-"}}, {"annotations": {"a b": "x"}}],
)
def test_labels_and_annotations_have_a_form(peer, metadata):
    reply = peer.ask("POST", peer.path("cronjobs"), cron_job(metadata=metadata))
    assert reply.status[:2] == (422, "Invalid")


def test_a_job_gets_defaults_a_selector_and_its_names_on_its_pods(peer):
    body = job()
    made = peer.create("jobs", body)
    name, uid, spec = made["metadata"]["name"], made["metadata"]["uid"], made["spec"]
    assert (spec["completions"], spec["parallelism"], spec["backoffLimit"]) == (1, 1, 6)
    assert (spec["completionMode"], spec["suspend"]) == ("NonIndexed", False)
    assert spec["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert spec["template"]["metadata"]["labels"] == {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }


@pytest.mark.parametrize("change", [{"template": template(restartPolicy="OnFailure")}, {"completions": 2}])
def test_the_template_of_a_job_stays_as_it_was(peer, change):
    name = peer.create("jobs", job())["metadata"]["name"]
    reply = peer.merge("jobs", name, {"spec": change})
    assert reply.status[:2] == (422, "Invalid")
    field = "spec.template" if "template" in change else "spec.completions"
    assert field in {cause["field"] for cause in reply.body["details"]["causes"]}


def test_a_lease_lasts_longer_than_nothing(peer):
    body = {"metadata": {"name": "contract-lease"}, "spec": {"leaseDurationSeconds": 0}}
    reply = peer.ask("POST", peer.path("leases"), body)
    assert reply.status[:2] == (422, "Invalid")
