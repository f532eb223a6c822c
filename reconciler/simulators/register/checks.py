"""What a record must be like. Beside the built-in rules, a test can have values refused, or fields required."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconciler.simulators.register.refusals import Complaint

REFERENCES = ("reference", "ref")
"""The names under which a record may carry the sender's reference."""
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_NUMBERS = re.compile(r"(^|[a-z_])(amount|Amount|hours|Hours)$")
_DAYS = re.compile(r"(^date|Date|_date)$")
LONGEST = 500
"""Characters of a text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Refuses `value` in `field`; without a value it refuses records that lack the field."""

    field: str
    value: str | None
    message: str
    code: str


def reference_of(record: Mapping[str, Any]) -> str:
    """The sender's reference in a record; empty where there is none that can be used."""
    found = next((record[name] for name in REFERENCES if name in record), "")
    return found if isinstance(found, str) and _REFERENCE.fullmatch(found) else ""


def complaints_of(record: Mapping[str, Any], rules: Sequence[Rule]) -> tuple[Complaint, ...]:
    """Everything that is wrong with a record's fields, by the built-in rules and those given."""
    leaves = list(_leaves(record, ""))
    found = [Complaint(path, said) for path, value in leaves if (said := _wrong(path, value))]
    for rule in rules:
        if rule.value is None and all(path != rule.field for path, _ in leaves):
            found.append(Complaint(rule.field, rule.message or "is required", rule.code))
        if rule.value is not None and (rule.field, rule.value) in ((path, str(value)) for path, value in leaves):
            found.append(Complaint(rule.field, rule.message or f"'{rule.value}' is not known", rule.code))
    return tuple(found)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value that is no object and no list, by its path; places in lists have no name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}".strip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    elif value is not None:
        yield path, value


def _wrong(path: str, value: Any) -> str:
    name, written = path.rpartition(".")[2], str(value)
    if _DAYS.search(name) and not _is_day(written):
        return f"'{written}' is no day as YYYY-MM-DD"
    if _NUMBERS.search(name) and not (_NUMBER.fullmatch(written) and not isinstance(value, bool)):
        return f"'{written}' is no number"
    return f"is longer than {LONGEST} characters" if len(written) > LONGEST else ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return len(text) == 10 or text[10:11] == "T"
