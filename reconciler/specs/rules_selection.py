"""Conditions and exclusions against the fields they speak of: the field exists, and can be asked such a question."""

from collections.abc import Iterator

from reconciler.specs.collection import Catalog
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory, Field_
from reconciler.specs.models.conditions import Conditions, Limits
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Path
from reconciler.specs.references import unknown
from reconciler.specs.scalars import read_value
from reconciler.specs.sentences import say
from reconciler.specs.wording import quoted

DAYS, NUMBERS = ("from", "to"), ("min", "max")
ASKED: dict[str, tuple[str, str]] = {
    "text": ("text", "name its values, such as [travel, meeting]"),
    "uuid": ("an id", "name its values"),
    "boolean": ("true or false", "write true or false"),
    "integer": ("a number", "use min and max"),
    "decimal": ("a number", "use min and max"),
    "money": ("an amount", "use min and max"),
    "date": ("a day", "use from and to"),
    "instant": ("a point in time", "use from and to, such as {from: 2026-01-01, to: 2026-01-31}"),
}
"""What a field of each type is, and how it is asked."""
RANGES = {"date": DAYS, "instant": DAYS, "integer": NUMBERS, "decimal": NUMBERS, "money": NUMBERS}


def check_conditions(
    document: Document[Model], path: Path, conditions: Conditions, category: DataCategory
) -> Iterator[Diagnostic]:
    """The findings about conditions: fields, values of closed lists, and questions that fit the field's type."""
    for key in ("present", "absent"):
        for position, name in enumerate(getattr(conditions, key)):
            yield from unknown(document, (*path, key, position), name, category.fields, "field")
    for name, condition in conditions.fields.items():
        at = (*path, name)
        if (field := category.fields.get(name)) is None:
            yield from unknown(document, at, name, category.fields, "field")
        elif isinstance(condition, Limits):
            yield from _limits(document, at, condition, field)
        else:
            yield from _values(document, at, condition, field)


def check_exclusion(document: Document[Exclusion], catalog: Catalog) -> Iterator[Diagnostic]:
    """The findings about what an exclusion names, against its category (which exists) and the catalogue's features."""
    spec = document.spec
    if spec.features is not None:
        known = {name for features in catalog.features.values() for name in features.spec.features}
        for position, name in enumerate(spec.features):
            yield from unknown(document, ("features", position), name, known, "feature")
        return
    assert spec.category is not None
    category = catalog.categories[spec.category].spec
    if spec.records is not None:
        yield from check_conditions(document, ("records",), spec.records, category)
    if spec.ids is not None and (kind := category.fields[category.key].type) != "uuid":
        message = say(
            "the key of {category} is {asked}, and `ids` are ids", category=spec.category, asked=ASKED[kind][0]
        )
        hint = say("write records: {{{key}: [...]}}", key=category.key)
        yield document.diagnostic("condition-type", ("ids",), message, hint)
    for position, name in enumerate(spec.fields or []):
        yield from unknown(document, ("fields", position), name, category.fields, "field")


def _limits(document: Document[Model], path: Path, limits: Limits, field: Field_) -> Iterator[Diagnostic]:
    what, hint = ASKED[field.type]
    for key, value in limits.given.items():
        if key == "not":
            yield from _values(document, (*path, "not"), value, field)
        elif key not in RANGES.get(field.type, ()):
            message = say(
                "'{path}' is {what}, and '{key}' asks for a {value}",
                path=path[-1],
                what=what,
                key=key,
                value="day" if key in DAYS else "number",
            )
            yield document.diagnostic("condition-type", (*path, key), message, hint)
            return


def _values(document: Document[Model], path: Path, values: list[str], field: Field_) -> Iterator[Diagnostic]:
    name = next(step for step in reversed(path) if step != "not")
    what, hint = ASKED[field.type]
    if field.type == "instant":
        message = say("'{name}' is {what}, which is asked for by days", name=name, what=what)
        yield document.diagnostic("condition-type", path, message, hint)
        return
    for position, value in enumerate(values):
        if field.values is not None:
            yield from unknown(document, (*path, position), value, field.values, say("value of {name}", name=name))
            continue
        try:
            read_value(field.type, value)
        except ValueError as error:
            message = say("'{name}' is {what}, and {value} is not", name=name, what=what, value=quoted(value))
            yield document.diagnostic("condition-type", (*path, position), message, str(error))
