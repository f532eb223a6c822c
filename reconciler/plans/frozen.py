"""Days on which an organisation's configuration stays as it is, judged by the organisation that is applied: a commit
cannot lift the window that holds it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.plans.resource import Actual


def frozen_changes(applied: Mapping[str, Any] | None, day: date) -> str | None:
    """Why nothing may change on `day`, a local one of the organisation; None where it may.

    `applied` is the body of the Organization that the database holds, None where none was ever applied. Days are
    written as dates or as `YYYY-MM-DD`, both ends belong to a window.
    """
    for window in (applied or {}).get("freeze") or ():
        first, last = str(window.get("from", "")), str(window.get("to", ""))
        if "changes" in (window.get("stops") or ()) and first <= day.isoformat() <= last:
            return f"no changes from {first} to {last}, both included: {window.get('reason', '')}"
    return None


def frozen_now(actual: Actual, now: datetime) -> str | None:
    """The same for what the database holds of an organisation, at an instant."""
    found = next((each for each in actual.resources.values() if each.kind == "Organization"), None)
    if found is None:
        return None
    return frozen_changes(found.body, now.astimezone(ZoneInfo(found.body.get("zone") or "Europe/Oslo")).date())
