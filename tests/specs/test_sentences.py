"""Sentences of the engine in both languages: what stands in them, and that none which pages show is missing."""

import ast
import copy
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from string import Formatter

import pytest

from reconciler.specs.models.shared import Label
from reconciler.specs.norwegian import FORMS, PARTS
from reconciler.specs.sentences import Sentence, counted, joined, named, norwegian, say, spoken, verbatim

ROOT = Path(__file__).parents[2] / "reconciler"
ROOMS = (
    "controller/proposed.py", "database", "engine", "git", "hosts/opening.py", "mappings", "plans", "portal", "runs",
    "schedules", "selections", "specs", "vaults", "wiring",
)  # fmt: skip
"""Where sentences come from that a page may show. The command line says its own in English."""
ERRORS = {
    "Blocked", "Busy", "CopyUnreadable", "CredentialRefused", "DatabaseDown", "EnvironmentRefused", "LedgerBehind",
    "OperationRefused", "PlanRefused", "ReconcilerError", "SecretGone", "SpecsInvalid", "StoreConflict", "StoreDown",
    "StoreForbidden", "TryAgainLater", "UsageError",
}  # fmt: skip
UNSEEN = {
    "database/embedded.py", "database/embedded_binaries.py", "database/embedded_user.py", "database/migrate.py",
    "portal/named.py", "portal/serving.py", "wiring/cluster.py",
}  # fmt: skip
"""What is only said to whoever starts a program."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        paths = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py"))
        for path in paths:
            name = path.relative_to(ROOT).as_posix()
            if name not in UNSEEN and "migrations" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def texts(node: ast.expr) -> Iterator[str]:
    """Constant texts that an expression can be."""
    match node:
        case ast.Constant(str() as text):
            yield text
        case ast.IfExp():
            yield from (*texts(node.body), *texts(node.orelse))


def said() -> Iterator[tuple[str, str]]:
    """Every form that is said, and every constant message of an error, with its module."""
    for name, tree in modules():
        from_here = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
        saying = {"say", *ERRORS} if "reconciler.specs.sentences" in from_here else ERRORS
        for node in ast.walk(tree):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if isinstance(node, ast.Call) and node.args and called in saying:
                yield from ((name, text) for text in texts(node.args[0]))


def test_no_sentence_of_the_rooms_behind_the_pages_is_missing_in_norwegian():
    assert sorted({text for _, text in said()} - FORMS.keys()) == []


def test_no_error_behind_the_pages_is_put_together_so_that_nobody_can_say_it_in_norwegian():
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args
        and any(isinstance(each, ast.JoinedStr) for each in ast.walk(node.args[0]))
    ]  # fmt: skip
    assert found == []


def test_a_form_says_the_same_values_in_both_languages():
    def named_in(form: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(form) if name}

    assert [form for form, own in FORMS.items() if named_in(form) != named_in(own)] == []
    assert sum(map(len, PARTS)) == len(FORMS), "a form stands twice"


def test_a_sentence_is_its_english_text_and_knows_its_norwegian_one_wherever_it_goes():
    one = say("{title} is still there{ids}", title=say("{purpose} of ", purpose="reversal"), ids="")
    assert (one, spoken(one, "en"), spoken(one, "nb")) == (
        "reversal of  is still there", "reversal of  is still there", "reversering av  er der fortsatt",
    )  # fmt: skip
    assert type(spoken(one, "en")) is str
    again = copy.deepcopy(one)
    assert isinstance(again, Sentence)
    assert again.nb == one.nb


@pytest.mark.parametrize(
    ("text", "nb"),
    [
        ("git does not know who you are", "git vet ikke hvem du er"),
        ("nobody has ever said this", None),
        (say("nobody has said {this}", this="x"), None),
        (joined(["x", say("nobody has said {this}", this="x")]), None),
        (joined(["a", "b"], " or "), "a eller b"),
        (counted(1, "record"), "1 post"),
        (counted(2, "record"), "2 poster"),
        (named(Label(en="Receipt", nb="Kvittering")).lower(), "kvittering"),
        (say(" from {on} on", on=date(2026, 3, 2)), " fra og med 2. mars 2026"),
        (say("{category} has no field '{name}'", category="x", name="nothing"), "x har ikke feltet 'nothing'"),
        (verbatim("nothing"), "nothing"),
        (say("read {at}", at=datetime(2026, 3, 2, 8, 5)), "lest 2. mars 2026 kl. 08.05"),
    ],
)  # fmt: skip
def test_what_is_known_in_norwegian(text: str, nb: str | None):
    assert norwegian(text) == nb
