"""`reconciler schedule`: what a cron expression or a SyncSchedule means, and when the applied schedules run."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import report_status
from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.reading import reading
from reconciler.cli.schedule_words import RUNS, Explained, data, show
from reconciler.cli.starters import say_who_starts, starters_data
from reconciler.engine.timetable import expression, next_runs
from reconciler.errors import UsageError
from reconciler.runs.moments import ahead, weekday
from reconciler.specs.languages import Language

if TYPE_CHECKING:
    from reconciler.specs.documents import Document
    from reconciler.specs.models.organization import Organization
    from reconciler.specs.models.schedule import SyncSchedule

EXAMPLE = 'such as: reconciler schedule explain "30 3 * * 1-5"'
language_option = click.option("--language", type=click.Choice(["en", "nb"]), default="en", show_default=True)


@click.group("schedule")
def command() -> None:
    """Explain a cron expression or a SyncSchedule, and show when the applied schedules run."""


@command.command("explain")
@click.argument("written", metavar="[EXPRESSION]", required=False)
@click.option("--of", "named", metavar="ORGANISATION/NAME", help="A SyncSchedule of the config repository instead.")
@root_option
@click.option("--zone", default="Europe/Oslo", show_default=True, help="An IANA time zone, for an expression.")
@language_option
@format_option
@click.pass_obj
def explain(context: Context, /, *, form: str, written: str | None, named: str | None, **how: Any) -> int:
    """Say in words when EXPRESSION, or a SyncSchedule, runs, list the next runs, and warn of what is rarely meant.

    EXPRESSION has five fields: minute hour day month weekday. Exit code 1 where it is invalid, or never runs.
    """
    from reconciler.schedules.expression import parse
    from reconciler.schedules.fields import ExpressionInvalid
    from reconciler.schedules.zones import ZoneUnknown

    context.format = "json" if form == "json" else "text"
    try:
        if named is not None and written is None:
            return _of(context, how["root"], named, how["language"])
        if written is not None and named is None:
            return _say(context, Explained(parse(written), how["zone"], how["language"]))
    except (ExpressionInvalid, ZoneUnknown) as error:
        _invalid(context, str(error))
        return 1
    raise UsageError("give an expression, or a schedule with --of, and not both", EXAMPLE)


def _say(context: Context, asked: Explained) -> int:
    explained = asked.at(_now(context))
    if context.json:
        context.data(data(explained))
    else:
        show(context, explained, _now(context))
    return 1 if explained.refused else 0


def _now(context: Context) -> datetime:
    from reconciler.wiring import clock

    return clock(context.settings).now()


def _of(context: Context, root: Path, named: str, language: Language) -> int:
    """Explain a SyncSchedule as it is written. Raises UsageError where there is none, ExpressionInvalid."""
    from reconciler.plans.timing import timing

    document, organization = _written(context, root, named)
    found = timing(document.spec, organization.spec)
    if found is None:
        return _manual(context, document, language)
    frozen = organization.spec.days_without_syncs
    return _say(context, Explained(found.expression, found.zone, language, timing=found, frozen=frozen))


def _written(context: Context, root: Path, named: str) -> "tuple[Document[SyncSchedule], Document[Organization]]":
    from reconciler.cli.validate import read
    from reconciler.specs.models.schedule import SyncSchedule
    from reconciler.specs.wording import choice

    folder, _, name = named.partition("/")
    organizations = read(context, root, None).organizations
    if folder not in organizations or (organization := organizations[folder].organization) is None:
        raise UsageError(f"there is no organisation '{folder}'", choice(folder, organizations))
    schedules = organizations[folder].of(SyncSchedule)
    if name not in schedules:
        hint = choice(name, schedules) or f"add orgs/{folder}/schedules/NAME.yaml"
        raise UsageError(f"'{folder}' has no schedule '{name}'", hint)
    return schedules[name], organization


def _manual(context: Context, document: "Document[SyncSchedule]", language: Language) -> int:
    from reconciler.schedules.remarks import MANUAL

    name = document.spec.integration
    words = MANUAL[language].format(integration=name, command=f"reconciler sync {document.organization} {name}")
    if context.json:
        context.data({"valid": True, "manual": True, "words": words, "next": [], "findings": []})
    else:
        context.say(words, "bold")
    return 0


def _invalid(context: Context, message: str) -> None:
    if context.json:
        context.data({"valid": False, "message": message})
    else:
        context.say(message, "red")


@command.command("next")
@click.argument("organization", metavar="ORGANISATION")
@language_option
@format_option
@click.pass_obj
def coming(context: Context, organization: str, language: Language, form: str) -> int:
    """Show what the applied schedules of ORGANISATION mean, and when each runs next."""
    from reconciler.schedules.describe import describe, describe_note

    context.format = "json" if form == "json" else "text"
    with reading(context.settings) as database:
        database.check(organization)
        now, schedules = database.now, database.overview.schedules(organization)
        reported, _ = report_status.tasks(database, organization)
        starters = starters_data(database) if context.json else []
    runs = [(each, expression(each), next_runs(each, now, RUNS)) for each in schedules]
    if context.json:
        found = [
            {"schedule": each.name, "integration": each.integration} | data(Explained(parsed, each.zone, language, due))
            for each, parsed, due in runs
        ]
        reports = [report_status.data(each) for each in reported]
        context.data({"organization": organization, "schedules": found, "reports": reports, "starters": starters})
        return 0
    for each, parsed, due in runs:
        context.say(f"{each.integration}: {describe(parsed, language, each.zone)}", "bold")
        for one in due:
            note = describe_note(one, language)
            context.say(f"  {weekday(one.at, each.zone)}, {ahead(one.at, now)}" + (f"  {note}" if note else ""))
    report_status.coming(context, reported, now.date())
    if runs:
        with reading(context.settings) as database:
            say_who_starts(context, database)
    if not runs:
        context.say(f"{organization} has no schedule that runs by itself: it is synced by hand only")
        context.say(f"next: add orgs/{organization}/schedules/NAME.yaml, commit it, and run reconciler apply")
    return 0
