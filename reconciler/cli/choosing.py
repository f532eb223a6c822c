"""How a person says which documents are meant: by name, or by integration, category, state and days."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted
from reconciler.errors import OperationRefused, UsageError
from reconciler.runs.operations import MEANING, MOVES, Choice, LedgerRow, Operation
from reconciler.specs.money import money

if TYPE_CHECKING:
    from reconciler.engine.operations import Desk

NAMED = "RECORD is a record's id in the app, our reference, or our number."


def records_argument(verb: Any) -> Any:
    """ORGANISATION RECORD...; none where `--all` says it."""
    records = click.argument("records", nargs=-1, metavar="[RECORD]...")(verb)
    return click.argument("organization", metavar="ORGANISATION")(records)


def place_options(verb: Any) -> Any:
    """`--integration` and `--category`."""
    verb = click.option("--category", default="", help="Only of this category of records.")(verb)
    return click.option("--integration", default="", help="Only of this integration.")(verb)


def all_options(verb: Any) -> Any:
    """`--all`, `--since`, `--until`."""
    verb = click.option("--until", metavar="DAY", help="Last changed on this local day or before, YYYY-MM-DD.")(verb)
    verb = click.option("--since", metavar="DAY", help="Last changed on this local day or later, YYYY-MM-DD.")(verb)
    return click.option("--all", "every", is_flag=True, help="All of an integration that it is allowed for.")(verb)


def confirm_option(verb: Any) -> Any:
    """`--confirm COUNT`."""
    return click.option("--confirm", type=int, default=0, metavar="COUNT", help="A yes to exactly so many documents.")(
        verb
    )


def desk(context: Context, organization: str) -> "Desk":
    """The documents of one organisation."""
    from reconciler.cli.office import office
    from reconciler.engine.operations import Desk

    return Desk(office(context.settings), organization)


def chosen(desk: "Desk", operation: Operation, meant: dict[str, Any]) -> list[LedgerRow]:
    """The rows that `records` name, or all of an integration that the operation is allowed for.

    Raises UsageError where neither is said, or both.
    """
    records, every = tuple(meant["records"]), meant["every"]
    if bool(records) == every:
        raise UsageError("which documents are meant?", f"name them, or say --all. {NAMED}")
    if every and not meant["integration"]:
        raise UsageError("--all is all of one integration", "--integration NAME")
    if every and meant["integration"] not in (names := desk.office.operations.integrations(desk.organization_id)):
        hint = f"it has {', '.join(names)}" if names else "it has none"
        raise UsageError(f"{desk.organization} has no applied integration '{meant['integration']}'", hint)
    zone = desk.people().zone
    return desk.chosen(
        Choice(
            desk.organization_id,
            wanted=tuple(dict.fromkeys(records)),
            integration=meant["integration"],
            category=meant["category"],
            states=tuple(MOVES[operation]) if every else (),
            since=first_moment(meant["since"], zone),
            until=first_moment(meant["until"], zone, days=1),
        )
    )


def first_moment(text: str | None, zone: str, days: int = 0) -> datetime | None:
    """The first moment of a local day, or of that so many days later."""
    from zoneinfo import ZoneInfo

    found = day(text)
    return datetime.combine(found + timedelta(days=days), time(), ZoneInfo(zone)) if found else None


def day(text: str | None) -> date | None:
    """A day as people write it. Raises UsageError where it is none."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no day", "write YYYY-MM-DD, such as 2026-03-01") from error
    if not date(1900, 1, 1) <= found <= date(9000, 1, 1):
        raise UsageError(f"'{text}' is no day of ours", "write YYYY-MM-DD, such as 2026-03-01")
    return found


def summed(rows: list[LedgerRow]) -> str:
    """`3 documents, NOK 1 200.00`."""
    amount = sum((row.amount or Decimal(0) for row in rows), Decimal(0))
    return counted(len(rows), "document") + (f", {money(amount)}" if amount else "")


def confirmed(rows: list[LedgerRow], what: str, confirm: int) -> None:
    """Raises OperationRefused where many are meant and nobody has said yes to exactly so many."""
    if confirm != len(rows):
        raise OperationRefused(f"this would {what} {summed(rows)}", f"if this is meant, add --confirm {len(rows)}")


STATES = tuple(MEANING)
