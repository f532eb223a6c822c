"""What somebody should know of a version of a credential, and why one ended: keys, and what stands in their words."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel

from reconciler.runs.credential import REMINDERS, UNUSED, Version

FAILED, AT = "its test failed: ", "tested against "
ENDED: Mapping[str, str] = {"replaced": "replaced", "abandoned": "abandoned", "it was not finished": "unfinished"}
"""Reasons that the engine writes down itself."""


class Remark(BaseModel):
    """A key, and the number of days or of a version that its words name."""

    key: str
    count: int = 0


def remarks(version: Version, now: datetime) -> list[Remark]:
    """Of the version in use: whether it ends soon, and whether it was tested and used. Of others: what is left over."""
    if version.left_behind:
        return [Remark(key="left-behind")]
    if version.state != "current":
        return []
    found = _expiry(version.expires_at - now) if version.expires_at else []
    if version.tested_at is None:
        found.append(Remark(key="untested"))
    if version.last_used_at is None and now - version.created_at > UNUSED:
        found.append(Remark(key="unused"))
    elif version.last_used_at is not None and now - version.last_used_at > UNUSED:
        found.append(Remark(key="idle", count=(now - version.last_used_at).days))
    return found


def problem_of(version: Version) -> tuple[str, str]:
    """Why it ended or failed: a key, and what stands behind it: a fault, or the words of whoever ended it."""
    if not version.problem:
        return "", ""
    if version.state != "revoked":
        return "failed", version.problem
    if version.problem.startswith(FAILED):
        return "refused", version.problem.removeprefix(FAILED)
    return (ENDED[version.problem], "") if version.problem in ENDED else ("revoked", version.problem)


def outcome_of(action: str, reason: str) -> tuple[str, str]:
    """How a test that the trail tells of ended: the end of a key, and the fault, or whatever else stands there."""
    for start in ("failed: ", FAILED):
        if action in ("credential-tested", "credential-refused") and reason.startswith(start):
            return ".failed", reason.removeprefix(start)
    if action == "credential-current" and reason.startswith(AT):
        return ".at", reason.removeprefix(AT)
    if action == "credential-tested" and reason == "passed":
        return ".passed", ""
    return ("", "") if reason in ENDED else ("", reason)


def _expiry(left: timedelta) -> list[Remark]:
    if left <= timedelta(0):
        return [Remark(key="expired")]
    due = [days for days in REMINDERS if left <= timedelta(days=days)]
    return [Remark(key="expires", count=min(due))] if due else []
