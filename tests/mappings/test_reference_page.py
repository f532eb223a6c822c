"""docs/reference/mapping.md tells the truth: every example is run, and every step has one."""

import re
from datetime import date
from pathlib import Path

import pytest

from reconciler.mappings.refusal import Refusal
from reconciler.mappings.transforms import STEPS
from reconciler.specs.models.mapping import Check
from reconciler.specs.models.terms import COMPARISONS, DateFormat, TextStep
from reconciler.specs.yaml import read

PAGE = (Path(__file__).parents[2] / "docs/reference/mapping.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
WORLD = {"lookups": {"departments": {"Oslo": "310"}}, "closed_through": date(2025, 12, 31)}
LINES = {"name": "z", "fields": [{"to": "free", "value": "x"}]}


def example(block: str) -> dict:
    found = read("mapping.md", block.encode())
    assert not found.diagnostics
    return found.tree


EXAMPLES = [example(block) for block in BLOCKS]
RULES = [each for each in EXAMPLES if "rule" in each]
CONDITIONS = [each for each in EXAMPLES if "when" in each]


@pytest.mark.parametrize("each", RULES, ids=lambda each: str(each["rule"]))
def test_a_rule_writes_what_the_page_says(world, each):
    outcome = world.render(each.get("given", {}), [{"name": "only", "fields": [each["rule"]]}], **WORLD)
    if isinstance(outcome, Refusal):
        assert outcome.message == each["refused"]
    else:
        assert str(outcome.lines[0].fields[each["rule"]["to"]]) == each["gives"]


@pytest.mark.parametrize("each", CONDITIONS, ids=lambda each: str(each["when"]))
def test_a_condition_holds_as_the_page_says(world, each):
    outcome = world.render(each["given"], [{"name": "a", "when": each["when"], "fields": LINES["fields"]}, LINES])
    assert ("a" in [line.name for line in outcome.lines]) is (each["holds"] == "true")


def test_every_step_has_an_example_and_stands_in_the_order_in_which_it_is_applied():
    used = {key for each in RULES for key in each["rule"]}
    assert [key for key in STEPS if key not in used] == []
    order = PAGE[PAGE.index("`default` →") : PAGE.index("what the target field asks for.\n")]
    assert re.findall(r"`([a-z_]+)`", order) == ["default", *STEPS]


@pytest.mark.parametrize("word", [*COMPARISONS, *TextStep.__args__, *DateFormat.__args__, *Check.__args__])
def test_every_word_of_the_language_is_on_the_page(word):
    assert f"`{word}`" in PAGE
