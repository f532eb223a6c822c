"""What the portal says, by key, in Norwegian and English side by side. A key that is nowhere is an error.

A text with `|` has a form for one and one for many; `count` chooses.
"""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from reconciler.portal.texts import (
    access,
    beside,
    credentials,
    dashboard,
    decisions,
    documents,
    editing,
    faults,
    fixing,
    frame,
    integration,
    mapping,
    mapping_words,
    proposals,
    proposing,
    records,
    refusals,
    runs,
    standings,
    tokens,
    wizard,
    wizard_report,
    wizard_settings,
    yearly,
    yearly_check,
)
from reconciler.specs.languages import Language

PARTS = (
    access,
    beside,
    credentials,
    dashboard,
    decisions,
    documents,
    editing,
    faults,
    fixing,
    frame,
    integration,
    mapping,
    mapping_words,
    proposals,
    proposing,
    records,
    refusals,
    runs,
    standings,
    tokens,
    wizard,
    wizard_report,
    wizard_settings,
    yearly,
    yearly_check,
)
TEXTS: Mapping[str, Mapping[Language, str]] = dict(chain.from_iterable(each.TEXTS.items() for each in PARTS))


def text(key: str, language: Language, **values: Any) -> str:
    """The words of a key. Raises KeyError for a key, or a value, that is missing."""
    found = TEXTS[key][language]
    if "|" in found:
        one, _, many = found.partition("|")
        found = one if values["count"] == 1 else many
    return found.format(**values)
