"""What of a real record is shown: personal data only to whoever gives a reason, which is audited."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.mappings.values import Record
    from reconciler.settings import Settings
    from reconciler.specs.models.category import DataCategory

MASK = "••••"
_QUOTED = re.compile(r"'([^']*)'")
SHORTEST = 10
"""Characters of a reason, as in specs."""


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


def note_unmasked(settings: "Settings", pinned: "Pinned", reason: str, now: datetime) -> None:
    """Write down who wants to see an integration's personal data and why, before any is shown.

    Raises UsageError where there is no proper reason, or where the reason itself names a person: the trail holds none.
    """
    from reconciler.database.audit import write_audit
    from reconciler.specs.secrets import is_personal, is_secret
    from reconciler.wiring import database

    if len(reason.strip()) < SHORTEST:
        raise UsageError("a reason has at least ten characters", "say why personal data must be seen, in a sentence")
    if is_personal(reason) or is_secret(reason):
        raise UsageError("the reason names a person or a credential", "the audit trail holds neither: use opaque ids")
    tables = database(settings)
    try:
        with tables.transaction() as connection:
            detail = {"reason": reason.strip()}
            identity = pinned.organization_id
            write_audit(connection, now, settings.actor, identity, "preview-unmasked", pinned.name, detail)
    finally:
        tables.close()
