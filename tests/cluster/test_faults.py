"""What a cluster can do to us, each fault staged: nothing is pruned on what was not wholly seen, and all heals."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from parts.cluster.faults import drop, lost, raw, slow, status
from parts.cluster.standing import StandIn
from parts.keepers import Kitchen, kitchen, schedule, until

from reconciler.cluster.access import Access, Cluster, Request
from reconciler.cluster.kinds import CRONJOBS
from reconciler.cluster.names import annotation, mark, name_of
from reconciler.cluster.watching import PAGE, Patience, Watched
from reconciler.errors import ClusterDown, ClusterRefused

QUICK = Patience(silence_s=0.6, resync_s=60, fresh_s=30)


def whats(looked: Any) -> list[str]:
    return [each.what for each in looked.happened]


def plain(name: str) -> dict[str, Any]:
    pod = {"spec": {"containers": [{"name": "run", "image": "x"}], "restartPolicy": "Never"}}
    return {"metadata": {"name": name}, "spec": {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": pod}}}}


@pytest.mark.parametrize("how", ["refused", "reset"])
def test_an_api_server_that_was_away_is_seen_again_and_what_happened_meanwhile_too(
    staged: Kitchen, standin: StandIn, how: Any
) -> None:
    wanted = staged.wanted(schedule(), schedule("hourly", "0 * * * *"))
    staged.look(wanted)
    with standin.faults.away(how):
        until(lambda: staged.watched.view().trouble is not None)
        standin.hand.delete("cronjobs", wanted[0].name)
        more = staged.wanted(schedule("weekly", "0 3 * * 1"))
        with pytest.raises(ClusterDown, match="cannot be reached"):
            staged.keeper.look([*wanted, *more], {"bergen": "id"}, staged.watched.view())
    staged.until_seen(lambda view: wanted[0].name not in view.objects and view.trouble is None)
    assert whats(staged.look(wanted)) == ["repaired"]


def test_a_view_that_nothing_was_heard_of_for_long_is_not_complete(standin: StandIn, tmp_path: Path) -> None:
    patience = Patience(silence_s=60, resync_s=60, fresh_s=0.5)
    with kitchen(standin.kubeconfig(tmp_path), standin.namespace, patience=patience) as staged:
        until(lambda: staged.watched.view().complete)
        standin.faults.silent = True
        with standin.faults.always(status(503)):
            standin.faults.cut_watches()
            until(lambda: not staged.watched.view().complete)
        standin.faults.silent = False


def test_a_watch_that_says_nothing_is_taken_for_dead(standin: StandIn, tmp_path: Path) -> None:
    with kitchen(standin.kubeconfig(tmp_path), standin.namespace, patience=QUICK) as staged:
        wanted = staged.wanted(schedule())
        staged.look(wanted)
        standin.faults.silent = True
        standin.hand.delete("cronjobs", wanted[0].name)
        staged.until_seen(lambda view: wanted[0].name not in view.objects)
        standin.faults.silent = False


@pytest.mark.parametrize("as_status", [False, True])
def test_a_watch_that_was_forgotten_is_begun_anew(staged: Kitchen, standin: StandIn, *, as_status: bool) -> None:
    wanted = staged.wanted(schedule())
    staged.look(wanted)
    standin.faults.gone_as_status = as_status
    standin.forget_requests()
    with standin.store.changed:  # between the deletion and its being told
        standin.hand.delete("cronjobs", wanted[0].name)
        standin.faults.forget()
        if as_status:
            standin.faults.cut_watches()
    staged.until_seen(lambda view: wanted[0].name not in view.objects)


def test_a_list_that_is_older_than_what_was_seen_is_not_believed(staged: Kitchen, standin: StandIn) -> None:
    with standin.faults.stale(all_lists=True):
        wanted = staged.wanted(schedule())
        staged.look(wanted)
        standin.faults.cut_watches()
        with standin.faults.always(status(410, "Expired"), "watch", "cronjobs"):
            until(lambda: "older" in str(staged.watched.view().trouble))
        assert wanted[0].name in staged.watched.view().objects
    staged.until_seen(lambda view: view.trouble is None)
    assert staged.look(wanted).happened == []


def test_a_list_whose_second_page_does_not_come_is_no_list(standin: StandIn, tmp_path: Path) -> None:
    for number in range(PAGE + 2):
        standin.hand.create("cronjobs", plain(f"other-{number}"))
    watched = Watched(Cluster(Access(standin.namespace, standin.kubeconfig(tmp_path))), CRONJOBS)
    first = json.dumps({"kind": "CronJobList", "metadata": {"resourceVersion": "1", "continue": "more"}, "items": []})
    standin.faults.once(raw(200, first.encode()), "list", "cronjobs")
    watched.start()
    until(lambda: watched.view().trouble is not None)
    assert (watched.view().complete, watched.view().objects) == (False, {})
    until(lambda: watched.view().complete)
    assert len(watched.view().objects) == PAGE + 2
    assert standin.counts["list", "cronjobs"] >= 3
    watched.stop()


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"<html>", b"", b'{"kind":"PodList","metadata":{}}', b'{"kind":"CronJobList"}', b"[" * 9999]
)
def test_what_is_no_list_is_not_an_empty_one(standin: StandIn, tmp_path: Path, body: bytes) -> None:
    watched = Watched(Cluster(Access(standin.namespace, standin.kubeconfig(tmp_path))), CRONJOBS)
    with standin.faults.always(raw(200, body), "list", "cronjobs"):
        watched.start()
        until(lambda: watched.view().trouble is not None)
        assert not watched.view().complete
    watched.stop()


@pytest.mark.parametrize(
    "line",
    [b"{}\n", b"null\n", b'{"type":"ADDED","object":7}\n', b"x" * 70_000, b'{"type":"ERROR","object":{}}\n', b"\n"],
)
def test_a_watch_that_says_nonsense_is_begun_anew(standin: StandIn, tmp_path: Path, line: bytes) -> None:
    with kitchen(standin.kubeconfig(tmp_path), standin.namespace, patience=QUICK) as staged:
        wanted = staged.wanted(schedule())
        staged.look(wanted)
        standin.faults.once(raw(200, line), "watch", "cronjobs")
        standin.faults.cut_watches()
        standin.hand.delete("cronjobs", wanted[0].name)
        staged.until_seen(lambda view: wanted[0].name not in view.objects)


def test_an_api_server_that_is_busy_is_asked_when_it_said(staged: Kitchen, standin: StandIn) -> None:
    until(lambda: staged.watched.view().complete)
    standin.faults.once(status(429, retry_after_s=1), "patch")
    wanted = staged.wanted(schedule(), schedule("hourly", "0 * * * *"))
    with pytest.raises(ClusterDown, match="asked too often") as told:
        staged.look(wanted)
    assert told.value.after_s == 1
    standin.forget_requests()
    with pytest.raises(ClusterDown, match="when to ask again") as told:
        staged.look(wanted)
    assert 0 < told.value.after_s <= 1
    assert standin.counts["patch", "cronjobs"] == 0
    time.sleep(told.value.after_s + 0.01)
    assert whats(staged.look(wanted)) == ["made", "made"]


def test_an_api_server_that_is_slow_is_not_waited_for_without_end(standin: StandIn, tmp_path: Path) -> None:
    cluster = Cluster(Access(standin.namespace, standin.kubeconfig(tmp_path), read_s=0.3))
    with standin.faults.always(slow(1.0)), pytest.raises(ClusterDown, match="said nothing for"):
        cluster.ask(Request("list", CRONJOBS))


@pytest.mark.parametrize("reply", [drop(), lost()])
def test_a_request_whose_answer_is_lost_is_finished_by_the_next_look(
    staged: Kitchen, standin: StandIn, reply: Any
) -> None:
    wanted = staged.wanted(schedule(), schedule("hourly", "0 * * * *"))
    until(lambda: staged.watched.view().complete)
    standin.faults.once(reply, "patch", "cronjobs")
    with pytest.raises(ClusterDown):
        staged.look(wanted)
    staged.look(wanted)
    assert staged.mine() == sorted(each.name for each in wanted)


def test_a_quota_stops_one_and_not_the_others(staged: Kitchen, standin: StandIn) -> None:
    standin.quota({"count/cronjobs.batch": "1"})
    wanted = staged.wanted(schedule(), schedule("hourly", "0 * * * *"))
    looked = staged.look(wanted)
    assert whats(looked) == ["made", "refused"]
    said = looked.happened[1]
    assert said.said.startswith("the quota a-quota of the namespace reconciler is used up")
    assert "kubectl describe quota" in said.hint
    standin.forget_requests()
    assert whats(staged.look(wanted)) == ["refused"]
    assert standin.counts["patch", "cronjobs"] == 0, "it is not tried again at once"


def test_a_namespace_that_is_being_deleted_stops_the_look(staged: Kitchen, standin: StandIn) -> None:
    until(lambda: staged.watched.view().complete)
    standin.terminate()
    with pytest.raises(ClusterRefused, match="the namespace reconciler is being deleted") as told:
        staged.look(staged.wanted(schedule()))
    assert told.value.reason == "terminating"


RULES = [
    {"apiGroups": ["batch"], "resources": ["cronjobs"], "verbs": ["get", "list", "watch", "create", "patch", "delete"]}
]


@pytest.mark.parametrize("verb", ["create", "patch", "delete", "list", "watch"])
def test_a_right_that_is_taken_away_is_named(standin: StandIn, tmp_path: Path, verb: str) -> None:
    standin.user("keeper", RULES)
    with kitchen(standin.kubeconfig(tmp_path, user="keeper"), standin.namespace) as staged:
        first, second = staged.wanted(schedule(), schedule("hourly", "0 * * * *"))
        staged.look([first])
        standin.take("keeper", verb, "cronjobs")
        standin.faults.cut_watches()
        standin.faults.forget()
        if verb in ("list", "watch"):
            until(lambda: staged.watched.view().trouble is not None)
            trouble = staged.watched.view().trouble
        else:
            with pytest.raises(ClusterRefused) as told:
                staged.look([second])
            trouble = told.value
        assert isinstance(trouble, ClusterRefused)
        assert (trouble.reason, trouble.message) == ("rights", f"the controller may not {verb} cronjobs in reconciler")
        assert trouble.hint.endswith(f"apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['{verb}']")
        standin.give("keeper", verb, "cronjobs")
        staged.until_seen(lambda view: view.trouble is None)
        staged.look([second])
        assert staged.mine() == [second.name]


def test_without_a_right_to_watch_the_lists_go_on(standin: StandIn, tmp_path: Path) -> None:
    standin.user("keeper", RULES)
    standin.take("keeper", "watch", "cronjobs")
    with kitchen(standin.kubeconfig(tmp_path, user="keeper"), standin.namespace) as staged:
        wanted = staged.wanted(schedule())
        assert whats(staged.look(wanted)) == ["made"]
        standin.hand.delete("cronjobs", wanted[0].name)
        staged.until_seen(lambda view: wanted[0].name not in view.objects)


def test_a_token_that_is_not_known_is_a_refused_login(standin: StandIn, tmp_path: Path) -> None:
    cluster = Cluster(Access(standin.namespace, standin.kubeconfig(tmp_path, token="of-somebody")))
    with pytest.raises(ClusterRefused) as told:
        cluster.ask(Request("list", CRONJOBS))
    assert told.value.reason == "login"


def test_a_kubeconfig_that_is_none_is_a_refused_login(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text("nothing: [")
    for path in (file, tmp_path / "none"):
        with pytest.raises(ClusterRefused, match="no usable login"):
            Cluster(Access("sync", path)).ask(Request("list", CRONJOBS))


def test_whoever_changes_it_again_and_again_is_fought_once_a_minute(staged: Kitchen, standin: StandIn) -> None:
    wanted = staged.wanted(schedule())
    staged.look(wanted)
    said = []
    for _ in range(8):
        done = standin.hand.apply("cronjobs", _suspended(standin, wanted[0].name), manager="other-tool")
        staged.until_seen(
            lambda view, version=int(done["metadata"]["resourceVersion"]): int(
                view.objects[wanted[0].name]["metadata"]["resourceVersion"]
            ) >= version
        )  # fmt: skip
        said += whats(staged.look(wanted))
    assert said == ["repaired"] * 5 + ["fighting"] * 3


def _suspended(standin: StandIn, name: str) -> dict[str, Any]:
    found = standin.hand.get("cronjobs", name)
    assert found is not None
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": {"suspend": True}}


def test_the_finishing_of_a_deletion_is_waited_for(staged: Kitchen, standin: StandIn) -> None:
    wanted = staged.wanted(schedule())
    staged.look(wanted)
    standin.hand.merge("cronjobs", wanted[0].name, {"metadata": {"finalizers": ["example.org/wait"]}})
    standin.hand.delete("cronjobs", wanted[0].name)
    staged.until_seen(lambda view: "deletionTimestamp" in view.objects[wanted[0].name]["metadata"])
    assert staged.look(wanted).happened == []
    standin.hand.merge("cronjobs", wanted[0].name, {"metadata": {"finalizers": None}})
    staged.until_seen(lambda view: wanted[0].name not in view.objects)
    assert whats(staged.look(wanted)) == ["repaired"]


def test_an_annotation_that_was_altered_does_not_lead_to_another_organisations_deletion(
    standin: StandIn, tmp_path: Path
) -> None:
    """Ours is Oslo; Bergen's CronJob is made to look like one of Oslo's that nobody wants."""
    with kitchen(standin.kubeconfig(tmp_path), standin.namespace, mine=lambda name: name == "oslo") as staged:
        [theirs] = staged.wanted(schedule())
        assert theirs.made is not None
        standin.hand.create("cronjobs", theirs.made)
        standin.hand.merge("cronjobs", theirs.name, {"metadata": {"annotations": {"reconciler/organization": "oslo"}}})
        staged.until_seen(
            lambda view: annotation(view.objects.get(theirs.name, {}), "reconciler/organization") == "oslo"
        )
        looked = staged.look([], ("oslo", "bergen"))
        assert whats(looked) == ["conflict"]
        assert standin.hand.get("cronjobs", theirs.name) is not None


def test_what_an_admission_policy_says_of_one_object_is_no_right_that_is_missing(
    staged: Kitchen, standin: StandIn
) -> None:
    until(lambda: staged.watched.view().complete)
    told = {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403,
            "message": 'admission webhook "x" denied the request: User "a" cannot create resource y'}  # fmt: skip
    standin.faults.once(raw(403, json.dumps(told).encode()), "patch", "cronjobs")
    looked = staged.look(staged.wanted(schedule(), schedule("hourly", "0 * * * *")))
    assert whats(looked) == ["refused", "made"]
    assert "admission" in looked.happened[0].said


def test_a_quota_that_is_being_counted_is_no_object_in_the_way(staged: Kitchen, standin: StandIn) -> None:
    until(lambda: staged.watched.view().complete)
    told = {"kind": "Status", "status": "Failure", "reason": "Conflict", "code": 409,
            "message": 'Operation cannot be fulfilled on resourcequotas "a-quota": the object has been modified',
            "details": {"name": "a-quota", "kind": "resourcequotas"}}  # fmt: skip
    standin.faults.once(raw(409, json.dumps(told).encode()), "patch", "cronjobs")
    wanted = staged.wanted(schedule())
    with pytest.raises(ClusterDown, match="counting a quota"):
        staged.look(wanted)
    assert whats(staged.look(wanted)) == ["made"]


def test_the_words_of_the_api_server_are_not_repeated(staged: Kitchen, standin: StandIn) -> None:
    until(lambda: staged.watched.view().complete)
    told = {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403,
            "message": 'admission webhook "x" denied the request: PASSWORD=hunter2'}  # fmt: skip
    standin.faults.once(raw(403, json.dumps(told).encode()), "patch", "cronjobs")
    looked = staged.look(staged.wanted(schedule()))
    assert whats(looked) == ["refused"]
    assert "hunter2" not in f"{looked.happened}"
    assert "admission" in looked.happened[0].said


def test_pages_and_slices_of_a_list_make_one_whole(standin: StandIn, tmp_path: Path) -> None:
    """A thousand and one of ours and others'."""
    for number in range(PAGE * 2 + 1):
        standin.hand.create("cronjobs", plain(f"other-{number}"))
    with kitchen(standin.kubeconfig(tmp_path), standin.namespace) as staged:
        assert whats(staged.look(staged.wanted(schedule()))) == ["made"]
        assert len(staged.watched.view().objects) >= PAGE * 2 + 1
        assert standin.counts["list", "cronjobs"] == 3
        assert all("managedFields" not in each["metadata"] for each in staged.watched.view().objects.values())
        assert annotation({}, "x") == name_of({}) == ""
        assert mark(staged.installation)
