"""What of a mapping is another, rule by rule: one that is put in between is no change of the others."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.plans.review.words import ARROW, Code, Words
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.mapping import FieldMapping, FieldRule
from reconciler.specs.sentences import named, say

SHARED = "every line"
NOTHING = "not set"
Rules = Mapping[tuple[str, str], FieldRule]
"""By line and target field."""


def mapping_words(
    before: FieldMapping, after: FieldMapping, old: DocumentType | None, new: DocumentType | None
) -> Iterator[Words]:
    """Every difference, each as one phrase; target fields by label and name."""
    yield from _head(before, after)
    was, will = _rules(before), _rules(after)
    for line, field in dict.fromkeys([*was, *will]):
        first, last = was.get((line, field)), will.get((line, field))
        if first != last:
            where = SHARED if line == SHARED else say("line {line}", line=line)
            yield (
                say("{where}, {label}: ", where=where, label=label(field, new, old)),
                *moved(_rule(first), _rule(last)),
            )
    yield from _lines(before, after)
    yield from _lookups(before, after)


def label(field: str, *documents: DocumentType | None) -> str:
    """`Account (account.code)`, by the first document that knows the field."""
    for document in documents:
        if document is not None and (found := document.fields.get(field)) is not None:
            return say("{label} ({field})", label=named(found.label), field=field)
    return say("unknown field ({field})", field=field)


def moved(before: object, after: object) -> Words:
    """`7100` → `7140`"""
    return (_code(before), ARROW, _code(after))


def short(value: object) -> str:
    """A value on one line, without the quotes that JSON needs and people do not."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_inner(each)}" for key, each in value.items())
    return _inner(value)


def _inner(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, default=str).replace('"', "")


def _code(value: object) -> Code | str:
    return NOTHING if value in (None, "", [], {}) else Code(short(value))


def _head(before: FieldMapping, after: FieldMapping) -> Iterator[Words]:
    for key in ("integration", "category", "document"):
        if getattr(before, key) != getattr(after, key):
            yield (say("{key}: ", key=key), *moved(getattr(before, key), getattr(after, key)))
    for key, said in (("rounding", "rounding"), ("running_total", "running total")):
        first, last = (_plain(getattr(each, key)) for each in (before, after))
        if first != last:
            yield (say("{said}: ", said=said), *moved(first, last))


def _rules(mapping: FieldMapping) -> dict[tuple[str, str], FieldRule]:
    found = {(SHARED, rule.to): rule for rule in mapping.shared}
    return found | {(line.name, rule.to): rule for line in mapping.lines for rule in line.fields}


def _rule(rule: FieldRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {key: value for key, value in rule.plain().items() if key != "to" and value not in (None, False)}


def _lines(before: FieldMapping, after: FieldMapping) -> Iterator[Words]:
    was, will = ({line.name: line for line in each.lines} for each in (before, after))
    for name in dict.fromkeys([*was, *will]):
        if name not in will:
            yield (say("line {name} is gone", name=name),)
        elif name not in was:
            yield (say("line {name} is new", name=name),)
        elif was[name].when != will[name].when:
            yield (say("line {name}, made when: ", name=name), *moved(_plain(was[name].when), _plain(will[name].when)))
    if [*was] != [*will] and was.keys() == will.keys():
        yield ("lines stand in another order",)


def _lookups(before: FieldMapping, after: FieldMapping) -> Iterator[Words]:
    for name in dict.fromkeys([*before.lookups, *after.lookups]):
        was, will = before.lookups.get(name, {}), after.lookups.get(name, {})
        for key in dict.fromkeys([*was, *will]):
            if was.get(key) != will.get(key):
                yield (say("lookup {name}, ", name=name), Code(key), ": ", *moved(was.get(key), will.get(key)))


def _plain(value: Any) -> Any:
    if value is None:
        return None
    return {key: each for key, each in value.plain().items() if each is not None}
