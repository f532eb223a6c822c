"""The fields of a form by their names, `lines.0.fields.2.to`, as a tree of mappings and lists, and back."""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.portal.refusals import Refused

DEEPEST = 6


def gathered(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The tree. Raises Refused where names contradict each other; numbers are positions, and gaps close."""
    found: dict[str, Any] = {}
    for name, value in fields:
        *way, last = name.split(".")
        if len(way) > DEEPEST:
            raise Refused
        here = found
        for step in way:
            here = here.setdefault(step, {})
            if not isinstance(here, dict):
                raise Refused
        if isinstance(here.get(last), dict):
            raise Refused
        here[last] = value
    return {key: _listed(value) for key, value in found.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isascii() and key.isdigit() and len(key) <= 6 for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(each) for key, each in value.items()}


def spread(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a tree, as a page names them."""
    if isinstance(value, str):
        yield name, value
    else:
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from spread(each, f"{name}.{key}" if name else str(key))


def rows(value: Any) -> list[dict[str, Any]]:
    """A list of mappings out of what was posted; nothing for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: Any) -> dict[str, str]:
    """The texts of one mapping that was posted."""
    return {key: each for key, each in value.items() if isinstance(each, str)} if isinstance(value, dict) else {}
