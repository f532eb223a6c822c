"""Markdown that is cut for a host: at a line, with nothing left open, and a word about the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.runs.fitting import ROOM, fitted


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_what_fits_is_left_alone():
    assert fitted("a\n\nb", 4, "x") == "a\n\nb"


def test_what_is_cut_says_how_much_and_how_to_see_it():
    text = "\n".join(["summary", *(f"line {at}" for at in range(1000))])
    cut = fitted(text, 1000, "reconciler review --head abc")
    first, *_, said, whole = cut.split("\n")
    assert first == "summary"
    assert whole == "*`reconciler review --head abc` shows all of it.*"
    kept = len(cut.split("\n")) - 3
    assert said == f"*{1001 - kept} more lines are left out here: the host takes no more.*"


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_a_block_of_code_is_closed(fence: str):
    cut = fitted("\n".join(["summary", f"{fence}diff", *["+ x"] * 1000, fence]), 1000, "x")
    assert cut.count(fence) == 2
    assert cut.index("left out here") > cut.rindex(fence)


def test_a_fold_is_closed_and_one_in_a_block_of_code_is_none():
    rows = ["<details><summary>all</summary>", "", "```", "<details>", "```", *["row"] * 1000, "</details>"]
    cut = fitted("\n".join(rows), 1000, "x")
    assert cut.count("</details>") == 1
    assert cut.index("left out here") > cut.index("</details>")


def test_signs_that_take_two_units_count_twice():
    text = "\n".join(["🧾" * 40] * 100)
    assert units(fitted(text, 2000, "x")) <= 2000


def test_a_first_line_that_is_too_long_leaves_the_word_alone():
    assert fitted("x" * 5000, 1000, "x").startswith("\n*1 more line is left out here")


@given(
    lines=st.lists(
        st.sampled_from(["```", "~~~", "<details>", "</details>", "", "| æ | 🧾 |", "x" * 50, "  ```yaml"]),
        max_size=200,
    ),
    most=st.integers(ROOM + 100, 3000),
)
def test_whatever_it_is_it_fits_and_begins_as_it_did(lines: list[str], most: int):
    text = "\n".join(lines)
    cut = fitted(text, most, "reconciler review")
    assert units(cut) <= most
    assert cut == text or "left out here" in cut
    assert cut.split("\n")[0] in (lines[0] if lines else "", "")
