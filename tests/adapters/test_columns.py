"""What a peer says of its columns is bounded and taken for what it is; what it does not say is not made up."""

from typing import Any

import pytest

from reconciler.adapters.columns import LONGEST, MOST, columns_of
from reconciler.mappings.columns import Column
from reconciler.specs.models.access import Columns

LEVELS = Columns.model_validate(
    {
        "path": "/a",
        "items": "value",
        "name": "Name",
        "required": "Level.Value",
        "means_required": ["Always"],
        "type": "Type",
        "means_type": {"String": ["text"], "Int": ["integer", "decimal"]},
    }
)
LENGTHS = Columns.model_validate({"path": "/b", "items": "value", "name": "Name", "max_length": "Max"})


def read(levels: Any, lengths: Any) -> Any:
    return columns_of([LEVELS, LENGTHS], lambda each: levels if each is LEVELS else lengths)


def test_what_several_reads_say_of_a_column_adds_up() -> None:
    levels = [{"Name": "a", "Level": {"Value": "Always"}, "Type": "String"}, {"Name": "b", "Type": "Int"}]
    assert read(levels, [{"Name": "a", "Max": 50}, {"Name": "c", "Max": 9}]) == {
        "a": Column(50, required=True, types=("text",)),
        "b": Column(types=("integer", "decimal")),
        "c": Column(9),
    }


def test_one_list_that_was_not_read_leaves_all_unread() -> None:
    assert (read(None, []), read([{"Name": "a"}], None), read([], [])) == (None, None, {})


@pytest.mark.parametrize("length", [None, 0, -1, True, "50", 5.5, 10**400, [50], {}, float("nan")])
def test_a_length_that_is_none_limits_nothing(length: Any) -> None:
    assert read([{"Name": "a"}], [{"Name": "a", "Max": length}]) == {"a": Column()}


@pytest.mark.parametrize("word", [None, 7, ["String"], {"String": 1}, "string", "x" * 9999])
def test_a_word_that_is_not_declared_says_nothing(word: Any) -> None:
    row = {"Name": "a", "Type": word, "Level": {"Value": word}}
    assert read([row], []) == {"a": Column()}


@pytest.mark.parametrize("row", [None, 7, "a", [], {}, {"Name": None}, {"Name": ["a"]}, {"Name": "x" * (LONGEST + 1)}])
def test_a_row_without_a_name_is_no_column(row: Any) -> None:
    assert read([row, {"Name": "b"}], []) == {"b": Column()}


def test_more_columns_than_a_table_can_have_are_not_kept() -> None:
    rows = [{"Name": f"c{n}"} for n in range(MOST + 1)]
    assert read(rows, []) is None
    assert len(read(rows[:-1], [])) == MOST


def test_signs_that_no_name_has_do_not_get_into_the_database() -> None:
    assert list(read([{"Name": "a\x00b\n"}], [])) == ["a b "]
