"""The stable JSON form of a report. Keys are only added."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reconciler.plans.review.effects import Effect
from reconciler.plans.review.report import Need, Report, Reviewed
from reconciler.plans.review.summary import affected, approval, changed
from reconciler.plans.review.words import plain
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.personal import impersonal

KINDS = {
    "MappingEffect": "mapping",
    "SelectionEffect": "selection",
    "SendingEffect": "sending",
    "ScheduleEffect": "schedule",
    "Codes": "codes",
    "Columns": "columns",
    "ConnectionEffect": "connection",
    "SharedEffect": "shared",
}


def data(report: Report) -> dict[str, Any]:
    """The whole report; money as text with two decimals, moments with their offsets."""
    step = report.step
    found = {
        "base": {"name": step.names[0], "commit": step.base, "fork": step.fork, "ahead": step.ahead},
        "head": {"name": step.names[1], "commit": step.head},
        "at": report.at,
        "valid": not report.invalid,
        "refused": report.refused,
        "database": report.database,
        "uncompared": report.uncompared,
        "files": list(step.files),
        "changed_twice": step.twice,
        "shared": list(report.shared),
        "rules": [_need(each) for each in report.rules],
        "organizations": [_organization(report, each) for each in report.touched],
        "diagnostics": [_finding(each) for each in report.diagnostics],
    }
    cleaned: dict[str, Any] = _clean(found)
    return cleaned


def _organization(report: Report, found: Reviewed) -> dict[str, Any]:
    return {
        "name": found.name,
        "title": found.title,
        "new": found.new,
        "intent": found.digest,
        "summary": {
            "change": plain(changed(found)),
            "affected": plain(affected(found)),
            "approval": plain(approval(found)),
        },
        "unusable": list(found.unusable),
        "judged_later": found.later,
        "unchanged": found.unchanged,
        "uncounted": list(found.uncounted),
        "changes": [
            {"kind": each.kind, "name": each.name, "action": each.action, "origin": each.origin}
            | {"renamed_from": each.was or None, "words": [plain(words) for words in each.words]}
            for each in found.said
        ],
        "effects": [_effect(each) for each in found.effects],
        "refused": [asdict(each) for each in found.refused],
        "allowed": [{"rule": rule, "object": thing} for rule, thing in found.allowed],
        "needs": [_need(each) for each in found.needs],
        "overlaps": [asdict(each) for each in (report.overlaps or {}).get(found.name, ())],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {"effect": KINDS[type(effect).__name__], **asdict(effect)}


def _need(need: Need) -> dict[str, Any]:
    return asdict(need)


def _finding(found: Diagnostic) -> dict[str, Any]:
    place = {"file": found.origin.file, "line": found.origin.line, "column": found.origin.column}
    words = {"message": found.message, "hint": found.hint}
    return {"id": found.id, "severity": found.severity, "organization": found.organization, **place, **words}


def _clean(value: Any) -> Any:
    """Plain JSON, without what names a person by number or address."""
    match value:
        case dict():
            return {str(key): _clean(each) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
        case Decimal():
            return f"{value:.2f}"
        case datetime() | date():
            return value.isoformat()
        case str():
            return impersonal(value)
        case _:
            return value
