"""`reconciler schedule`: what a cron expression means, and when the applied schedules run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.moments import ahead, weekday
from reconciler.cli.reading import expression, next_runs, reading

if TYPE_CHECKING:
    from reconciler.schedules.cron import Expression
    from reconciler.schedules.expression import Finding
    from reconciler.schedules.occurrences import Occurrence

RUNS = 5
HEADINGS = ("Next runs", "Zone", "UTC", "From now", "Note")
Language = Literal["en", "nb"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One expression in one zone: when it runs next, and what is rarely meant in it."""

    expression: "Expression"
    zone: str
    language: Language
    coming: "Sequence[Occurrence]"
    findings: "Sequence[Finding]" = ()


@click.group("schedule")
def command() -> None:
    """Explain a cron expression, and show when the applied schedules run."""


@command.command("explain")
@click.argument("written", metavar="EXPRESSION")
@click.option("--zone", default="Europe/Oslo", show_default=True, help="An IANA time zone.")
@click.option("--language", type=click.Choice(["en", "nb"]), default="en", show_default=True)
@format_option
@click.pass_obj
def explain(context: Context, written: str, zone: str, language: Language, form: str) -> int:
    """Say in words when EXPRESSION runs, list the next runs, and warn of what is rarely meant.

    EXPRESSION has five fields: minute hour day month weekday. Exit code 1 where it is invalid, or never runs.
    """
    from reconciler.schedules.check import check
    from reconciler.schedules.expression import parse
    from reconciler.schedules.fields import ExpressionInvalid
    from reconciler.schedules.occurrences import following
    from reconciler.schedules.zones import ZoneUnknown
    from reconciler.wiring import clock

    context.format = "json" if form == "json" else "text"
    now = clock(context.settings).now()
    try:
        parsed = parse(written)
        explained = Explained(parsed, zone, language, following(parsed, zone, now, RUNS), check(parsed, zone, now))
    except (ExpressionInvalid, ZoneUnknown) as error:
        _invalid(context, str(error))
        return 1
    if context.json:
        context.data(_explained(explained))
    else:
        _show(context, explained, now)
    return 1 if any(each.severity == "refused" for each in explained.findings) else 0


def _invalid(context: Context, message: str) -> None:
    if context.json:
        context.data({"valid": False, "message": message})
    else:
        context.say(message, "red")


def _show(context: Context, explained: "Explained", now: datetime) -> None:
    from reconciler.schedules.describe import describe

    language = explained.language
    context.say(describe(explained.expression, language, explained.zone), "bold")
    if explained.coming:
        rows = [_row(each, language, now) for each in explained.coming]
        wide = len(HEADINGS) if any(row[-1] for row in rows) else len(HEADINGS) - 1
        context.table(HEADINGS[:wide], [row[:wide] for row in rows])
    for each in explained.findings:
        context.say(f"{each.severity}: {each.message}", "red" if each.severity == "refused" else "yellow")
        context.say(f"  next: {each.hint}")


def _row(each: "Occurrence", language: Language, now: datetime) -> tuple[str, ...]:
    from reconciler.schedules.describe import describe_note

    offset = f"{each.local:%z}"
    zone = f"{each.local:%Z}" if f"{each.local:%Z}".isalpha() else ""
    note = describe_note(each, language) or ""
    return (
        f"{each.local:%a %Y-%m-%d %H:%M}",
        f"{zone} {offset[:3]}:{offset[3:]}".strip(),
        f"{each.at:%Y-%m-%d %H:%M}",
        ahead(each.at, now),
        note,
    )


def _explained(found: "Explained") -> dict[str, Any]:
    from reconciler.schedules.describe import describe

    return {
        "valid": not any(each.severity == "refused" for each in found.findings),
        "expression": found.expression.text,
        "zone": found.zone,
        "words": describe(found.expression, found.language, found.zone),
        "next": [_run(each, found.language) for each in found.coming],
        "findings": [
            {"id": each.id, "severity": each.severity, "message": each.message, "hint": each.hint}
            for each in found.findings
        ],
    }


def _run(each: "Occurrence", language: Language) -> dict[str, Any]:
    from reconciler.schedules.describe import describe_note

    return {"local": each.local.isoformat(), "utc": each.at.isoformat(), "note": describe_note(each, language)}


@command.command("next")
@click.argument("organization", metavar="ORGANISATION")
@format_option
@click.pass_obj
def coming(context: Context, organization: str, form: str) -> int:
    """Show what the applied schedules of ORGANISATION mean, and when each runs next."""
    from reconciler.schedules.describe import describe

    context.format = "json" if form == "json" else "text"
    with reading(context.settings) as database:
        database.check(organization)
        now, schedules = database.now, database.overview.schedules(organization)
    runs = [(each, expression(each), next_runs(each, now, RUNS)) for each in schedules]
    if context.json:
        context.data(
            {
                "organization": organization,
                "schedules": [
                    {"schedule": each.name, "integration": each.integration}
                    | _explained(Explained(parsed, each.zone, "en", due))
                    for each, parsed, due in runs
                ],
            }
        )
        return 0
    for each, parsed, due in runs:
        context.say(f"{each.integration}: {describe(parsed, 'en', each.zone)}", "bold")
        for one in due:
            note = f"  {one.note}" if one.note else ""
            context.say(f"  {weekday(one.at, each.zone)}, {ahead(one.at, now)}{note}")
    if not runs:
        context.say(f"{organization} has no schedule: it is synced by hand only")
        context.say(f"next: add orgs/{organization}/schedules/NAME.yaml, commit it, and run reconciler apply")
    return 0
