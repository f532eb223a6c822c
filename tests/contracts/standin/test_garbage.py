"""Whatever is sent, the server answers as the real one would: with a Status, and it goes on."""

import threading

import pytest
from contracts.cluster.peer import APPLY, JSON_PATCH, MERGE, config_map, cron_job

WRONG = [
    None, [], "text", 5, True, {"metadata": None}, {"metadata": 5}, {"metadata": {"labels": []}},
    {"metadata": {"labels": {"a": 5}}}, {"metadata": {"name": "a", "ownerReferences": [None]}},
    {"metadata": {"name": "a", "ownerReferences": [{}]}}, {"metadata": {"name": "x" * 300}}, {"spec": None},
    {"metadata": {"name": "a"}, "spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [None]}}}}}},
    {"metadata": {"name": "a"}, "spec": {"jobTemplate": {"spec": {"template": {"spec": {"volumes": [{}]}}}}}},
    {"metadata": {"name": "a"}, "spec": {"jobTemplate": {"spec": {"podFailurePolicy": {"rules": [{}]}}}}},
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG, ids=str)
def test_a_body_that_is_no_cron_job_is_refused(peer, body):
    assert peer.ask("POST", peer.path("cronjobs"), body).status[0] in (400, 422)
    assert peer.ask("PATCH", peer.path("cronjobs", "a"), body, APPLY, fieldManager="m").status[0] in (400, 422, 500)
    assert peer.ask("GET", peer.path("cronjobs")).body["items"] == []


@pytest.mark.parametrize(
    ("patch", "media_type"),
    [
        ([], MERGE), (5, MERGE), ({"metadata": 5}, MERGE), ({"metadata": None}, MERGE), ({"data": []}, MERGE),
        ({}, JSON_PATCH), ([{}], JSON_PATCH), ([5], JSON_PATCH), ([{"op": "add", "path": "/data/a"}], JSON_PATCH),
        ([{"op": "replace", "path": "", "value": {}}], JSON_PATCH), ([{"op": "hop", "path": "/data/a"}], JSON_PATCH),
        ([{"op": "add", "path": "/data/a/b", "value": 1}], JSON_PATCH),
    ],
    ids=str,
)  # fmt: skip
def test_a_patch_that_is_none_changes_nothing(standin, peer, patch, media_type):
    peer.create("configmaps", config_map("a"))
    before = standin.hand.get("configmaps", "a")
    assert peer.ask("PATCH", peer.path("configmaps", "a"), patch, media_type).status[0] in (400, 422)
    assert standin.hand.get("configmaps", "a") == before


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "x"},
        {"watch": "true", "timeoutSeconds": "x"},
        {"resourceVersion": "x"},
        {"continue": "e30="},
        {"fieldSelector": "a"},
        {"labelSelector": "a in (b"},
    ],
    ids=str,
)
def test_a_question_that_is_none_is_refused(peer, query):
    assert peer.ask("GET", peer.path("configmaps"), **query).status[0] in (400, 422)


def test_of_many_who_write_at_once_none_is_lost(peer):
    """Each reads, adds one, and writes back what it read; who was too late does it again."""
    peer.create("configmaps", {**config_map("counter"), "data": {"count": "0"}})

    def add() -> None:
        for _ in range(10):
            while True:
                found = peer.get("configmaps", "counter").body
                found["data"]["count"] = str(int(found["data"]["count"]) + 1)
                if peer.ask("PUT", peer.path("configmaps", "counter"), found).code == 200:
                    break

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert peer.get("configmaps", "counter").body["data"] == {"count": "40"}


def test_of_many_who_create_at_once_one_does(peer):
    codes = []
    threads = [
        threading.Thread(target=lambda: codes.append(peer.ask("POST", peer.path("cronjobs"), cron_job("a")).code))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201] + [409] * 5
