"""Reads the source of the engine and of the loop: each call of a port that commits or sends, and its crash point."""

import ast
from dataclasses import dataclass
from pathlib import Path

from reconciler.ports import COMMITS

PACKAGE = Path(__file__).parents[2] / "reconciler"
FILES = [*sorted((PACKAGE / "engine").glob("*.py")), PACKAGE / "controller" / "loop.py"]


@dataclass(frozen=True)
class Call:
    """One call of a committing method: where, which, and the point around it (empty where there is none)."""

    place: str
    method: str
    point: str


def calls() -> list[Call]:
    """All of them, in every module of the engine and in the controller's loop."""
    found: list[Call] = []
    for path in FILES:
        _walk(ast.parse(path.read_text()), path.name, "", found)
    return found


def points() -> list[str]:
    """The names of the points."""
    return sorted({call.point for call in calls()})


def _walk(node: ast.AST, file: str, point: str, found: list[Call]) -> None:
    if isinstance(node, ast.With):
        for item in node.items:
            point = _point(item.context_expr) or point
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute) and called.attr in COMMITS and not isinstance(called.value, ast.Name):
        found.append(Call(f"{file}:{node.lineno}", called.attr, point))
    for child in ast.iter_child_nodes(node):
        _walk(child, file, point, found)


def _point(expression: ast.expr) -> str:
    around = isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute)
    if around and expression.func.attr == "around" and isinstance(expression.args[0], ast.Constant):
        return expression.args[0].value
    return ""
