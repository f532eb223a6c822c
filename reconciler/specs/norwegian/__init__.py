"""Sentences of the engine in Norwegian, by their English forms; what stands in braces is the same in both.

A test holds the two together, and finds sentences that pages show and that are missing here.
"""

from collections.abc import Mapping
from itertools import chain

from reconciler.specs.norwegian import (
    effects,
    findings,
    hints,
    mappings,
    operations,
    places,
    proposals,
    review,
    selections,
)

PARTS: tuple[Mapping[str, str], ...] = (
    effects.FORMS,
    findings.FORMS,
    hints.FORMS,
    mappings.FORMS,
    operations.FORMS,
    places.FORMS,
    proposals.FORMS,
    review.FORMS,
    selections.FORMS,
)
FORMS: Mapping[str, str] = dict(chain.from_iterable(each.items() for each in PARTS))
