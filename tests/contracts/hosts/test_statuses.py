"""Statuses of commits: shown once, changed when they change, in words that can be shown."""

import pytest
from contracts.hosts.bench import Bench

from reconciler.runs.host import Later, Refused, Status, context_of

CONTEXT = context_of("production", "hlf")
FINE = Status(CONTEXT, "success", "as declared", "https://reconciler.example/hlf")


def test_a_status_is_shown_beside_its_commit(bench: Bench):
    assert bench.host.set_status(bench.base, FINE) is None
    assert bench.statuses(bench.base) == {CONTEXT: ("success", "as declared", "https://reconciler.example/hlf")}


def test_a_status_that_stands_there_is_not_posted_again(bench: Bench):
    for _ in range(3):
        assert bench.host.set_status(bench.base, FINE) is None
    assert bench.posted() == 1


@pytest.mark.parametrize(
    "changed",
    [
        Status(CONTEXT, "failure", FINE.description, FINE.url),
        Status(CONTEXT, "success", "as declared, again", FINE.url),
        Status(CONTEXT, "success", FINE.description, "https://reconciler.example/other"),
        Status(CONTEXT, "success", FINE.description),
    ],
)
def test_a_status_that_changed_is_posted_in_its_place(bench: Bench, changed: Status):
    for status in (FINE, changed, changed):
        assert bench.host.set_status(bench.base, status) is None
    assert bench.statuses(bench.base)[CONTEXT] == (changed.state, changed.description, changed.url)
    assert bench.posted() == 2


def test_what_somebody_else_posted_in_our_place_is_found_out(bench: Bench):
    assert bench.host.set_status(bench.base, FINE) is None
    assert bench.host.set_status(bench.base, Status(CONTEXT, "error", "from another process")) is None
    assert bench.host.set_status(bench.base, FINE) is None
    assert bench.statuses(bench.base)[CONTEXT][0] == "success"


def test_many_statuses_cost_one_look(bench: Bench):
    several = [Status(context_of("production", f"org-{at}"), "success", "as declared") for at in range(5)]
    assert bench.host.set_status(bench.base, *several) is None
    before = bench.asked()
    assert bench.host.set_status(bench.base, *several) is None
    assert bench.asked() - before == 1
    assert bench.posted() == 5


def test_contexts_of_two_installations_stand_side_by_side(bench: Bench):
    for name in ("staging", "production"):
        assert bench.host.set_status(bench.base, Status(context_of(name), "success")) is None
    assert set(bench.statuses(bench.base)) == {"reconciler/staging", "reconciler/production"}


def test_a_long_description_is_cut_and_not_posted_again(bench: Bench):
    for _ in range(2):
        assert bench.host.set_status(bench.base, Status(CONTEXT, "failure", "æ" * 10_000)) is None
    shown = bench.statuses(bench.base)[CONTEXT][1]
    assert shown.startswith("æææ")
    assert shown.endswith("…")
    assert bench.posted() == 1


def test_signs_that_cannot_be_seen_are_not_shown(bench: Bench):
    odd = "first\x00 line\r\n\x1b[31msecond\u202e\u200b\ud800 line\t\u2028."
    for _ in range(2):
        assert bench.host.set_status(bench.base, Status(CONTEXT, "failure", odd)) is None
    assert bench.statuses(bench.base)[CONTEXT][1] == "first line [31msecond line ."
    assert bench.posted() == 1


def test_a_commit_that_the_host_does_not_know_is_refused(bench: Bench):
    refused = bench.host.set_status("0123456789" * 4, FINE)
    assert isinstance(refused, Refused)
    assert refused.code == "no-such-commit"
    assert "0123456789" in refused.message


def test_only_a_full_id_is_a_commit(bench: Bench):
    for commit in ("main", "", "../../user", "a" * 39, "A" * 40):
        refused = bench.host.set_status(commit, FINE)
        assert isinstance(refused, Refused)
        assert refused.code == "invalid"
    assert bench.asked() == 0


def test_a_status_leads_to_an_address_or_nowhere(bench: Bench):
    for url in ("javascript:alert(1)", "https://a b", "ftp://example.org", "https://a\nb"):
        refused = bench.host.set_status(bench.base, Status(CONTEXT, "success", "", url))
        assert isinstance(refused, Refused)
        assert refused.code == "invalid"
    assert bench.posted() == 0


def test_a_status_whose_answer_was_lost_is_not_posted_again(bench: Bench):
    bench.lose("status")
    assert isinstance(bench.host.set_status(bench.base, FINE), Later)
    assert bench.host.set_status(bench.base, FINE) is None
    assert bench.posted() == 1
