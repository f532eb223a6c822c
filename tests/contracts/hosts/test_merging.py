"""Merging: this head and no other, once, and what the host's rules say in words."""

import pytest
from contracts.hosts.bench import Bench

from reconciler.runs.host import Later, Refused
from reconciler.runs.pull_requests import Merge, Merged, Method


@pytest.fixture
def number(bench: Bench) -> int:
    bench.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    return bench.others.open("kari", "change", "main", "Change b")


def refused(found: object) -> Refused:
    assert isinstance(found, Refused), found
    return found


@pytest.mark.parametrize("method", ["merge", "squash", "rebase", "fast-forward"])
def test_a_pull_request_is_merged(bench: Bench, number: int, method: Method):
    head = bench.repository.branch("change")
    found = bench.host.merge(number, Merge(head, method, "Pause it", "Because."))
    if method not in bench.methods:
        assert refused(found).code == "rules"
        assert bench.repository.branch("main") == bench.base
        return
    assert isinstance(found, Merged), found
    assert bench.repository.branch("main") == found.commit
    assert "orgs/b.yaml" in bench.repository.files("main")
    assert method == "rebase" or (found.commit == head) == (method == "fast-forward")
    (told,) = bench.host.of_commit(found.commit)
    assert (told.number, told.state) == (number, "merged")
    assert bench.host.open_pull_requests() == []


def test_what_is_merged_already_is_not_merged_again(bench: Bench, number: int):
    head = bench.repository.branch("change")
    first = bench.host.merge(number, Merge(head, bench.methods[0]))
    assert isinstance(first, Merged)
    assert bench.another.merge(number, Merge(head, bench.methods[0])) == first
    assert bench.repository.branch("main") == first.commit


def test_an_answer_that_was_lost_costs_a_look(bench: Bench, number: int):
    head = bench.repository.branch("change")
    bench.lose("merge")
    assert isinstance(bench.host.merge(number, Merge(head, bench.methods[0])), Later)
    found = bench.host.merge(number, Merge(head, bench.methods[0]))
    assert isinstance(found, Merged)
    assert bench.repository.branch("main") == found.commit


def test_a_head_that_moved_is_not_merged(bench: Bench, number: int):
    judged = bench.repository.branch("change")
    bench.repository.push("change", {"orgs/c.yaml": "c: 1\n"})
    assert refused(bench.host.merge(number, Merge(judged, bench.methods[0]))).code == "head-moved"
    assert bench.repository.branch("main") == bench.base


def test_what_goes_into_another_branch_by_now_is_not_merged(bench: Bench, number: int):
    head = bench.repository.branch("change")
    found = refused(bench.host.merge(number, Merge(head, bench.methods[0], into="another")))
    assert (found.code, "goes into main by now" in found.message) == ("head-moved", True)
    assert bench.repository.branch("main") == bench.base
    assert isinstance(bench.host.merge(number, Merge(head, bench.methods[0], into="main")), Merged)


def test_what_was_merged_at_another_head_is_not_what_was_judged(bench: Bench, number: int):
    judged = bench.repository.branch("change")
    moved = bench.repository.push("change", {"orgs/c.yaml": "c: 1\n"})
    assert isinstance(bench.host.merge(number, Merge(moved, bench.methods[0])), Merged)
    said = refused(bench.host.merge(number, Merge(judged, bench.methods[0])))
    assert said.code == "head-moved"
    assert "was merged" in said.message


def test_a_closed_pull_request_is_not_merged(bench: Bench, number: int):
    bench.close_pull_request(number, False)
    assert (
        refused(bench.host.merge(number, Merge(bench.repository.branch("change"), bench.methods[0]))).code == "closed"
    )
    assert bench.repository.branch("main") == bench.base


def test_a_draft_is_not_merged(bench: Bench):
    bench.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    number = bench.others.open("kari", "change", "main", "Draft: not ready")
    assert refused(bench.host.merge(number, Merge(bench.repository.branch("change"), bench.methods[0]))).code == "rules"
    assert bench.repository.branch("main") == bench.base


def test_the_rules_of_a_branch_are_told_in_the_hosts_words(bench: Bench, number: int):
    bench.others.protect("main", 1)
    merge = Merge(bench.repository.branch("change"), bench.methods[0])
    said = refused(bench.host.merge(number, merge))
    assert said.code == "rules"
    assert str(number) in said.message
    assert "main" in said.hint
    assert bench.repository.branch("main") == bench.base
    bench.others.judge("ola", number, "approved")
    assert isinstance(bench.host.merge(number, merge), Merged)


def test_a_conflict_is_one(bench: Bench, number: int):
    head = bench.repository.branch("change")
    moved = bench.repository.push("main", {"orgs/b.yaml": "b: something else\n"})
    assert refused(bench.host.merge(number, Merge(head, bench.methods[0]))).code in ("conflict", "rules")
    assert bench.repository.branch("main") == moved


def test_a_credential_that_may_only_read_merges_nothing(bench: Bench, number: int):
    merge = Merge(bench.repository.branch("change"), bench.methods[0])
    assert refused(bench.unfit().merge(number, merge)).code == "forbidden"
    assert bench.repository.branch("main") == bench.base


def test_only_a_full_id_is_a_head(bench: Bench, number: int):
    before = bench.asked()
    assert refused(bench.host.merge(number, Merge("change"))).code == "invalid"
    assert bench.asked() == before


def test_a_pull_request_that_is_not_there_is_named(bench: Bench):
    said = refused(bench.host.merge(4711, Merge(bench.base)))
    assert said.code == "not-found"
    assert "4711" in said.message
