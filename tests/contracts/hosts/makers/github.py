"""GitHub's API of the tests."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from contracts.hosts.bench import Bench, Shown, Step
from contracts.hosts.bench import Said as Comment
from parts.hosts.api import Said
from parts.hosts.github import GitHubApi, refused
from parts.hosts.serving import Stage

from reconciler.clock import StagedClock
from reconciler.hosts import github
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import TokenFile
from reconciler.runs.pull_requests import Account, Verdict

STEPS: Mapping[Step, tuple[str, str]] = {
    "status": ("POST", "/statuses/"),
    "commit": ("POST", "/git/commits$"),
    "branch": ("POST", "/git/refs$"),
    "pull request": ("POST", "/pulls$"),
    "comment": ("POST|PATCH", "/comments"),
    "merge": ("PUT", "/merge$"),
}
LOST = Said(502, b"<html>Bad gateway</html>")
PAUSE_S = 90
WRITES = {"statuses=write", "contents=write", "pull_requests=write"}
STATES: Mapping[Verdict, str] = {
    "approved": "APPROVED", "changes-requested": "CHANGES_REQUESTED", "withdrawn": "DISMISSED",
}  # fmt: skip


class Others:
    """What others do there, in the books of the stand-in."""

    def __init__(self, api: GitHubApi) -> None:
        self._api = api

    def account(self, who: str) -> Account:
        return Account(self._api.people[who], who)

    def open(self, who: str, branch: str, into: str, title: str) -> int:
        return self._api.opened(branch, into, title, who=who)["number"]

    def judge(self, who: str, number: int, verdict: Verdict) -> None:
        self._api.judged(who, number, STATES[verdict])

    def chat(self, who: str, number: int, text: str) -> int:
        return self._api.noted(who, number, text)["id"]

    def erase(self, number: int, comment: int) -> None:
        self._api.notes[comment] = {}

    def protect(self, branch: str, approvals: int) -> None:
        self._api.protected[branch] = approvals

    def check(self, commit: str, name: str, state: str) -> None:
        ended = {"status": "in_progress"} if state == "pending" else {"status": "completed", "conclusion": state}
        self._api.runs.setdefault(commit, []).append({"name": name, "conclusion": None, **ended})


def make(request: pytest.FixtureRequest) -> Bench:
    folder = tempfile.TemporaryDirectory(prefix="reconciler-host-")
    request.addfinalizer(folder.cleanup)
    clock = StagedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    stage: Stage = request.getfixturevalue("stage")
    repository = stage.repository(Path(folder.name, "git"))
    base = repository.branch("main")
    api = GitHubApi(repository, clock)
    stage.app, api.url = api.application(), stage.origin

    def host(name: str, token: str) -> Forge:
        path = Path(folder.name, name)
        path.write_text(token)
        made = github.host(Where(api.name, api.url), TokenFile(path), clock)
        request.addfinalizer(made.close)
        return made

    def unfit() -> Forge:
        api.forbidden = WRITES
        return host("known", next(iter(api.tokens)))

    def limit(step: Step) -> datetime:
        said = refused(403, "You have exceeded a secondary rate limit.", **{"Retry-After": str(PAUSE_S)})
        api.fail(*STEPS[step], said)
        return clock.now() + timedelta(seconds=PAUSE_S)

    def close(number: int, merged: bool) -> None:
        pull = api.pulls[number - 1]
        moment = {"merged_at": "2026-03-02T09:00:00Z", "merge_commit_sha": pull["head"]["sha"]} if merged else {}
        pull |= {"state": "closed", **moment}

    return Bench(
        host=host("known", next(iter(api.tokens))),
        another=host("known", next(iter(api.tokens))),
        stranger=host("unknown", "github_pat_of_somebody"),
        unfit=unfit,
        clock=clock,
        repository=repository,
        others=Others(api),
        base=base,
        me=api.people["robot"],
        methods=("merge", "squash", "rebase", "fast-forward"),
        statuses=lambda commit: {
            each["context"]: (each["state"], each["description"] or "", each["target_url"] or "")
            for each in api.statuses.get(commit, [])
        },
        posted=lambda: sum(map(len, api.statuses.values())),
        pull_requests=lambda: [
            Shown(each["head"]["ref"], each["base"]["ref"], each["title"], each["body"]) for each in api.pulls
        ],
        close_pull_request=close,
        comments=lambda number: [
            Comment(each["id"], each["user"]["id"], each["body"])
            for each in api.notes.values()
            if each and each["number"] == number
        ],
        lose=lambda step: api.fail(*STEPS[step], LOST, after=True),
        limit=limit,
        page=lambda status: api.fail("[A-Z]+", "", Said(status, b"<html>Sign in</html>"), times=-1),
        narrow=lambda size: setattr(api, "page", size),
        asked=lambda: len(api.asked),
    )
