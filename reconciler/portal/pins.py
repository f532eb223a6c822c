"""Integrations for pages: applied ones made ready, and the titles of the types."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from reconciler.portal.cache import Cache
from reconciler.specs.languages import Language

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned

MOST = 400
"""Integrations that are kept ready: each takes about 400 kB."""


def pins() -> "Cache[tuple[str, ...], Pinned]":
    """Applied ones made ready, by their rows: making one takes tens of milliseconds, and a page shows several."""
    return Cache(MOST)


@cache
def titles() -> Mapping[str, Mapping[Language, str]]:
    """The integration types of the catalogue, by name, with their titles: read once, it is part of the program."""
    from reconciler.specs.collection import collect
    from reconciler.wiring import catalog

    types = collect({}, catalog()).catalog.types
    return {name: {"en": each.spec.label.en, "nb": each.spec.label.nb} for name, each in sorted(types.items())}
