"""Server-side apply: who owns which field. Source: kubernetes.io/docs/reference/using-api/server-side-apply."""

import pytest
from contracts.cluster.peer import config_map, cron_job, unique

ONE, OTHER = "contract-one", "contract-other"


def fields(body, manager, operation="Apply"):
    """The fields of a manager, as the object names them."""
    found = [
        one["fieldsV1"]
        for one in body["metadata"]["managedFields"]
        if (one["manager"], one["operation"]) == (manager, operation)
    ]
    return found[0] if found else None


def test_what_is_not_there_is_created_by_applying_it(peer):
    body = cron_job()
    reply = peer.apply("cronjobs", body, ONE)
    assert reply.code == 201
    entry = reply.body["metadata"]["managedFields"][0]
    assert (entry["manager"], entry["operation"], entry["apiVersion"]) == (ONE, "Apply", "batch/v1")
    assert entry["fieldsType"] == "FieldsV1"
    container = {".": {}, "f:name": {}, "f:image": {}, "f:args": {}}
    pod = {"f:restartPolicy": {}, "f:containers": {'k:{"name":"run"}': container}}
    job = {"f:spec": {"f:template": {"f:spec": pod}}}
    assert entry["fieldsV1"] == {"f:spec": {"f:schedule": {}, "f:suspend": {}, "f:jobTemplate": job}}


def test_applying_the_same_again_changes_nothing(peer):
    body = cron_job()
    first = peer.apply("cronjobs", body, ONE).body
    again = peer.apply("cronjobs", body, ONE)
    assert again.code == 200
    assert again.body == first


def test_another_value_for_a_field_of_somebody_else_is_a_conflict_that_names_both(peer):
    body = cron_job()
    peer.apply("cronjobs", body, ONE)
    changed = {**body, "spec": {**body["spec"], "schedule": "31 3 * * *"}}
    reply = peer.apply("cronjobs", changed, OTHER)
    assert reply.status == (409, "Conflict", f'Apply failed with 1 conflict: conflict with "{ONE}": .spec.schedule')
    cause = {"reason": "FieldManagerConflict", "message": f'conflict with "{ONE}"', "field": ".spec.schedule"}
    assert reply.body["details"]["causes"] == [cause]
    assert peer.get("cronjobs", body["metadata"]["name"]).body["spec"]["schedule"] == "30 3 * * *"


def test_force_takes_the_field_over(peer):
    body = cron_job()
    peer.apply("cronjobs", body, ONE)
    changed = {**body, "spec": {**body["spec"], "schedule": "31 3 * * *"}}
    taken = peer.apply("cronjobs", changed, OTHER, force="true").body
    assert taken["spec"]["schedule"] == "31 3 * * *"
    assert "f:schedule" in fields(taken, OTHER)["f:spec"]
    assert "f:schedule" not in fields(taken, ONE)["f:spec"]


def test_the_same_value_is_owned_by_both_and_goes_when_the_last_lets_go(peer):
    body = config_map(labels={"shared": "yes"})
    name = body["metadata"]["name"]
    peer.apply("configmaps", body, ONE)
    peer.apply("configmaps", body, OTHER)
    bare = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    left = peer.apply("configmaps", bare, ONE).body
    assert left["metadata"]["labels"] == {"shared": "yes"}
    assert left["data"] == {"a": "1"}
    gone = peer.apply("configmaps", bare, OTHER).body
    assert "labels" not in gone["metadata"]
    assert "data" not in gone


def test_a_field_that_is_applied_no_longer_is_taken_away_or_becomes_the_default(peer):
    body = cron_job(startingDeadlineSeconds=600, concurrencyPolicy="Forbid")
    peer.apply("cronjobs", body, ONE)
    less = {
        key: value for key, value in body["spec"].items() if key not in ("startingDeadlineSeconds", "concurrencyPolicy")
    }
    found = peer.apply("cronjobs", {**body, "spec": less}, ONE).body["spec"]
    assert "startingDeadlineSeconds" not in found
    assert found["concurrencyPolicy"] == "Allow"


def test_what_others_added_stays(peer):
    body = config_map(labels={"mine": "1"})
    name = body["metadata"]["name"]
    peer.apply("configmaps", body, ONE)
    peer.merge("configmaps", name, {"metadata": {"labels": {"theirs": "2"}}, "data": {"b": "2"}}, fieldManager=OTHER)
    again = peer.apply("configmaps", {**body, "data": {"a": "3"}}, ONE).body
    assert again["metadata"]["labels"] == {"mine": "1", "theirs": "2"}
    assert again["data"] == {"a": "3", "b": "2"}
    assert fields(again, OTHER, "Update") == {"f:metadata": {"f:labels": {"f:theirs": {}}}, "f:data": {"f:b": {}}}


def test_a_change_by_hand_takes_the_field_and_applying_it_back_is_a_conflict(peer):
    body = cron_job()
    name = body["metadata"]["name"]
    peer.apply("cronjobs", body, ONE)
    changed = peer.merge("cronjobs", name, {"spec": {"schedule": "0 0 * * *"}}, fieldManager="a-person").body
    assert "f:schedule" not in fields(changed, ONE)["f:spec"]
    reply = peer.apply("cronjobs", body, ONE)
    assert reply.status[:2] == (409, "Conflict")
    assert [one["field"] for one in reply.body["details"]["causes"]] == [".spec.schedule"]
    assert 'conflict with "a-person" using batch/v1' in reply.body["details"]["causes"][0]["message"]
    back = peer.apply("cronjobs", body, ONE, force="true").body
    assert back["spec"]["schedule"] == "30 3 * * *"
    assert "f:schedule" in fields(back, ONE)["f:spec"]
    assert not fields(back, "a-person", "Update")


def test_members_of_a_keyed_list_are_owned_one_by_one(peer):
    body = cron_job()
    container = body["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    peer.apply("cronjobs", body, ONE)
    container["env"] = [{"name": "C", "value": "3"}]
    both = peer.apply("cronjobs", body, OTHER).body
    found = both["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {one["name"] for one in found} == {"A", "B", "C"}
    container["env"] = [{"name": "B", "value": "2"}]
    found = peer.apply("cronjobs", body, ONE).body
    env = found["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {one["name"] for one in env} == {"B", "C"}


def test_a_list_of_words_is_one_value(peer):
    body = cron_job()
    container = body["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    peer.apply("cronjobs", body, ONE)
    container["args"] = ["sync", "more"]
    assert peer.apply("cronjobs", body, OTHER).status[:2] == (409, "Conflict")
    forced = peer.apply("cronjobs", body, OTHER, force="true").body
    assert forced["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"] == ["sync", "more"]


def test_defaults_belong_to_nobody(peer):
    body = cron_job()
    peer.apply("cronjobs", body, ONE)
    mine = peer.apply("cronjobs", {**body, "spec": {**body["spec"], "concurrencyPolicy": "Forbid"}}, OTHER)
    assert mine.code == 200
    assert mine.body["spec"]["concurrencyPolicy"] == "Forbid"


def test_the_status_cannot_be_applied_with_the_object(peer):
    body = {**cron_job(), "status": {"lastScheduleTime": "2026-01-01T00:00:00Z"}}
    made = peer.apply("cronjobs", body, ONE).body
    assert not made.get("status")
    assert "f:status" not in fields(made, ONE)


@pytest.mark.parametrize(
    ("query", "change", "codes"),
    [
        pytest.param({}, {}, {422}, id="without a manager"),
        pytest.param({"fieldManager": ONE}, {"metadata": {"name": "another-name"}}, {400}, id="of another name"),
        pytest.param({"fieldManager": ONE}, {"spec": {"shedule": "x"}}, {400, 500}, id="with a field that is none"),
    ],
)
def test_an_apply_that_says_too_little_or_too_much_is_refused(peer, query, change, codes):
    body = {**cron_job(), **change}
    name = unique()
    body["metadata"] = {"name": name} | change.get("metadata", {})
    reply = peer.ask("PATCH", peer.path("cronjobs", name), body, "application/apply-patch+yaml", **query)
    assert reply.code in codes
    assert peer.get("cronjobs", name).code == 404


def test_managed_fields_cannot_be_applied(peer):
    body = config_map(managedFields=[{"manager": ONE, "operation": "Apply", "apiVersion": "v1"}])
    assert peer.apply("configmaps", body, ONE).status[:2] == (400, "BadRequest")


def test_who_creates_owns_what_was_written_and_what_was_filled_in(peer):
    made = peer.create("cronjobs", cron_job(), fieldManager=ONE)
    spec = fields(made, ONE, "Update")["f:spec"]
    assert {"f:schedule", "f:suspend", "f:concurrencyPolicy", "f:successfulJobsHistoryLimit"} <= spec.keys()


def test_the_manager_of_a_write_without_one_is_the_first_word_of_its_agent(peer):
    made = peer.create("configmaps", config_map())
    assert [one["manager"] for one in made["metadata"]["managedFields"]] == ["contract"]
