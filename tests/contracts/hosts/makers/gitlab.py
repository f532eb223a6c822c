"""GitLab's API of the tests."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from contracts.hosts.bench import Bench, Shown, Step
from contracts.hosts.bench import Said as Comment
from parts.hosts.api import Said
from parts.hosts.gitlab import READER, ROBOT, GitLabApi
from parts.hosts.repository import BareRepository
from parts.hosts.serving import Stage

from reconciler.clock import StagedClock
from reconciler.hosts import gitlab
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import TokenFile
from reconciler.runs.pull_requests import Account, Verdict

STEPS: Mapping[Step, tuple[str, str]] = {
    "status": ("POST", "/statuses/"),
    "commit": ("POST", "/repository/commits$"),
    "branch": ("POST", "/repository/commits$"),
    "pull request": ("POST", "/merge_requests$"),
    "comment": ("POST|PUT", "/notes"),
    "merge": ("PUT", "/merge$"),
}
LOST = Said(502, b"<html>GitLab is not responding</html>")
PAUSE_S = 90
STATES = {"success": "success", "failed": "failure", "pending": "pending", "running": "pending"}
WORDS = {"success": "success", "failure": "failed", "pending": "pending"}


class Others:
    """What others do there, in the books of the stand-in."""

    def __init__(self, api: GitLabApi) -> None:
        self._api = api

    def account(self, who: str) -> Account:
        return Account(self._api.people[who], who)

    def open(self, who: str, branch: str, into: str, title: str) -> int:
        return self._api.opened(branch, into, title, who=who)["iid"]

    def judge(self, who: str, number: int, verdict: Verdict) -> None:
        self._api.judged(who, number, "unapproved" if verdict == "withdrawn" else verdict)

    def chat(self, who: str, number: int, text: str) -> int:
        return self._api.noted(who, number, text)["id"]

    def erase(self, number: int, comment: int) -> None:
        self._api.notes = [each for each in self._api.notes if each["id"] != comment]

    def protect(self, branch: str, approvals: int) -> None:
        self._api.protected[branch] = approvals

    def check(self, commit: str, name: str, state: str) -> None:
        said = {"description": None, "target_url": None}
        job = {"id": len(self._api.statuses) + 1, "sha": commit, "name": name, "status": WORDS[state]}
        self._api.statuses.append({**job, **said})


class Books(BareRepository):
    """The repository, whose pushes the API sees at once, as it does at a GitLab."""

    api: GitLabApi | None = None

    def push(self, branch: str, files: Mapping[str, str | None], message: str = "Something else") -> str:
        made = super().push(branch, files, message)
        if self.api is not None:
            self.api.moved()
        return made


def make(request: pytest.FixtureRequest) -> Bench:
    folder = tempfile.TemporaryDirectory(prefix="reconciler-host-")
    request.addfinalizer(folder.cleanup)
    clock = StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    stage: Stage = request.getfixturevalue("stage")
    repository = Books(Path(folder.name, "git"), stage.model.folder)
    base = repository.branch("main")
    api = GitLabApi(repository, clock)
    repository.api, stage.app, api.url = api, api.application(), stage.origin

    def host(name: str, token: str) -> Forge:
        path = Path(folder.name, name)
        path.write_text(token)
        made = gitlab.host(Where(api.name, api.url), TokenFile(path), clock)
        request.addfinalizer(made.close)
        return made

    def limit(step: Step) -> datetime:
        api.fail(*STEPS[step], Said(429, b"Retry later\n", {"Retry-After": str(PAUSE_S)}))
        return clock.now() + timedelta(seconds=PAUSE_S)

    def close(number: int, merged: bool) -> None:
        pull = api.numbered(number)
        pull |= {"state": "merged" if merged else "closed", "merge_commit_sha": pull["sha"] if merged else None}

    return Bench(
        host=host("known", ROBOT),
        another=host("known", ROBOT),
        stranger=host("unknown", "glpat-of_somebody"),
        unfit=lambda: host("reader", READER),
        clock=clock,
        repository=repository,
        others=Others(api),
        base=base,
        me=api.people["robot"],
        methods=("merge", "squash"),
        statuses=lambda commit: {
            each["name"]: (STATES[each["status"]], each["description"] or "", each["target_url"] or "")
            for each in api.statuses
            if each["sha"] == commit
        },
        posted=lambda: api.posts,
        pull_requests=lambda: [
            Shown(each["source_branch"], each["target_branch"], each["title"], each["description"])
            for each in api.pulls
        ],
        close_pull_request=close,
        comments=lambda number: [
            Comment(each["id"], each["author"]["id"], each["body"])
            for each in api.notes
            if each["noteable_iid"] == number and not each["system"]
        ],
        lose=lambda step: api.fail(*STEPS[step], LOST, after=True),
        limit=limit,
        page=lambda status: api.fail("[A-Z]+", "", Said(status, b"<html>Sign in</html>"), times=-1),
        narrow=lambda size: setattr(api, "page", size),
        asked=lambda: len(api.asked),
    )
