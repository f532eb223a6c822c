"""Stamps tell contents apart without reading, and a tree that cannot be read is never an empty one."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from reconciler.errors import UsageError
from reconciler.git.sources import RECENT_S, CommitTree, WorkingTree

NAME = "orgs/a/organization.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "orgs" / "a").mkdir(parents=True)
    (tmp_path / NAME).write_text("a: b\n")
    return tmp_path


def settled(root: Path) -> str:
    """The stamp, once the last change is old enough for one."""
    deadline = time.monotonic() + 60
    while not (stamp := WorkingTree(root).stamps()[NAME]):
        assert time.monotonic() < deadline
        time.sleep(RECENT_S / 10)
    return stamp


def test_a_file_that_has_just_changed_has_no_stamp(root):
    assert WorkingTree(root).stamps() == {NAME: ""}


def test_a_change_that_leaves_size_and_time_alone_has_another_stamp(root):
    before = settled(root)
    found = (root / NAME).stat()
    (root / NAME).write_text("a: c\n")
    os.utime(root / NAME, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert (root / NAME).stat().st_mtime_ns == found.st_mtime_ns
    assert settled(root) != before


def test_files_and_stamps_name_the_same_specs(root):
    (root / "orgs" / "a" / "notes.txt").write_text("not a spec")
    (root / "specs").mkdir()
    (root / "specs" / "b.yml").write_text("a: b\n")
    tree = WorkingTree(root)
    assert set(tree.files()) == set(tree.stamps()) == {NAME, "specs/b.yml"}


def test_a_link_that_leads_out_is_refused(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.yaml"
    outside.write_text("a: b\n")
    (root / "orgs" / "a" / "x.yaml").symlink_to(outside)
    for look in (WorkingTree(root).files, WorkingTree(root).stamps):
        with pytest.raises(UsageError, match="leads out"):
            look()


def test_stamps_of_a_commit_are_its_contents(root):
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=root, check=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    first = CommitTree(root)
    assert first.read(first.stamps()) == first.files() == {NAME: b"a: b\n"}
    (root / NAME).write_text("a: c\n")
    git("commit", "--quiet", "-am", "two")
    assert CommitTree(root).stamps() != first.stamps()
