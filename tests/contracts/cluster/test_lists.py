"""Lists in pages, and selectors. Source: Kubernetes "API Concepts" (Retrieving large results sets in chunks, Resource
versions), "Labels and Selectors", "Field Selectors".
"""

import pytest
from contracts.cluster.peer import config_map, job, unique


@pytest.fixture
def five(peer):
    """The label of five objects, and their names in the order of lists."""
    mark = unique("five")
    made = [peer.create("configmaps", config_map(f"{mark}-{one}", labels={"set": mark})) for one in "abcde"]
    return f"set={mark}", [one["metadata"]["name"] for one in made]


def names(body):
    return [one["metadata"]["name"] for one in body["items"]]


def test_a_list_says_of_which_version_it_is_and_its_items_bear_no_kind(peer, five):
    label, expected = five
    found = peer.ask("GET", peer.path("configmaps"), labelSelector=label).body
    assert (found["kind"], found["apiVersion"]) == ("ConfigMapList", "v1")
    assert int(found["metadata"]["resourceVersion"]) >= max(
        int(one["metadata"]["resourceVersion"]) for one in found["items"]
    )
    assert sorted(names(found)) == expected
    assert not any({"kind", "apiVersion"} & one.keys() for one in found["items"])
    assert "continue" not in found["metadata"]


def test_pages_together_are_the_list_as_it_was_at_the_first(peer, five):
    label, expected = five
    first = peer.ask("GET", peer.path("configmaps"), labelSelector=label, limit=2).body
    assert len(first["items"]) == 2
    assert "remainingItemCount" not in first["metadata"]  # with a selector nobody counts
    mark = label.partition("=")[2]
    peer.create("configmaps", config_map(f"{mark}-f", labels={"set": mark}))
    peer.delete("configmaps", expected[-1])
    found, token = names(first), first["metadata"]["continue"]
    while token:
        page = peer.ask("GET", peer.path("configmaps"), labelSelector=label, limit=2, **{"continue": token}).body
        assert page["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        found += names(page)
        token = page["metadata"].get("continue", "")
    assert sorted(found) == expected


def test_a_page_without_selector_says_how_many_remain(peer, five):
    first = peer.ask("GET", peer.path("configmaps"), limit=1).body
    assert first["metadata"]["remainingItemCount"] >= 4


def test_a_token_that_is_none_is_a_bad_request(peer):
    reply = peer.ask("GET", peer.path("configmaps"), limit=1, **{"continue": "no-token"})
    assert reply.status[:2] == (400, "BadRequest")


def test_a_version_of_the_past_can_be_listed_exactly(peer, five):
    label, expected = five
    then = peer.ask("GET", peer.path("configmaps"), labelSelector=label).body["metadata"]["resourceVersion"]
    peer.delete("configmaps", expected[0])
    exact = {"resourceVersion": then, "resourceVersionMatch": "Exact"}
    found = peer.ask("GET", peer.path("configmaps"), labelSelector=label, **exact).body
    assert sorted(names(found)) == expected
    assert found["metadata"]["resourceVersion"] == then


def test_a_version_of_the_future_is_told_to_be_too_large(peer):
    now = int(peer.ask("GET", peer.path("configmaps"), limit=1).body["metadata"]["resourceVersion"])
    later = {"resourceVersion": str(now + 10**9), "resourceVersionMatch": "NotOlderThan"}
    reply = peer.ask("GET", peer.path("configmaps"), **later)
    assert reply.status[:2] == (504, "Timeout")
    assert reply.body["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"


def test_a_match_without_a_version_is_refused(peer):
    reply = peer.ask("GET", peer.path("configmaps"), resourceVersionMatch="Exact")
    assert reply.status[:2] == (422, "Invalid")


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("kind-of={0}", "ab"),
        ("kind-of={0},side=left", "a"),
        ("kind-of={0},side!=left", "b"),
        ("kind-of in ({0}, none),side in (left,right)", "ab"),
        ("kind-of={0},side notin (left)", "b"),
        ("kind-of={0},!only-a", "b"),
        ("kind-of={0},only-a", "a"),
        ("kind-of=={0},side==right", "b"),
    ],
)
def test_labels_select(peer, selector, expected):
    mark = unique("kind")
    peer.create("configmaps", config_map(f"{mark}-a", labels={"kind-of": mark, "side": "left", "only-a": ""}))
    peer.create("configmaps", config_map(f"{mark}-b", labels={"kind-of": mark, "side": "right"}))
    found = peer.ask("GET", peer.path("configmaps"), labelSelector=selector.format(mark)).body
    assert sorted(name[-1] for name in names(found)) == list(expected)


def test_what_is_no_selector_is_a_bad_request(peer):
    for selector in ("a b", "a in b", "=,", "a=("):
        assert peer.ask("GET", peer.path("configmaps"), labelSelector=selector).status[:2] == (400, "BadRequest")


def test_fields_select_by_name_and_those_that_are_not_known_are_refused(peer, five):
    name = five[1][2]
    found = peer.ask("GET", peer.path("configmaps"), fieldSelector=f"metadata.name={name}").body
    assert names(found) == [name]
    reply = peer.ask("GET", peer.path("configmaps"), fieldSelector="data.a=1")
    assert reply.status[:2] == (400, "BadRequest")
    assert peer.ask("GET", peer.path("jobs"), fieldSelector="status.successful=0").code == 200


def test_many_are_deleted_by_a_selector_at_once(peer):
    mark = unique("many")
    for one in "ab":
        peer.create("jobs", job(f"{mark}-{one}", {"labels": {"set": mark}}))
    kept = peer.create("jobs", job())["metadata"]["name"]
    policy = {"propagationPolicy": "Background"}
    reply = peer.ask("DELETE", peer.path("jobs"), policy, labelSelector=f"set={mark}")
    assert reply.code == 200
    assert names(peer.ask("GET", peer.path("jobs"), labelSelector=f"set={mark}").body) == []
    assert peer.get("jobs", kept).code == 200
