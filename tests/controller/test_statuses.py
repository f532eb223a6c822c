"""The host shows beside a commit what became of it, whoever was asleep, away or limited meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from parts.followed import Followed, followed
from parts.hosts.github import GitHubApi, refused
from parts.hosts.repository import BareRepository
from parts.hosts.serving import Stage, staged

from reconciler.controller.statuses import Statuses
from reconciler.engine.switching import turn
from reconciler.hosts.opening import open_host
from reconciler.runs.switch import Switch
from reconciler.settings import NamedHost


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def one(tmp_path: Path, database_url: str) -> Followed:
    return followed(tmp_path, database_url, "alfa", "beta")


@pytest.fixture
def api(one: Followed, tmp_path: Path, stage: Stage) -> GitHubApi:
    repository = BareRepository(tmp_path / "hosted", one.remote.folder / ".git")
    repository.git("config", "core.bare", "true")
    found = GitHubApi(repository, one.clock)
    stage.app, found.url = found.application(), stage.origin
    return found


@pytest.fixture
def told(one: Followed, api: GitHubApi, tmp_path: Path) -> Statuses:
    """What is told to the host; the loop tells it first."""
    (tmp_path / "token").write_text("github_pat_of_the_tests")
    host = open_host(NamedHost("github", api.name, f"token:{tmp_path / 'token'}", api.url), one.clock)
    statuses = Statuses(host, one.source, one.rules, "local", one.clock)
    one.reported.append(statuses)
    return statuses


def pushed(one: Followed, api: GitHubApi, commit: str) -> str:
    """The host has it too."""
    one.remote.git("push", "--quiet", "--force", str(api.repository.folder), "main")
    return commit


def shown(api: GitHubApi, commit: str) -> dict[str, tuple[str, str]]:
    """By context, what stands there now."""
    return {each["context"]: (each["state"], each["description"]) for each in api.statuses.get(commit, [])}


def test_a_commit_shows_whether_it_was_applied_and_once(one: Followed, api: GitHubApi, told: Statuses) -> None:
    head = one.remote.git("rev-parse", "HEAD")
    one.settle()
    told.tell()
    found = shown(api, head)
    assert found["reconciler/local"] == ("success", "applied to 2 organisations")
    assert found["reconciler/local/alfa"][0] == "success"
    count = len(api.statuses[head])
    one.clock.wait(60)
    one.settle()
    told.tell()
    assert len(api.statuses[head]) == count


def test_an_invalid_commit_shows_its_line_and_only_the_organisations_that_it_touches(
    one: Followed, api: GitHubApi, told: Statuses
) -> None:
    one.settle()
    bad = pushed(one, api, one.change("orgs/alfa/organization.yaml", "language: nb", "language: xx"))
    one.settle()
    told.tell()
    found = shown(api, bad)
    assert set(found) == {"reconciler/local", "reconciler/local/alfa"}
    assert found["reconciler/local"][0] == "failure"
    assert "orgs/alfa/organization.yaml:" in found["reconciler/local"][1]


def test_a_bad_commit_that_was_followed_at_once_shows_its_line_too(
    one: Followed, api: GitHubApi, told: Statuses
) -> None:
    one.settle()
    bad = one.change("orgs/alfa/organization.yaml", "language: nb", "language: xx")
    good = pushed(one, api, one.change("orgs/alfa/organization.yaml", "language: xx", "language: en"))
    one.settle()
    told.tell()
    assert shown(api, bad)["reconciler/local"][0] == "failure"
    assert "orgs/alfa/organization.yaml:" in shown(api, bad)["reconciler/local/alfa"][1]
    assert shown(api, good)["reconciler/local"] == ("success", "applied to 1 organisation")


def test_a_host_that_is_away_is_told_later_and_a_refusal_stops_nothing(
    one: Followed, api: GitHubApi, told: Statuses
) -> None:
    head = one.remote.git("rev-parse", "HEAD")
    api.fail("GET", "status", refused(503, "Unicorn!"))
    one.settle()
    until = told.tell()
    assert until is not None
    assert shown(api, head) == {}
    one.clock.wait((until - one.clock.now()).total_seconds() + 1)
    assert told.tell() is None
    assert shown(api, head)["reconciler/local"][0] == "success"
    unknown = one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")  # never pushed there
    one.settle()
    assert told.tell() is None
    assert one.condition("alfa").applied == unknown


def test_only_the_replica_that_leads_speaks(one: Followed, api: GitHubApi, told: Statuses) -> None:
    other = one.twin("other")
    other.settle()
    one.settle()
    told.tell()
    assert api.statuses == {}


def test_a_commit_that_says_what_was_looked_at_before_does_not_wait_for_ever(
    one: Followed, api: GitHubApi, told: Statuses
) -> None:
    one.settle()
    one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    head = pushed(one, api, one.change("orgs/alfa/organization.yaml", "language: en", "language: nb"))
    one.settle()
    told.tell()
    assert shown(api, head)["reconciler/local/alfa"][0] == "success"


def test_a_folder_that_came_and_went_leaves_no_commit_waiting(one: Followed, api: GitHubApi, told: Statuses) -> None:
    one.put({"orgs/gamma/organization.yaml": "kind: Nonsense\n"})
    one.settle()
    head = pushed(one, api, one.put({"orgs/gamma/organization.yaml": None}))
    one.settle()
    one.settle()
    told.tell()
    assert shown(api, head)["reconciler/local/gamma"][0] == "success"


def test_a_commit_that_is_not_followed_says_so(one: Followed, api: GitHubApi, told: Statuses) -> None:
    one.settle()
    one.remote.git("rm", "-r", "-q", "orgs")
    head = pushed(one, api, one.put({"README.md": "moved\n"}))
    one.settle()
    told.tell()
    assert shown(api, head)["reconciler/local"][0] == "failure"
    assert shown(api, head)["reconciler/local"][1].startswith("Empty: ")


def test_a_commit_past_a_pin_is_not_called_applied(one: Followed, api: GitHubApi, told: Statuses) -> None:
    first = one.remote.git("rev-parse", "HEAD")
    one.settle()
    until = one.clock.now() + timedelta(days=1)
    turn(one.world, Switch("alfa", "pin", "the new mapping is wrong", "", None, until, first))
    head = pushed(one, api, one.change("orgs/alfa/organization.yaml", "language: nb", "language: en"))
    one.settle()
    told.tell()
    assert shown(api, head)["reconciler/local/alfa"] == ("pending", f"Pinned: it stays at {first[:10]}")
