"""Credentials as people read them, and as data: verdicts, versions, the audit trail. Never a value."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.cli.context import Context
from reconciler.runs.audit_words import action
from reconciler.runs.credential import warnings
from reconciler.runs.credential_words import STATES, remark
from reconciler.runs.moments import ago

if TYPE_CHECKING:
    from reconciler.engine.credentials import Tested
    from reconciler.runs.credential import Version

FAILED = 5
SETS = "`credentials set`"
"""The command that destroys what was left behind."""


def show(context: Context, tested: "Tested", worked: str, otherwise: str) -> int:
    """Say what a test found, and give the exit code. `worked` and `otherwise` end the sentence of either outcome."""
    verdict = tested.verdict
    if context.json:
        found = {"name": tested.name, "place": tested.place, "ok": verdict.ok, "fault": verdict.fault}
        said = {"message": verdict.message, "found": verdict.found, "findings": verdict.findings}
        context.data({**found, **said, "version": tested.version})
        return 0 if verdict.ok else FAILED
    if verdict.ok:
        context.say(f"the credential '{tested.name}' for {tested.place} {worked}", "green")
    else:
        context.say(f"the credential '{tested.name}' for {tested.place} failed ({verdict.fault})", "bold red")
        context.say(f"  {verdict.message}")
        context.say(f"  {otherwise}")
    for label, values in verdict.found.items():
        context.say(f"  {label}: {', '.join(values[:5])}{' ...' if len(values) > 5 else ''}")
    for finding in verdict.findings:
        context.say(f"  {finding}", "yellow")
    return 0 if verdict.ok else FAILED


def row(version: "Version", now: datetime) -> list[object]:
    """One version in the table of `status`."""
    made = f"{at_minute(version.created_at)} by {version.created_by}"
    tested, used = (_since(at, now) for at in (version.tested_at, version.last_used_at))
    ends = f"{version.expires_at:%Y-%m-%d}" if version.expires_at else "no date set"
    return [version.name, version.version, STATES[version.state]["en"], version.hint, made, tested, used, ends]


def waiting(version: "Version") -> str:
    """A version that was not tested anywhere yet."""
    return f"{version.name} version {version.version} is being set by {version.created_by}, and not tested yet"


def done(entry: dict[str, Any]) -> str:
    """What an entry of the audit trail says."""
    what = action(entry["action"])
    return f"{what}: {entry['reason']}" if entry["reason"] else what


def amiss(version: "Version", now: datetime) -> list[str]:
    """What somebody should know of a version, each the end of a sentence that begins with its name."""
    return [remark(each, "en", SETS) for each in warnings(version, now)]


def data(version: "Version") -> dict[str, object]:
    """The stable JSON form of one version."""
    keys = ("name", "version", "state", "store", "hint", "created_by", "created_at", "tested_at", "last_used_at")
    more = {key: getattr(version, key) for key in ("expires_at", "retire_at", "problem")}
    place = {"target": version.place.target, "origin": version.place.origin} if version.place else None
    return {key: getattr(version, key) for key in keys} | more | {"place": place}


def at_minute(at: datetime) -> str:
    """`2026-03-02 07:00 UTC`."""
    return f"{at:%Y-%m-%d %H:%M %Z}"


def _since(at: datetime | None, now: datetime) -> str:
    return ago(at, now) if at else "never"
