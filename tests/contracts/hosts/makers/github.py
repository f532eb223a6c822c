"""GitHub's API of the tests."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from contracts.hosts.bench import Bench, Shown, Step
from parts.hosts.github import GitHubApi, Said, refused
from parts.hosts.serving import Stage

from reconciler.clock import StagedClock
from reconciler.hosts import github
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import TokenFile

STEPS: Mapping[Step, tuple[str, str]] = {
    "status": ("POST", "/statuses/"),
    "commit": ("POST", "/git/commits$"),
    "branch": ("POST", "/git/refs$"),
    "pull request": ("POST", "/pulls$"),
}
LOST = Said(502, b"<html>Bad gateway</html>")
PAUSE_S = 90


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
        api.forbidden = {"statuses=write", "contents=write", "pull_requests=write"}
        return host("known", next(iter(api.tokens)))

    def limit(step: Step) -> datetime:
        said = refused(403, "You have exceeded a secondary rate limit.", **{"Retry-After": str(PAUSE_S)})
        api.fail(*STEPS[step], said)
        return clock.now() + timedelta(seconds=PAUSE_S)

    def close(number: int, merged: bool) -> None:
        moment = "2026-03-02T09:00:00Z" if merged else None
        api.pulls[number - 1] |= {"state": "closed", "merged_at": moment}

    return Bench(
        host=host("known", next(iter(api.tokens))),
        stranger=host("unknown", "github_pat_of_somebody"),
        unfit=unfit,
        clock=clock,
        repository=repository,
        base=base,
        statuses=lambda commit: {
            each["context"]: (each["state"], each["description"] or "", each["target_url"] or "")
            for each in api.statuses.get(commit, [])
        },
        posted=lambda: sum(map(len, api.statuses.values())),
        pull_requests=lambda: [
            Shown(each["head"]["ref"], each["base"]["ref"], each["title"], each["body"]) for each in api.pulls
        ],
        close_pull_request=close,
        lose=lambda step: api.fail(*STEPS[step], LOST, after=True),
        limit=limit,
        page=lambda status: api.fail("[A-Z]+", "", Said(status, b"<html>Sign in</html>"), times=-1),
        asked=lambda: len(api.asked),
    )
