"""`reconciler report`: a yearly report, from counting to the receipt of whoever was given it."""

import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted, format_option
from reconciler.cli.desk import desk
from reconciler.cli.report_words import built_data, show_built, show_differences, show_head, version_data
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.reports.build import Built

LONGEST = 100


def _which(command: Any) -> Any:
    """The report that a verb is about."""
    command = click.option("--year", type=int, help="The year that is counted; the last that is over where left out.")(
        format_option(command)
    )
    return click.argument("organization", metavar="ORGANISATION")(click.argument("name")(command))


@click.group("report")
def command() -> None:
    """Build, check, freeze and compare a yearly report, and record its hand-over.

    NAME is the report's name in orgs/ORGANISATION/reports/; what is counted is the applied one.
    """


@command.command("build")
@_which
@click.option("--into", type=click.Path(path_type=Path), help="The folder to write; report-ORGANISATION-NAME-YEAR.")
@click.option("--frozen", type=int, metavar="VERSION", help="The files of a frozen version, byte by byte, instead.")
@click.pass_obj
def build(context: Context, /, **asked: Any) -> int:
    """Write the package of the report into a folder that is not there yet. Nothing is frozen by it."""
    from reconciler.engine.reporting import opened

    context.formatted(asked["form"])
    organization, name = asked["organization"], asked["name"]
    if asked["frozen"] is not None:
        return _again(context, asked)
    with opened(desk(context), organization, name, asked["year"]) as found:
        version = found.current
        folder = asked["into"] or Path(f"report-{organization}-{name}-{version.report.year}")
        files = _write(version, folder)
        if context.json:
            context.data(built_data(found, version) | {"folder": str(folder), "files": dict(sorted(files.items()))})
        else:
            show_head(context, version)
            context.say(f"written to {folder}: {', '.join(sorted(files))}", "green")
            context.say(f"next: look at it, then reconciler report freeze {organization} {name}", "dim")
    return 0


def _again(context: Context, asked: Mapping[str, Any]) -> int:
    """Write what was frozen; it is checked against its checksums on the way."""
    from reconciler.engine.reporting import files_of, frozen

    here = desk(context)
    _, year, versions = frozen(here, asked["organization"], asked["name"], asked["year"])
    kept = next((each for each in versions if each.version == asked["frozen"]), None)
    if kept is None:
        known = ", ".join(str(each.version) for each in versions)
        raise UsageError(
            f"{year} has no frozen version {asked['frozen']}", f"it has {known}" if known else "it has none"
        )
    folder = asked["into"] or Path(f"report-{asked['organization']}-{kept.name}-{year}-version-{kept.version}")
    files = files_of(here, kept)
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise UsageError(f"'{folder}' is there already", "name another folder with --into") from error
    for each, content in files.items():
        (folder / each).write_bytes(content)
    if context.json:
        said = {"report": kept.name, "year": year, "version": kept.version, "digest": kept.digest}
        context.data(said | {"folder": str(folder), "files": dict(sorted(kept.files.items()))})
    else:
        context.say(
            f"version {kept.version} of {year} as it was frozen, in {folder}: {', '.join(sorted(files))}", "green"
        )
    return 0


@command.command("check")
@_which
@click.pass_obj
def check(context: Context, organization: str, name: str, year: int | None, form: str) -> int:
    """Show the key figures and what was found. Exit code 5 where something keeps the report from being frozen."""
    from reconciler.engine.reporting import opened

    context.formatted(form)
    with opened(desk(context), organization, name, year) as found:
        version = found.current
        if context.json:
            context.data(built_data(found, version))
        else:
            show_built(context, found, version)
        every = [*version.report.findings, *found.notices]
    return 5 if any(each.severity == "error" for each in every) else 0


@command.command("freeze")
@_which
@click.option("--correction", default="", metavar="REASON", help="Freeze a version that corrects the one before.")
@click.pass_obj
def freeze(context: Context, organization: str, name: str, year: int | None, correction: str, form: str) -> int:
    """Keep the report for good: figures, a digest of each row, and the files with their checksums.

    A year is frozen once; what differs later is frozen as a correction that names every difference. Exit code 5 where
    a finding is in the way, 4 where the year is frozen already.
    """
    from reconciler.engine import reporting

    context.formatted(form)
    here = desk(context)
    with reporting.opened(here, organization, name, year) as found:
        if found.differences and not correction and not context.json:
            show_differences(context, found.differences)
        version = reporting.to_freeze(found, _reason(correction))
        with tempfile.TemporaryDirectory(prefix="reconciler-report-") as folder:
            written = Path(folder) / "package"
            checksums = _write(version, written)
            files = {each: (checksum, (written / each).read_bytes) for each, checksum in checksums.items()}
            digest = reporting.freeze(here, found, version, correction, files)
    if context.json:
        context.data(version_data(version) | {"digest": digest, "files": dict(sorted(checksums.items()))})
        return 0
    context.say(f"{organization} {name} {version.report.year}: version {version.report.version} is frozen", "green")
    context.say(f"  digest {digest}")
    for each, checksum in sorted(checksums.items()):
        context.say(f"  {checksum}  {each}", "dim")
    hand = f"reconciler report handed-over {organization} {name} --receipt NUMBER"
    context.say(f"next: hand it over, then {hand}", "dim")
    return 0


@command.command("handed-over")
@_which
@click.option("--receipt", required=True, help="The number that was given for it.")
@click.option("--by", metavar="ACCOUNT", help="Who handed it over; whoever calls where left out.")
@click.option("--on", "day", metavar="DAY", help="The day, YYYY-MM-DD; today where left out.")
@click.pass_obj
def handed_over(context: Context, /, **asked: Any) -> int:
    """Record that the latest frozen version was handed over: by whom, when, and the receipt. It is audited."""
    from reconciler.engine import reporting
    from reconciler.runs.reported import HandOver

    context.formatted(asked["form"])
    here = desk(context)
    organization, name = asked["organization"], asked["name"]
    today = reporting.today_of(reporting.declared(here.store.applied_report(organization, name)), here)
    given = HandOver(
        _word("--receipt", asked["receipt"]),
        _day(asked["day"], today),
        _word("--by", asked["by"] or context.settings.actor),
    )
    kept = reporting.hand_over(here, organization, name, asked["year"], given)
    if context.json:
        said = {"report": kept.name, "year": kept.year, "version": kept.version, "digest": kept.digest}
        context.data(said | {"receipt": given.receipt, "by": given.by, "on": given.on.isoformat()})
    else:
        what = f"{organization} {name} {kept.year}, version {kept.version}"
        context.say(f"{what}: handed over by {given.by} on {given.on}, receipt {given.receipt}", "green")
    return 0


@command.command("compare")
@_which
@click.pass_obj
def compare(context: Context, organization: str, name: str, year: int | None, form: str) -> int:
    """Hold the data of today against the latest frozen version: which figures and which rows differ.

    Rows are named by a digest of what they are known by. Exit code 3 where something differs.
    """
    from reconciler.engine import reporting

    context.formatted(form)
    here = desk(context)
    with reporting.opened(here, organization, name, year) as found:
        kept = reporting.compare(here, found)
        differing = found.differences
    if context.json:
        context.data(
            {
                "organization": organization,
                "report": kept.name,
                "year": kept.year,
                "version": kept.version,
                "digest": kept.digest,
                "handed_over": [each.receipt for each in kept.handed_over],
                "differences": [_difference(each) for each in differing],
            }
        )
    elif differing:
        count = counted(len(differing), "difference")
        context.say(f"{count} from version {kept.version} of {kept.year}:", "yellow")
        show_differences(context, differing)
        context.say(f'next: reconciler report freeze {organization} {name} --correction "REASON"', "dim")
    else:
        context.say(f"the data of today is as it was frozen: version {kept.version} of {kept.year}", "green")
    return 3 if differing else 0


def _difference(each: Any) -> dict[str, str]:
    return {"what": each.what, "place": each.place, "key": each.key, "before": each.before, "after": each.after}


def _write(version: "Built", folder: Path) -> Mapping[str, str]:
    """Write the package, and give the checksum of each file: the one place that knows who writes it."""
    from reconciler.packages.package import write

    return write(version.report, folder).files


def _reason(text: str) -> str:
    """Raises UsageError where a reason says nothing, is a story, or looks like it names somebody."""
    from reconciler.specs.secrets import is_personal

    if text and not (10 <= len(text) <= 500 and text.isprintable()):
        raise UsageError("a correction needs a reason of 10 to 500 characters", '--correction "what was wrong"')
    if is_personal(text):
        raise UsageError("--correction looks like it names a person", "say what was wrong, and not with whom")
    return text


def _word(option: str, text: str) -> str:
    """Raises UsageError for what is empty, too long, holds control characters, or looks like a person's."""
    from reconciler.specs.secrets import is_personal

    if not text.strip() or len(text) > LONGEST or not text.isprintable():
        raise UsageError(f"{option} is one line of 1 to {LONGEST} characters")
    if is_personal(text):
        raise UsageError(f"{option} looks like an address, a telephone or an identity number", "give an account's name")
    return text.strip()


def _day(text: str | None, today: date) -> date:
    """Raises UsageError where it is no day, or is still to come."""
    if text is None:
        return today
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, without a time
    except ValueError as error:
        raise UsageError("--on is no day", "write it as 2026-09-10") from error
    if day > today:
        raise UsageError(f"{day} is still to come", "record a hand-over when it has happened")
    return day
