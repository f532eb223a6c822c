"""Where the values that a report counts may come from: a field of the same name, else one that is called alike.

A suggestion is a guess by names, which a person looks at; none is made where no field fits.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.report import COLUMNS, Source
from reconciler.specs.rules_report import FITS

Column = Mapping[str, Any]
"""A column as a spec writes it: `{field: ...}`, with a `lookup` or not, or `{value: ...}`."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "paying": ("paying", "paid", "fee"),
    "joined_on": ("joined", "since"),
    "left_on": ("left", "until"),
    "opened_on": ("opened", "since"),
    "closed_on": ("closed", "until"),
    "type": ("type", "kind"),
    "day": ("held", "day", "date"),
    "place": ("place", "town", "city", "venue"),
    "peer": ("peer", "leader"),
    "approved": ("approved",),
    "in_norway": ("norway", "country"),
    "activity": ("activity",),
    "person": ("person", "participant"),
}
"""What a field may be called that gives a value, the likeliest first."""
YES: Mapping[str, str] = {"in_norway": "NO"}
"""What says yes where a field of text answers a question."""
SEEN: Mapping[str, frozenset[str]] = {
    "date": frozenset({"none", "pseudonym", "ordinary"}),
    "uuid": frozenset({"none", "pseudonym"}),
}
"""Classes of personal data that may give a value of a type: people are counted by a name that is none, and by age.
Every other type is read from fields that say nothing of a person.
"""


def fitting(source: Source, name: str, category: DataCategory) -> list[str]:
    """The fields that may give a value, in their order; of a question also those of text, with what says yes."""
    kind = COLUMNS[source][name]
    types = FITS[kind] | ({"text"} if kind == "boolean" else set())
    classes = SEEN.get(kind, frozenset({"none"}))
    return [key for key, each in category.fields.items() if each.type in types and each.personal in classes]


def suggested(source: Source, category: DataCategory) -> dict[str, Column | None]:
    """Every value of a source, and where it may come from; None where nobody can guess."""
    return {name: _guess(source, name, category) for name in COLUMNS[source]}


def _guess(source: Source, name: str, category: DataCategory) -> Column | None:
    if name in category.fields and category.fields[name].type in FITS[COLUMNS[source][name]]:
        return {"field": name}
    left = [each for each in fitting(source, name, category) if each not in COLUMNS[source]]
    alike = [each for word in WORDS.get(name, ()) for each in left if word in _words(each)]
    if COLUMNS[source][name] != "boolean":
        return {"field": alike[0]} if alike else None
    straight = [each for each in alike if category.fields[each].type == "boolean"]
    if straight:
        return {"field": straight[0]}
    if alike and name in YES:
        return {"field": alike[0], "lookup": {YES[name]: "true"}, "other": "false"}
    return None


def categories(known: Mapping[str, DataCategory]) -> dict[Source, str]:
    """For each source the category that gives the most of its values; none is named that gives nothing."""
    found: dict[Source, str] = {}
    for source in COLUMNS:
        given = {name: _given(source, each) for name, each in sorted(known.items())}
        best = max(given, key=lambda name: given[name], default="")
        if best and given[best]:
            found[source] = best
    return found


def _given(source: Source, category: DataCategory) -> int:
    return sum(each is not None for each in suggested(source, category).values())


def kind_of(activity_type: str, kinds: Iterable[str]) -> str:
    """The kind that an activity type is called after; empty where nobody can guess."""
    words = _words(activity_type)
    return next((kind for kind in kinds if kind in words), "")


def _words(name: str) -> list[str]:
    return re.split(r"[^a-zæøå]+", name.casefold())
