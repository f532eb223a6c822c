"""What is remembered lies in a file that nobody else could have written; anything else is not read."""

import os
from pathlib import Path

import pytest

from reconciler.git.memory import ValidationFile, program


@pytest.fixture
def memory(tmp_path: Path) -> ValidationFile:
    return ValidationFile(tmp_path / "home" / "validations", tmp_path, "working tree")


def only(folder: Path) -> Path:
    (found,) = folder.rglob("*.json")
    return found


def test_what_was_kept_comes_back_and_leaves_nothing_else(memory, tmp_path):
    memory.save({"a": [1]})
    memory.save({"a": [2]})
    assert memory.load() == {"a": [2]}
    path = only(tmp_path)
    assert (list(path.parent.iterdir()), path.stat().st_mode & 0o777) == ([path], 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_each_repository_has_a_memory_of_its_own(memory, tmp_path):
    memory.save(1)
    folder = only(tmp_path).parent
    assert ValidationFile(folder, tmp_path, "commits").load() is None
    assert ValidationFile(folder, tmp_path / "home", "working tree").load() is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 1_000_000, b"nul", b'{"a": 1'])
def test_a_damaged_file_is_as_good_as_none(memory, tmp_path, content):
    memory.save(1)
    only(tmp_path).write_bytes(content)
    assert memory.load() is None
    memory.save(2)
    assert memory.load() == 2


def test_a_file_that_others_may_write_is_not_read(memory, tmp_path):
    memory.save(1)
    only(tmp_path).chmod(0o666)
    assert memory.load() is None


def test_neither_a_link_nor_a_pipe_is_read(memory, tmp_path):
    memory.save(1)
    path = only(tmp_path)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert memory.load() is None
    path.unlink()
    os.mkfifo(path)
    assert memory.load() is None


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "file").write_text("")
    memory = ValidationFile(tmp_path / "file" / "validations", tmp_path, "working tree")
    memory.save(1)
    assert memory.load() is None


def test_a_changed_program_is_another_program(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    before = program(tmp_path)
    assert program(tmp_path) == before
    (tmp_path / "a.py").write_text("x = 22\n")
    changed = program(tmp_path)
    (tmp_path / "b.py").write_text("")
    assert len({before, changed, program(tmp_path)}) == 3


def test_another_version_of_a_library_is_another_program(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    package, site = tmp_path / "package", tmp_path / "site"
    package.mkdir()
    (site / "pydantic-1.dist-info").mkdir(parents=True)
    before = program(package)
    (site / "pydantic-1.dist-info").rename(site / "pydantic-2.dist-info")
    assert program(package) != before
