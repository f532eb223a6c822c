"""A way back is one commit on a branch of its own, made once, and no file of anybody is touched."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.errors import Blocked, UsageError
from reconciler.git.proposals import Back, Clone
from reconciler.runs.host import Person, Proposal

HOME = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"}
WHO = ("-c", "user.name=Kari Nordmann", "-c", "user.email=kari@example.org")
KARI = Person("Kari Nordmann", "kari@example.org")
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Folder:
    """A clone with three commits; the second changes `a`, the third everything."""

    def __init__(self, root: Path, *more: str) -> None:
        self.root = root
        root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main", *more)
        self.first = self.commit({"orgs/a/x.yaml": "x: 1\n", "orgs/a/gone.yaml": "g: 1\n", "orgs/b/x.yaml": "b: 1\n"})
        (root / "orgs/a/gone.yaml").unlink()
        self.second = self.commit({"orgs/a/x.yaml": "x: 2\n", "orgs/a/new.yaml": "n: 1\n"})
        self.third = self.commit({"orgs/b/x.yaml": "b: 2\n", "specs/s.yaml": "s: 1\n", "README": "hello\n"})

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.root), *WHO, *arguments]
        return subprocess.run(command, env=HOME, check=True, capture_output=True).stdout.decode().strip()

    def commit(self, files: dict[str, str]) -> str:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def state(self) -> tuple[str, ...]:
        """What nobody may touch: HEAD, the branch, the index, the working tree."""
        entries = (self.git(*each) for each in (["symbolic-ref", "HEAD"], ["rev-parse", "main"], ["ls-files", "-s"]))
        return (*entries, self.git("status", "--porcelain"))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "clone")


def proposal(clone: Clone, back: Back, author: Person = KARI) -> Proposal:
    return Proposal(back.branch, back.base, back.into, clone.changes(back), author, NOW, back.title, "why")


def test_going_back_makes_the_folder_what_it_was_and_leaves_all_else(folder: Folder) -> None:
    (folder.root / "orgs/a/x.yaml").write_text("not committed\n")
    before = folder.state()
    clone = Clone(folder.root)
    back = clone.back("a", folder.first)
    assert clone.changes(back) == {"orgs/a/x.yaml": "x: 1\n", "orgs/a/gone.yaml": "g: 1\n", "orgs/a/new.yaml": None}
    made = clone.make(proposal(clone, back), back)
    assert made.new
    assert folder.state() == before
    assert folder.git("rev-parse", f"{made.branch}:orgs/a") == folder.git("rev-parse", f"{folder.first}:orgs/a")
    assert folder.git("diff", "--name-only", "main", made.branch).split() == sorted(clone.changes(back))
    assert folder.git("log", "-1", "--format=%an <%ae> %cn %P", made.branch) == (
        f"Kari Nordmann <kari@example.org> Kari Nordmann {folder.third}"
    )
    files = clone.files(back)
    assert (files["orgs/a/gone.yaml"], files["orgs/b/x.yaml"], files["specs/s.yaml"]) == (
        b"g: 1\n",
        b"b: 2\n",
        b"s: 1\n",
    )
    assert "orgs/a/new.yaml" not in files
    assert clone.specs_differ(back)


def test_asked_again_it_is_the_same_branch_also_after_others_moved_on(folder: Folder) -> None:
    clone = Clone(folder.root)
    back = clone.back("a", folder.first)
    made = clone.make(proposal(clone, back), back)
    assert clone.make(replace(proposal(clone, back), at=datetime(2026, 3, 3, tzinfo=UTC)), back) == replace(
        made, new=False
    )
    folder.commit({"orgs/b/x.yaml": "b: 3\n"})
    again = clone.back("a", folder.first)
    assert clone.make(proposal(clone, again), again) == replace(made, new=False)
    folder.commit({"orgs/a/x.yaml": "x: 3\n"})
    assert clone.back("a", folder.first).branch != made.branch


def test_of_many_who_ask_at_once_one_makes_it(folder: Folder) -> None:
    def ask(second: int) -> tuple[bool, str]:
        clone = Clone(folder.root)
        back = clone.back("a", folder.first)
        found = clone.make(replace(proposal(clone, back), at=NOW.replace(second=second)), back)
        return found.new, found.commit

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert sorted(new for new, _ in found) == [False, False, False, True]
    assert len({commit for _, commit in found}) == 1


def test_a_branch_that_holds_something_else_is_left_alone(folder: Folder) -> None:
    clone = Clone(folder.root)
    back = clone.back("a", folder.first)
    folder.git("branch", back.branch, folder.second)
    with pytest.raises(Blocked, match="holds something else"):
        clone.make(proposal(clone, back), back)
    assert folder.git("rev-parse", back.branch) == folder.second


def test_there_must_be_something_to_go_back_to(folder: Folder) -> None:
    clone = Clone(folder.root)
    for organization, to, said in (
        ("a", folder.second, "as it was"),
        ("c", folder.first, "holds no orgs/c"),
        ("a", "nothing", "there is no revision 'nothing'"),
        ("a", "--all", "there is no revision '--all'"),
        ("a", "HEAD:orgs", "there is no revision 'HEAD:orgs'"),
        ("", folder.first, "as it was|holds no|names no folder"),
        ("../b", folder.first, "holds no|names no folder"),
        ("a/..", folder.first, "holds no|names no folder"),
    ):
        with pytest.raises(UsageError, match=said):
            clone.back(organization, to)
    folder.git("checkout", "--quiet", "--detach")
    with pytest.raises(UsageError, match="no branch is checked out"):
        clone.back("a", folder.first)
    assert clone.back("a", folder.first, "main").into == "main"


def test_a_folder_that_is_gone_comes_back_and_no_hook_is_run(folder: Folder) -> None:
    (folder.root / "orgs/a/x.yaml").unlink()
    (folder.root / "orgs/a/new.yaml").unlink()
    folder.commit({})
    hook = folder.root / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ../ran ran\nexit 1\n")
    hook.chmod(0o755)
    clone = Clone(folder.root)
    back = clone.back("a", folder.second)
    assert clone.make(proposal(clone, back), back).new
    assert not list(folder.root.rglob("ran"))


def test_links_and_bytes_are_not_proposed(folder: Folder) -> None:
    (folder.root / "orgs/a/link.yaml").symlink_to("/etc/passwd")
    linked = folder.commit({})
    (folder.root / "orgs/a/link.yaml").unlink()
    (folder.root / "orgs/a/logo.png").write_bytes(b"\xff\xfe")
    bytes_too = folder.commit({})
    (folder.root / "orgs/a/logo.png").unlink()
    folder.commit({})
    clone = Clone(folder.root)
    with pytest.raises(Blocked, match=r"link\.yaml is no plain file"):
        clone.changes(clone.back("a", linked))
    with pytest.raises(Blocked, match=r"logo\.png is no text"):
        clone.changes(clone.back("a", bytes_too))


def test_a_name_that_cannot_be_shown_is_not_proposed(folder: Folder) -> None:
    (folder.root / "orgs/a/x\ny.yaml").write_text("a: 1\n")
    odd = folder.commit({})
    (folder.root / "orgs/a/x\ny.yaml").unlink()
    folder.commit({})
    clone = Clone(folder.root)
    refused = proposal(clone, clone.back("a", odd)).objection()
    assert refused is not None
    assert "is not proposed" in refused.message


def test_names_and_contents_in_sha_256_are_the_same_to_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "clone", "--object-format=sha256")
    clone = Clone(folder.root)
    back = clone.back("a", folder.first)
    made = clone.make(proposal(clone, back), back)
    assert (len(made.commit), made.new) == (64, True)
    assert folder.git("rev-parse", f"{made.branch}:orgs/a") == folder.git("rev-parse", f"{folder.first}:orgs/a")


def test_whoever_git_does_not_know_writes_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    with pytest.raises(UsageError, match="git does not know who you are"):
        Clone(folder.root).person()
    folder.git("config", "user.name", "Kari Nordmann")
    folder.git("config", "user.email", "kari@example.org")
    assert Clone(folder.root).person() == KARI
