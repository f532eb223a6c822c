"""Proposals: one branch, one commit of the person, one pull request, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from contracts.hosts.bench import Bench, Shown, Step

from reconciler.runs.host import Later, Person, Proposal, PullRequest, Refused

BRANCH = "reconciler/hlf/pause-xledger"
KARI = Person("Kari Nordmann", "kari@hlf.example")
WRITES: list[Step] = ["commit", "branch", "pull request"]


@pytest.fixture
def proposal(bench: Bench) -> Proposal:
    files = {"orgs/hlf/new.yaml": "navn: Hørsel\n", "orgs/a.yaml": None}
    at = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    return Proposal(BRANCH, bench.base, "main", files, KARI, at, "Pause the accounts", "Because of the audit.")


def made(found: object) -> PullRequest:
    assert isinstance(found, PullRequest), found
    return found


def refused(found: object) -> Refused:
    assert isinstance(found, Refused), found
    return found


def alone(bench: Bench) -> None:
    """One pull request, one commit on one branch."""
    assert [each.branch for each in bench.pull_requests()] == [BRANCH]
    assert len(bench.repository.between(bench.base, BRANCH)) == 1


def test_a_proposal_is_a_branch_a_commit_and_a_pull_request(bench: Bench, proposal: Proposal):
    found = made(bench.host.propose(proposal))
    assert bench.pull_requests() == [Shown(BRANCH, "main", "Pause the accounts", "Because of the audit.")]
    assert (found.number, found.state) == (1, "open")
    assert found.url.startswith(("https://", "http://"))
    assert found.head == bench.repository.branch(BRANCH)
    alone(bench)


def test_its_commit_is_the_persons_own(bench: Bench, proposal: Proposal):
    made(bench.host.propose(proposal))
    assert bench.repository.author(BRANCH) == "Kari Nordmann <kari@hlf.example>"
    assert bench.repository.message(BRANCH).splitlines()[0] == "Pause the accounts"


def test_its_files_are_written_and_taken_away_and_others_stay(bench: Bench, proposal: Proposal):
    base = bench.repository.push("main", {"orgs/b.yaml": "b: 1\n"})
    made(bench.host.propose(replace(proposal, base=base)))
    assert bench.repository.files(BRANCH) == ["orgs/b.yaml", "orgs/hlf/new.yaml"]
    assert bench.repository.file(BRANCH, "orgs/hlf/new.yaml") == "navn: Hørsel"


def test_the_branch_that_it_goes_to_is_left_alone(bench: Bench, proposal: Proposal):
    made(bench.host.propose(proposal))
    assert bench.repository.branch("main") == bench.base


def test_a_second_call_finds_what_the_first_one_made(bench: Bench, proposal: Proposal):
    assert made(bench.host.propose(proposal)) == made(bench.host.propose(proposal))
    alone(bench)


def test_other_words_about_it_make_no_other_proposal(bench: Bench, proposal: Proposal):
    first = made(bench.host.propose(proposal))
    assert made(bench.host.propose(replace(proposal, title="Other words", body=""))) == first
    alone(bench)


@pytest.mark.parametrize("merged", [True, False])
def test_a_proposal_that_was_closed_or_merged_is_not_made_again(bench: Bench, proposal: Proposal, merged: bool):
    first = made(bench.host.propose(proposal))
    bench.close_pull_request(first.number, merged)
    again = made(bench.host.propose(proposal))
    assert (again.number, again.state) == (first.number, "merged" if merged else "closed")
    assert len(bench.pull_requests()) == 1


def test_a_merged_proposal_whose_branch_is_gone_is_not_made_again(bench: Bench, proposal: Proposal):
    first = made(bench.host.propose(proposal))
    bench.close_pull_request(first.number, True)
    bench.repository.delete(BRANCH)
    assert made(bench.host.propose(proposal)).state == "merged"
    assert bench.repository.branch(BRANCH) == ""


def test_a_proposal_that_others_have_added_to_is_still_found(bench: Bench, proposal: Proposal):
    first = made(bench.host.propose(proposal))
    bench.repository.push(BRANCH, {"orgs/hlf/new.yaml": "navn: HLF\n"}, "A better name")
    again = made(bench.host.propose(proposal))
    assert again.number == first.number
    assert again.head != first.head
    assert bench.repository.file(BRANCH, "orgs/hlf/new.yaml") == "navn: HLF"


def test_a_base_that_moved_makes_no_second_proposal(bench: Bench, proposal: Proposal):
    first = made(bench.host.propose(proposal))
    moved = bench.repository.push("main", {"orgs/b.yaml": "b: 1\n"})
    assert made(bench.host.propose(replace(proposal, base=moved))) == first


def test_a_base_that_moved_in_the_midst_of_it_is_no_hindrance(bench: Bench, proposal: Proposal):
    bench.limit("pull request")
    assert isinstance(bench.host.propose(proposal), Later)
    moved = bench.repository.push("main", {"orgs/b.yaml": "b: 1\n"})
    bench.clock.wait(120)
    made(bench.host.propose(replace(proposal, base=moved)))
    assert len(bench.pull_requests()) == 1
    assert bench.repository.parent(BRANCH) == bench.base


@pytest.mark.parametrize("step", WRITES)
def test_an_answer_that_was_lost_costs_a_repeat_and_nothing_else(bench: Bench, proposal: Proposal, step: Step):
    bench.lose(step)
    assert isinstance(bench.host.propose(proposal), Later)
    made(bench.host.propose(proposal))
    alone(bench)


@pytest.mark.parametrize("step", WRITES)
def test_a_limit_in_the_midst_of_it_is_a_pause(bench: Bench, proposal: Proposal, step: Step):
    until = bench.limit(step)
    later = bench.host.propose(proposal)
    assert isinstance(later, Later)
    assert abs((later.until - until).total_seconds()) < 5
    before = bench.asked()
    assert isinstance(bench.host.propose(proposal), Later)
    assert bench.asked() == before, "who asks again while limited may be banned"
    bench.clock.wait(120)
    made(bench.host.propose(proposal))
    alone(bench)


def test_two_at_once_make_one_proposal(bench: Bench, proposal: Proposal):
    with ThreadPoolExecutor(4) as pool:
        found = [each.result() for each in [pool.submit(bench.host.propose, proposal) for _ in range(4)]]
    assert len({made(each).number for each in found}) == 1
    alone(bench)


def test_a_branch_with_other_content_is_not_touched(bench: Bench, proposal: Proposal):
    theirs = bench.repository.push(BRANCH, {"orgs/theirs.yaml": "c: 1\n"})
    said = refused(bench.host.propose(proposal))
    assert said.code == "taken"
    assert BRANCH in said.message
    assert bench.repository.branch(BRANCH) == theirs
    assert not bench.pull_requests()


def test_a_pull_request_of_another_proposal_is_not_taken_for_ours(bench: Bench, proposal: Proposal):
    made(bench.host.propose(proposal))
    other = replace(proposal, files={"orgs/hlf/other.yaml": "x: 1\n"})
    assert refused(bench.host.propose(other)).code == "taken"
    alone(bench)


def test_a_name_that_a_merged_proposal_had_is_taken_for_ever(bench: Bench, proposal: Proposal):
    bench.close_pull_request(made(bench.host.propose(proposal)).number, True)
    bench.repository.delete(BRANCH)
    other = replace(proposal, files={"orgs/hlf/other.yaml": "x: 1\n"})
    assert refused(bench.host.propose(other)).code == "taken"
    assert bench.repository.branch(BRANCH) == ""


def test_a_branch_that_was_made_beforehand_is_used(bench: Bench, proposal: Proposal):
    assert bench.host.branch(BRANCH, bench.base) is None
    made(bench.host.propose(proposal))
    alone(bench)


def test_a_branch_is_made_once(bench: Bench):
    for _ in range(2):
        assert bench.host.branch("reconciler/x", bench.base) is None
    assert bench.repository.branch("reconciler/x") == bench.base
    moved = bench.repository.push("main", {"orgs/b.yaml": "b: 1\n"})
    assert refused(bench.host.branch("reconciler/x", moved)).code == "taken"
    assert bench.repository.branch("reconciler/x") == bench.base


def test_a_branch_at_a_commit_that_the_host_does_not_know_is_refused(bench: Bench):
    assert refused(bench.host.branch("reconciler/x", "0123456789" * 4)).code == "no-such-commit"


def test_a_base_that_the_host_does_not_know_is_refused(bench: Bench, proposal: Proposal):
    said = refused(bench.host.propose(replace(proposal, base="0123456789" * 4)))
    assert said.code == "no-such-commit"
    assert bench.repository.branches() == ["main"]


def test_a_proposal_to_a_branch_that_is_not_there_is_refused(bench: Bench, proposal: Proposal):
    assert "trunk" in refused(bench.host.propose(replace(proposal, into="trunk"))).message


def test_a_proposal_that_changes_nothing_is_refused(bench: Bench, proposal: Proposal):
    said = refused(bench.host.propose(replace(proposal, files={"orgs/a.yaml": "a: 1\n"})))
    assert said.code == "nothing-changed"
    assert bench.repository.branches() == ["main"]


def test_a_file_that_is_not_there_cannot_go(bench: Bench, proposal: Proposal):
    assert refused(bench.host.propose(replace(proposal, files={"orgs/none.yaml": None}))).code == "invalid"
    assert bench.repository.branches() == ["main"]


def test_what_no_host_should_get_is_refused_unasked(bench: Bench, proposal: Proposal):
    assert refused(bench.host.propose(replace(proposal, files={"../x.yaml": "x"}))).code == "invalid"
    assert bench.asked() == 0


def test_long_and_odd_words_are_cut_and_cleaned(bench: Bench, proposal: Proposal):
    odd = replace(proposal, title="Pause\r\n\x00 \u202e" + "æ" * 10_000, body="\ud800text\n\x00\u202e " * 50_000)
    made(bench.host.propose(odd))
    (shown,) = bench.pull_requests()
    assert shown.title.startswith("Pause ææ")
    assert len(shown.title) <= 256
    assert shown.body.startswith("text\n text\n")
    assert "cut" in shown.body[-80:]
    subject = bench.repository.message(BRANCH).splitlines()[0]
    assert subject.startswith("Pause ææ")
    assert len(subject) <= 72


def test_a_title_cannot_pass_for_another_proposal(bench: Bench, proposal: Proposal):
    other = replace(proposal, files={"orgs/hlf/other.yaml": "x: 1\n"})
    made(bench.host.propose(replace(proposal, title=f"x\n\nProposal: {other.digest}")))
    assert refused(bench.host.propose(other)).code == "taken"


def test_a_pull_request_is_found_by_its_branch(bench: Bench, proposal: Proposal):
    assert bench.host.pull_request(BRANCH) is None
    first = made(bench.host.propose(proposal))
    assert bench.host.pull_request(BRANCH) == first
    assert bench.host.pull_request("reconciler/hlf") is None
    assert refused(bench.host.pull_request("a b")).code == "invalid"


def test_whoever_asks_hears_the_commit_before_anybody_can_see_a_pull_request(bench: Bench, proposal: Proposal):
    heard: list[tuple[str, list[Shown]]] = []

    def claim(head: str) -> None:
        heard.append((head, bench.pull_requests()))

    first = made(bench.host.propose(proposal, claim))
    assert made(bench.host.propose(proposal, claim)) == first
    assert heard == [(first.head, [])]


def test_what_is_raised_then_leaves_no_pull_request_and_the_next_call_goes_on(bench: Bench, proposal: Proposal):
    def claim(head: str) -> None:
        raise LookupError(head)

    with pytest.raises(LookupError):
        bench.host.propose(proposal, claim)
    assert bench.pull_requests() == []
    made(bench.host.propose(proposal))
    alone(bench)
