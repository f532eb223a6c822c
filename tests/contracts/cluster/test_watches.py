"""Watches. Source: Kubernetes "API Concepts" (Efficient detection of changes, Watch bookmarks, Streaming lists)."""

import pytest
from contracts.cluster.peer import config_map, cron_job, unique


@pytest.fixture
def mark():
    return unique("watched")


def taken(events, count):
    """The next events that are no bookmarks, as (type, name)."""
    found = []
    for event in events:
        if event["type"] != "BOOKMARK":
            found.append((event["type"], event["object"]["metadata"]["name"][-1]))
        if len(found) == count:
            return found
    raise AssertionError(f"the watch ended after {found}")


def version(peer, plural="configmaps"):
    return peer.ask("GET", peer.path(plural), limit=1).body["metadata"]["resourceVersion"]


def test_changes_after_a_version_are_told_in_their_order_with_whole_objects(peer, mark):
    since = version(peer, "cronjobs")
    with peer.watch("cronjobs", resourceVersion=since, labelSelector=f"set={mark}") as events:
        made = peer.create("cronjobs", cron_job(f"{mark}-a", {"labels": {"set": mark}}))
        peer.merge("cronjobs", f"{mark}-a", {"spec": {"schedule": "31 3 * * *"}})
        peer.delete("cronjobs", f"{mark}-a")
        first, second, third = (next(events) for _ in range(3))
    assert [one["type"] for one in (first, second, third)] == ["ADDED", "MODIFIED", "DELETED"]
    assert first["object"] == made
    assert second["object"]["spec"]["schedule"] == "31 3 * * *"
    versions = [int(one["object"]["metadata"]["resourceVersion"]) for one in (first, second, third)]
    assert versions == sorted(set(versions))
    assert int(since) < versions[0]


def test_what_happened_before_the_watch_began_is_told_all_the_same(peer, mark):
    since = version(peer)
    for one in "ab":
        peer.create("configmaps", config_map(f"{mark}-{one}", labels={"set": mark}))
    with peer.watch("configmaps", resourceVersion=since, labelSelector=f"set={mark}") as events:
        assert taken(events, 2) == [("ADDED", "a"), ("ADDED", "b")]


def test_what_leaves_a_selection_is_deleted_for_its_watchers_and_what_enters_is_added(peer, mark):
    peer.create("configmaps", config_map(f"{mark}-a", labels={"set": mark}))
    since = version(peer)
    with peer.watch("configmaps", resourceVersion=since, labelSelector=f"set={mark}") as events:
        peer.merge("configmaps", f"{mark}-a", {"metadata": {"labels": {"set": "other"}}})
        left = next(events)
        peer.merge("configmaps", f"{mark}-a", {"metadata": {"labels": {"set": mark}}})
        assert taken(events, 1) == [("ADDED", "a")]
    assert left["type"] == "DELETED"
    assert left["object"]["metadata"]["labels"] == {"set": mark}
    assert int(left["object"]["metadata"]["resourceVersion"]) > int(since)


def test_without_a_version_what_there_is_comes_first(peer, mark):
    peer.create("configmaps", config_map(f"{mark}-a", labels={"set": mark}))
    with peer.watch("configmaps", labelSelector=f"set={mark}") as events:
        assert taken(events, 1) == [("ADDED", "a")]
        peer.create("configmaps", config_map(f"{mark}-b", labels={"set": mark}))
        assert taken(events, 1) == [("ADDED", "b")]


def test_a_watch_ends_by_itself_when_its_time_is_over(peer, mark):
    with peer.watch(
        "configmaps", resourceVersion=version(peer), labelSelector=f"set={mark}", timeoutSeconds=1
    ) as events:
        assert [one for one in events if one["type"] != "BOOKMARK"] == []


def test_a_list_can_come_as_a_stream_and_a_bookmark_says_where_it_ends(peer, mark):
    for one in "ab":
        peer.create("configmaps", config_map(f"{mark}-{one}", labels={"set": mark}))
    streaming = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    with peer.watch("configmaps", labelSelector=f"set={mark}", **streaming) as events:
        assert sorted(taken(events, 2)) == [("ADDED", "a"), ("ADDED", "b")]
        end = next(events)
    assert end["type"] == "BOOKMARK"
    assert end["object"]["kind"] == "ConfigMap"
    assert end["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true"
    assert end["object"]["metadata"]["resourceVersion"].isdigit()


def test_a_watch_that_is_about_to_end_says_where_it_has_come_to(peer, mark):
    since = version(peer)
    peer.create("configmaps", config_map())
    marking = {"allowWatchBookmarks": "true", "timeoutSeconds": 4}
    with peer.watch("configmaps", resourceVersion=since, labelSelector=f"set={mark}", **marking) as events:
        end = next(events)
    assert (end["type"], end["object"]["kind"]) == ("BOOKMARK", "ConfigMap")
    assert int(end["object"]["metadata"]["resourceVersion"]) > int(since)
