"""A line as one generated function: the closures of its rules called one after the other, without a loop between them.

Closures share their code, so the interpreter cannot learn what a call does; in a function of its own each call is
always the same. It knows nothing of its own: whatever goes wrong, the caller asks the closures again, which say what
and where.
No text of a spec becomes code: names are quoted by `repr`, everything else is bound beforehand.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.mappings.expressions import Lines
from reconciler.mappings.pipeline import Recipe, unchanged
from reconciler.mappings.refusal import CannotRenderError
from reconciler.mappings.values import Record

Fill = Callable[[Record, Lines, dict[str, Any]], None]
"""Writes the fields of a line. Raises where any of them cannot be written."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is written by one rule, and whether it must be."""

    to: str
    recipe: Recipe
    required: bool


def generated(rules: Sequence[Written]) -> Fill:
    """The function of a line."""
    names: dict[str, Any] = {"Missing": CannotRenderError}
    lines = ["def fill(record, amounts, fields):", "    get = record.get"]
    for number, rule in enumerate(rules):
        lines += [f"    {line}" for line in _rule(rule, number, names)]
    exec("\n".join(lines), names)  # noqa: S102 - our own text; names of a spec are quoted, see above
    fill: Fill = names["fill"]
    return fill


def _rule(rule: Written, number: int, names: dict[str, Any]) -> Iterator[str]:
    recipe, to = rule.recipe, repr(rule.to)
    if recipe.field:
        yield f"value = get({recipe.field!r})"
    else:
        names[f"source_{number}"] = recipe.evaluate
        yield f"value = source_{number}(record, amounts)"
    yield "if value and not value.isspace():" if recipe.text else "if value is not None:"
    steps = [*recipe.steps] if recipe.may_empty else [*recipe.steps, recipe.last]
    yield f"    value = {_called(steps, f'step_{number}', names)}"
    if recipe.may_empty:
        yield "    if value and not value.isspace():"
        yield f"        fields[{to}] = {_called([recipe.last], f'last_{number}', names)}"
        yield from _missing(rule, "    else:")
    else:
        yield f"    fields[{to}] = value"
    if recipe.default is not None:
        names[f"default_{number}"] = recipe.default
        yield "else:"
        yield f"    fields[{to}] = default_{number}"
    else:
        yield from _missing(rule, "else:")


def _called(steps: Sequence[Callable[[Any], Any]], name: str, names: dict[str, Any]) -> str:
    text = "value"
    for place, step in enumerate(step for step in steps if step is not unchanged):
        names[f"{name}_{place}"] = step
        text = f"{name}_{place}({text})"
    return text


def _missing(rule: Written, otherwise: str) -> Iterator[str]:
    if rule.required:
        yield otherwise
        yield f"{' ' * (len(otherwise) - len(otherwise.lstrip()))}    raise Missing"
