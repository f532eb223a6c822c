"""The parts of a rule that have fields of a form: how each is shown, and what its fields say.

A part is shown as fields only where these give it back as it was (`fields_of`); everything else stays YAML.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.specs.yaml import Tree

Form = Mapping[str, str]
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Part:
    """`show` gives the fields of a value or None, `read` the value that fields say; None where they say none."""

    key: str
    show: Callable[[Tree], Form | None]
    read: Callable[[Form], Tree]


def plain(value: Tree) -> bool:
    """Whether a field of a form gives this text back as it is: browsers change line breaks."""
    return isinstance(value, str) and value.isprintable() and 0 < len(value) <= LONGEST


def fields_of(part: Part, value: Tree) -> Form | None:
    """The fields of a value, where they say exactly that value."""
    found = part.show(value)
    return found if found is not None and _plain(found) and part.read(found) == value else None


def _plain(found: Form) -> bool:
    return all(each == "" or plain(each) for each in found.values())


def _single(key: str) -> Part:
    return Part(key, lambda value: {key: value} if plain(value) else None, lambda form: form.get(key) or None)


def _dict(fields: Mapping[str, str], value: Tree) -> Form | None:
    """Keys of a value as fields; None where it has others."""
    if not isinstance(value, dict) or set(value) - set(fields):
        return None
    return {fields[key]: each for key, each in value.items()}


def _read(fields: Mapping[str, str], needed: str, form: Form) -> Tree:
    if not any(form.get(fields[key]) for key in needed.split()):
        return None
    return {key: form[name] for key, name in fields.items() if form.get(name)}


def _keys(key: str, fields: Mapping[str, str], needed: str) -> Part:
    """A value that is a mapping; it is there where one of `needed` is."""
    return Part(key, lambda value: _dict(fields, value), lambda form: _read(fields, needed, form))


def _lookup(form: Form) -> Tree:
    if form.get("table"):
        return {"reference": form["table"], **({"at": form["table_at"]} if form.get("table_at") else {})}
    return form.get("lookup") or None


def _lookup_fields(value: Tree) -> Form | None:
    return {"lookup": value} if isinstance(value, str) else _dict({"reference": "table", "at": "table_at"}, value)


def _date(form: Form) -> Tree:
    if form.get("zone"):
        return {**({"format": form["date"]} if form.get("date") else {}), "zone": form["zone"]}
    return form.get("date") or None


def _date_fields(value: Tree) -> Form | None:
    return {"date": value} if isinstance(value, str) else _dict({"format": "date", "zone": "zone"}, value)


def _flag(key: str) -> Part:
    return Part(key, lambda value: {key: "true"} if value == "true" else None, lambda form: form.get(key) or None)


NUMBER = {"decimals": "decimals", "decimal": "decimal", "thousands": "thousands", "minor_units": "minor_units"}
PARTS = (
    _single("default"),
    _single("text"),
    Part("lookup", _lookup_fields, _lookup),
    _keys("words", {"true": "true", "false": "false"}, "true false"),
    _single("when_closed"),
    Part("date", _date_fields, _date),
    _flag("negate"),
    _keys("number", NUMBER, "decimals decimal thousands minor_units"),
    _keys("pad", {"length": "pad_length", "with": "pad_with"}, "length with"),
    _single("check"),
    _keys("truncate", {"length": "truncate", "longer": "longer"}, "length longer"),
    _single("reason"),
)
"""In the order of the model."""
