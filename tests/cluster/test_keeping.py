"""CronJobs are made like the applied schedules, and stay so: on a stand-in, or on the real cluster that is named."""

from typing import Any

from parts.keepers import TEMPLATE, Kitchen, schedule

from reconciler.cluster import names
from reconciler.cluster.access import JSON_PATCH, Request
from reconciler.cluster.keeping import MOST_REFUSED, Keeper, Wanted
from reconciler.cluster.kinds import CRONJOBS
from reconciler.cluster.names import name_of


def whats(kept: Any) -> list[str]:
    return [each.what for each in kept.happened]


def test_an_applied_schedule_becomes_a_cronjob(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    assert whats(kept.look(wanted)) == ["made"]
    found = kept.objects.get(wanted[0].name)
    assert found["spec"]["timeZone"] == "Europe/Oslo"
    assert found["spec"]["schedule"] == "30 3 * * *"
    assert names.is_ours(found, kept.installation)


def test_a_second_look_asks_nothing_at_all(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule(), schedule("hourly", "0 * * * *"))
    kept.look(wanted)
    before = kept.requests()
    looked = kept.look(wanted)
    after = kept.requests()
    assert (looked.wanted, looked.present, looked.happened) == (2, 2, [])
    assert {verb: count - before.get(verb, 0) for verb, count in after.items() if verb not in ("list", "watch")} == {
        verb: 0 for verb in after if verb not in ("list", "watch")
    }


def test_another_process_finds_them_as_they_should_be(kept: Kitchen, anywhere: Any) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    again = Keeper(kept.installation, kept.objects, kept.watched, lambda _name: True)
    kept.until_seen(lambda view: wanted[0].name in view.objects)
    assert again.look(wanted, {"bergen": "id"}, kept.watched.view()).happened == []


def test_a_schedule_that_was_changed_is_changed_in_the_cluster(kept: Kitchen) -> None:
    kept.look(kept.wanted(schedule()))
    assert whats(kept.look(kept.wanted(schedule(cron="0 4 * * *")))) == ["changed"]
    assert kept.objects.get(kept.mine()[0])["spec"]["schedule"] == "0 4 * * *"


def test_what_the_template_no_longer_says_is_taken_away(kept: Kitchen) -> None:
    more = TEMPLATE.replace(b"  serviceAccountName", b"  nodeSelector: {disk: fast}\n  serviceAccountName")
    kept.look(kept.wanted(schedule(), template=more))
    kept.look(kept.wanted(schedule()))
    pod = kept.objects.get(kept.mine()[0])["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert "nodeSelector" not in pod


def test_a_schedule_that_is_not_applied_any_more_has_no_cronjob(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule(), schedule("hourly", "0 * * * *"))
    kept.look(wanted)
    kept.until_seen(lambda view: {each.name for each in wanted} <= view.objects.keys())
    assert whats(kept.look(wanted[:1])) == ["removed"]
    kept.until_seen(lambda view: wanted[1].name not in view.objects)
    assert kept.mine() == [wanted[0].name]


def test_a_cronjob_that_somebody_deleted_is_made_again(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    kept.look(wanted)
    kept.remove(wanted[0].name)
    kept.until_seen(lambda view: wanted[0].name not in view.objects)
    looked = kept.look(wanted)
    assert [(each.what, each.said) for each in looked.happened] == [("repaired", "it was deleted by another hand")]
    assert kept.mine() == [wanted[0].name]


def by_hand(kept: Kitchen, name: str, patch: list[dict[str, Any]]) -> None:
    """As another program would change it."""
    version = kept.watched.view().objects[name]["metadata"]["resourceVersion"]
    kept.cluster.ask(Request("patch", CRONJOBS, name, {"fieldManager": "by-hand"}, patch, JSON_PATCH))
    kept.until_seen(lambda view: view.objects[name]["metadata"]["resourceVersion"] != version)


POD = "/spec/jobTemplate/spec/template/spec"
INTRUDER = {"name": "beside", "image": "registry.example.org/other:1"}


def test_a_field_that_somebody_changed_is_changed_back(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    by_hand(kept, wanted[0].name, [{"op": "replace", "path": "/spec/suspend", "value": True}])
    looked = kept.look(wanted)
    assert [(each.what, each.said) for each in looked.happened] == [("repaired", "another hand changed suspend")]
    assert kept.objects.get(wanted[0].name)["spec"]["suspend"] is False


def test_what_somebody_added_to_a_run_is_taken_out(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    added = {"name": "RECONCILER_ENVIRONMENTS", "value": "production"}
    by_hand(kept, wanted[0].name, [
        {"op": "add", "path": f"{POD}/containers/0/env/0", "value": added},
        {"op": "add", "path": f"{POD}/containers/-", "value": INTRUDER},
        {"op": "add", "path": f"{POD}/initContainers", "value": [INTRUDER]},
    ])  # fmt: skip
    assert whats(kept.look(wanted)) == ["repaired"]
    pod = kept.objects.get(wanted[0].name)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert [each["name"] for each in pod["containers"]] == ["run"]
    assert not pod.get("initContainers")
    assert added not in pod["containers"][0]["env"]
    assert kept.look(wanted).happened == []


def test_what_somebody_lets_a_run_be_is_taken_back(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    before = kept.objects.get(wanted[0].name)["spec"]
    run = f"{POD}/containers/0"
    by_hand(kept, wanted[0].name, [
        {"op": "add", "path": "/spec/jobTemplate/spec/suspend", "value": True},
        {"op": "add", "path": "/spec/jobTemplate/spec/parallelism", "value": 0},
        {"op": "add", "path": f"{POD}/securityContext/runAsUser", "value": 1},
        {"op": "add", "path": f"{run}/securityContext/capabilities/add", "value": ["NET_BIND_SERVICE"]},
        {"op": "add", "path": f"{run}/startupProbe", "value": {"exec": {"command": ["sh", "-c", "env"]}}},
    ])  # fmt: skip
    assert whats(kept.look(wanted)) == ["repaired"]
    assert kept.objects.get(wanted[0].name)["spec"] == before
    assert kept.look(wanted).happened == []


def test_what_others_own_is_left_as_it_is(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    by_hand(kept, wanted[0].name, [{"op": "add", "path": "/metadata/labels/team", "value": "finance"}])
    assert kept.look(wanted).happened == []
    assert kept.objects.get(wanted[0].name)["metadata"]["labels"]["team"] == "finance"


def foreign(kept: Kitchen, name: str, **labels: str) -> dict[str, Any]:
    """Somebody else's CronJob."""
    run = {"name": "run", "image": "registry.example.org/other:1"}
    pod = {"spec": {"containers": [run], "restartPolicy": "Never"}}
    spec = {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": {"spec": {"template": pod}}}
    metadata = {"name": name, "labels": labels}
    return kept.objects.create({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec})


def test_a_cronjob_of_our_name_that_is_not_ours_is_told_and_never_touched(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule(), schedule("hourly", "0 * * * *"))
    there = foreign(kept, wanted[0].name)
    try:
        kept.until_seen(lambda view: wanted[0].name in view.objects)
        looked = kept.look(wanted)
        assert sorted(whats(looked)) == ["conflict", "made"]
        assert (looked.wanted, looked.present) == (2, 1)
        assert kept.objects.get(wanted[0].name)["spec"] == there["spec"]
    finally:
        kept.remove(wanted[0].name)


def test_one_that_came_between_our_look_and_our_request_is_not_overwritten(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.until_seen(lambda view: view.complete)
    before = kept.watched.view()
    there = foreign(kept, wanted[0].name)
    try:
        looked = kept.keeper.look(wanted, {"bergen": "id"}, before)
        assert whats(looked) == ["conflict"]
        assert kept.objects.get(wanted[0].name)["spec"] == there["spec"]
    finally:
        kept.remove(wanted[0].name)


def test_a_copy_that_somebody_made_of_ours_is_ours_again(kept: Kitchen) -> None:
    """As `kubectl create` does from a backup: our labels, and not our field manager."""
    [wanted] = kept.wanted(schedule())
    kept.until_seen(lambda view: view.complete)
    before = kept.watched.view()
    assert wanted.made is not None
    copy = {**wanted.made, "spec": {**wanted.made["spec"], "suspend": True}}
    kept.cluster.ask(Request("create", CRONJOBS, query={"fieldManager": "kubectl-create"}, body=copy))
    assert whats(kept.keeper.look([wanted], {"bergen": "id of bergen"}, before)) == ["conflict"]
    kept.until_seen(lambda view: wanted.name in view.objects)
    assert whats(kept.look([wanted])) == ["repaired"]
    assert kept.look([wanted]).happened == []


def test_only_what_bears_our_mark_is_pruned(kept: Kitchen) -> None:
    others = {names.MANAGED: names.MANAGER, names.INSTALLATION: f"{kept.installation}-2"}
    theirs = [foreign(kept, f"{kept.installation}-plain"), foreign(kept, f"{kept.installation}-theirs", **others)]
    marked = foreign(kept, f"{kept.installation}-tempting", **names.mark(kept.installation))
    try:
        kept.until_seen(lambda view: {name_of(each) for each in (*theirs, marked)} <= view.objects.keys())
        looked = kept.look([])
        assert [(each.name, each.what) for each in looked.happened] == [(name_of(marked), "conflict")]
        for each in (*theirs, marked):
            assert kept.objects.get(name_of(each))["metadata"]["uid"] == each["metadata"]["uid"]
    finally:
        for each in theirs:
            kept.remove(name_of(each))


def test_of_an_organisation_that_the_database_does_not_know_nothing_is_pruned(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    kept.until_seen(lambda view: wanted[0].name in view.objects)
    looked = kept.look([], organizations=())
    assert whats(looked) == ["conflict"]
    assert kept.mine() == [wanted[0].name]


def test_of_an_organisation_that_got_another_name_the_old_ones_go(kept: Kitchen) -> None:
    before = kept.wanted(schedule())
    kept.look(before)
    after = kept.wanted(schedule(), organization="bergen-og-omegn")
    kept.until_seen(lambda view: before[0].name in view.objects)
    looked = kept.keeper.look(after, {"bergen-og-omegn": "id of bergen"}, kept.watched.view())
    assert sorted(whats(looked)) == ["made", "removed"]
    kept.until_seen(lambda view: before[0].name not in view.objects)
    assert kept.mine() == [after[0].name]


def test_a_template_that_the_api_server_does_not_accept_is_not_asked_for_a_thousand_times(kept: Kitchen) -> None:
    bad = TEMPLATE.replace(b"  serviceAccountName", b"  serviceAccountNome")
    wanted = kept.wanted(*(schedule(f"at-{number}") for number in range(MOST_REFUSED + 5)), template=bad)
    looked = kept.look(wanted)
    assert (looked.count("refused"), looked.present) == (MOST_REFUSED + 5, 0)
    assert kept.requests()["patch"] == MOST_REFUSED
    assert "serviceAccountNome" in looked.happened[0].said
    assert "20 others were refused" in looked.happened[-1].said


def test_one_that_was_changed_since_it_was_seen_is_not_deleted(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule())
    kept.look(wanted)
    before = kept.watched.view()
    by_hand(kept, wanted[0].name, [{"op": "add", "path": "/metadata/labels/team", "value": "finance"}])
    assert kept.keeper.look([], {"bergen": "id"}, before).happened == []
    assert kept.mine() == [wanted[0].name]


def test_a_schedule_that_kubernetes_would_not_take_keeps_the_cronjob_that_it_had(kept: Kitchen) -> None:
    wanted = kept.wanted(schedule(), schedule("hourly", "0 * * * *"))
    kept.look(wanted)
    kept.until_seen(lambda view: wanted[0].name in view.objects)
    broken = Wanted(wanted[0].name, "bergen", "books", None, "the schedule nightly cannot be read")
    assert whats(kept.look([broken, wanted[1]])) == ["refused"]
    assert kept.mine() == sorted(each.name for each in wanted)


def test_an_object_that_the_api_server_does_not_accept_stops_no_other(kept: Kitchen) -> None:
    bad, good = kept.wanted(schedule(), schedule("hourly", "0 * * * *"))
    assert bad.made is not None
    bad.made["spec"]["timeZone"] = "Nowhere/Else"
    looked = kept.look([bad, good])
    assert sorted(whats(looked)) == ["made", "refused"]
    [refused] = [each for each in looked.happened if each.what == "refused"]
    assert "spec.timeZone" in refused.said
    before = kept.requests()["patch"]
    assert whats(kept.look([bad, good])) == ["refused"]
    assert kept.requests()["patch"] == before, "what was refused is not tried again at once"
