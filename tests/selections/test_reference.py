"""docs/reference/selection.md: every example in it is valid, and finds nothing to say."""

import re
from datetime import UTC, datetime
from pathlib import Path
from textwrap import indent

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from reconciler.plans.compile import check
from reconciler.specs.collection import collect
from reconciler.specs.diagnostic import errors
from reconciler.specs.jsonschema import schema
from reconciler.specs.parse import parse

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/selection.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n# (an [^\n]*)\n(.*?)```", PAGE, re.DOTALL)
CELLS = re.findall(
    r"`(\w+: (?:true|\[[^`]*\]|\{[^`]*\}))`", PAGE.split("By the type of the field")[1].split("* One")[0]
)
EXAMPLE = ROOT / "orgs/blindeforbundet"
HEAD = "apiVersion: reconciler/v1\nkind: Exclusion\nmetadata: {name: example}\nspec:\n"
WHERE = "      where: {status: [approved]}\n"


def findings(path: str, old: str = "", new: str = "") -> list[str]:
    """What is said of the worked example with a part of one file replaced, or with a new file."""
    folders = [EXAMPLE, ROOT / "specs"]
    files = {
        each.relative_to(ROOT).as_posix(): each.read_bytes() for folder in folders for each in folder.rglob("*.yaml")
    }
    name = f"orgs/blindeforbundet/{path}"
    text = files.get(name, b"").decode()
    assert old in text
    files[name] = (text.replace(old, new, 1) if old else new).encode()
    specs = collect(files, {})
    check(specs, datetime(2026, 3, 1, tzinfo=UTC))
    return [str(each) for each in specs.diagnostics]


@pytest.mark.parametrize(
    "what", [text for kind, text in BLOCKS if kind == "an Exclusion's spec"], ids=lambda text: text[:30]
)
def test_every_exclusion_of_the_page_is_valid(what):
    found = findings("exclusions/example.yaml", "", HEAD + indent(what, "  "))
    assert [each for each in found if "example.yaml" in each] == []


def test_the_export_of_the_page_is_valid():
    (export,) = [text for kind, text in BLOCKS if kind == "an Integration's spec.exports"]
    old = "    - category: mileage_claims\n      since: 2026-01-01\n" + WHERE
    assert findings("integrations/xledger.yaml", old, indent(export, "    ")) == []


CATEGORIES = {"digital": "activity_logs", "receipt": "expense_claims", "project": "expense_claims"}


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_of_the_table_is_a_condition_on_a_field_of_its_type(cell):
    field = re.findall(r"\w+", cell)[1 if cell.startswith(("present", "absent")) else 0]
    category = CATEGORIES.get(field, "mileage_claims")
    rule = f"  category: {category}\n  records: {{{cell}}}\n  reason: an example of the page\n"
    found = [each for each in findings("exclusions/example.yaml", "", HEAD + rule) if "error" in each]
    assert found == []


def typed(text: str) -> dict:
    """A document as an editor types it: numbers and yes/no bare, but a day is text, as in YAML's core schema."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    return yaml.load(text)


@pytest.mark.parametrize("conditions", [*CELLS, "amount: {min: 1.5, not: [2, 2.5]}", "digital: [true, false]"])
def test_an_editor_takes_what_the_program_takes(conditions):
    rule = f"  category: x\n  records: {{{conditions}}}\n  reason: an example of the page\n"
    problems = Draft202012Validator(schema("Exclusion")).iter_errors(typed(HEAD + rule))
    assert [error.message for error in problems] == []


@pytest.mark.parametrize(
    "conditions", ["", "amount: {}", "amount: {mni: 1}", "present: []", "amount: {min: x}", "a: []"]
)
def test_an_editor_refuses_what_the_program_refuses(conditions):
    text = HEAD + f"  category: x\n  records: {{{conditions}}}\n  reason: an example of the page\n"
    assert list(Draft202012Validator(schema("Exclusion")).iter_errors(typed(text)))
    assert errors(parse("orgs/demo/x.yaml", text.encode()).diagnostics)


def test_the_page_shows_every_word_of_the_grammar():
    shown = " ".join(CELLS + [text for _, text in BLOCKS])
    words = ("not:", "from:", "to:", "min:", "max:", "present:", "absent:", "records:", "ids:", "fields:", "features:")
    assert [word for word in words if word not in shown] == []
    assert len(CELLS) >= 12
