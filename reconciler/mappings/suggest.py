"""A first mapping: for every field that a document must have, the source that is most likely meant, and why.

Guesses are said to be guesses. Where no field of the record fits, a constant is wanted, which only people can know.
Sensitive and personal fields are never suggested.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.specs.models.category import DataCategory, Field_
from reconciler.specs.models.integration_type import DocumentType, TargetField
from reconciler.specs.yaml import Tree

BALANCED = ("debit", "credit")
"""The lines of a document whose amounts must sum to zero: the cost, and what is owed for it."""
KINDS = {
    "text": ("text", "uuid"),
    "integer": ("integer",),
    "decimal": ("money", "decimal"),
    "date": ("date", "instant"),
}
"""Which types of a record's fields can go into a target's type."""
NEVER = ("national_id", "sensitive")
"""Personal data that no suggestion sends anywhere."""
SIZES = {"uuid": 36, "integer": 20, "decimal": 20, "money": 20, "date": 10, "instant": 10, "boolean": 5}
"""The longest text that a value becomes; of a text its own."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A rule for the target field `to`; `rule` is None where a constant is wanted. `why` is empty where it is sure."""

    to: str
    rule: Mapping[str, Tree] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The rules that all lines share, and each line's own."""

    shared: tuple[Suggested, ...]
    lines: Mapping[str, tuple[Suggested, ...]]


def suggest(document: DocumentType, category: DataCategory) -> Suggestion:
    """Rules for all that `document` requires, and for optional fields that have the same label as one of the record."""
    names = _lines(document)
    shared, own = list[Suggested](), {name: list[Suggested]() for name in names}
    for to, target in document.fields.items():
        if not target.mapped:
            continue
        if to == document.balanced:
            for position, name in enumerate(names):
                own[name].append(_amount(to, category, negate=position == 1))
        elif target.required:
            found = _required(to, target, document, category)
            for rules in [shared] if found.rule else own.values():
                rules.append(found)
        elif (source := _same_label(target, category)) is not None:
            own[names[0]].append(_same(to, source, category))
    return Suggestion(tuple(shared), {name: tuple(rules) for name, rules in own.items()})


def constants(suggestion: Suggestion) -> Iterator[tuple[str, str]]:
    """(line, target field) of every constant that is wanted."""
    for line, rules in suggestion.lines.items():
        for each in rules:
            if each.rule is None:
                yield line, each.to


def fitting(target: TargetField, category: DataCategory) -> list[str]:
    """The record's fields that can go into a target field as they are; never the most personal ones."""
    kinds = (*SIZES, "text") if target.type in ("text", "reference") else KINDS.get(target.type, (target.type,))
    return [
        name
        for name, field in category.fields.items()
        if field.personal not in NEVER and field.type in kinds and _short_enough(field, target)
    ]


def _short_enough(field: Field_, target: TargetField) -> bool:
    if target.max_length is None or target.type not in ("text", "reference"):
        return True
    longest = max(map(len, field.values), default=0) if field.values else field.max_length
    return SIZES.get(field.type, longest or target.max_length + 1) <= target.max_length


def taken(source: str, category: DataCategory) -> dict[str, Tree]:
    """The rule, without its target, that takes a field of the record."""
    return {"from": source, **_steps(category.fields[source])}


def _lines(document: DocumentType) -> list[str]:
    first = list(BALANCED) if document.balanced else ["line"]
    return first + [f"line_{number}" for number in range(len(first) + 1, document.lines.min + 1)]


def _amount(to: str, category: DataCategory, *, negate: bool) -> Suggested:
    if category.amount is None:
        return Suggested(to, None)
    sign: dict[str, Tree] = {"negate": True} if negate else {}
    return Suggested(to, {"from": category.amount, **sign, "number": {"decimals": 2}})


def _required(to: str, target: TargetField, document: DocumentType, category: DataCategory) -> Suggested:
    if to == document.create.reference:
        return Suggested(to, {"from": "export.reference"})
    if (source := _same_label(target, category, filled=True)) is not None:
        return _same(to, source, category)
    match target.type:
        case "integer":
            return Suggested(to, {"from": "export.number"}, "guess: the number that the ledger reserves")
        case "date":
            return Suggested(
                to, {"from": category.cut_over, "date": "iso"}, "guess: the day that the cut-over looks at"
            )
        case "decimal" if category.amount is not None:
            return Suggested(to, {"from": category.amount, "number": {"decimals": 2}}, "guess: the record's amount")
        case _ if to == document.create.number:
            return Suggested(to, {"from": "export.number"})
        case _:
            return Suggested(to, None)


def _same(to: str, source: str, category: DataCategory) -> Suggested:
    return Suggested(to, {"from": source, **_steps(category.fields[source])}, "guess: the labels are the same")


def _steps(source: Field_) -> dict[str, Tree]:
    steps: dict[str, dict[str, Tree]] = {
        "money": {"number": {"decimals": 2}},
        "decimal": {"number": {"decimals": 2}},
        "date": {"date": "iso"},
        "instant": {"date": "iso"},
    }
    return steps.get(source.type, {})


def _same_label(target: TargetField, category: DataCategory, *, filled: bool = False) -> str | None:
    """The field of the record that is called the same, can go there, and is nobody's personal data."""
    for name, field in category.fields.items():
        fits = field.type in KINDS.get(target.type, ()) and field.personal == "none" and (field.required or not filled)
        short = target.type != "text" or not target.max_length or (field.max_length or 9999) <= target.max_length
        if fits and short and field.label.en.casefold() == target.label.en.casefold():
            return name
    return None
