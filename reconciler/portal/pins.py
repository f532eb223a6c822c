"""Applied integrations made ready, kept for as long as their rows stay as they are: making one takes tens of
milliseconds, and a page shows several. Kept by content: nobody has to say that something changed.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from reconciler.specs.languages import Language

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.specs.collection import Catalog
    from reconciler.specs.models.shared import Label

MOST = 400
"""Integrations that are kept ready: each takes about 400 kB."""
Key = tuple[str, ...]


class Pins:
    """What the pages of one process have made ready, by what it was made of."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Pinned] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Key, make: "Callable[[], Pinned]") -> "Pinned":
        """The one that was made of the same, else a new one; of many the one unused for longest is forgotten."""
        with self._lock:
            if found := self._kept.get(key):
                self._kept.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


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
