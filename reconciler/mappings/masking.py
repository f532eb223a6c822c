"""Personal data that is not shown: which fields are hidden, and messages without what they repeat of them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.specs.sentences import both, norwegian

if TYPE_CHECKING:  # the command line imports this before it knows whether it needs any model
    from reconciler.mappings.values import Record
    from reconciler.specs.models.category import DataCategory

MASK = "••••"
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Mask:
    """The fields whose values are not shown, each with its class of personal data."""

    classes: Mapping[str, str]

    def hides(self, *fields: str) -> bool:
        """Whether a value that is made of these fields is hidden."""
        return any(name in self.classes for name in fields)

    def sentence(self, text: str, record: "Record", names: Collection[str]) -> str:
        """A message about a record's fields without what it repeats of them, be it in quotes after a transform.

        `names` may stand in quotes all the same.
        """
        own = norwegian(text)
        return both(self._hidden(text, record, names), own and self._hidden(own, record, names))

    def _hidden(self, text: str, record: "Record", names: Collection[str]) -> str:
        from reconciler.mappings.values import empty, written

        hidden = [value for name in self.classes if not empty(value := record.get(name)) and value is not None]
        for value in sorted(map(written, hidden), key=len, reverse=True):
            text = text.replace(value, MASK)
        if not hidden:
            return text
        return _QUOTED.sub(lambda found: found[0] if found[1] in names or found[1] in record else f"'{MASK}'", text)


NOTHING = Mask({})


def mask_of(category: "DataCategory") -> Mask:
    """Every field of the category that is personal data, of whatever class."""
    return Mask({name: field.personal for name, field in category.fields.items() if field.personal != "none"})
