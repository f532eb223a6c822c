"""The hook that keeps credentials out of the history: a real repository, a real commit, the published entry."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from git import Actor, Repo
from parts.canary import Canary
from parts.fixtures import config_repository
from parts.installation import ROOT
from ruamel.yaml import YAML

__all__ = ["config_repository"]

KARI = Actor("Kari", "kari@example.org")
DOCUMENT = "orgs/blindeforbundet/integrations/xledger.yaml"


@pytest.fixture(scope="module")
def published() -> dict:
    (hook,) = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())
    return hook


@pytest.fixture
def repository(config_repository: Path, tmp_path: Path, published: dict) -> Path:
    """A clone of the worked example with the hook, as pre-commit runs it: in the root, only when such files changed."""
    root = tmp_path / "clone"
    with Repo.clone_from(str(config_repository), root) as clone, clone.config_writer() as config:
        config.set_value("user", "name", KARI.name).set_value("user", "email", KARI.email)
    hook = root / ".git" / "hooks" / "pre-commit"
    changed = f"git diff --cached --name-only | grep -qE '{published['files']}'"
    hook.write_text(f"#!/bin/sh\n{changed} || exit 0\nexec {published['entry']}\n")
    hook.chmod(0o755)
    return root


def commit(root: Path, path: str, text: str) -> tuple[int, str]:
    """`git commit` of one file; exit code and output."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "RECONCILER_"))}
    subprocess.run(["git", "add", path], cwd=root, check=True, env=environment)
    done = subprocess.run(
        ["git", "commit", "-m", "a change"],
        cwd=root, env={**environment, "PATH": programs}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def commits(root: Path) -> int:
    with Repo(root) as found:
        return sum(1 for _ in found.iter_commits())


def noted(root: Path, note: str, mark: str = "") -> str:
    """The integration of the worked example with an annotation, and a mark."""
    annotations = f"metadata:\n  name: xledger\n  annotations:\n    note: '{note}'\n"
    marked = f"    reconciler/not-a-secret: '{mark}'\n" if mark else ""
    return (root / DOCUMENT).read_text().replace("metadata: {name: xledger}\n", annotations + marked)


def test_the_hook_is_published_as_pre_commit_reads_it(published):
    wanted = {"id": "reconciler-validate", "entry": "reconciler validate", "language": "python"}
    assert wanted.items() <= published.items()
    assert published["pass_filenames"] is False


@pytest.mark.parametrize("canary", [Canary()], ids=["drawn"])
def test_a_credential_is_not_committed_and_not_repeated(canary: Canary, repository: Path):
    code, output = commit(repository, DOCUMENT, noted(repository, canary.first + canary.second))
    assert code != 0
    assert "[plaintext-secret]" in output
    assert canary.found_in(output) == set()
    assert commits(repository) == 1


def test_a_marked_value_is_committed_and_shown(repository: Path):
    checksum = "9f86d081884c7d659a2feaa0c55ad015"
    code, output = commit(repository, DOCUMENT, noted(repository, checksum))
    assert code != 0, output
    mark = "metadata.annotations.note: the checksum of the agreed chart of accounts"
    (repository / DOCUMENT).write_text((repository / DOCUMENT).read_text().split("metadata:")[0])
    subprocess.run(["git", "checkout", "-q", "HEAD", DOCUMENT], cwd=repository, check=True)
    code, output = commit(repository, DOCUMENT, noted(repository, checksum, mark))
    assert code == 0, output
    assert "[not-a-secret]" in output
    assert "warning" not in output
    assert commits(repository) == 2


def test_other_files_do_not_wake_the_hook(repository: Path):
    code, output = commit(repository, "README.md", "password: hunter2\n")
    assert code == 0, output
    assert "valid" not in output
