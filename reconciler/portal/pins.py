"""Integrations for pages: applied ones made ready, and the titles of the types."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from reconciler.portal.cache import Cache
from reconciler.specs.languages import Language

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.specs.collection import Catalog
    from reconciler.specs.models.shared import Label

MOST = 400
"""Integrations that are kept ready: each takes about 320 kB."""


def pins() -> "Cache[tuple[str, ...], Pinned]":
    """Applied ones made ready, by their rows: making one takes tens of milliseconds, and a page shows several."""
    return Cache(MOST)


@cache
def titles() -> Mapping[str, Mapping[Language, str]]:
    """The integration types of the catalogue, by name, with their titles."""
    return {name: _label(each.spec.label) for name, each in sorted(_catalog().types.items())}


@cache
def report_titles() -> Mapping[str, Mapping[Language, str]]:
    """The sets of report rules of the catalogue, by name, with their titles."""
    from reconciler.specs.models.report_rules import ReportRules

    return {name: _label(each.spec.label) for name, each in sorted(_catalog().of(ReportRules).items())}


@cache
def _catalog() -> "Catalog":
    """Read once: it is part of the program."""
    from reconciler.specs.collection import collect
    from reconciler.wiring import catalog

    return collect({}, catalog()).catalog


def _label(label: "Label") -> Mapping[Language, str]:
    return {"en": label.en, "nb": label.nb}
