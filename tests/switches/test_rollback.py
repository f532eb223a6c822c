"""Going back shows what it changes, then is proposed or pinned; what was sent is not touched by it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from git import Repo
from parts.hosts.github import GitHubApi
from parts.hosts.serving import Stage, staged
from switches.conftest import NAME, Change

from reconciler.cli.main import run
from reconciler.clock import StagedClock
from reconciler.settings import NamedHost, Settings

PIN = ("--pin", "--reason", "the new mapping is wrong", "--until", "2d")


@pytest.fixture
def clone(repository: Path, change: Change) -> tuple[Path, str]:
    """The repository with a second commit, and the first commit."""
    with Repo(repository) as found:
        first = found.head.commit.hexsha
    change()
    return repository, first


@pytest.fixture
def moved(clone: tuple[Path, str], applied: Settings) -> tuple[Path, str]:
    """The same, with the second commit applied."""
    assert run(["apply", "--root", str(clone[0])], applied) == 0
    return clone


def back(settings: Settings, where: tuple[Path, str], *more: str) -> int:
    return run(["rollback", NAME, "--to", where[1], "--root", str(where[0]), *more], settings)


def test_without_a_host_it_is_a_branch_that_applies_to_what_was(applied, moved, capsys) -> None:
    capsys.readouterr()
    assert back(applied, moved) == 0
    out = capsys.readouterr().out
    assert "~ Organization/blindeforbundet" in out or "title" in out
    assert "what was sent stays sent (nothing so far): a rollback takes no document back and sends none again" in out
    (line,) = [each for each in out.splitlines() if each.startswith("the branch rollback/")]
    assert "next: git push origin rollback/blindeforbundet-" in out
    branch = line.split()[2]
    assert back(applied, moved) == 0
    assert f"the branch {branch} had already one commit" in capsys.readouterr().out
    root = ["--root", str(moved[0])]
    assert run(["apply", *root, "--revision", branch], applied) == 0
    assert run(["plan", *root, "--revision", moved[1], "--exit-code"], applied) == 0, "all is as it was"


def test_the_ledger_is_as_it_was(applied, moved, capsys) -> None:
    with psycopg.connect(applied.database_url) as connection:
        connection.execute(
            "insert into reconciler.exports (organization_id, target, category, record_id, integration, reference,"
            " number, amount, state, revision, claimed_at, changed_at, sent_at) select organization_id, 'there',"
            " 'expense_claims', 'r1', 'xledger', 'ref', 1, 12.5, 'sent', 'r', now(), now(), now()"
            " from public.organization_integrations limit 1"
        )
    capsys.readouterr()
    assert back(applied, moved) == 0
    assert "what was sent stays sent (1 document, NOK" in capsys.readouterr().out
    with psycopg.connect(applied.database_url) as connection:
        assert connection.execute("select state from reconciler.exports").fetchall() == [("sent",)]


def test_a_pin_goes_back_at_once_and_ends_by_itself(applied, moved, capsys) -> None:
    capsys.readouterr()
    assert back(applied, moved, *PIN) == 0
    out = capsys.readouterr().out
    assert f"is PINNED to {moved[1][:10]}" in out
    assert "until 2026-03-04 08:00 CET" in out
    assert back(applied, moved, *PIN, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["plans"][0]["summary"]["update"], told["set"]["revision"]) == (1, moved[1])
    assert run(["apply", "--root", str(moved[0])], applied) == 0, "the head is applied already, and changes nothing"
    assert run(["apply", "--root", str(moved[0]), "--revision", moved[1]], applied) == 0
    assert run(["apply", "--root", str(moved[0])], applied) == 5


def test_what_the_guard_would_say_is_said_first(applied, clone, change, capsys) -> None:
    root, _ = clone
    file = root / f"orgs/{NAME}/integrations/xledger.yaml"
    file.write_text(file.read_text().replace('entity: "31007"', 'entity: "31008"'))
    change("Tredje")
    assert run(["apply", "--root", str(root), "--approve", _digest(applied, root, capsys)], applied) == 0
    capsys.readouterr()
    assert back(applied, clone) == 0
    out = capsys.readouterr().out
    assert "refused: Integration/xledger would send elsewhere" in out
    assert "needs 2 of admin, accountant, platform: Integration/xledger (where-documents-go)" in out


def _digest(settings: Settings, root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    run(["plan", "--root", str(root), "--format", "json"], settings)
    (plan,) = json.loads(capsys.readouterr().out)["plans"]
    return plan["digest"]


def test_what_cannot_be_applied_today_is_not_proposed(applied, clone, change, capsys) -> None:
    root, _ = clone
    broken = change("[")
    change("Mended")
    assert back(applied, (root, broken)) == 1
    assert "nothing is proposed and nothing is pinned" in capsys.readouterr().out
    assert back(applied, (root, broken), *PIN) == 1
    with Repo(root) as found:
        assert [each.name for each in found.branches if each.name.startswith("rollback")] == []


def test_what_is_not_clear_changes_nothing(applied, clone, capsys) -> None:
    for more, said in (
        (("--pin",), "a pin needs a reason and an end"),
        (("--pin", "--propose"), "are two ways"),
        (("--to", "HEAD"), "there is nothing to go back to"),
        (("--into", "production"), "there is no revision 'refs/heads/production'"),
    ):
        assert back(applied, clone, *more) == 2
        assert said in capsys.readouterr().err


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    with staged() as found:
        yield found


def test_where_a_host_is_named_it_is_a_pull_request_and_asked_twice_the_same(
    applied, moved, stage: Stage, tmp_path: Path, capsys
) -> None:
    root, _ = moved
    api = GitHubApi(stage.repository(tmp_path / "there"), StagedClock(applied.clock_start))
    stage.app, api.url = api.application(), stage.origin
    with Repo(root) as found:
        branch = found.active_branch.name
        found.git.push("--force", "--quiet", str(api.repository.folder), f"{branch}:main")
        if branch != "main":
            found.git.branch("-m", "main")
    token = tmp_path / "token"
    token.write_text(next(iter(api.tokens)))
    named = replace(applied, host=NamedHost("github", "forbund/config", f"token:{token}", api.url))
    capsys.readouterr()
    for _ in range(2):
        assert back(named, moved, "--reason", "the title was wrong", "--format", "json") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["said"].startswith("proposed as pull request 1: ")
    assert len(api.pulls) == 1
    with Repo(root) as found:
        assert not [each.name for each in found.branches if each.name.startswith("rollback")], "nothing is made here"
