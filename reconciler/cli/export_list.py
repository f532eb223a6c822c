"""`exports list`: documents by integration, category, state and days, with counts and sums at the foot."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import click

from reconciler.cli.choosing import STATES, desk, first_moment, place_options, row_data
from reconciler.cli.context import Context
from reconciler.cli.moments import local
from reconciler.errors import UsageError
from reconciler.runs.operations import Choice, LedgerRow
from reconciler.specs.money import grouped

SHOWN, PAGE = 50, 5000
FAILED = ("rejected", "rejected_late", "not_applied", "unknown", "held", "never_posted", "drifted")
COLUMNS = (
    "record", "category", "integration", "target", "state", "reference", "number", "epoch", "attempt", "amount",
    "target_ids", "code", "message", "field", "origin", "sent_at", "next_attempt_at", "changed_at", "superseded",
)  # fmt: skip
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection; `|` and `%` are our reading)."""


@click.command("list")
@click.argument("organization", metavar="ORGANISATION")
@place_options
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only in this state; several may be.")
@click.option("--record", default="", help="Only of this record, reference or number.")
@click.option("--since", metavar="DAY", help="Last changed on this local day or later, YYYY-MM-DD.")
@click.option("--until", metavar="DAY", help="Last changed on this local day or before, YYYY-MM-DD.")
@click.option("--earlier", is_flag=True, help="Earlier epochs of what was sent once more too.")
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
        integration=_known(where.world.operations.integrations(where.organization_id), meant["integration"]),
        category=meant["category"],
        states=meant["states"],
        since=first_moment(meant["since"], zone),
        until=first_moment(meant["until"], zone, days=1),
        newest=not meant["earlier"],
    )
    if form == "csv":
        _csv(context, choice)
        return 0
    rows = context.world.operations.rows(choice, limit)
    sums = context.world.operations.tally(choice)
    if context.json:
        totals = [{"state": state, "documents": count, "amount": str(amount)} for state, count, amount in sums]
        context.data({"organization": organization, "exports": [row_data(each) for each in rows], "totals": totals})
    elif rows:
        _show(context, rows, zone)
        _foot(context, sums, len(rows))
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


def _show(context: Context, rows: list[LedgerRow], zone: str) -> None:
    amount = [grouped(row.amount) if row.amount is not None else "" for row in rows]
    context.table(
        ["number", "category", "record", "state", "NOK", "last change"],
        [
            [row.number, row.category, row.record_id, _state(row), money, local(row.changed_at, zone)]
            for row, money in zip(rows, amount, strict=True)
        ],
        right=["number", "NOK"],
    )
    for row in rows:
        if row.standing in FAILED and (row.message or row.field):
            context.say(f"  number {row.number}: {row.message or row.code}", "yellow")
            if row.field or row.origin:
                origin = f", written by {row.origin}" if row.origin else ""
                context.say(f"      field {row.field or '(several)'}{origin}")


def _state(row: LedgerRow) -> str:
    epoch = f" (epoch {row.epoch})" if row.epoch > 1 or row.superseded else ""
    return row.standing.replace("_", " ") + epoch


def _foot(context: Context, sums: list[tuple[str, int, Decimal]], shown: int) -> None:
    rows = [[state.replace("_", " "), count, grouped(amount)] for state, count, amount in sums]
    total = sum(count for _, count, _ in sums)
    if len(sums) > 1:
        rows.append(["all", total, grouped(sum((amount for _, _, amount in sums), Decimal(0)))])
    context.table(["state", "documents", "NOK"], rows, right=["documents", "NOK"])
    if shown < total:
        context.say(f"{shown} of {total} are shown: --limit shows more, --format csv all of them")


def _csv(context: Context, choice: Choice) -> None:
    """Page by page: a year of an organisation does not fit on a screen, nor need it fit into memory."""
    click.echo(_lines([COLUMNS]), nl=False)
    after = 0
    while page := context.world.operations.rows(choice, PAGE, after):
        click.echo(_lines(_cells(each) for each in page), nl=False)
        after = page[-1].id


def _lines(rows: Any) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _cells(row: LedgerRow) -> Iterator[str]:
    data = row_data(row)
    for name in COLUMNS:
        value = data[name]
        text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        yield text if name == "amount" else defused(text)


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: whatever an outside system says ends up in one."""
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip().startswith(DANGEROUS) or text.startswith(DANGEROUS) else text
