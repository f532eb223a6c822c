"""The schema of an editor and the models of the program: a document is accepted by both, or by neither.

Both judge the tree as the reader gives it, in which every scalar is text. What needs arithmetic or two places of a
document (a check digit, the order of two days, a name that another key declares) is no business of a schema: such
refusals are named here one by one, and nothing else may differ.
"""

import copy
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from reconciler.specs.documents import KINDS
from reconciler.specs.jsonschema import schema
from reconciler.specs.models.shared import Metadata
from reconciler.specs.yaml import read

ROOT = Path(__file__).parents[2]
FOLDERS = ("orgs", "specs")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.yaml"))
BEYOND_A_SCHEMA = (
    "there is no such day in the calendar",
    "the check digit of the organisation number is wrong",
    "the window ends before it begins",
    "not a regular expression",
    "not a JSON Schema",
    "needs a lookup by reference",
    "class B needs `key_life`",
    "come together",
    "a call without a list of `documents`",
    "the names of the file and of its answers need",
    "`results` stand in an acknowledgement",
    "the protocol",
    "`pages` of a place go with `path`",
    "with `steps`, write",
    "not among the settings",
    "not among `fields`",
    "which is not among `fields`",
    "a sample has fields that the category does not",
    "rows stand in the order of their days",
    "Input should be greater than or equal to",  # a number that stands in quotes; bare ones the schema bounds
    "Input should be less than or equal to",
    "must give every column, or say `gap`",
    "every row of a table with `key`",
    "two rules are named",
    "write a number of minor units",
    "write decimals with a decimal number only",
    "write min_length, max_length",
    "write minimum and maximum",
    "write the decimals and the thousands",
    r"Value error, \w+ from [0-9-]+: ",  # a row's value, by the type of its column
)
"""Patterns in the words of rules that no schema can hold."""
VALUES = [
    *(None, [], {}, [None], ["a"], ["a", "b"], ["7", "8"], [["a"]], {"a": "b"}, {"a": None}, {"A": "b"}),
    *(
        {"value": "1"},
        {"field": "a"},
        "",
        "a",
        "A",
        "a b",
        "a.b",
        "a.b.c",
        "é",
        "a\n",
        "\n",
        "true",
        "false",
        "yes",
        "null",
    ),
    *(
        "0",
        "01",
        "7",
        "-1",
        "1.5",
        "1e3",
        "25",
        "971272643",
        "48h",
        "0h",
        "999999999d",
        "9999999999d",
        "12:30",
        "24:00",
    ),
    *("2026-01-01", "2026-13-01", "2026-1-1", "x" * 64, "x" * 501, "x" * 2001),
    *(
        "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007",
        "{5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007}",
        "5f0c7b528d0e4d5c9a5131b4f1d0a007",
    ),
    *("https://a.example", "http://a.example"),
]


@cache
def documents() -> list[dict]:
    return [read("x", path.read_bytes()).tree for path in FILES]


@cache
def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(ended(schema(kind)))


def ended(node):
    """The same schema with `$` as JSON Schema means it (ECMA-262): not before a last newline."""
    if isinstance(node, dict):
        return {
            (key[:-1] + r"\Z" if key.endswith("$") else key): (
                value[:-1] + r"\Z"
                if key == "pattern" and isinstance(value, str) and value.endswith("$")
                else ended(value)
            )
            for key, value in node.items()
        }
    return [ended(item) for item in node] if isinstance(node, list) else node


def models_say(document: dict) -> list[str]:
    """What the models refuse, in words."""
    found: list[str] = []
    for model, part in ((KINDS[document["kind"]].model, "spec"), (Metadata, "metadata")):
        try:
            model.model_validate(document[part])
        except ValidationError as error:
            found += [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    return found


def schema_says(document: dict) -> list[str]:
    return [f"{each.json_path}: {each.message[:200]}" for each in validator(document["kind"]).iter_errors(document)]


def agreed(document: dict) -> None:
    models, schemas = models_say(document), schema_says(document)
    if models and not schemas:
        left = [each for each in models if not any(re.search(words, each) for words in BEYOND_A_SCHEMA)]
        assert not left, ("only the models refuse it", left)
    assert models or not schemas, ("only the schema refuses it", schemas)


def places(tree, path=()):
    """Every path of a document below its spec and metadata."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*path, key)
            yield from places(value, (*path, key))
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            yield (*path, position)
            yield from places(value, (*path, position))


def inner(document: dict) -> list[tuple]:
    return [path for path in places(document) if path[0] in ("spec", "metadata") and len(path) > 1]


def holder(document: dict, path: tuple):
    for step in path[:-1]:
        document = document[step]
    return document


def put(document: dict, path: tuple, value: object) -> None:
    holder(document, path)[path[-1]] = copy.deepcopy(value)


def remove(document: dict, path: tuple, _value: object) -> None:
    del holder(document, path)[path[-1]]


def rename(document: dict, path: tuple, value: object) -> None:
    inside = holder(document, path)
    if isinstance(inside, dict) and isinstance(value, str):
        inside[value] = inside.pop(path[-1])


def add(document: dict, path: tuple, value: object) -> None:
    inside = holder(document, path)
    if isinstance(inside, list):
        inside.append(copy.deepcopy(value))
    else:
        inside["value"] = copy.deepcopy(value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_accept_every_document_of_this_repository_as_it_is_read(path):
    document = read("x", path.read_bytes()).tree
    assert (models_say(document), schema_says(document)) == ([], [])


@given(st.data())
def test_both_accept_a_changed_document_or_neither_does(data):
    document = copy.deepcopy(data.draw(st.sampled_from(documents())))
    for _ in range(data.draw(st.integers(1, 2))):
        change = data.draw(st.sampled_from([put, put, put, remove, rename, add]))
        change(
            document, data.draw(st.sampled_from(inner(document) or [("spec", "x")])), data.draw(st.sampled_from(VALUES))
        )
    agreed(document)
