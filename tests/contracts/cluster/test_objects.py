"""Objects and their versions.

Sources: Kubernetes "API Conventions" (Metadata, Response Status Kind, Concurrency Control and Consistency) and "API
Concepts" (Resource versions, Field validation); kubernetes.io/docs/reference/using-api.
"""

import pytest
from contracts.cluster.peer import JSON_PATCH, config_map, cron_job, job, unique


def test_a_created_object_has_identity_time_version_and_generation(peer):
    made = peer.create("cronjobs", cron_job())
    metadata = made["metadata"]
    assert metadata["namespace"] == peer.namespace
    assert metadata["generation"] == 1
    assert len(metadata["uid"]) == 36
    assert metadata["creationTimestamp"].endswith("Z")
    assert metadata["resourceVersion"].isdigit()
    assert (made["kind"], made["apiVersion"]) == ("CronJob", "batch/v1")
    assert peer.get("cronjobs", metadata["name"]).body == made


def test_a_second_object_of_a_name_is_refused_as_already_there(peer):
    body = cron_job()
    peer.create("cronjobs", body)
    name = body["metadata"]["name"]
    reply = peer.ask("POST", peer.path("cronjobs"), body)
    assert reply.status == (409, "AlreadyExists", f'cronjobs.batch "{name}" already exists')
    assert reply.body["status"] == "Failure"
    assert reply.body["details"] == {"name": name, "group": "batch", "kind": "cronjobs"}


@pytest.mark.parametrize(("plural", "said"), [("cronjobs", "cronjobs.batch"), ("configmaps", "configmaps")])
def test_what_is_not_there_is_not_found_by_name_and_resource(peer, plural, said):
    name = unique()
    for reply in (peer.get(plural, name), peer.delete(plural, name), peer.merge(plural, name, {"metadata": {}})):
        assert reply.status == (404, "NotFound", f'{said} "{name}" not found')
        assert (reply.body["details"]["name"], reply.body["details"]["kind"]) == (name, plural)


def test_a_write_from_an_older_version_is_a_conflict(peer):
    made = peer.create("configmaps", config_map())
    name = made["metadata"]["name"]
    assert peer.merge("configmaps", name, {"data": {"a": "2"}}).code == 200
    reply = peer.ask("PUT", peer.path("configmaps", name), {**made, "data": {"a": "3"}})
    why = "the object has been modified; please apply your changes to the latest version and try again"
    assert reply.status == (409, "Conflict", f'Operation cannot be fulfilled on configmaps "{name}": {why}')
    assert peer.get("configmaps", name).body["data"] == {"a": "2"}


def test_a_write_that_changes_nothing_keeps_the_version(peer):
    made = peer.create("cronjobs", cron_job())
    same = peer.merge("cronjobs", made["metadata"]["name"], {"spec": {"suspend": True}})
    assert same.code == 200
    assert same.body["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_the_generation_counts_changes_of_the_spec_alone(peer):
    name = peer.create("cronjobs", cron_job())["metadata"]["name"]
    labelled = peer.merge("cronjobs", name, {"metadata": {"labels": {"a": "b"}}}).body
    assert labelled["metadata"]["generation"] == 1
    changed = peer.merge("cronjobs", name, {"spec": {"schedule": "31 3 * * *"}}).body
    assert changed["metadata"]["generation"] == 2
    assert int(changed["metadata"]["resourceVersion"]) > int(labelled["metadata"]["resourceVersion"])


def test_a_name_can_be_left_to_the_server(peer):
    stem = f"{unique()}-"
    body = config_map()
    body["metadata"] = {"generateName": stem}
    made = peer.create("configmaps", body)["metadata"]
    assert made["name"].startswith(stem)
    assert len(made["name"]) == len(stem) + 5
    assert made["generateName"] == stem


def test_identity_cannot_be_written(peer):
    made = peer.create("configmaps", config_map())
    name = made["metadata"]["name"]
    past = {"creationTimestamp": "2001-01-01T00:00:00Z", "generation": 77}
    changed = peer.merge("configmaps", name, {"metadata": past, "data": {"a": "2"}}).body
    assert changed["metadata"]["creationTimestamp"] == made["metadata"]["creationTimestamp"]
    other = peer.merge("configmaps", name, {"metadata": {"uid": "0b3c5b5e-0000-4000-8000-000000000000"}})
    assert other.status[0] in (409, 422)
    elsewhere = peer.ask("PUT", peer.path("configmaps", unique()), made)
    assert elsewhere.status[:2] == (400, "BadRequest")


def test_an_object_of_another_namespace_or_kind_is_a_bad_request(peer):
    away = config_map(namespace="somewhere-else")
    assert peer.ask("POST", peer.path("configmaps"), away).status[:2] == (400, "BadRequest")
    assert peer.ask("POST", peer.path("cronjobs"), config_map()).status[:2] == (400, "BadRequest")


def test_unknown_fields_are_refused_told_or_dropped_as_asked(peer):
    body = cron_job(shedule="30 3 * * *")
    strict = peer.ask("POST", peer.path("cronjobs"), body, fieldValidation="Strict")
    assert strict.status[:2] == (400, "BadRequest")
    assert 'unknown field "spec.shedule"' in strict.body["message"]
    warned = peer.ask("POST", peer.path("cronjobs"), body)
    peer.made.append(("cronjobs", body["metadata"]["name"]))
    assert warned.code == 201
    assert 'unknown field \\"spec.shedule\\"' in warned.headers["warning"]
    assert "shedule" not in warned.body["spec"]
    ignored = peer.ask(
        "POST", peer.path("configmaps"), {**config_map(), "datum": 1}, fieldValidation="Ignore", dryRun="All"
    )
    assert ignored.code == 201
    assert "warning" not in ignored.headers


@pytest.mark.parametrize(
    "wrong", [{"suspend": "yes"}, {"schedule": 5}, {"jobTemplate": []}, {"startingDeadlineSeconds": "600"}]
)
def test_a_field_of_a_wrong_type_is_a_bad_request(peer, wrong):
    reply = peer.ask("POST", peer.path("cronjobs"), cron_job(**wrong))
    assert reply.status[:2] == (400, "BadRequest")


def test_a_dry_run_answers_and_keeps_nothing(peer):
    body = cron_job()
    assert peer.ask("POST", peer.path("cronjobs"), body, dryRun="All").code == 201
    assert peer.get("cronjobs", body["metadata"]["name"]).code == 404


def test_deletion_says_what_it_deleted_and_only_under_its_preconditions(peer):
    made = peer.create("configmaps", config_map())
    name, uid = made["metadata"]["name"], made["metadata"]["uid"]
    stranger = "0b3c5b5e-0000-4000-8000-000000000000"
    reply = peer.ask("DELETE", peer.path("configmaps", name), {"preconditions": {"uid": stranger}})
    assert reply.status[:2] == (409, "Conflict")
    assert f"UID in precondition: {stranger}, UID in object meta: {uid}" in reply.body["message"]
    reply = peer.ask("DELETE", peer.path("configmaps", name), {"preconditions": {"uid": uid}})
    assert (reply.code, reply.body["status"]) == (200, "Success")
    assert reply.body["details"] == {"name": name, "kind": "configmaps", "uid": uid}
    assert peer.get("configmaps", name).code == 404


def test_a_finalizer_keeps_a_deleted_object_until_it_is_taken_off(peer):
    name = peer.create("configmaps", config_map(finalizers=["contract.invalid/keep"]))["metadata"]["name"]
    assert peer.delete("configmaps", name).code in (200, 202)
    going = peer.get("configmaps", name).body
    assert going["metadata"]["deletionTimestamp"]
    assert peer.merge("configmaps", name, {"metadata": {"finalizers": None}}).code == 200
    assert peer.get("configmaps", name).code == 404


def test_a_json_patch_changes_one_place(peer):
    name = peer.create("configmaps", config_map())["metadata"]["name"]
    operations = [{"op": "test", "path": "/data/a", "value": "1"}, {"op": "add", "path": "/data/b", "value": "2"}]
    reply = peer.ask("PATCH", peer.path("configmaps", name), operations, JSON_PATCH)
    assert reply.body["data"] == {"a": "1", "b": "2"}
    reply = peer.ask("PATCH", peer.path("configmaps", name), [{"op": "remove", "path": "/data/none"}], JSON_PATCH)
    assert reply.status[:2] == (422, "Invalid")


def test_a_body_of_another_media_type_is_not_taken(peer):
    reply = peer.ask("POST", peer.path("configmaps"), config_map(), "text/plain")
    assert reply.status[:2] == (415, "UnsupportedMediaType")
    reply = peer.ask("PATCH", peer.path("configmaps", unique()), {}, "application/json")
    assert reply.status[:2] == (415, "UnsupportedMediaType")


def test_an_immutable_config_map_stays_as_it_is(peer):
    name = peer.create("configmaps", {**config_map(), "immutable": True})["metadata"]["name"]
    for change in ({"data": {"a": "2"}}, {"immutable": False}):
        assert peer.merge("configmaps", name, change).status[:2] == (422, "Invalid")


def test_a_config_map_of_more_than_a_mebibyte_is_not_taken(peer):
    big = {**config_map(), "data": {"a": "x" * 1024 * 1024, "b": "y"}}
    assert peer.ask("POST", peer.path("configmaps"), big).status[:2] == (422, "Invalid")


def test_a_dependent_goes_with_its_owner(peer):
    owner = peer.create("cronjobs", cron_job())["metadata"]
    reference = {"apiVersion": "batch/v1", "kind": "CronJob", "name": owner["name"], "uid": owner["uid"]}
    child = peer.create("jobs", job(metadata={"ownerReferences": [reference]}))["metadata"]["name"]
    assert peer.delete("cronjobs", owner["name"]).code == 200
    for _ in range(100):
        if peer.get("jobs", child).code == 404:
            return
        peer.pause()
    raise AssertionError("the Job is still there")
