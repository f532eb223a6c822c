"""Proposals of people who try: a no that is pushed away, the same again, odd names, a copy in pieces."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from parts.followed import texts
from parts.proposing import ACCOUNTANT, ADMIN, CLOSED, NAMED, ORGANIZATION, Proposing, looked, proposing
from parts.reviewed import Reviewed

from reconciler.controller.proposals import Proposals
from reconciler.controller.pulse import Pulse, Wake
from reconciler.runs.host import Later, Refused, Trouble
from reconciler.runs.pull_requests import Account, OpenPullRequest, Review

LISE, TORE, EVE = Account(11, ADMIN), Account(12, ACCOUNTANT), Account(13, "eve")
SCHEDULE = "orgs/alfa/schedules/members.yaml"


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Proposing:
    return proposing(tmp_path, database_url)


@pytest.fixture
def host(here: Proposing) -> Reviewed:
    return Reviewed(here.bare.folder, LISE)


@pytest.fixture
def thread(here: Proposing, host: Reviewed) -> Proposals:
    return Proposals(here.desk(host, host))


class Once(Wake):
    """Says stop after one round."""

    def wait(self, seconds: float, reader: str = "loop") -> frozenset[str]:
        self.stop()
        return super().wait(seconds, reader)


class Forked(Reviewed):
    """Somebody has opened the same commit from a repository of their own."""

    def open_pull_requests(self) -> Sequence[OpenPullRequest] | Trouble:
        listed = super().open_pull_requests()
        if isinstance(listed, Later | Refused):
            return listed
        return [*(replace(each, number=each.number + 1, fork=True) for each in listed), *listed]


def test_a_copy_that_cannot_be_read_for_a_moment_ends_no_thread(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    copy = here.one.source.mirror().folder
    copy.rename(copy.with_name("away"))
    thread.run(Once(), Pulse())
    copy.with_name("away").rename(copy)
    assert here.main != head
    looked(thread, here)
    assert here.main == head


def test_what_people_may_change_alone_they_change_there_and_back_and_there_again(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    old, new = CLOSED
    for number, edit in enumerate([(old, new), (new, old), (old, new)]):
        head = here.propose(f"proposal/{number}", (ORGANIZATION, *edit))
        looked(thread, here)
        assert here.main == head, host.status(head)
        here.settle()
        assert here.one.condition("alfa").applied == head
        looked(thread, here)
    # Nobody has opened the same for a last time: the words of before are used up.
    here.push((ORGANIZATION, new, old))
    here.settle()
    assert here.one.words() == {"alfa": "NotApproved"}


def test_a_yes_that_is_heard_of_after_it_was_applied_is_used_up(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    host.author = TORE
    head = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    looked(thread, here)
    here.say(head, ADMIN)
    host.said = [Review(LISE, "approved", head, here.one.clock.now())]
    here.bare.git("update-ref", "refs/heads/main", head)
    here.settle()
    assert here.one.words() == {"alfa": "Applied"}
    looked(thread, here)
    here.say(here.push((ORGANIZATION, *reversed(NAMED))), ADMIN)
    here.settle()
    assert here.one.words() == {"alfa": "Applied"}
    here.push((ORGANIZATION, *NAMED))
    here.settle()
    assert here.one.words() == {"alfa": "NotApproved"}


def test_a_stranger_is_not_let_in_by_the_yes_of_another_time(
    here: Proposing, host: Reviewed, thread: Proposals
) -> None:
    host.author = EVE
    first = here.propose("proposal/first", (ORGANIZATION, *NAMED))
    looked(thread, here)
    here.say(first, ADMIN)
    here.bare.git("update-ref", "refs/heads/main", first)
    here.settle()
    here.say(here.push((ORGANIZATION, *reversed(NAMED))), ADMIN)
    here.settle()
    assert here.one.words() == {"alfa": "Applied"}
    again = here.propose("proposal/again", (ORGANIZATION, *NAMED))
    looked(thread, here)
    assert not here.judgement(again).admitted


def test_a_no_is_not_pushed_away(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    host.author = TORE
    old = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    host.review(ADMIN, "changes-requested", old, LISE.id)
    looked(thread, here)
    new = here.propose("proposal/closed", (ORGANIZATION, CLOSED[1], "from: 2026-12-22"))
    looked(thread, here)
    assert here.main not in (old, new)
    assert host.status(new)[1].startswith(f"alfa: held by {ADMIN}: asked for changes in pull request")
    host.review(ADMIN, "approved", new, LISE.id)
    looked(thread, here)
    assert here.main == new


@pytest.mark.parametrize("way", ["host", "cli"])
def test_who_holds_a_part_holds_what_is_pushed_on_top_of_it_until_they_let_it_through(
    here: Proposing, host: Reviewed, thread: Proposals, way: str
) -> None:
    host.author = TORE
    first = here.propose("proposal/both", (ORGANIZATION, *CLOSED))
    if way == "host":
        host.review(ADMIN, "changes-requested", first, LISE.id)
    else:
        here.say(first, ADMIN, "refuse")
    looked(thread, here)
    both = here.propose("proposal/both", (SCHEDULE, "15 5", "15 6"))
    looked(thread, here)
    assert host.status(both)[0] == "failure"
    assert f"held by {ADMIN}" in host.status(both)[1]
    if way == "cli":
        here.say(first, ADMIN, "withdraw")
    host.review(ADMIN, "approved", both, LISE.id)
    looked(thread, here)
    assert host.status(both)[0] == "success"
    here.bare.git("update-ref", "refs/heads/main", both)
    here.settle()
    assert here.one.words() == {"alfa": "Applied"}


def test_a_folder_that_gets_another_name_is_not_gone(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    moved: dict[str, str | None] = dict.fromkeys(texts("alfa"))
    folder = here.one.remote.folder
    moved |= {path.replace("/alfa/", "/beta/"): (folder / path).read_text() for path in texts("alfa")}
    organization = (folder / ORGANIZATION).read_text().replace("name: alfa", "name: beta, renamedFrom: alfa", 1)
    moved["orgs/beta/organization.yaml"] = organization
    head = here.propose("proposal/renamed", files=moved)
    looked(thread, here)
    state, said = host.status(head)
    assert (state, said.startswith("beta: 1 more of")) == ("pending", True), said


def test_a_branch_that_cannot_be_fetched_is_told_so(here: Proposing, host: Reviewed, thread: Proposals) -> None:
    head = here.propose("proposal/måned", (ORGANIZATION, *CLOSED))
    other = here.propose("proposal/month", (ORGANIZATION, *CLOSED), files={"README.md": "Another one\n"})
    looked(thread, here)
    assert host.status(head)[0] == "error"
    assert "cannot be a branch" in host.status(head)[1]
    assert host.status(other)[0] == "success"


def test_an_error_of_ours_leaves_no_green_status_that_nobody_has_looked_at(
    here: Proposing, host: Reviewed, thread: Proposals, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = here.propose("proposal/month", (ORGANIZATION, *CLOSED), files={"README.md": "One\n"})
    other = here.propose("proposal/year", (ORGANIZATION, *CLOSED), files={"README.md": "Another one\n"})
    looked(thread, here)
    assert (host.status(head)[0], host.status(other)[0]) == ("success", "success")
    read = thread._read
    monkeypatch.setattr(thread, "_read", lambda known: 1 // 0 if known.pull.head == head else read(known))
    looked(thread, here)
    assert host.status(head)[0] == "error"
    assert "an error of ours" in host.status(head)[1]
    assert host.status(other)[0] == "success"


def test_a_fork_of_the_same_commit_does_not_spoil_its_status(here: Proposing) -> None:
    host = Forked(here.bare.folder, TORE)
    head = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    for _ in range(2):
        looked(Proposals(here.desk(host, host)), here)
    assert {each.state for each in host.statuses[head]} == {"pending"}
