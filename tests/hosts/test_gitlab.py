"""What GitLab does in its own way: states that follow one another, commands in words, approvals without a commit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.hosts.api import Said
from parts.hosts.gitlab import ROBOT, GitLabApi, refused
from parts.hosts.serving import Stage

from reconciler.clock import StagedClock
from reconciler.hosts import gitlab
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import TokenFile
from reconciler.runs.host import Later, Refused, Status
from reconciler.runs.pull_requests import Comment, Merge, Merged

CONTEXT = "reconciler/production"


@pytest.fixture
def api(tmp_path: Path, stage: Stage, clock: StagedClock) -> GitLabApi:
    api = GitLabApi(stage.repository(tmp_path / "git"), clock)
    stage.app, api.url = api.application(), stage.origin
    return api


@pytest.fixture
def host(api: GitLabApi, tmp_path: Path, clock: StagedClock) -> Iterator[Forge]:
    path = tmp_path / "token"
    path.write_text(ROBOT)
    made = gitlab.host(Where(api.name, api.url), TokenFile(path), clock)
    yield made
    made.close()


@pytest.fixture
def number(api: GitLabApi) -> int:
    api.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    return api.opened("change", "main", "Change b", who="kari")["iid"]


def test_a_project_is_named_by_its_whole_path(api: GitLabApi, host: Forge):
    assert host.open_pull_requests() == []
    assert api.name == "forbund/specs/config"
    assert api.asked[-1] == ("GET", "/projects/forbund/specs/config/merge_requests")


def test_a_pending_status_gets_other_words_once_and_then_ends(api: GitLabApi, host: Forge):
    base = api.repository.branch("main")
    for word in ("asked for", "half way", "nearly there"):
        assert host.set_status(base, Status(CONTEXT, "pending", word)) is None
    assert [(each["status"], each["description"]) for each in api.statuses] == [("running", "half way")]
    assert host.set_status(base, Status(CONTEXT, "success", "as declared")) is None
    assert host.set_status(base, Status(CONTEXT, "pending", "again")) is None
    assert [each["status"] for each in api.statuses] == ["success", "pending"]


@pytest.mark.parametrize("state", ["failure", "error"])
def test_what_failed_is_not_posted_twice(api: GitLabApi, host: Forge, state: str):
    base = api.repository.branch("main")
    for _ in range(2):
        assert host.set_status(base, Status(CONTEXT, state, "no")) is None
    assert [each["status"] for each in api.statuses] == ["failed"]


def test_a_body_of_a_proposal_is_no_command(api: GitLabApi, host: Forge, number: int):
    url = host.comment(number, Comment("production", "/close\nsaid Kari\n\t/approve"))
    assert isinstance(url, str)
    assert api.pulls[0]["state"] == "opened"
    assert api.approvals == []
    assert api.notes[0]["body"].splitlines() == [
        "<!-- reconciler:production -->",
        "\\/close",
        "said Kari",
        "\t\\/approve",
    ]
    assert url == f"{api.url}/{api.name}/-/merge_requests/{number}#note_{api.notes[0]['id']}"


def test_a_server_that_tells_no_moment_tells_it_in_its_notes(
    api: GitLabApi, host: Forge, number: int, clock: StagedClock
):
    api.tells_moments = False
    head = api.repository.branch("change")
    api.judged("ola", number, "approved")
    clock.wait(60)
    api.repository.push("change", {"orgs/b.yaml": "b: 2\n"})
    (found,) = host.reviews(number)
    assert found.commit == head


def test_a_yes_without_a_moment_is_one_to_no_commit(api: GitLabApi, host: Forge, number: int):
    api.tells_moments = False
    api.judged("ola", number, "approved")
    api.notes.clear()
    api.noted("ola", number, "approved this merge request")
    (found,) = host.reviews(number)
    assert (found.verdict, found.commit) == ("approved", "")
    assert not found.is_for(api.repository.branch("change"))
    assert not found.is_for("")


def test_a_no_without_a_moment_is_one_to_the_head_now(api: GitLabApi, host: Forge, number: int, clock: StagedClock):
    api.judged("ola", number, "changes-requested")
    api.notes.clear()
    clock.wait(60)
    head = api.repository.push("change", {"orgs/b.yaml": "b: 2\n"})
    (found,) = host.reviews(number)
    assert found.is_for(head)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/approvals$", {}),
        ("/approvals$", {"approved_by": None}),
        ("/approvals$", {"approved_by": [{}]}),
        ("/approvals$", {"approved_by": [7]}),
        ("/approvals$", {"approved_by": [{"user": {"id": "101", "username": "ola"}}]}),
        ("/reviewers$", {}),
        ("/versions$", [{"created_at": "yesterday", "head_commit_sha": "x"}]),
        ("/versions$", [{}]),
        ("/notes$", "none"),
    ],
)
def test_reviews_that_cannot_be_read_are_not_taken_for_none(api: GitLabApi, host: Forge, number: int, path: str, body):
    api.judged("ola", number, "approved")
    api.fail("GET", path, Said(200, body), times=-1)
    assert isinstance(host.reviews(number), Later)


def test_a_project_that_merges_in_another_way_says_so(api: GitLabApi, host: Forge, number: int):
    head = api.repository.branch("change")
    api.way = "ff"
    said = host.merge(number, Merge(head, "merge"))
    assert isinstance(said, Refused)
    assert said.code == "rules"
    assert "ff" in said.message
    assert api.count("PUT", "/merge$") == 0
    assert host.merge(number, Merge(head, "fast-forward")) == Merged(head)
    assert api.repository.branch("main") == head


def test_who_may_not_merge_is_told_so_and_not_to_look_at_the_credential(api: GitLabApi, host: Forge, number: int):
    api.fail("PUT", "/merge$", refused(401, "401 Unauthorized"))
    said = host.merge(number, Merge(api.repository.branch("change")))
    assert isinstance(said, Refused)
    assert said.code == "forbidden"


def test_more_changes_than_are_stored_are_not_all(api: GitLabApi, host: Forge, number: int):
    api.fail("GET", r"/merge_requests/\d+$", Said(200, {**api._shown(api.pulls[0]), "changes_count": "1000+"}))
    found = host.changed_files(number)
    assert found.paths == {"orgs/b.yaml"}
    assert not found.whole


def test_the_words_of_a_refusal_are_found_wherever_they_stand(api: GitLabApi, host: Forge, number: int):
    for message, shown in [
        ({"note": ["is too long"]}, "note is too long"),
        (["one", "two"], "one: two"),
        ({"base": {"deep": ["down"]}}, "base deep down"),
    ]:
        api.fail("POST", "/notes", refused(400, message))
        said = host.comment(number, Comment("production", "x"))
        assert isinstance(said, Refused)
        assert shown in said.message


def test_an_hour_that_is_used_up_is_told_by_other_headers(api: GitLabApi, host: Forge, clock: StagedClock):
    api.remaining = 1
    assert host.open_pull_requests() == []
    said = host.open_pull_requests()
    assert isinstance(said, Later)
    assert 3500 < (said.until - clock.now()).total_seconds() <= 3601
    assert len(api.asked) == 1
