"""What GitHub says in its own way: statuses that mean two things, lists without their filter, branches that lag."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parts.hosts.api import Said
from parts.hosts.github import GitHubApi, invalid, refused

from reconciler.clock import StagedClock
from reconciler.hosts import github
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import TokenFile
from reconciler.runs.host import Later, Person, Proposal, PullRequest, Refused, Status

FINE = Status("Reconciler/Production", "success")


@pytest.fixture
def host(api: GitHubApi, tmp_path: Path, clock: StagedClock) -> Forge:
    path = tmp_path / "token"
    path.write_text(next(iter(api.tokens)))
    return github.host(Where(api.name, api.url), TokenFile(path), clock)


@pytest.fixture
def proposal(api: GitHubApi) -> Proposal:
    base = api.repository.branch("main")
    kari = Person("Kari", "kari@hlf.example")
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Proposal("reconciler/x", base, "main", {"orgs/x.yaml": "x: 1\n"}, kari, at, "Change x")


def test_a_context_is_the_same_however_it_is_written(api: GitHubApi, host: Forge):
    base = api.repository.branch("main")
    assert host.set_status(base, FINE) is None
    assert host.set_status(base, replace(FINE, context="reconciler/production")) is None
    assert len(api.statuses[base]) == 1


@pytest.mark.parametrize(
    "said", [refused(404, "Not Found"), refused(404, "Ref not found"), refused(422, "No commit found for SHA: x")]
)
def test_an_unknown_commit_is_said_in_several_ways(api: GitHubApi, host: Forge, said: Said):
    api.fail("GET", "/status$", said)
    found = host.set_status(api.repository.branch("main"), FINE)
    assert isinstance(found, Refused)
    assert found.code == "no-such-commit"


def test_a_context_that_has_had_its_thousand_is_refused(api: GitHubApi, host: Forge):
    message = "This SHA and context has reached the maximum number of statuses."
    api.fail("POST", "/statuses/", invalid("Status", "sha", message))
    found = host.set_status(api.repository.branch("main"), FINE)
    assert isinstance(found, Refused)
    assert message in found.message


def test_a_repository_that_is_not_shown_is_named(
    api: GitHubApi, tmp_path: Path, clock: StagedClock, proposal: Proposal
):
    (tmp_path / "token").write_text(next(iter(api.tokens)))
    other = github.host(Where("forbund/other", api.url), TokenFile(tmp_path / "token"), clock)
    for found in (other.propose(proposal), other.branch("x", proposal.base), other.pull_request("x")):
        assert isinstance(found, Refused)
        assert found.code == "not-found"
        assert "forbund/other" in found.message


def test_a_list_that_leaves_the_filter_out_is_filtered_here(api: GitHubApi, host: Forge, proposal: Proposal):
    api.repository.push("other", {"orgs/b.yaml": "b: 1\n"})
    listed = api.opened("other", "main", "Another")
    fork = {**listed, "head": {**listed["head"], "ref": "reconciler/x", "repo": {"full_name": "stranger/config"}}}
    gone = {**listed, "head": {**listed["head"], "ref": "reconciler/x", "repo": None}}
    api.fail("GET", "/pulls$", Said(200, [fork, gone, listed]))
    assert host.pull_request("reconciler/x") is None
    api.fail("GET", "/pulls$", Said(200, [fork, gone, listed]))
    assert isinstance(host.propose(proposal), PullRequest)


@pytest.mark.parametrize(
    "odd",
    [
        {"number": "7"}, {"number": True}, {"html_url": "javascript:alert(1)"}, {"html_url": None}, {"state": "draft"},
    ],
)  # fmt: skip
def test_a_pull_request_that_cannot_be_read_is_not_taken_for_absent(
    api: GitHubApi, host: Forge, proposal: Proposal, odd: dict
):
    api.repository.push("reconciler/x", {"orgs/b.yaml": "b: 1\n"})
    listed = api.opened("reconciler/x", "main", "Another")
    api.fail("GET", "/pulls$", Said(200, [{**listed, **odd}]))
    assert isinstance(host.propose(proposal), Later)
    assert len(api.pulls) == 1


@pytest.mark.parametrize(
    "body", [{}, {"message": "moved"}, [{}], [7], [None], [[]], {"statuses": None}, {"statuses": [7]}]
)
def test_a_list_of_another_shape_is_unread_and_not_empty(api: GitHubApi, host: Forge, proposal: Proposal, body: object):
    assert isinstance(host.propose(proposal), PullRequest)
    assert host.set_status(proposal.base, FINE) is None
    for path in ("/pulls$", "/commits$", "/status$"):
        api.fail("GET", path, Said(200, body), times=-1)
    assert isinstance(host.propose(proposal), Later)
    assert isinstance(host.pull_request("reconciler/x"), Later)
    assert isinstance(host.set_status(proposal.base, FINE), Later)
    assert (len(api.pulls), len(api.statuses[proposal.base])) == (1, 1)


def test_a_branch_that_lags_behind_is_waited_for(api: GitHubApi, host: Forge, clock: StagedClock, proposal: Proposal):
    api.fail("POST", "/pulls$", invalid("PullRequest", "head", "", "invalid"))
    assert isinstance(host.propose(proposal), Later)
    assert isinstance(host.propose(proposal), PullRequest)
    assert len(api.pulls) == 1


def test_a_pull_request_that_is_not_listed_yet_is_not_made_twice(api: GitHubApi, host: Forge, proposal: Proposal):
    assert isinstance(host.propose(proposal), PullRequest)
    api.fail("GET", "/pulls$", Said(200, []), times=2)
    assert isinstance(host.propose(proposal), Later)
    assert isinstance(host.propose(proposal), PullRequest)
    assert len(api.pulls) == 1


def test_a_branch_that_was_made_between_our_look_and_our_write_is_looked_at(
    api: GitHubApi, host: Forge, proposal: Proposal
):
    theirs = api.repository.push("reconciler/x", {"orgs/b.yaml": "b: 1\n"})
    api.fail("GET", "/git/ref/", refused(404, "Not Found"))
    found = host.propose(proposal)
    assert isinstance(found, Refused)
    assert found.code == "taken"
    assert api.repository.branch("reconciler/x") == theirs


def test_a_branch_that_moved_between_our_look_and_our_write_is_left_alone(
    api: GitHubApi, host: Forge, proposal: Proposal
):
    base = proposal.base
    theirs = api.repository.push("reconciler/x", {"orgs/b.yaml": "b: 1\n"})
    api.fail("GET", "/git/ref/", Said(200, {"object": {"sha": base}}))
    found = host.propose(proposal)
    assert isinstance(found, Refused)
    assert found.code == "taken"
    assert api.repository.branch("reconciler/x") == theirs


@pytest.mark.parametrize("path", ["/git/commits/", "/git/commits$", "/git/trees", "/git/refs$", "/pulls$", "/git/ref/"])
@pytest.mark.parametrize("body", [{}, [], {"sha": "main", "object": [], "tree": None}])
def test_an_answer_of_another_shape_makes_nothing_twice(
    api: GitHubApi, host: Forge, proposal: Proposal, path: str, body: object
):
    method = "GET" if path.endswith("/") else "POST"
    api.fail(method, path, Said(201 if method == "POST" else 200, body), after=method == "POST")
    host.propose(proposal)
    api.faults.clear()
    found = host.propose(proposal)
    assert isinstance(found, PullRequest)
    assert len(api.pulls) == 1
    assert api.repository.git("rev-list", "--count", "main..reconciler/x") == "1"
    assert api.repository.file("reconciler/x", "orgs/a.yaml") == "a: 1", "what could not be read does not go"


@pytest.mark.parametrize("path", ["/git/refs$", "/git/trees$", "/git/commits$", "/pulls$"])
def test_a_success_of_another_kind_is_asked_about_again(api: GitHubApi, host: Forge, proposal: Proposal, path: str):
    api.fail("POST", path, Said(202, {"message": "Accepted"}))
    assert isinstance(host.propose(proposal), Later)
    assert isinstance(host.propose(proposal), PullRequest)
    assert len(api.pulls) == 1


def test_an_empty_repository_is_said_to_be_in_the_hosts_words(api: GitHubApi, host: Forge, proposal: Proposal):
    api.fail("GET", "/git/ref/", refused(409, "Git Repository is empty."))
    found = host.propose(proposal)
    assert isinstance(found, Refused)
    assert found.code == "conflict"
    assert "Git Repository is empty" in found.message


def test_a_permission_that_is_missing_is_named_as_the_host_names_it(api: GitHubApi, host: Forge, proposal: Proposal):
    api.forbidden = {"pull_requests=write"}
    found = host.propose(proposal)
    assert isinstance(found, Refused)
    assert "pull_requests=write" in found.hint
    api.forbidden.clear()
    assert isinstance(host.propose(proposal), PullRequest)
    assert len(api.pulls) == 1
