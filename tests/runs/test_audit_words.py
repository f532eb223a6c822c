"""Every action that the code writes into the audit trail has words, and no words are left of what nothing writes."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

from reconciler.runs.audit_details import KEYS, told
from reconciler.runs.audit_words import ACTIONS, action
from reconciler.runs.operations import OPERATIONS
from reconciler.runs.switch import What

ROOT = Path(__file__).parents[2] / "reconciler"
WRITERS = {"write_audit": 4, "_audit": 4, "used": 2, "note": 0, "_note": 1}
"""Functions that are given an action or an operation, and which argument it is."""
SUBJECTS = {"database", "engine", "cli"}


def calls() -> Iterator[tuple[str, ast.expr, ast.Module]]:
    """Who is called, the argument that holds the action, and the module."""
    for room in SUBJECTS:
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                name = called(node) if isinstance(node, ast.Call) else ""
                if isinstance(node, ast.Call) and len(node.args) > WRITERS.get(name, len(node.args)):
                    yield name, node.args[WRITERS[name]], tree


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def texts(node: ast.AST, tree: ast.Module) -> set[str]:
    """The texts that an expression can be; a name is looked for where the module gives it a value."""
    if isinstance(node, ast.Name):
        given = [each for each in ast.walk(tree) if isinstance(each, ast.Assign)]
        pairs = [pair for each in given for pair in assigned(each)]
        return {text for name, value in pairs if name == node.id for text in texts(value, tree)}
    if isinstance(node, ast.IfExp):
        return texts(node.body, tree) | texts(node.orelse, tree)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def assigned(node: ast.Assign) -> list[tuple[str, ast.expr]]:
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [(getattr(name, "id", ""), each) for name, each in zip(target.elts, value.elts, strict=True)]
    return [(getattr(target, "id", ""), value)]


def written() -> set[str]:
    found: set[str] = set()
    for name, argument, tree in calls():
        said = texts(argument, tree)
        found |= {f"export-{each}" for each in said} if name in ("note", "_note") else said
    return found


def composed() -> set[str]:
    """Actions that are put together from closed lists."""
    found = {f"export-{each}" for each in (*OPERATIONS, "remove")}
    found |= {f"switch-{what}-{end}" for what, end in product(get_args(What), ("set", "ended"))}
    return found | {f"intent-{word}" for word in ("author", "approve", "refuse", "withdraw")}


def test_every_action_that_is_written_has_words():
    found = written()
    assert {"apply", "credential-alarm", "credential-destroyed", "export-hold", "suspended", "erase"} <= found
    assert found - {"set", "ended"} <= set(ACTIONS)
    assert composed() <= set(ACTIONS)


def test_no_words_are_left_of_what_nothing_writes():
    assert set(ACTIONS) <= written() | composed()


def test_an_action_of_another_version_is_said_as_it_stands():
    assert action("apply", "nb") == "tok oppsettet i bruk"
    assert action("export-undreamt-of", "nb") == "export-undreamt-of"


def keys() -> set[str]:
    """What stands in the details that the code writes, as far as it is named there."""
    found: set[str] = set()
    for room in SUBJECTS:
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "import write_audit" in text or "write_decisions" in text else ():
                found |= {key for each in details(node) for key in named_in(each)}
    return found


def details(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Assign(targets=[ast.Name("detail" | "more")]) | ast.AnnAssign(target=ast.Name("detail")):
            yield node
        case ast.AugAssign(target=ast.Name("detail" | "more")):
            yield node
        case ast.FunctionDef("_detail" | "_entries"):
            yield node
        case ast.Call() if called(node) in WRITERS or called(node) == "write_decisions":
            yield from node.args


def named_in(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Dict):
            yield from (key.value for key in each.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def test_every_key_of_a_detail_has_words_in_both_languages() -> None:
    written = keys()
    assert {"reason", "new_reference", "break_glass", "as_platform"} <= written
    assert written - KEYS.keys() == set()
    assert all(words["en"] and words["nb"] for words in KEYS.values())


def test_a_detail_is_said_as_people_say_it() -> None:
    detail = {"until": "2026-03-02T07:00:00+00:00", "from": "rejected", "on": "2026-03-02", "as_platform": True,
              "reason": "", "scopes": ["see", "audit"], "of-another-version": 7, "request": None}  # fmt: skip
    assert told(detail, "Europe/Oslo", "nb") == [
        ("fra", "avvist"), ("til", "2. mars 2026 kl. 08.00"), ("dato", "2. mars 2026"),
        ("på vegne av plattformen", "ja"), ("rettigheter", "se alt, se hendelsene"), ("of-another-version", "7"),
    ]  # fmt: skip
    found = told({"number": 7, "to": "sent", "reason": "fordi", "from": "rejected"}, "Europe/Oslo", "nb")
    assert [label for label, _ in found] == ["begrunnelse", "fra", "til", "nummer"]
    assert told({"from": "2026-02-01"}, "Europe/Oslo", "en") == [("from", "2026-02-01")]
