"""Comments at GitHub, where an App has no account to ask for, and what garbage does to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.hosts.api import Said
from parts.hosts.github import GitHubApi, refused

from reconciler.clock import StagedClock
from reconciler.hosts import github
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import App, TokenFile
from reconciler.runs.host import Later, Refused
from reconciler.runs.pull_requests import Comment, Merge, Merged

REPORT = Comment("production", "3 records")


@pytest.fixture
def host(api: GitHubApi, tmp_path: Path, clock: StagedClock) -> Iterator[Forge]:
    path = tmp_path / "token"
    path.write_text(next(iter(api.tokens)))
    made = github.host(Where(api.name, api.url), TokenFile(path), clock)
    yield made
    made.close()


@pytest.fixture
def number(api: GitHubApi) -> int:
    api.repository.push("change", {"orgs/b.yaml": "b: 1\n"})
    return api.opened("change", "main", "Change b", who="kari")["number"]


@pytest.mark.parametrize("names", [{"id": 4711}, {"id": 1, "client_id": "4711"}])
def test_an_app_finds_its_comment_by_its_own_name(
    api: GitHubApi, number: int, key, key_file: Path, clock: StagedClock, names: dict
):
    api.app = ("4711", "99", key.public_key())
    app = github.host(Where(api.name, api.url), App("4711", "99", key_file), clock)
    api.noted("robot", number, f"{REPORT.marker}\nanother App's", {"id": 4712, "client_id": "Iv1.x"})
    api.noted("robot", number, f"{REPORT.marker}\nours", names)
    assert isinstance(app.comment(number, REPORT), str)
    assert [each["body"].partition("\n")[2] for each in api.notes.values()] == ["another App's", "3 records"]
    assert api.count("GET", "^/user$") == 0


def test_whose_credential_it_is_is_asked_once_for_each(api: GitHubApi, host: Forge, number: int, tmp_path: Path):
    for at in range(3):
        assert isinstance(host.comment(number, Comment("production", f"{at} records")), str)
    assert api.count("GET", "^/user$") == 1
    api.tokens["github_pat_another"] = None
    (tmp_path / "token").write_text("github_pat_another")
    assert isinstance(host.comment(number, REPORT), str)
    assert api.count("GET", "^/user$") == 2
    assert len(api.notes) == 1


def test_a_credential_that_does_not_tell_whose_it_is_writes_nothing_twice(api: GitHubApi, host: Forge, number: int):
    assert isinstance(host.comment(number, REPORT), str)
    other = github.host(Where(api.name, api.url), host._repository.login, api.clock)
    api.fail("GET", "^/user$", refused(403, "Resource not accessible by personal access token"))
    found = other.comment(number, Comment("production", "4 records"))
    assert isinstance(found, Refused)
    api.fail("GET", "^/user$", Said(200, {"id": "100"}))
    assert isinstance(other.comment(number, Comment("production", "4 records")), Later)
    assert len(api.notes) == 1


@pytest.mark.parametrize("body", [{}, {"message": "x"}, [7], [None], [[]], "text", None, 7])
def test_comments_that_cannot_be_read_are_not_taken_for_none(api: GitHubApi, host: Forge, number: int, body: object):
    assert isinstance(host.comment(number, REPORT), str)
    api.fail("GET", "/comments$", Said(200, body), times=-1)
    assert isinstance(host.comment(number, REPORT), Later)
    assert len(api.notes) == 1


@pytest.mark.parametrize("odd", [{"body": None}, {"user": None}, {"id": "x"}, {"html_url": "javascript:alert(1)"}, {}])
def test_comments_of_another_shape_are_somebody_elses(api: GitHubApi, host: Forge, number: int, odd: dict):
    assert isinstance(host.comment(number, REPORT), str)
    (ours,) = api.notes.values()
    api.fail("GET", "/comments$", Said(200, [odd, {**ours, **odd, "id": 1, "user": None}, ours]))
    assert isinstance(host.comment(number, REPORT), str)
    assert len(api.notes) == 1


def test_comments_that_came_twice_become_one(api: GitHubApi, host: Forge, number: int):
    for at in range(3):
        api.noted("robot", number, f"{REPORT.marker}\n{at}")
    assert isinstance(host.comment(number, REPORT), str)
    left = [each for each in api.notes.values() if each]
    assert [each["id"] for each in left] == [1000], "the oldest stays: people have its address"
    assert left[0]["body"].endswith("3 records")


def test_a_comment_that_is_deleted_while_it_is_changed_is_written_anew(api: GitHubApi, host: Forge, number: int):
    api.noted("robot", number, f"{REPORT.marker}\nold")
    api.fail("PATCH", "/comments/", refused(404, "Not Found"))
    kept = api.notes[1000]
    api.notes[1000] = {}
    api.fail("GET", "/comments$", Said(200, [kept]))
    assert isinstance(host.comment(number, REPORT), str)
    assert [each["body"].endswith("3 records") for each in api.notes.values() if each] == [True]


def test_a_comment_that_is_deleted_again_and_again_is_left_for_later(api: GitHubApi, host: Forge, number: int):
    api.noted("robot", number, f"{REPORT.marker}\nold")
    api.fail("PATCH", "/comments/", refused(404, "Not Found"), times=-1)
    assert isinstance(host.comment(number, REPORT), Later)
    assert api.count("PATCH", "/comments/") == 3


def test_a_host_that_does_not_show_a_new_comment_yet_gets_no_second_one_now(api: GitHubApi, host: Forge, number: int):
    api.fail("GET", "/comments$", Said(200, []), times=2)
    assert isinstance(host.comment(number, REPORT), str)
    assert isinstance(host.comment(number, REPORT), str)
    assert len(api.notes) == 1


def test_a_comment_that_the_host_finds_too_long_is_told(api: GitHubApi, host: Forge, number: int):
    said = "Body is too long (maximum is 65536 characters)"
    api.fail("POST", "/comments$", refused(422, "Validation Failed", {"resource": "IssueComment", "message": said}))
    found = host.comment(number, REPORT)
    assert isinstance(found, Refused)
    assert said in found.message


@pytest.mark.parametrize(
    "odd", [{"number": True}, {"state": "odd"}, {"html_url": None}, {"head": None}, {"number": -1}]
)
def test_one_pull_request_that_cannot_be_read_leaves_the_list_unread(
    api: GitHubApi, host: Forge, number: int, odd: dict
):
    api.fail("GET", "/pulls$", Said(200, [api.pulls[0], {**api.pulls[0], **odd}]))
    assert isinstance(host.open_pull_requests(), Later)
    api.fail("GET", r"/pulls/\d+$", Said(200, {**api.pulls[0], **odd}), times=2)
    assert isinstance(host.merge(number, Merge(api.repository.branch("change"))), Later)
    assert api.count("PUT", "/merge$") == 0


def test_a_branch_of_signs_that_nobody_sees_stops_no_list(api: GitHubApi, host: Forge, number: int):
    pull = api.pulls[0]
    strange = {**pull, "number": number + 1, "head": {**pull["head"], "ref": "\u200b"}}
    api.fail("GET", "/pulls$", Said(200, [pull, strange]))
    found = host.open_pull_requests()
    assert isinstance(found, list)
    assert [each.branch for each in found] == ["change", "?"]


def test_what_a_host_tells_is_bounded_and_can_be_shown(api: GitHubApi, host: Forge, number: int):
    """Nothing of it is anybody's word: titles, names, branches and labels are written by whoever may."""
    pull = api.pulls[0]
    hostile = "\x1b[2J\u202e\n" + "æ" * 9000
    odd = {
        "title": hostile,
        "user": {"id": 7, "login": hostile},
        "labels": [{"name": hostile}, hostile, 7, None] * 50,
        "head": {**pull["head"], "ref": hostile, "sha": "../../user"},
        "base": {**pull["base"], "ref": hostile},
    }
    api.fail("GET", "/pulls$", Said(200, [{**pull, **odd}]))
    (found,) = host.open_pull_requests()
    assert found.author is not None
    shown = [found.title, found.author.login, found.branch, found.into, *found.labels]
    assert all(each.isprintable() and len(each) <= 250 for each in shown)
    assert len(found.labels) <= 50
    assert found.head == ""
    api.fail("GET", "/pulls$", Said(200, [{**pull, "html_url": f"https://x/{hostile}"}]))
    assert isinstance(host.open_pull_requests(), Later)


@pytest.mark.parametrize(
    ("odd", "fork"),
    [
        ({"repo": None}, True),
        ({"repo": {"full_name": "Forbund/Config"}}, False),
        ({"repo": {"full_name": "forbund/config2"}}, True),
        ({"repo": {}}, True),
    ],
)
def test_what_is_not_surely_ours_is_a_fork(api: GitHubApi, host: Forge, number: int, odd: dict, fork: bool):
    pull = api.pulls[0]
    api.fail("GET", "/pulls$", Said(200, [{**pull, "head": {**pull["head"], **odd}}]))
    (found,) = host.open_pull_requests()
    assert found.fork is fork


@pytest.mark.parametrize("user", [None, {}, {"login": "ghost"}, {"id": 7}, {"id": True, "login": "x"}, "kari"])
def test_an_author_who_is_gone_is_nobody(api: GitHubApi, host: Forge, number: int, user: object):
    api.fail("GET", "/pulls$", Said(200, [{**api.pulls[0], "user": user}]))
    (found,) = host.open_pull_requests()
    assert found.author is None


def test_a_review_that_was_dismissed_takes_the_yes_before_it_along(
    api: GitHubApi, host: Forge, number: int, clock: StagedClock
):
    api.judged("ola", number, "APPROVED")
    clock.wait(60)
    api.judged("ola", number, "CHANGES_REQUESTED")
    api.judged("ola", number, "COMMENTED")
    api.reviews[1]["state"] = "DISMISSED"
    (found,) = host.reviews(number)
    assert found.verdict == "withdrawn"


def test_checks_that_nobody_knows_are_no_success(api: GitHubApi, host: Forge):
    base = api.repository.branch("main")
    api.runs[base] = [
        {"name": "a", "status": "completed", "conclusion": "brand new"},
        {"name": "b", "status": "completed", "conclusion": None},
        {"name": "c", "status": "brand new", "conclusion": None},
        {"name": "d", "status": "completed", "conclusion": "skipped"},
    ]
    found = host.checks(base)
    assert [each.state for each in found] == ["failure", "failure", "failure", "success"]


def test_a_branch_that_takes_changes_by_pull_request_alone_refuses_a_fast_forward(
    api: GitHubApi, host: Forge, number: int
):
    api.protected["main"] = 1
    head = api.repository.branch("change")
    said = host.merge(number, Merge(head, "fast-forward"))
    assert isinstance(said, Refused)
    assert said.code == "rules"
    api.protected.clear()
    assert host.merge(number, Merge(head, "fast-forward")) == Merged(head)


def test_a_base_that_moved_as_it_was_merged_is_tried_again(api: GitHubApi, host: Forge, number: int):
    head = api.repository.branch("change")
    moved = "Base branch was modified. Review and try the merge again."
    api.fail("PUT", "/merge$", refused(405, moved))
    assert isinstance(host.merge(number, Merge(head)), Later)
    assert isinstance(host.merge(number, Merge(head)), Merged)


def test_a_head_that_moved_as_it_was_merged_is_not_judged_yet(api: GitHubApi, host: Forge, number: int):
    api.fail("PUT", "/merge$", refused(409, "Head branch was modified. Review and try the merge again."))
    said = host.merge(number, Merge(api.repository.branch("change")))
    assert isinstance(said, Refused)
    assert said.code == "head-moved"


def test_three_thousand_files_are_not_taken_for_all_of_them(api: GitHubApi, host: Forge, number: int):
    pull = {**api.pulls[0], "changed_files": 3001}
    api.fail("GET", r"/pulls/\d+$", Said(200, pull))
    found = host.changed_files(number)
    assert found.paths == {"orgs/b.yaml"}
    assert not found.whole
