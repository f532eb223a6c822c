"""A real Gitea or Forgejo where RECONCILER_TEST_GITEA_URL names one (such as http://127.0.0.1:3000), with the token of
an administrator in RECONCILER_TEST_GITEA_TOKEN; else the one of the tests.

Both are asked through the same relay, which has the faults, and everything that others do is done through the API.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from contracts.hosts.bench import Bench, Shown, Step
from contracts.hosts.bench import Said as Comment
from parts.hosts.api import Api, Relay, Said
from parts.hosts.gitea import ADMIN, GiteaApi
from parts.hosts.gitea_client import READS, Gitea, Place
from parts.hosts.serving import Stage

from reconciler.clock import StagedClock
from reconciler.hosts import gitea
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import TokenFile
from reconciler.runs.pull_requests import Account, Verdict

URL, TOKEN = "RECONCILER_TEST_GITEA_URL", "RECONCILER_TEST_GITEA_TOKEN"
STEPS: Mapping[Step, tuple[str, str]] = {
    "status": ("POST", "/statuses/"),
    "commit": ("POST", "/contents$"),
    "branch": ("POST", "/branches$"),
    "pull request": ("POST", "/pulls$"),
    "comment": ("POST|PATCH", "/comments"),
    "merge": ("POST", "/merge$"),
}
LOST = Said(502, b"<html>Bad gateway</html>")
PAUSE_S = 90


class Others:
    """What others do there, through the API."""

    def __init__(self, there: Gitea) -> None:
        self._there = there

    def account(self, who: str) -> Account:
        person = self._there.people[who]
        return Account(person.id, person.login)

    def open(self, who: str, branch: str, into: str, title: str) -> int:
        return self._there.open(who, branch, into, title)

    def judge(self, who: str, number: int, verdict: Verdict) -> None:
        self._there.judge(who, number, verdict)

    def chat(self, who: str, number: int, text: str) -> int:
        return self._there.ask("POST", f"/issues/{number}/comments", {"body": text}, who)["id"]

    def erase(self, number: int, comment: int) -> None:
        self._there.ask("DELETE", f"/issues/comments/{comment}")

    def protect(self, branch: str, approvals: int) -> None:
        self._there.ask("POST", "/branch_protections", {"rule_name": branch, "required_approvals": approvals})

    def check(self, commit: str, name: str, state: str) -> None:
        self._there.ask("POST", f"/statuses/{commit}", {"context": name, "state": state})


@dataclass(frozen=True, slots=True)
class Ground:
    """A Gitea for a whole session: who answers, and the people there."""

    api: Api
    place: Place


@contextmanager
def ground(stage: Stage) -> Iterator[Ground]:
    """The one that the environment names, or the one of the tests."""
    real = os.environ.get(URL, "").rstrip("/")
    clock = StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    with tempfile.TemporaryDirectory(prefix="reconciler-gitea-") as folder:
        api: Api = Relay(clock, real) if real else GiteaApi(Path(folder), clock)
        stage.app, api.url = api.application(), stage.origin
        place = Place(stage.origin, os.environ[TOKEN] if real else ADMIN)
        try:
            yield Ground(api, place)
        finally:
            stage.app = api.application()
            place.remove()


def make(request: pytest.FixtureRequest) -> Bench:
    folder = tempfile.TemporaryDirectory(prefix="reconciler-host-")
    request.addfinalizer(folder.cleanup)
    clock = StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    stage: Stage = request.getfixturevalue("stage")
    gitea_ground: Ground = request.getfixturevalue("gitea_ground")
    api = gitea_ground.api
    api.renew(clock)
    stage.app = api.application()
    there = Gitea(gitea_ground.place)
    request.addfinalizer(there.remove)
    base = there.base

    def host(name: str, token: str) -> Forge:
        path = Path(folder.name, name)
        path.write_text(token)
        made = gitea.host(Where(there.name, f"{stage.origin}/api/v1"), TokenFile(path), clock)
        request.addfinalizer(made.close)
        return made

    def limit(step: Step) -> datetime:
        api.fail(*STEPS[step], Said(429, b"slow down", {"Retry-After": str(PAUSE_S)}))
        return clock.now() + timedelta(seconds=PAUSE_S)

    robot = there.people["robot"]
    return Bench(
        host=host("known", robot.token),
        another=host("known", robot.token),
        stranger=host("unknown", "0123456789abcdef_of_somebody"),
        unfit=lambda: host("reader", robot.another(READS)),
        clock=clock,
        repository=there,
        others=Others(there),
        base=base,
        me=robot.id,
        methods=("merge", "squash", "rebase", "fast-forward"),
        statuses=lambda commit: {
            each["context"]: (each["status"], each["description"], each["target_url"])
            for each in there.statuses(commit)
        },
        posted=lambda: len(there.statuses(base)),
        pull_requests=lambda: [
            Shown(each["head"]["ref"], each["base"]["ref"], each["title"], each["body"]) for each in there.pulls()
        ],
        close_pull_request=there.close,
        comments=lambda number: [
            Comment(each["id"], each["user"]["id"], each["body"])
            for each in there.ask("GET", f"/issues/{number}/comments")
        ],
        lose=lambda step: api.fail(*STEPS[step], LOST, after=True),
        limit=limit,
        page=lambda status: api.fail("[A-Z]+", "", Said(status, b"<html>Sign in</html>"), times=-1),
        narrow=lambda size: setattr(api, "page", size),
        asked=lambda: len(api.asked),
    )
