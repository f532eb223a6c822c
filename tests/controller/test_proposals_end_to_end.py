"""A controller as a process and a host of git over HTTP: from a push to a branch until what it says is live."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from parts.hosts.github import GitHubApi
from parts.hosts.repository import BareRepository
from parts.hosts.serving import Stage, staged
from parts.proposing import ACCOUNTANT, ADMIN, CLOSED, ORGANIZATION, OWN, Proposing, proposing

from reconciler.clock import SystemClock

SECRET = "the-secret-of-the-hooks-of-a-process"
REVIEW = "reconciler/review"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as found:
        yield found


@contextmanager
def controller(here: Proposing, folder: Path, **more: str) -> Iterator[Callable[[str], None]]:
    """A controller that runs; what it is given sends the hook of an event."""
    secrets = folder / "secrets"
    secrets.write_text(SECRET)
    variables = {
        "PATH": os.defpath,
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "RECONCILER_DATABASE_URL": here.one.settings.database_url,
        "RECONCILER_HOME": str(here.one.settings.home),
        "RECONCILER_REPOSITORY": str(here.bare.folder),
        "RECONCILER_APPROVALS": "required",
        "RECONCILER_POLL_S": "3600",
        "RECONCILER_RUNS": "elsewhere",
        "RECONCILER_LISTEN": "127.0.0.1:0",
        "RECONCILER_HOOK_SECRET_FILE": str(secrets),
        **more,
    }
    command = [str(Path(sys.executable).with_name("reconciler")), "controller"]
    log = (folder / "log").open("w+")
    with subprocess.Popen(command, env=variables, stderr=log) as process, httpx.Client(trust_env=False) as client:
        try:
            until(lambda: "it can be seen" in (folder / "log").read_text())
            seen = next(each for each in _lines(folder) if each["message"] == "it can be seen")
            yield lambda event: _hook(client, seen["hooks"], event)
        finally:
            process.send_signal(signal.SIGTERM)
    log.close()
    wrong = [each for each in _lines(folder) if each["level"] == "error"]
    assert (process.returncode, wrong) == (0, [])


def _lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "log").read_text().splitlines()]


def _hook(client: httpx.Client, hooks: str, event: str) -> None:
    body = json.dumps({"action": event, "number": 1, "nonce": uuid4().hex}).encode()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-github-event": event, "x-github-delivery": uuid4().hex}
    answer = client.post(
        f"{hooks}/hooks/github", content=body, headers={**headers, "x-hub-signature-256": f"sha256={digest}"}
    )
    assert answer.status_code == 202


def until(answer: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not answer():
        assert time.monotonic() < end
        time.sleep(0.05)


def measured(what: str, began: float) -> None:
    """For whoever asks (`pytest -rP`): nothing depends on how fast this machine is."""
    sys.stdout.write(f"{what}: {time.monotonic() - began:.2f} s\n")


def shown(api: GitHubApi, commit: str, context: str) -> tuple[str, str]:
    """What the host shows beside a commit now."""
    found = [each for each in api.statuses.get(commit, []) if each["context"] == context]
    return (found[-1]["state"], found[-1]["description"]) if found else ("", "")


def test_from_a_push_over_a_review_and_a_merge_by_itself_to_the_status_of_the_merge(
    tmp_path: Path, database_url: str, stage: Stage
) -> None:
    here = proposing(tmp_path, database_url, OWN.replace("approvals: 0", "approvals: 1"))
    api = GitHubApi(BareRepository(here.bare.folder), SystemClock())
    api.people |= {ADMIN: 201, ACCOUNTANT: 202}
    stage.app, api.url = api.application(), stage.origin
    token = tmp_path / "token"
    token.write_text("github_pat_of_the_tests")
    named = {
        "RECONCILER_HOST": "github",
        "RECONCILER_HOST_REPOSITORY": api.name,
        "RECONCILER_HOST_LOGIN": f"token:{token}",
        "RECONCILER_HOST_URL": stage.origin,
    }
    with controller(here, tmp_path, **named) as hook:
        head = here.propose("closed-days", (ORGANIZATION, *CLOSED))
        pull = api.opened("closed-days", "main", "Closed a day earlier", who=ACCOUNTANT)
        hook("pull_request")
        until(lambda: shown(api, head, REVIEW)[0] == "pending")
        wanted = "alfa: 1 more of admin, accountant: Organization/alfa (own/closed-days)"
        assert shown(api, head, REVIEW) == ("pending", wanted)
        (note,) = api.notes.values()
        assert f"a yes from `{ADMIN}` (rule own/closed-days" in note["body"]
        assert "1 organisation changes" in note["body"].partition("## Where it stands")[0]
        assert here.main != head
        api.judged(ADMIN, 1, "APPROVED")
        began = time.monotonic()
        hook("pull_request_review")
        until(lambda: pull["merged_at"])
        merged = pull["merge_commit_sha"]
        until(lambda: here.one.condition("alfa").applied == merged)
        measured("approved -> merged and live", began)
        until(lambda: shown(api, merged, "reconciler/local")[0] == "success")
    assert shown(api, merged, "reconciler/local/alfa")[0] == "success"
    assert shown(api, head, REVIEW) == ("success", "approved: alfa; merged by itself when all checks are green")
    assert "Approved by `lise-alfa`." in next(iter(api.notes.values()))["body"]
    assert len(api.notes) == 1
    assert here.main == merged
    assert here.one.rows("select account, voice, source, host_id from reconciler.voices order by id") == [
        (ACCOUNTANT, "author", "host", 202),
        (ADMIN, "approve", "host", 201),
    ]
    assert here.one.rows("select body->'freeze'->0->>'from' from reconciler.organizations") == [("2026-12-23",)]


def test_without_a_host_what_is_saved_is_live_in_one_go(tmp_path: Path, database_url: str) -> None:
    here = proposing(tmp_path, database_url)
    with controller(here, tmp_path):
        until(lambda: "Applied" in here.one.words().values())
        began = time.monotonic()
        head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
        here.one.source.fetch()
        here.say(head, ADMIN, "author", source="portal")
        until(lambda: here.one.condition("alfa").applied == head)
        measured("saved -> live", began)
    assert here.main == head
