"""From the answers about a new report to the file that says them, and to what is counted before it is proposed."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from reconciler.engine.reporting import Declared
from reconciler.plans.reports import pinned_of
from reconciler.portal.proposing.editing import written
from reconciler.portal.proposing.wizard.begun import Composed, Files
from reconciler.portal.proposing.wizard.report.desk import ReportDesk
from reconciler.specs.models.report import COLUMNS, Report

PARTS = {"region": "counties", "local": "branches"}
"""What a scope names its parts in."""


def spec_of(desk: ReportDesk) -> dict[str, Any]:
    """The spec as the answers say it; what nobody has answered is missing in it."""
    answers = desk.answers
    texts = {**answers.more.get("texts", {}), **({"signed_by": answers.signed_by} if answers.signed_by else {})}
    parts = {PARTS[answers.scope]: answers.listed} if answers.scope in PARTS else {}
    columns = _columns(desk)
    return {
        "title": answers.title,
        "rules": answers.rules,
        "first_year": _whole(answers.first_year),
        "scope": answers.scope,
        **parts,
        "categories": dict(desk.categories()),
        **({"columns": columns} if columns else {}),
        "activity_types": dict(answers.types),
        **({"suppress_below": _whole(answers.suppress_below)} if answers.suppress_below else {}),
        "deadline": {"month": _whole(answers.month), "day": _whole(answers.day)},
        **({"remind_days": answers.more["remind_days"]} if "remind_days" in answers.more else {}),
        "contacts": list(answers.contacts),
        **({"texts": texts} if texts else {}),
    }


def composed(desk: ReportDesk) -> Files:
    """The file; none before it is known what the activities are."""
    answers = desk.answers
    if not (answers.name and answers.title and answers.types):
        return {}
    lines = tuple(written(desk.file, "Report", answers.name, spec_of(desk)).splitlines())
    return {("Report", ""): Composed(desk.file, "Report", answers.name, lines)}


def report_of(desk: ReportDesk) -> Report | None:
    """The report as it would be counted: also before anybody has said what its activities are. None where it cannot be
    read as one.
    """
    spec, kinds = spec_of(desk), desk.kinds
    types: Mapping[str, str] = spec["activity_types"]
    try:
        whole = Report.model_validate({**spec, "activity_types": types or {"-": next(iter(kinds), "none")}})
    except ValidationError:
        return None
    return whole if types else whole.model_copy(update={"activity_types": {}})


def declared(desk: ReportDesk) -> Declared | None:
    """What is counted; None where there is nothing that could be. Records are those of the organisation that is
    visited, whatever a draft says of its id.
    """
    own, report = desk.found.own.organization, report_of(desk)
    if own is None or report is None:
        return None
    pinned = pinned_of(report, desk.catalog)
    return Declared(desk.visit.organization.id, own.spec, desk.answers.name, report, pinned)


def _whole(text: str) -> int | str:
    """A number where it is one; else what was typed, which the reading of specs then says is none."""
    return int(text) if text.isascii() and text.isdecimal() else text


def _columns(desk: ReportDesk) -> dict[str, dict[str, Any]]:
    """What is not the field of the same name."""
    found = {
        source: {name: _ordered(each) for name, each in columns.items() if each is not None and each != {"field": name}}
        for source, columns in desk.columns().items()
    }
    return {source: found[source] for source in COLUMNS if found[source]}


def _ordered(column: Mapping[str, Any]) -> dict[str, Any]:
    """As people write it; a draft keeps no order."""
    return {key: column[key] for key in ("field", "value", "lookup", "other") if key in column}
