"""What the stand-in does wrong when it is told to, as a client sees it."""

import contextlib
import json
import time

import pytest
import urllib3
from contracts.cluster.peer import config_map, cron_job, job, unique
from parts.cluster import StandIn, drop, lost, raw, slow, standing, status, throttled


def broken(peer):
    with pytest.raises(urllib3.exceptions.HTTPError):
        peer.ask("GET", peer.path("configmaps"))


def works(peer):
    assert peer.ask("GET", peer.path("configmaps")).code == 200


@pytest.mark.parametrize("how", ["refused", "reset"])
def test_a_server_that_is_away_comes_back_as_it_was(standin, peer, how):
    works(peer)
    with standin.faults.away(how):
        for _ in range(2):
            broken(peer)
    works(peer)


def test_a_watch_breaks_when_the_server_goes(standin, peer):
    with peer.watch("configmaps") as events:
        standin.hand.create("configmaps", config_map("a"))
        assert next(events)["type"] == "ADDED"
        # An end or an error: either is how a broken watch looks.
        with standin.faults.away("reset"), contextlib.suppress(urllib3.exceptions.HTTPError):
            assert list(events) == []


def test_a_refusal_meets_the_requests_that_it_is_meant_for(standin, peer):
    standin.faults.once(status(429, retry_after_s=7), "create", "configmaps")
    works(peer)
    reply = peer.ask("POST", peer.path("configmaps"), config_map())
    assert reply.status[:2] == (429, "TooManyRequests")
    assert reply.headers["retry-after"] == "7"
    assert peer.ask("POST", peer.path("configmaps"), config_map()).code == 201
    with standin.faults.always(status(503)):
        for _ in range(2):
            assert peer.get("configmaps", "a").status[0] == 503
    works(peer)


def test_flow_control_refuses_in_plain_text(standin, peer):
    standin.faults.once(throttled(3))
    reply = peer.ask("GET", peer.path("configmaps"))
    assert (reply.code, reply.headers["retry-after"], reply.body) == (429, "3", {})


def test_a_slow_answer_is_the_true_one(standin, peer):
    standin.faults.once(slow(0.2))
    began = time.monotonic()
    works(peer)
    assert time.monotonic() - began >= 0.2


def test_a_dropped_request_is_not_done_and_a_lost_one_is(standin, peer):
    for reply, name in ((drop(), "dropped"), (lost(), "lost")):
        standin.faults.once(reply, "create")
        with pytest.raises(urllib3.exceptions.HTTPError):
            peer.ask("POST", peer.path("configmaps"), config_map(name))
    assert standin.hand.get("configmaps", "dropped") is None
    assert standin.hand.get("configmaps", "lost")


def test_anything_can_be_said(standin, peer):
    standin.faults.once(raw(200, b"<h1>Welcome</h1>", "text/html"))
    reply = peer.ask("GET", peer.path("configmaps"))
    assert (reply.code, reply.body, reply.headers["content-type"]) == (200, {}, "text/html")


def test_watches_that_are_cut_end_and_can_be_begun_anew(standin, peer):
    with peer.watch("configmaps") as events:
        standin.hand.create("configmaps", config_map("a"))
        last = next(events)["object"]["metadata"]["resourceVersion"]
        standin.faults.cut_watches()
        assert list(events) == []
    standin.hand.create("configmaps", config_map("b"))
    with peer.watch("configmaps", resourceVersion=last) as events:
        assert next(events)["object"]["metadata"]["name"] == "b"


def test_who_is_behind_what_is_forgotten_has_to_list_again(standin, peer):
    standin.hand.create("configmaps", config_map("a"))
    since = peer.ask("GET", peer.path("configmaps")).body["metadata"]["resourceVersion"]
    with peer.watch("configmaps", resourceVersion=since) as events:
        standin.faults.forget()
        [error] = list(events)
    assert error["type"] == "ERROR"
    assert (error["object"]["code"], error["object"]["reason"]) == (410, "Expired")
    assert error["object"]["message"].startswith(f"too old resource version: {since} (")
    with peer.watch("configmaps", resourceVersion=since) as events:
        assert [one["type"] for one in events] == ["ERROR"]
    standin.faults.gone_as_status = True
    reply = peer.ask("GET", peer.path("configmaps"), watch="true", resourceVersion=since)
    assert reply.status[:2] == (410, "Expired")
    works(peer)


def test_a_list_that_goes_on_after_its_snapshot_is_forgotten_expires_and_offers_the_rest(standin, peer):
    for name in "abc":
        standin.hand.create("configmaps", config_map(name))
    token = peer.ask("GET", peer.path("configmaps"), limit=1).body["metadata"]["continue"]
    standin.faults.forget()
    reply = peer.ask("GET", peer.path("configmaps"), limit=1, **{"continue": token})
    assert reply.status[:2] == (410, "Expired")
    rest = peer.ask("GET", peer.path("configmaps"), **{"continue": reply.body["metadata"]["continue"]}).body
    assert [one["metadata"]["name"] for one in rest["items"]] == ["b", "c"]


def test_a_watch_from_the_future_waits_for_it(standin, peer):
    later = standin.store.revision + 2
    with peer.watch("configmaps", resourceVersion=later) as events:
        for name in "abc":
            standin.hand.create("configmaps", config_map(name))
        assert next(events)["object"]["metadata"]["name"] == "c"


def test_a_silent_watch_stays_open_and_says_nothing(standin, peer):
    standin.bookmark_every(0.05)
    standin.faults.silent = True
    with peer.watch("configmaps", timeoutSeconds=1, allowWatchBookmarks="true") as events:
        standin.hand.create("configmaps", config_map("a"))
        assert list(events) == []


def test_bookmarks_come_as_often_as_they_are_wanted(standin, peer):
    standin.bookmark_every(0.05)
    with peer.watch("cronjobs", allowWatchBookmarks="true") as events:
        mark = next(events)
    assert (mark["type"], mark["object"]["kind"]) == ("BOOKMARK", "CronJob")
    assert mark["object"]["metadata"]["resourceVersion"] == str(standin.store.revision)


def test_a_stale_list_shows_the_past_under_its_version(standin, peer):
    standin.hand.create("configmaps", config_map("a"))
    with standin.faults.stale():
        standin.hand.create("configmaps", config_map("b"))
        old = peer.ask("GET", peer.path("configmaps"), resourceVersion=0).body
        new = peer.ask("GET", peer.path("configmaps")).body
    assert (len(old["items"]), len(new["items"])) == (1, 2)
    assert int(old["metadata"]["resourceVersion"]) < int(new["metadata"]["resourceVersion"])


def test_rights_hold_where_they_were_given_and_can_be_taken_in_mid_flight(standin, peer, tmp_path):
    rules = [
        {"apiGroups": ["batch"], "resources": ["cronjobs"], "verbs": ["get", "list", "patch"]},
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"], "resourceNames": ["mine"]},
    ]
    headers = {"Authorization": f"Bearer {standin.user('controller', rules)}"}
    pool = peer.client.rest_client.pool_manager

    def ask(path, method="GET", body=None, media="application/json"):
        whole = headers | {"Content-Type": media}
        answer = pool.request(method, standin.url + path, headers=whole, body=body)
        return answer.status, json.loads(answer.data)

    assert ask(peer.path("cronjobs"))[0] == 200
    code, refused = ask(peer.path("jobs"))
    assert code == 403
    assert refused["message"] == (
        'jobs.batch is forbidden: User "controller" cannot list resource "jobs" in API group "batch" in the namespace '
        '"reconciler"'
    )
    assert refused["details"] == {"group": "batch", "kind": "jobs"}
    assert ask(peer.path("configmaps", "mine"))[0] == 404
    assert ask(peer.path("configmaps", "another"))[0] == 403
    assert ask("/apis/batch/v1/cronjobs")[0] == 403
    body = json.dumps(cron_job("new"))
    applied = ask(f"{peer.path('cronjobs', 'new')}?fieldManager=a", "PATCH", body, "application/apply-patch+yaml")
    assert applied[0] == 403  # what is not there is created, and that is another right
    standin.take("controller", "list", "cronjobs")
    assert ask(peer.path("cronjobs"))[0] == 403
    standin.give("controller", "list", "cronjobs")
    assert ask(peer.path("cronjobs"))[0] == 200


def test_a_quota_says_what_is_used_and_limited(standin, peer):
    standin.quota({"count/cronjobs.batch": "1"}, name="few")
    peer.create("cronjobs", cron_job())
    name = unique()
    reply = peer.ask("POST", peer.path("cronjobs"), cron_job(name))
    one = "count/cronjobs.batch=1"
    said = f"exceeded quota: few, requested: {one}, used: {one}, limited: {one}"
    assert reply.status == (403, "Forbidden", f'cronjobs.batch "{name}" is forbidden: {said}')
    assert peer.ask("POST", peer.path("jobs"), job()).code == 201


def test_a_namespace_that_is_going_takes_nothing_new(standin, peer):
    peer.create("configmaps", config_map("old"))
    standin.terminate()
    name = unique()
    reply = peer.ask("POST", peer.path("cronjobs"), cron_job(name))
    said = "unable to create new content in namespace reconciler because it is being terminated"
    assert reply.status == (403, "Forbidden", f'cronjobs.batch "{name}" is forbidden: {said}')
    assert reply.body["details"]["causes"] == [
        {
            "reason": "NamespaceTerminating",
            "message": "namespace reconciler is being terminated",
            "field": "metadata.namespace",
        }
    ]
    assert peer.merge("configmaps", "old", {"data": {"a": "2"}}).code == 200


def test_a_namespace_that_is_not_there_is_not_found(standin, peer):
    reply = peer.ask("POST", "/api/v1/namespaces/nowhere/configmaps", config_map())
    assert reply.status == (404, "NotFound", 'namespaces "nowhere" not found')


def test_requests_are_counted_by_verb_and_kind(standin, peer):
    peer.create("cronjobs", cron_job("a"))
    peer.get("cronjobs", "a")
    peer.merge("jobs", "a/status", {})
    with peer.watch("cronjobs", timeoutSeconds=1) as events:
        next(events)
    peer.ask("DELETE", peer.path("cronjobs"))
    assert standin.counts == {
        ("create", "cronjobs"): 1,
        ("get", "cronjobs"): 1,
        ("patch", "jobs/status"): 1,
        ("watch", "cronjobs"): 1,
        ("deletecollection", "cronjobs"): 1,
    }
    standin.forget_requests()
    assert not standin.counts


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/apis/apps/v1/namespaces/reconciler/deployments"),
        ("GET", "/api/v1/namespaces/reconciler/pods/a/log"),
        ("GET", "/api/v1/namespaces/reconciler/pods?shardSelector=x"),
        ("GET", "/metrics"),
    ],
)
def test_what_it_does_not_know_it_refuses_and_the_test_that_asked_fails(method, path):
    with pytest.raises(AssertionError, match="is not implemented here"):
        ask(method, path)


def ask(method, path):
    with standing(StandIn()) as cluster:
        headers = {"Authorization": "Bearer a-token-that-may"}
        pool = urllib3.PoolManager(cert_reqs="CERT_NONE", assert_hostname=False)
        with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
            answer = pool.request(method, cluster.url + path, headers=headers)
        assert (answer.status, json.loads(answer.data)["reason"]) == (501, "NotImplemented")
        pool.clear()
