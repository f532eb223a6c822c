"""`reconciler statement`: a month of one integration, by account and record by record, for whoever keeps the books."""

import calendar
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, counted
from reconciler.cli.reading import reading
from reconciler.errors import UsageError
from reconciler.runs.moments import local
from reconciler.specs.money import grouped, money

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned
    from reconciler.runs.account_statement import AccountStatement, Part
    from reconciler.specs.models.shared import Label

SHOWN = 20


@click.command("statement")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration")
@click.option("--month", required=True, type=click.DateTime(["%Y-%m"]), metavar="YYYY-MM", help="The month.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "pdf"]),
    default="text",
    help="Text for people, stable JSON, or a file to keep.",
)
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Where a CSV or PDF file goes.")
@click.pass_obj
def command(
    context: Context, organization: str, integration: str, month: datetime, form: str, path: Path | None
) -> int:
    """Show what was sent in a month, added up by account, and every record that was refused, withheld, or differs.

    A CSV or PDF file is written for the accounts, in the organisation's language; nothing is overwritten.
    """
    context.formatted(form)
    with reading(context.settings) as found:
        found.check(organization)
        statement = _statement(context, found.pinned(organization, integration), month.date(), found.now)
    if form in ("csv", "pdf"):
        _write(context, statement, form, path)
    elif context.json:
        context.data(statement.data())
    else:
        show(context, statement)
    return 0


def _statement(context: Context, pinned: "Pinned", first: date, now: datetime) -> "AccountStatement":
    from reconciler.database.account_statement import AccountStatements, Asked
    from reconciler.runs.account_statement import AccountStatement
    from reconciler.runs.inventory import Window
    from reconciler.wiring import database

    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if first > now.astimezone(pinned.zone).date():
        raise UsageError(f"{first:%Y-%m} has not begun yet", "name a month that has")
    statements, parts = AccountStatements(database(context.settings)), []
    for target in dict.fromkeys(each.stream.target for each in pinned.exports):
        exports = [each for each in pinned.exports if each.stream.target == target]
        document = exports[0].mapping.scope.document
        categories = tuple(each.stream.category for each in exports)
        asked = Asked(pinned.organization_id, pinned.name, target, document.account, document.balanced, categories)
        parts.append(statements.part(asked, Window(first, last, pinned.zone)))
    return AccountStatement(
        organization=pinned.organization_name,
        title=pinned.organization.title,
        organization_number=pinned.organization.organization_number,
        language=pinned.organization.language,
        integration=pinned.name,
        system=_label(pinned, pinned.kind.label),
        first=first,
        last=last,
        zone=pinned.zone.key,
        made_at=now,
        parts=parts,
        labels={each.stream.category: _label(pinned, each.category.label) for each in pinned.exports},
    )


def _label(pinned: "Pinned", label: "Label") -> str:
    return label.nb if pinned.organization.language == "nb" else label.en


def _write(context: Context, statement: "AccountStatement", form: str, path: Path | None) -> None:
    from reconciler.packages.statement_csv import as_csv
    from reconciler.packages.statement_pdf import as_pdf

    where = path or Path(f"statement-{statement.organization}-{statement.integration}-{statement.month}.{form}")
    content = as_csv(statement) if form == "csv" else as_pdf(statement)
    try:
        with where.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise UsageError(f"{where} is there already, and is not overwritten", "name another with --to") from error
    except OSError as error:
        raise UsageError(f"{where} cannot be written: {error.strerror}", "name another place with --to") from error
    context.say(f"written: {where}", "green")


def show(context: Context, statement: "AccountStatement") -> None:
    """The statement for a screen."""
    made = local(statement.made_at, statement.zone)
    context.say(f"{statement.title}, {statement.integration}: {statement.month} (made {made})", "bold")
    for part in statement.parts:
        _part(context, part, statement.zone)
    where = f"{statement.organization} {statement.integration}"
    context.say(f"to file it: reconciler statement {where} --month {statement.month} --format pdf", "dim")


def _part(context: Context, part: "Part", zone: str) -> None:
    numbers = f", numbers {part.first_number} to {part.last_number}" if part.first_number else ""
    amount = f", {money(part.amount)}" if part.money else ""
    sent = counted(part.documents, "document") if part.documents else "nothing"
    context.say(f"{part.target}: sent {sent}{amount}{numbers}")
    if part.accounts:
        rows = [
            [
                each.account,
                each.category,
                each.line,
                str(each.count),
                *map(_amount, (each.debit, each.credit, each.total)),
            ]
            for each in part.accounts
        ]
        if part.money and any(each.debit is not None for each in part.accounts):
            count = str(sum(each.count for each in part.accounts))
            rows.append(["all", "", "", count, *map(grouped, (part.debit, part.credit, part.debit - part.credit))])
        headings = ["account", "category", "line", "count", "debit", "credit", "balance"]
        context.table(headings, rows, right=headings[3:])
    if part.unkept:
        context.say(f"  of these {part.unkept}, {money(part.unkept_amount)}, have no content here: accounts unknown")
    _records(context, part)
    if part.compared is None:
        context.say("  not compared with the outside system in this month: reconciler exports reconcile", "yellow")
    else:
        whole = "" if part.compared.whole else f", {part.compared.first} to {part.compared.last} only"
        context.say(f"  compared with the outside system {local(part.compared.at, zone)}{whole}", "dim")


def _records(context: Context, part: "Part") -> None:
    from reconciler.packages.statement_words import explained, words_of
    from reconciler.runs.account_statement import GROUPS

    for group in GROUPS:
        entries = part.of(group)
        if not entries:
            continue
        context.say(f"  {words_of('en')[group].lower()}: {len(entries) + part.more.get(group, 0)}", "bold")
        for each in entries[:SHOWN]:
            number = f", number {each.number}" if each.number else ""
            amounts = f", {money(each.amount)}" if each.amount is not None else ""
            amounts += f" (there {money(each.theirs)})" if each.theirs is not None else ""
            context.say(
                f"    {each.category} {each.record_id or each.reference}{number}{amounts}: {explained(each, 'en')}"
            )
        if (left := len(entries) + part.more.get(group, 0) - SHOWN) > 0:
            context.say(f"    and {left} more: the JSON form lists them")


def _amount(found: object) -> str:
    from decimal import Decimal

    return grouped(found) if isinstance(found, Decimal) else ""
