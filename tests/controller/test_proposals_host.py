"""A host over HTTP that is away, limits, answers pages, fails in the middle: proposals wait, and go on from there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from parts.hosts.api import Said
from parts.hosts.github import GitHubApi, refused
from parts.hosts.repository import BareRepository
from parts.hosts.serving import Stage, staged
from parts.proposing import ACCOUNTANT, ADMIN, CLOSED, ORGANIZATION, Proposing, looked, proposing

from reconciler.controller.proposals import AGAIN, Proposals
from reconciler.controller.pulse import Pulse
from reconciler.hosts.opening import open_host
from reconciler.settings import NamedHost


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as found:
        yield found


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Proposing:
    return proposing(tmp_path, database_url)


@pytest.fixture
def api(here: Proposing, stage: Stage) -> GitHubApi:
    found = GitHubApi(BareRepository(here.bare.folder), here.one.clock)
    found.people |= {ADMIN: 201, ACCOUNTANT: 202}
    stage.app, found.url = found.application(), stage.origin
    return found


@pytest.fixture
def thread(here: Proposing, api: GitHubApi, tmp_path: Path) -> Proposals:
    (tmp_path / "token").write_text("github_pat_of_the_tests")
    host = open_host(NamedHost("github", api.name, f"token:{tmp_path / 'token'}", api.url), here.one.clock)
    return Proposals(replace(here.desk(host, host), method="merge"))


@pytest.mark.parametrize("answer", [
    Said(200, b"<html>Sign in</html>"), Said(502, b"<html>Bad gateway</html>"), Said(200, {"message": "no list"}),
    refused(403, "You have exceeded a secondary rate limit.", **{"Retry-After": "90"}), refused(401, "Bad credentials"),
])  # fmt: skip
def test_whatever_it_answers_nothing_is_taken_for_said_and_later_all_is_done_once(
    here: Proposing, api: GitHubApi, thread: Proposals, answer: Said
) -> None:
    head = here.propose("closed-days", (ORGANIZATION, *CLOSED))
    api.opened("closed-days", "main", "Closed a day earlier", who=ADMIN)
    for path in ("/pulls$", "/reviews$", "/comments$", "/status$", "/check-runs$", "/merge$"):
        api.fail("[A-Z]+", path, answer)
        here.one.clock.wait(1)
        until = thread.round(here.wake, Pulse())
        assert here.main != head, path
        here.one.clock.wait(AGAIN.total_seconds() if until is None else (until - here.one.clock.now()).total_seconds())
    here.one.clock.wait(AGAIN.total_seconds())
    looked(thread, here)
    merged = api.pulls[0]["merge_commit_sha"]
    assert (api.pulls[0]["state"], here.main) == ("closed", merged)
    assert api.count("PUT", "/merge$") <= 3
    assert len(api.notes) == 1
    here.settle()
    assert here.one.condition("alfa").applied == merged


def test_a_merge_whose_answer_is_lost_is_not_made_again(here: Proposing, api: GitHubApi, thread: Proposals) -> None:
    head = here.propose("closed-days", (ORGANIZATION, *CLOSED))
    api.opened("closed-days", "main", "Closed a day earlier", who=ADMIN)
    api.fail("PUT", "/merge$", Said(502, b"<html>Bad gateway</html>"), after=True)
    for _ in range(3):
        looked(thread, here)
        here.one.clock.wait(AGAIN.total_seconds())
    assert len(here.bare.git("rev-list", f"{head}..main").split()) == 1
    assert here.one.rows("select count(*) from reconciler.voices") == [(1,)]
