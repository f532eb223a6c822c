"""What Gitea and Forgejo do in their own way: lists without links, merges that wait, branches without a change yet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parts.hosts.api import Said
from parts.hosts.gitea import ADMIN, GiteaApi
from parts.hosts.gitea_client import Gitea, Place
from parts.hosts.serving import Stage

from reconciler.clock import StagedClock
from reconciler.hosts import gitea
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.gitea_commits import blob
from reconciler.hosts.logins import TokenFile
from reconciler.runs.host import Later, Person, Proposal, PullRequest, Refused
from reconciler.runs.pull_requests import ChangedFiles, Merge, Merged


@pytest.fixture
def api(tmp_path: Path, stage: Stage, clock: StagedClock) -> GiteaApi:
    api = GiteaApi(tmp_path / "git", clock)
    stage.app, api.url = api.application(), "https://git.example.org"
    return api


@pytest.fixture
def there(api: GiteaApi, stage: Stage) -> Gitea:
    return Gitea(Place(stage.origin, ADMIN))


@pytest.fixture
def host(there: Gitea, stage: Stage, tmp_path: Path, clock: StagedClock) -> Iterator[Forge]:
    path = tmp_path / "token"
    path.write_text(there.people["robot"].token)
    made = gitea.host(Where(there.name, f"{stage.origin}/api/v1"), TokenFile(path), clock)
    yield made
    made.close()


@pytest.fixture
def proposal(there: Gitea) -> Proposal:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    files = {"orgs/x.yaml": "x: 1\n", "orgs/a.yaml": "a: 2\n"}
    return Proposal("reconciler/x", there.base, "main", files, Person("Kari", "kari@hlf.example"), at, "Change x")


def test_links_to_the_outer_name_of_a_server_are_followed_by_their_query_alone(
    api: GiteaApi, there: Gitea, host: Forge
):
    api.page = 2
    there.push("change", {f"orgs/{at}.yaml": "b: 1\n" for at in range(5)})
    number = there.open("kari", "change", "main", "Change")
    found = host.changed_files(number)
    assert isinstance(found, ChangedFiles)
    assert len(found.paths) == 5


@pytest.mark.parametrize("total", ["", "x", "-1", "9" * 12, "0"])
def test_a_total_that_makes_no_sense_ends_a_list(api: GiteaApi, there: Gitea, host: Forge, total: str):
    there.push("change", {"orgs/b.yaml": "b: 1\n"})
    number = there.open("kari", "change", "main", "Change")
    there.judge("ola", number, "approved")
    (project,) = api.projects.values()
    api.fail("GET", "/reviews$", Said(200, project.reviews, {"X-Total-Count": total}), times=-1)
    assert len(host.reviews(number)) == 1
    assert api.count("GET", "/reviews$") == 1


def test_a_list_whose_end_never_comes_is_not_read_for_ever(api: GiteaApi, there: Gitea, host: Forge):
    there.push("change", {"orgs/b.yaml": "b: 1\n"})
    number = there.open("kari", "change", "main", "Change")
    there.judge("ola", number, "approved")
    (project,) = api.projects.values()
    api.fail("GET", "/reviews$", Said(200, project.reviews, {"X-Total-Count": "99999"}), times=-1)
    assert isinstance(host.reviews(number), Later)
    assert api.count("GET", "/reviews$") == 40


def test_pending_reviews_that_are_hidden_do_not_make_a_list_endless(api: GiteaApi, there: Gitea, host: Forge):
    """They are counted, and not listed (convert.ToPullReviewList)."""
    there.push("change", {"orgs/b.yaml": "b: 1\n"})
    number = there.open("kari", "change", "main", "Change")
    there.judge("ola", number, "approved")
    (project,) = api.projects.values()
    api.fail("GET", "/reviews$", Said(200, project.reviews, {"X-Total-Count": "2"}))
    assert len(host.reviews(number)) == 1


def test_reviews_of_teams_and_of_accounts_that_are_gone_are_nobodys(api: GiteaApi, there: Gitea, host: Forge):
    there.push("change", {"orgs/b.yaml": "b: 1\n"})
    number = there.open("kari", "change", "main", "Change")
    there.judge("ola", number, "approved")
    (project,) = api.projects.values()
    (one,) = project.reviews
    odd = [{**one, "user": None, "team": {"id": 3}}, {**one, "user": {"id": -1, "login": "Ghost"}}]
    api.fail("GET", "/reviews$", Said(200, [*odd, one]))
    assert [each.by.login for each in host.reviews(number)] == [there.people["ola"].login]
    api.fail("GET", "/reviews$", Said(200, [{**one, "submitted_at": None}]))
    assert isinstance(host.reviews(number), Later)


def test_what_was_pushed_without_a_branch_is_no_branch_of_ours(api: GiteaApi, there: Gitea, host: Forge):
    """Whoever may read a repository may make such a pull request (AGit), and its head's repository is ours."""
    there.push("change", {"orgs/b.yaml": "b: 1\n"})
    there.open("kari", "change", "main", "Change")
    (listed,) = there.pulls()
    agit = {**listed, "head": {**listed["head"], "label": "", "ref": "refs/pull/1/head"}}
    for pull, fork in ((listed, False), (agit, True), ({**agit, "head": {**listed["head"], "repo_id": -1}}, True)):
        api.fail("GET", "/pulls$", Said(200, [pull]))
        (found,) = host.open_pull_requests()
        assert found.fork is fork


def test_a_proposal_whose_branch_is_gone_is_found_by_the_name_it_had(there: Gitea, host: Forge, proposal: Proposal):
    first = host.propose(proposal)
    assert isinstance(first, PullRequest)
    there.close(first.number, True)
    there.delete("reconciler/x")
    for found in (host.propose(proposal), host.pull_request("reconciler/x")):
        assert isinstance(found, PullRequest)
        assert (found.number, found.state) == (first.number, "merged")
    assert there.branch("reconciler/x") == ""


def test_a_merge_that_the_host_is_not_ready_for_is_tried_again(api: GiteaApi, there: Gitea, host: Forge):
    head = there.push("change", {"orgs/b.yaml": "b: 1\n"})
    number = there.open("kari", "change", "main", "Change")
    api.fail("POST", "/merge$", Said(405, {"message": "Please try again later"}))
    assert isinstance(host.merge(number, Merge(head)), Later)
    assert isinstance(host.merge(number, Merge(head)), Merged)


def test_a_refusal_without_a_body_is_one(api: GiteaApi, there: Gitea, host: Forge):
    head = there.push("change", {"orgs/b.yaml": "b: 1\n"})
    number = there.open("kari", "change", "main", "Change")
    for status, code in ((403, "forbidden"), (405, "rules"), (409, "conflict")):
        api.fail("POST", "/merge$", Said(status, b""))
        said = host.merge(number, Merge(head))
        assert isinstance(said, Refused)
        assert said.code == code
        assert str(status) in said.message


def test_a_branch_that_was_left_at_its_base_is_gone_on_with(
    api: GiteaApi, there: Gitea, host: Forge, proposal: Proposal
):
    api.fail("POST", "/contents$", Said(500, {"message": "internal"}))
    assert isinstance(host.propose(proposal), Later)
    assert there.branch("reconciler/x") == there.base
    assert isinstance(host.propose(proposal), PullRequest)
    assert len(there.between(there.base, "reconciler/x")) == 1


def test_a_branch_that_somebody_took_in_the_meantime_is_not_written_to(
    api: GiteaApi, there: Gitea, host: Forge, proposal: Proposal
):
    theirs = there.push("reconciler/x", {"orgs/theirs.yaml": "c: 1\n"})
    api.fail("GET", "/branches/", Said(404, {"message": "The target couldn't be found."}))
    said = host.propose(proposal)
    assert isinstance(said, Refused)
    assert said.code == "taken"
    assert there.branch("reconciler/x") == theirs


def test_a_file_that_changed_below_a_proposal_is_not_written_over(
    api: GiteaApi, there: Gitea, host: Forge, proposal: Proposal
):
    assert host.branch("reconciler/x", there.base) is None
    theirs = there.push("reconciler/x", {"orgs/a.yaml": "a: 3\n"})
    api.fail("GET", "/branches/", Said(200, {"commit": {"id": there.base}}))
    said = host.propose(proposal)
    assert isinstance(said, Refused)
    assert said.code == "taken"
    assert there.branch("reconciler/x") == theirs


def test_the_same_text_is_no_change_in_a_repository_of_either_kind(there: Gitea, host: Forge, proposal: Proposal):
    said = host.propose(replace(proposal, files={"orgs/a.yaml": "a: 1\n"}))
    assert isinstance(said, Refused)
    assert said.code == "nothing-changed"
    assert blob("a: 1\n", 40) == "a8926a52d8dcba5c4386945476ab6a2ad008afd4", "as `git hash-object` says"
    assert len(blob("a: 1\n", 64)) == 64
