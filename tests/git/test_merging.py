"""Three texts put together by git itself."""

import pytest

from reconciler.git.merging import merge

BASE = "".join(f"line {number}: old\n" for number in range(1, 21))


def changed(*lines: int, word: str = "new", text: str = BASE) -> str:
    for number in lines:
        text = text.replace(f"line {number}: old\n", f"line {number}: {word}\n")
    return text


def test_what_two_people_changed_in_different_places_stands_together() -> None:
    found = merge(changed(3), BASE, changed(17))
    assert (found.text, found.left) == (changed(3, 17), [])


def test_where_both_changed_a_line_theirs_stays_ours_is_named_and_the_rest_of_ours_fits() -> None:
    found = merge(changed(3, 17), BASE, changed(17, word="theirs"))
    assert found.text == changed(17, word="theirs", text=changed(3))
    assert found.left == [["line 17: new"]]


def test_what_was_to_go_where_others_wrote_is_left_without_lines() -> None:
    found = merge(BASE.replace("line 9: old\n", ""), BASE, changed(9))
    assert (found.text, found.left) == (changed(9), [[]])


def test_the_same_change_of_both_is_one_and_a_file_without_a_last_line_end_is_read() -> None:
    assert merge(changed(5), BASE, changed(5)).left == []
    found = merge("a: 1\nb: ours", "a: 1\nb: 2", "a: 1\nb: theirs")
    assert (found.text.rstrip(), found.left) == ("a: 1\nb: theirs", [["b: ours"]])


@pytest.mark.parametrize("mark", ["<<<<<<< ours", "=======", "||||||| base", ">>>>>>> theirs"])
def test_a_text_with_lines_like_markers_of_git_is_a_text(mark: str) -> None:
    found = merge(
        changed(3, text=f"{BASE}# {mark}\n{mark}\n"), f"{BASE}# {mark}\n{mark}\n", f"{changed(17)}# {mark}\n{mark}\n"
    )
    assert found.text == f"{changed(3, 17)}# {mark}\n{mark}\n"
    assert found.left == []
