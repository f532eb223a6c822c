"""Events of events.k8s.io/v1.

Source: the API reference of Event (kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1).
"""

import pytest
from contracts.cluster.peer import unique


def event(peer, **change):
    return {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": unique("event")},
        "eventTime": "2026-03-02T07:00:00.000000Z",
        "reportingController": "contract.invalid/suite",
        "reportingInstance": "suite-1",
        "action": "Applied",
        "reason": "Applied",
        "type": "Normal",
        "note": "Applied a thing",
        "regarding": {"apiVersion": "v1", "kind": "ConfigMap", "name": "a-thing", "namespace": peer.namespace},
        **change,
    }


def test_an_event_is_one_object_in_two_groups(peer):
    made = peer.create("new-events", event(peer))
    name = made["metadata"]["name"]
    old = peer.get("events", name).body
    assert (old["apiVersion"], old["message"], old["reportingComponent"]) == (
        "v1",
        "Applied a thing",
        "contract.invalid/suite",
    )
    assert old["involvedObject"]["name"] == "a-thing"
    assert old["metadata"]["uid"] == made["metadata"]["uid"]
    found = peer.ask("GET", peer.path("events"), fieldSelector=f"involvedObject.name=a-thing,metadata.name={name}").body
    assert len(found["items"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"reportingController": ""}, id="from nobody"),
        pytest.param({"reportingInstance": ""}, id="of no instance"),
        pytest.param({"action": ""}, id="about no action"),
        pytest.param({"reason": ""}, id="without a reason"),
        pytest.param({"reason": "x" * 129}, id="with a reason of 129 letters"),
        pytest.param({"note": "x" * 1025}, id="with a note of 1025 letters"),
        pytest.param({"type": "Terrible"}, id="of a type that is none"),
        pytest.param({"eventTime": None}, id="of no time"),
    ],
)
def test_an_event_that_says_too_little_or_too_much_is_refused(peer, change):
    reply = peer.ask("POST", peer.path("new-events"), event(peer, **change))
    assert reply.status[:2] == (422, "Invalid")


def test_an_event_lies_where_its_object_does(peer):
    elsewhere = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a-thing", "namespace": "somewhere-else"}
    reply = peer.ask("POST", peer.path("new-events"), event(peer, regarding=elsewhere))
    assert reply.status[:2] == (422, "Invalid")


def test_a_repeated_event_is_counted_as_a_series(peer):
    name = peer.create("new-events", event(peer))["metadata"]["name"]
    series = {"count": 2, "lastObservedTime": "2026-03-02T07:05:00.000000Z"}
    reply = peer.merge("new-events", name, {"series": series})
    assert reply.code == 200
    assert peer.get("new-events", name).body["series"]["count"] == 2
