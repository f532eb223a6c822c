"""A report on the terminal and as JSON: key figures, findings, differences."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reconciler.cli.context import Context, counted

if TYPE_CHECKING:
    from reconciler.engine.reporting import Opened
    from reconciler.reports.build import Built
    from reconciler.reports.document import Figure, Finding
    from reconciler.reports.rows import Difference

SHOWN = 20
STYLES = {"error": "red", "warning": "yellow"}


def show_built(context: Context, found: "Opened", version: "Built") -> None:
    """The head, the key figures and the findings, as a person reads them before signing."""
    report = version.report
    show_head(context, version)
    rows = [(each.label, number(each), each.unit, each.note) for each in report.figures]
    context.table(("Nøkkeltall", "Verdi", "Enhet", "Merknad"), rows, right=("Verdi",))
    findings = [*report.findings, *found.notices]
    for each in findings:
        context.say(f"{each.severity}: {each.message} [{each.code}]", STYLES[each.severity])
        context.say(f"  {each.hint}", "dim")
    errors = sum(each.severity == "error" for each in findings)
    said = f"{counted(errors, 'error')} and {counted(len(findings) - errors, 'warning')}"
    context.say(
        f"{said}: {'it cannot be frozen' if errors else 'it can be frozen'}" if findings else "nothing to remark"
    )


def show_head(context: Context, version: "Built") -> None:
    """Whose report it is, of which year, by which rules."""
    report = version.report
    context.say(f"{report.organization} ({report.organization_number}): {report.title}, {report.year}", "bold")
    context.say(
        f"  {report.first} to {report.last}, {report.scope}, version {report.version}, rules {report.rules}", "dim"
    )
    for each in report.corrections[:SHOWN]:
        context.say(f"  {each}", "dim")


def number(figure: "Figure") -> str:
    """A figure with Norwegian marks; a dash where it is not shown."""
    if figure.value is None:
        return "–"
    text = f"{figure.value:,}" if isinstance(figure.value, int) else f"{figure.value:,f}"
    return text.replace(",", " ").replace(".", ",")


def show_differences(context: Context, differences: "Sequence[Difference]") -> None:
    """The first of them, and how many more there are."""
    for each in differences[:SHOWN]:
        context.say(f"  {each.sentence('en')}")
    if len(differences) > SHOWN:
        context.say(f"  and {len(differences) - SHOWN} more (--format json names all)", "dim")


def version_data(version: "Built") -> dict[str, Any]:
    """The JSON twin of a report, without its sheets."""
    report = version.report
    return {
        "report": report.name,
        "title": report.title,
        "organization": report.organization,
        "organization_number": report.organization_number,
        "year": report.year,
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "scope": report.scope,
        "version": report.version,
        "rules": report.rules,
        "revision": report.revision,
        "figures": [
            {"key": each.key, "label": each.label, "value": _value(each), "unit": each.unit, "note": each.note}
            for each in report.figures
        ],
        "corrections": list(report.corrections),
    }


def built_data(found: "Opened", version: "Built") -> dict[str, Any]:
    """The same with the findings and the frozen version."""
    latest = found.latest
    return version_data(version) | {
        "findings": [_finding(each) for each in (*version.report.findings, *found.notices)],
        "deadline": found.asked.report.due(version.report.year).isoformat(),
        "frozen": {"version": latest.version, "digest": latest.digest} if latest else None,
        "differences": len(found.differences),
    }


def _value(figure: "Figure") -> int | str | None:
    return f"{figure.value:f}" if isinstance(figure.value, Decimal) else figure.value


def _finding(found: "Finding") -> dict[str, str]:
    return {"severity": found.severity, "code": found.code, "message": found.message, "hint": found.hint}
