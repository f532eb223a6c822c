"""Who sees a real record's personal data: only whoever gives a reason, which is audited."""

from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.settings import Settings

SHORTEST = 10
"""Characters of a reason, as in specs."""


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
