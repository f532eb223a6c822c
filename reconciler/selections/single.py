"""Single records that a person holds back: one more thing that an export's records wait for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.selections.criteria import Criterion, NoneOf, Selection
from reconciler.selections.reasons import Why, say
from reconciler.specs.models.category import DataCategory
from reconciler.specs.scalars import read_value
from reconciler.specs.sentences import both


def held_back(selection: Selection, category: DataCategory, held: Mapping[str, Why]) -> Selection:
    """The same, where the records with the ids of `held` wait, each for its own reason; that one is told first."""
    return replace(selection, readiness=(*_criteria(category, held), *selection.readiness))


def _criteria(category: DataCategory, held: Mapping[str, Why]) -> Iterator[Criterion]:
    for record_id, why in held.items():
        try:
            value = read_value(category.fields[category.key].type, record_id)
        except ValueError:
            continue  # no record of this category can have that id any more: its key is of another type now
        yield Criterion(NoneOf(category.key, (value,)), both(say(why), say(why, "nb")), why)
