"""The templates for an organisation's CI run commands that exist, and hold no right that they do not need."""

import re
import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from parts.installation import ROOT
from parts.proposals import git, integration_deleted, mapping_line_changed, proposed

from reconciler.cli.main import run
from reconciler.settings import Settings

CI = ROOT / "templates/ci"
NOW = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")


@pytest.fixture(scope="module")
def github() -> dict[str, Any]:
    return yaml.safe_load((CI / "review.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def gitlab() -> dict[str, Any]:
    return yaml.safe_load((CI / "review.gitlab-ci.yml").read_text(encoding="utf-8"))


def carried_out(line: str, config: Path, known: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> int:
    """One of our commands as the shell would give it to the program: variables filled, what is redirected left out."""
    for name, value in known.items():
        line = re.sub(rf"\$\{{{name}[^}}]*\}}|\${name}\b", value, line)
    assert "$" not in line.partition(">")[0], line
    words = shlex.split(re.split(r"\s>>?\s|\s\|\|\s", line)[0])
    assert words[0] == "reconciler"
    monkeypatch.chdir(config)
    return run(words[1:], Settings(clock_start=NOW))


def ours(lines: list[str]) -> list[str]:
    return [each for each in lines if each.startswith("reconciler ")]


def test_the_workflow_reads_and_nothing_else(github):
    assert github["permissions"] == {"contents": "read"}
    triggers = github[True]  # YAML 1.1 takes `on` for a truth
    assert set(triggers) == {"pull_request"}
    assert all("permissions" not in job for job in github["jobs"].values())
    text = (CI / "review.yaml").read_text(encoding="utf-8") + (CI / "review.gitlab-ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"secrets\.|TOKEN|PASSWORD|DATABASE", text) == []


def test_every_action_is_pinned_to_a_commit_and_leaves_no_credential_behind(github):
    steps = [step for job in github["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert [each for each in used if not PINNED.fullmatch(each)] == []
    checkout = next(step for step in steps if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["persist-credentials"] is False
    assert checkout["with"]["fetch-depth"] == 0


def test_nothing_of_a_strangers_is_put_into_a_command(github):
    """`${{ }}` inside `run` is pasted into the shell: a branch may be called what somebody wants to have run."""
    runs = [step["run"] for job in github["jobs"].values() for step in job["steps"] if "run" in step]
    assert [each for each in runs if "${{" in each] == []


def test_the_workflows_commands_exist_and_pass_a_good_proposal(github, config, monkeypatch, capsys):
    head = proposed(config, mapping_line_changed)
    known = {"BASE": git(config, "rev-parse", "main"), "HEAD": head, "GITHUB_STEP_SUMMARY": "summary"}
    lines = ours([step["run"] for job in github["jobs"].values() for step in job["steps"] if "run" in step])
    assert [line.split()[1] for line in lines] == ["validate", "review"]
    assert [carried_out(line, config, known, monkeypatch) for line in lines] == [0, 0]
    assert "Account (account.code)" in capsys.readouterr().out


def test_gitlabs_commands_exist_and_fail_where_a_guard_refuses(gitlab, config, monkeypatch, capsys):
    head = proposed(config, integration_deleted)
    known = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": git(config, "rev-parse", "main")}
    known |= {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head, "CI_COMMIT_SHA": head}
    job = gitlab["review"]
    lines = ours(job["script"])
    assert len(lines) == 2
    assert [carried_out(line, config, known, monkeypatch) for line in lines] == [4, 4]
    assert "A guard refuses it" in capsys.readouterr().out
    assert job["variables"]["GIT_DEPTH"] == "0"
    assert job["script"][-1] == 'exit "${code:-0}"'
