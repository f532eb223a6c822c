"""The high-water file: only ever raised, whole after every crash, and never taken for empty where it cannot be read."""

import threading
from pathlib import Path

import pytest

from reconciler.cluster.high_water import HighWaterFile, MountedMarks
from reconciler.errors import Blocked


def test_a_mark_is_raised_and_never_lowered(tmp_path: Path) -> None:
    marks = HighWaterFile(tmp_path / "home" / "marks.json")
    assert marks.read("a", "t") == 0
    for number in (5, 3):
        marks.mark("a", "t", number)
    marks.mark("b", "t", 9)
    assert (marks.read("a", "t"), marks.read("b", "t"), marks.read("a", "u")) == (5, 9, 0)


def test_marks_made_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "marks.json"
    threads = [threading.Thread(target=HighWaterFile(path).mark, args=("a", f"t{n}", n + 1)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [HighWaterFile(path).read("a", f"t{n}") for n in range(20)] == list(range(1, 21))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["marks.json", "marks.lock"]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"a t": "5"}', '{"a t": true}', '{"a t": 1.5}', "\udcff"])
def test_a_file_that_cannot_be_read_is_not_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "marks.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    marks = HighWaterFile(path)
    with pytest.raises(Blocked, match="high-water file"):
        marks.read("a", "t")
    with pytest.raises(Blocked, match="high-water file"):
        marks.mark("a", "t", 7)
    assert path.read_bytes() == text.encode("utf-8", "surrogateescape")


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "marks.json").mkdir()
    with pytest.raises(Blocked, match="cannot be read"):
        HighWaterFile(tmp_path / "marks.json").read("a", "t")
    (tmp_path / "file").write_text("")
    with pytest.raises(Blocked, match=r"cannot be (read|written)"):
        HighWaterFile(tmp_path / "file" / "marks.json").mark("a", "t", 1)


def test_mounted_marks_are_read_and_never_written(tmp_path: Path) -> None:
    marks = MountedMarks(tmp_path)
    assert marks.read("a", "t") == 0, "the controller has written none yet"
    HighWaterFile(tmp_path / "marks.json").mark("a", "t", 7)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    marks.mark("a", "t", 9)
    assert (marks.read("a", "t"), marks.read("b", "t")) == (7, 0)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_mounted_marks_that_cannot_be_known_are_not_none(tmp_path: Path) -> None:
    with pytest.raises(Blocked, match="is not there"):
        MountedMarks(tmp_path / "elsewhere").read("a", "t")
    for content in ("", "[]", '{"a t": "7"}', '{"a t": true}', "\0"):
        (tmp_path / "marks.json").write_text(content)
        with pytest.raises(Blocked, match="high-water file"):
            MountedMarks(tmp_path).read("a", "t")
    (tmp_path / "marks.json").unlink()
    (tmp_path / "marks.json").mkdir()
    with pytest.raises(Blocked):
        MountedMarks(tmp_path).read("a", "t")
