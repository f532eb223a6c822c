"""`exports list`: documents by integration, category, state and days, with counts and sums at the foot."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.choosing import STATES, desk, first_moment, place_options
from reconciler.cli.context import Context
from reconciler.errors import UsageError
from reconciler.runs.moments import local
from reconciler.runs.operations import Choice, LedgerRow
from reconciler.runs.spreadsheet import COLUMNS, cells, lines, row_data
from reconciler.specs.money import grouped

if TYPE_CHECKING:
    from reconciler.engine.operations import Desk

SHOWN, PAGE = 50, 5000
FAILED = ("rejected", "rejected_late", "not_applied", "unknown", "held", "never_posted", "drifted")
Listed = tuple[LedgerRow, bool]
"""A row, and whether its record has changed since."""


@click.command("list")
@click.argument("organization", metavar="ORGANISATION")
@place_options
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only in this state; several may be.")
@click.option("--record", default="", help="Only of this record, reference or number.")
@click.option("--since", metavar="DAY", help="Last changed on this local day or later, YYYY-MM-DD.")
@click.option("--until", metavar="DAY", help="Last changed on this local day or before, YYYY-MM-DD.")
@click.option("--earlier", is_flag=True, help="Earlier epochs of what was sent once more too.")
@click.option("--changed", "only_changed", is_flag=True, help="Only where the app's record is another than what went.")
@click.option("--limit", type=click.IntRange(1, PAGE), default=SHOWN, help="So many at most, in text and JSON.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text",
              help="Text for people, stable JSON, or all as CSV: with commas, UTF-8, no formulas.")  # fmt: skip
@click.pass_obj
def list_(context: Context, /, *, organization: str, record: str, limit: int, form: str, **meant: Any) -> int:
    """List documents, with the outside system's own words for those that failed, and counts and sums at the foot."""
    context.formatted(form)
    where = desk(context, organization)
    zone = where.people().zone
    choice = Choice(
        where.organization_id,
        wanted=(record,) if record else (),
        integration=_known(where.office.operations.integrations(where.organization_id), meant["integration"]),
        category=meant["category"],
        states=meant["states"],
        since=first_moment(meant["since"], zone),
        until=first_moment(meant["until"], zone, days=1),
        newest=not meant["earlier"],
        reversing=True,
    )
    pages = _pages(where, choice, only_changed=meant["only_changed"], page=PAGE if form == "csv" else limit)
    if form == "csv":
        _csv(pages)
        return 0
    if meant["only_changed"]:
        listed = [each for page in pages for each in page]
        sums, listed = _sums([row for row, _ in listed]), listed[:limit]
    else:
        listed, sums = next(pages, []), where.office.operations.tally(choice)
    if context.json:
        totals = [{"state": state, "documents": count, "amount": str(amount)} for state, count, amount in sums]
        shown = [row_data(row) | {"changed": changed} for row, changed in listed]
        context.data({"organization": organization, "exports": shown, "totals": totals})
    elif listed:
        _show(context, listed, zone)
        _foot(context, sums, len(listed))
    else:
        context.say(f"no document of {organization} fits.")
        context.say(f"next: reconciler status {organization}, or leave something out: --state, --since, --category")
    return 0


def _known(names: list[str], wanted: str) -> str:
    """Raises UsageError where there is no such integration."""
    if wanted and wanted not in names:
        hint = f"there is {', '.join(names)}" if names else "there is none"
        raise UsageError(f"no applied integration '{wanted}'", hint)
    return wanted


def _pages(where: "Desk", choice: Choice, *, only_changed: bool, page: int) -> Iterator[list[Listed]]:
    """Page by page: a year of an organisation does not fit on a screen, nor need it fit into memory."""
    from reconciler.engine.changed import changed

    after = 0
    while rows := where.office.operations.rows(choice, PAGE if only_changed else page, after):
        others = changed(where, rows)
        yield [(row, row.id in others) for row in rows if row.id in others or not only_changed]
        after = rows[-1].id


def _sums(rows: list[LedgerRow]) -> list[tuple[str, int, Decimal]]:
    """As the database sums them up, of rows in hand."""
    standings = sorted({row.standing for row in rows})
    amounts = {name: [row.amount or Decimal(0) for row in rows if row.standing == name] for name in standings}
    return [(name, len(amounts[name]), sum(amounts[name], Decimal(0))) for name in standings]


def _show(context: Context, listed: list[Listed], zone: str) -> None:
    rows = [row for row, _ in listed]
    amount = [grouped(row.amount) if row.amount is not None else "" for row in rows]
    context.table(
        ["number", "category", "record", "state", "NOK", "last change"],
        [
            [row.number, row.category, row.record_id, _state(row, other), money, local(row.changed_at, zone)]
            for (row, other), money in zip(listed, amount, strict=True)
        ],
        right=["number", "NOK"],
    )
    for row in rows:
        if row.standing in FAILED and (row.message or row.field):
            context.say(f"  number {row.number}: {row.message or row.code}", "yellow")
            if row.field or row.origin:
                origin = f", written by {row.origin}" if row.origin else ""
                context.say(f"      field {row.field or '(several)'}{origin}")


def _state(row: LedgerRow, other: bool) -> str:  # noqa: FBT001 - said by position, beside its row
    epoch = f" (epoch {row.epoch})" if row.epoch > 1 or row.superseded else ""
    epoch = f" (reversal of epoch {row.epoch})" if row.purpose == "reversal" else epoch
    return row.standing.replace("_", " ") + epoch + ("\nrecord changed since" if other else "")


def _foot(context: Context, sums: list[tuple[str, int, Decimal]], shown: int) -> None:
    rows = [[state.replace("_", " "), count, grouped(amount)] for state, count, amount in sums]
    total = sum(count for _, count, _ in sums)
    if len(sums) > 1:
        rows.append(["all", total, grouped(sum((amount for _, _, amount in sums), Decimal(0)))])
    context.table(["state", "documents", "NOK"], rows, right=["documents", "NOK"])
    if shown < total:
        context.say(f"{shown} of {total} are shown: --limit shows more, --format csv all of them")


def _csv(pages: Iterator[list[Listed]]) -> None:
    click.echo(lines([COLUMNS]), nl=False)
    for page in pages:
        click.echo(lines(cells(row, changed=other) for row, other in page), nl=False)
