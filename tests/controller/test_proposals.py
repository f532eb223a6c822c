"""What is proposed is judged by what is in force, and merged by itself where rules and people let it; else it waits."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from parts.proposing import ACCOUNTANT, ADMIN, CLOSED, NAMED, ORGANIZATION, OWN, Proposing, looked, proposing
from parts.reviewed import Reviewed

from reconciler.controller.proposals import AGAIN, Proposals
from reconciler.runs.host import Later, Refused
from reconciler.runs.pull_requests import Account, Check

LISE, TORE, EVE = Account(11, ADMIN), Account(12, ACCOUNTANT), Account(13, "eve")
WAITS = "alfa: 1 more of admin, reviewer: Organization/alfa (default)"


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Proposing:
    return proposing(tmp_path, database_url)


@pytest.fixture
def host(here: Proposing) -> Reviewed:
    return Reviewed(here.bare.folder, LISE)


@pytest.fixture
def thread(here: Proposing, host: Reviewed) -> Proposals:
    return Proposals(here.desk(host, host))


def test_without_a_host_what_people_may_change_by_themselves_is_merged_and_applied(here: Proposing) -> None:
    alone = Proposals(here.desk())
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    looked(alone, here)
    assert here.main != head
    here.say(head, ADMIN, "author", source="portal")
    looked(alone, here)
    assert here.main == head
    here.settle()
    assert here.one.condition("alfa").applied == head
    assert here.one.words() == {"alfa": "Applied"}


def test_a_proposal_of_its_people_is_told_judged_and_merged(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    host.green = [Check("tests", "pending")]
    looked(thread, here)
    assert host.status(head) == ("success", "approved: alfa; merged by itself when all checks are green")
    assert "| Organization/alfa | freeze.from | own/closed-days |" in next(iter(host.comments.values()))
    assert here.main != head
    host.green = [Check("tests", "success"), Check("reconciler/review", "failure")]
    looked(thread, here)
    assert here.main == head
    here.settle()
    assert here.one.condition("alfa").applied == head


def test_a_yes_is_asked_for_by_name_and_counts_once_it_is_there(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    host.author = TORE
    head = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    looked(thread, here)
    assert host.status(head) == ("pending", WAITS)
    (said,) = host.comments.values()
    assert f"Still needed: a yes from `{ADMIN}` (rule default)." in said
    host.review(ADMIN, "approved", head)
    looked(thread, here)
    assert host.status(head) == ("success", "approved: alfa")
    assert here.main != head
    here.bare.git("update-ref", "refs/heads/main", head)
    here.settle()
    assert here.one.condition("alfa").applied == head


def test_a_field_that_no_rule_lets_through_holds_the_one_beside_it(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    head = here.propose("proposal/both", (ORGANIZATION, *CLOSED), (ORGANIZATION, *NAMED))
    looked(thread, here)
    assert host.status(head) == ("pending", WAITS)
    assert here.main != head


@pytest.mark.parametrize("who", [LISE, EVE, None])
def test_nobody_approves_what_they_opened_and_a_strangers_yes_is_none(
    here: Proposing, host: Reviewed, thread: Proposals, who: Account | None
) -> None:
    host.author = who
    head = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    host.review((who or EVE).login, "approved", head, (who or EVE).id)
    looked(thread, here)
    assert host.status(head) == ("pending", WAITS)


def test_who_took_over_a_login_is_not_who_had_it(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    host.author = TORE
    first = here.propose("proposal/first", (ORGANIZATION, *NAMED))
    host.review(ADMIN, "approved", first, LISE.id)
    looked(thread, here)
    assert host.status(first)[0] == "success"
    host.said = []
    here.bare.git("update-ref", "-d", "refs/heads/proposal/first")
    second = here.propose("proposal/second", (ORGANIZATION, "title: Demoforeningen", "title: Alfa"))
    host.review(ADMIN, "approved", second, 999)
    looked(thread, here)
    assert host.status(second) == ("pending", WAITS)
    host.author = Account(999, ADMIN)
    third = here.propose("proposal/third", (ORGANIZATION, *CLOSED))
    looked(thread, here)
    assert host.status(third)[0] == "pending"
    assert here.main not in (second, third)


def test_a_yes_to_an_older_commit_is_none_to_the_newer(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    host.author = TORE
    old = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    host.review(ADMIN, "approved", old)
    looked(thread, here)
    assert host.status(old)[0] == "success"
    new = here.propose("proposal/named", (ORGANIZATION, "title: Foreningen", "title: Eve's own"))
    looked(thread, here)
    assert host.status(new) == ("pending", WAITS)
    host.review(ADMIN, "approved", new)
    looked(thread, here)
    assert host.status(new)[0] == "success"


@pytest.mark.parametrize("way", ["dismissed", "gone", "changed"])
def test_a_yes_that_is_taken_back_counts_no_more(here: Proposing, host: Reviewed, thread: Proposals, way: str) -> None:
    host.author = TORE
    head = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    host.review(ADMIN, "approved", head)
    looked(thread, here)
    assert host.status(head)[0] == "success"
    if way == "gone":
        host.said = []
    else:
        host.review(ADMIN, "withdrawn" if way == "dismissed" else "changes-requested", head)
    looked(thread, here)
    held = f"alfa: held by {ADMIN}: asked for changes in pull request"
    assert host.status(head)[1].startswith(held if way == "changed" else WAITS)
    here.bare.git("update-ref", "refs/heads/main", head)
    here.settle()
    assert here.one.words() == {"alfa": "NotApproved"}


def test_what_the_host_says_again_and_again_is_written_once(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    host.author = TORE
    head = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    host.review(ADMIN, "approved", head)
    for _ in range(3):
        looked(thread, here)
    assert here.one.rows("select voice from reconciler.voices order by id") == [("author",), ("approve",)]
    assert len(host.statuses[head]) == 1
    here.say(head, ADMIN, "refuse")
    looked(thread, here)
    assert host.status(head)[0] == "failure"
    here.say(head, ADMIN, "withdraw")
    looked(thread, here)
    assert host.status(head) == ("pending", WAITS)


def test_two_proposals_of_the_same_thing_do_not_take_back_each_others_yes(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    host.author = TORE
    first = here.propose("proposal/first", (ORGANIZATION, *NAMED))
    host.review(ADMIN, "approved", first)
    looked(thread, here)
    here.propose("proposal/second", (ORGANIZATION, *NAMED), files={"README.md": "Another one\n"})
    for _ in range(3):
        looked(thread, here)
    assert here.one.rows("select count(*) from reconciler.voices") == [(2,)]


def test_who_brings_rules_or_people_along_is_judged_without_them(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    host.author = EVE
    people = ("people:\n", "people:\n    - {account: eve, roles: [admin, reviewer, accountant]}\n")
    loose = ("approvals: 0", "approvals: 0\n      actions: [update]")
    head = here.propose("proposal/eve", (ORGANIZATION, *people), (ORGANIZATION, *loose), (ORGANIZATION, *CLOSED))
    host.review("eve", "approved", head, EVE.id)
    looked(thread, here)
    state, said = host.status(head)
    assert state == "pending"
    assert "1 more of admin, platform: Organization/alfa (who-decides)" in said
    found = here.judgement(head)
    assert found.outsiders == ("eve has no role in the organisation: somebody who has one lets it in",)
    # Merged by force, to the branch that is followed, it makes nobody an admin: what is applied judges.
    here.bare.git("update-ref", "refs/heads/main", head)
    here.settle()
    second = here.propose("proposal/eve-again", (ORGANIZATION, "title: Demoforeningen", "title: Eve's"))
    looked(thread, here)
    assert here.one.words() == {"alfa": "NotApproved"}
    assert host.status(second)[0] == "pending"
    assert here.judgement(second).outsiders


def test_a_fork_is_not_even_fetched(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    host.fork = True
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    looked(thread, here)
    assert host.status(head)[0] == "failure"
    assert "another repository" in host.status(head)[1]
    assert not here.one.source.mirror().holds(head)
    assert (host.comments, host.merges, here.main != head) == ({}, [], True)


def test_what_only_the_few_propose_lets_nobody_else_in_before_their_yes(here: Proposing, host: Reviewed) -> None:
    host.author = EVE
    head = here.propose("proposal/who", (ORGANIZATION, "roles: [accountant]", "roles: [accountant, reviewer]"))
    looked(Proposals(here.desk(host, host)), here)
    assert not here.judgement(head).admitted
    host.author = TORE
    other = here.propose("proposal/tore", (ORGANIZATION, "roles: [accountant]", "roles: [accountant, operator]"))
    looked(Proposals(here.desk(host, host)), here)
    said = f"{ACCOUNTANT} is none of admin, platform, who propose this (who-decides)"
    assert here.judgement(other).outsiders == (said,)
    host.review(ADMIN, "approved", other, LISE.id)
    looked(Proposals(here.desk(host, host)), here)
    assert here.judgement(other).admitted


@pytest.mark.parametrize("when", ["checks", "merge"])
def test_a_yes_that_goes_between_judging_and_merging_is_gone(tmp_path: Path, database_url: str, when: str) -> None:
    here = proposing(tmp_path, database_url, OWN.replace("approvals: 0", "approvals: 1"))
    host = Reviewed(here.bare.folder, TORE)
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    host.review(ADMIN, "approved", head)
    if when == "checks":
        host.before_checks = lambda: host.review(ADMIN, "withdrawn", head)
    else:
        host.before_merge = lambda: here.say(head, ADMIN, "withdraw")
    looked(Proposals(here.desk(host, host)), here)
    assert (here.main == head, bool(host.merges)) == ((False, False) if when == "checks" else (True, True))
    here.settle()
    assert here.one.words() == {"alfa": "Applied" if when == "checks" else "NotApproved"}


def test_a_head_that_moves_at_the_last_moment_is_not_merged(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    moved: list[str] = []

    def move() -> None:
        if not moved:
            moved.append(here.propose("proposal/closed", (ORGANIZATION, *NAMED)))

    host.before_merge = move
    looked(thread, here)
    assert here.main not in (head, moved[0])
    assert "does not merge it by itself: the proposal is at another commit by now" in host.status(head)[1]
    looked(thread, here)
    assert host.status(moved[0]) == ("pending", WAITS)
    assert here.main not in (head, moved[0])


def test_a_branch_that_moved_on_is_rebased_first(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    main = here.push(files={"README.md": "Something else came first\n"})
    here.settle()
    looked(thread, here)
    assert here.main == main
    assert host.status(head) == ("success", "approved: alfa; not merged by itself, for the branch has moved on")


@pytest.mark.parametrize("more", ["README.md", ".github/workflows/a.yaml", "orgs/alfa/notes.txt", "specs/a.yaml"])
def test_what_is_beside_an_organisations_specs_is_merged_by_a_person(
    here: Proposing, host: Reviewed, thread: Proposals, more: str
) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED), files={more: "# nothing\n"})
    looked(thread, here)
    assert here.main != head
    assert host.merges == []


def test_an_approval_that_comes_along_is_named_and_merged_by_a_person(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    text = """apiVersion: reconciler/v1
kind: Approval
metadata: {name: gone}
spec: {rule: deletes, object: Integration, reason: We mean it this time, expires: 2026-12-31}
"""
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED), files={"orgs/alfa/approvals/gone.yaml": text})
    looked(thread, here)
    assert here.main != head
    wanted = "alfa: 1 more of admin, platform: Approval/deletes of Integration until 2026-12-31 (what-a-guard-allows)"
    assert host.status(head) == ("pending", wanted)
    host.author = None
    here.say(head, ADMIN, platform=True)
    looked(thread, here)
    assert here.main != head


def test_a_head_that_cannot_be_used_says_where(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    head = here.propose("proposal/broken", (ORGANIZATION, "language: nb", "language: xx"))
    looked(thread, here)
    state, said = host.status(head)
    assert (state, said.startswith("alfa: orgs/alfa/organization.yaml:")) == ("failure", True)
    gone = here.propose("proposal/gone", files={ORGANIZATION: None})
    looked(thread, here)
    assert host.status(gone)[0] == "failure"


def test_what_the_host_does_stops_nothing_and_what_is_not_read_or_told_is_not_merged(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    for what in ("open", "comment", "status", "reviews", "checks", "merge"):
        until = here.one.clock.now() + timedelta(minutes=5)
        for trouble in (Later(until, "it is limited"), Refused("<html>Sign in</html>", "forbidden")):
            host.trouble = {what: trouble}
            here.one.clock.wait(AGAIN.total_seconds())
            looked(thread, here)
            assert (here.main != head, here.judgement(head).automatic) == (True, what != "open"), what
    assert "does not merge it by itself: <html>" in host.status(head)[1]
    host.trouble = {}
    looked(thread, here)
    assert here.main != head
    here.one.clock.wait(AGAIN.total_seconds())
    looked(thread, here)
    assert here.main == head


def test_of_two_controllers_one_speaks_and_what_both_hear_is_merged_once(here: Proposing, host: Reviewed) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    other = here.one.twin("other")
    other.source.fetch()
    other.loop.round()
    silent = Reviewed(here.bare.folder, LISE)
    looked(Proposals(here.desk(silent, silent, other)), here)
    assert (silent.asked, here.main != head) == ([], True)
    looked(Proposals(here.desk(host, host)), here)
    assert here.main == head
    assert len(host.merges) == 1


def test_a_draft_is_judged_and_not_merged(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    host.draft = True
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    looked(thread, here)
    assert (host.status(head), here.main != head) == (("success", "approved: alfa"), True)


def test_an_installation_that_only_looks_merges_nothing(here: Proposing, host: Reviewed) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    looked(Proposals(replace(here.desk(host, host), merges=False)), here)
    assert (host.status(head), host.merges) == (("success", "approved: alfa"), [])
