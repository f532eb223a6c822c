"""Every key that the program can say has words in both languages, and no closed list has a key without words."""

import re
import string
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from reconciler.runs import (
    audit_words,
    comparison_words,
    condition_words,
    credential_words,
    health_words,
    held_words,
    ledger_words,
    retention,
    run_words,
    still_words,
    story_clauses,
)
from reconciler.runs.credential import State
from reconciler.runs.health import Colour
from reconciler.runs.idempotency import HELD_FOR
from reconciler.runs.operations import COMMANDS, MEANING, OPERATIONS
from reconciler.runs.request import RequestState
from reconciler.runs.views import TROUBLE
from reconciler.selections import reasons
from reconciler.specs.languages import LANGUAGES
from reconciler.specs.models.integration import Environment, Integration

ROOT = Path(__file__).parents[2]
MODULES = (
    *(audit_words, comparison_words, condition_words, credential_words, health_words, held_words),
    *(ledger_words, reasons, retention, run_words, still_words, story_clauses),
)
SPOKEN_ONLY_IN_NORWEGIAN = {("first-sync", "count")}
"""What the command says in English."""


def vocabularies(module: ModuleType) -> dict[str, dict]:
    """The tables of a module whose entries are texts by language."""
    found = {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, dict)}
    tables = {name: table for name, table in found.items() if table and _is_words(next(iter(table.values())))}
    assert tables or module is None, f"{module.__name__} has no table of words"
    return tables


def _is_words(value) -> bool:
    return isinstance(value, dict) and bool(set(value) & set(LANGUAGES))


ENTRIES = [
    pytest.param(key, words, id=f"{module.__name__.rpartition('.')[2]}-{name}-{key}")
    for module in MODULES
    for name, table in vocabularies(module).items()
    for key, words in table.items()
]


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("key", "words"), ENTRIES)
def test_every_key_has_both_languages_with_the_same_facts_in_them(key: str, words: dict):
    assert set(words) == set(LANGUAGES)
    assert all(text.strip() for text in words.values())
    named, norwegian = slots(words["en"]), slots(words["nb"])
    spared = {"field", "label", "command"} | {slot for each, slot in SPOKEN_ONLY_IN_NORWEGIAN if each == key}
    assert named - spared == norwegian - spared


@pytest.mark.parametrize(("key", "words"), ENTRIES)
def test_no_text_for_both_faces_names_a_command(key: str, words: dict):
    assert all("reconciler " not in text and "`" not in text for text in words.values())


CLOSED = {
    "standings": (set(MEANING), set(ledger_words.MEANINGS), set()),
    "labels": (
        set(MEANING),
        set(ledger_words.LABELS),
        {"waiting", "withheld", "out-of-scope"} | {"would_send", "would_reject"},
    ),
    "troubles": (set(TROUBLE), set(ledger_words.TROUBLES), set()),
    "buttons": (set(OPERATIONS), set(ledger_words.ACTIONS), {"release", "approve", "refuse"}),
    "deeds": (set(ledger_words.ACTIONS), set(ledger_words.DONE), {"remove"}),
    "commands": (set(COMMANDS), set(OPERATIONS), set()),
    "held": (set(HELD_FOR), set(held_words.HELD), {"other"}),
    "colours": (set(get_args(Colour)), set(run_words.COLOURS), set()),
    "credentials": (set(get_args(State)), set(credential_words.STATES), set()),
    "requests": (set(get_args(RequestState)), set(run_words.REQUEST_STATES), set()),
    "environments": (set(get_args(Environment)), set(run_words.ENVIRONMENTS), set()),
    "modes": (set(get_args(Integration.model_fields["mode"].annotation)), set(run_words.MODES), set()),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_list_and_its_words_have_the_same_keys(name: str):
    listed, worded, more = CLOSED[name]
    assert worded == listed | more


def test_a_fault_is_called_in_english_what_the_verdict_calls_it():
    assert {key: words["en"] for key, words in credential_words.FAULTS.items()} == {
        key: key for key in credential_words.FAULTS
    }


def test_every_party_that_a_built_in_type_blames_has_a_norwegian_name():
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "specs/integration-types").glob("*.yaml"))
    blamed = {each.strip() for each in re.findall(r"\bwho: ([^,}\n]+)", written)}
    blamed |= set(re.findall(r"confirms:\s+- \{setting: (\w+)", written))
    assert len(blamed) > 5, "the types blame nobody"
    assert blamed <= set(credential_words.FAULTS)


@pytest.mark.parametrize(
    ("column", "table"),
    [("state text not null", run_words.RUN_STATES), ("trigger text not null", run_words.TRIGGERS)],
)
def test_the_history_of_runs_keeps_nothing_that_has_no_words(column: str, table: dict):
    written = (ROOT / "reconciler/database/migrations/versions/0001_foundation.sql").read_text(encoding="utf-8")
    runs = written[written.index("create table reconciler.runs") :]
    allowed = re.search(column + r" check \(\w+ in \(([^)]+)\)\)", runs)
    assert allowed is not None
    assert set(re.findall(r"'(\w+)'", allowed[1])) == set(table)
