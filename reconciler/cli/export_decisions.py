"""`exports retry`, `give-up` and `answer`: what a person says about documents."""

from typing import TYPE_CHECKING, Any, get_args

import click

from reconciler.cli.choosing import (
    all_options,
    chosen,
    confirm_option,
    confirmed,
    desk,
    place_options,
    records_argument,
    summed,
)
from reconciler.cli.context import Context, format_option
from reconciler.errors import UsageError
from reconciler.runs.operations import LedgerRow, Operation
from reconciler.runs.spreadsheet import row_data

if TYPE_CHECKING:
    from reconciler.engine.operations import Desk

SHOWN = 20
Answer = ("received", "not-received", "fixed-there", "withdraw")
DONE = {
    "retry": "{what}: due with the next sync",
    "give-up": "{what}: given up, and never sent unless somebody retries",
    "received": "{what}: taken as received",
    "not-received": "{what}: taken as not received",
    "fixed-there": "{what}: taken as corrected there; asked for until it is posted",
    "withdraw": "{what}: proved to be gone there, and due with the next sync under a reference of its own",
}


@click.command("retry")
@records_argument
@place_options
@all_options
@click.option("--reason", default="", help="Why, for the audit trail.")
@format_option
@click.pass_obj
def retry(context: Context, /, *, organization: str, reason: str, form: str, **meant: Any) -> int:
    """Send documents again that were refused or did not go, also where nothing has changed; or take a give-up back.

    RECORD is a record's id in the app, our reference, or our number. They go with the next sync, under the same
    reference.
    """
    context.formatted(form)
    where = desk(context, organization)
    rows = chosen(where, "retry", meant)
    return _carry_out(context, where, rows, "retry", reason)


@click.command("give-up")
@records_argument
@place_options
@all_options
@click.option("--reason", required=True, help="Why, in a sentence; kept in the audit trail.")
@confirm_option
@format_option
@click.pass_obj
def give_up(context: Context, /, *, organization: str, reason: str, confirm: int, form: str, **meant: Any) -> int:
    """Never send documents that were refused, did not go, or are held. Retry takes it back.

    RECORD is a record's id in the app, our reference, or our number.
    """
    context.formatted(form)
    where = desk(context, organization)
    rows = chosen(where, "give-up", meant)
    if meant["every"]:
        confirmed(rows, "give up", confirm)
    return _carry_out(context, where, rows, "give-up", reason)


@click.command("answer")
@records_argument
@place_options
@all_options
@click.option("--received", "answer", flag_value="received", help="It is there: it counts as sent.")
@click.option("--not-received", "answer", flag_value="not-received", help="It is not there: it goes again.")
@click.option("--fixed-there", "answer", flag_value="fixed-there", help="Refused late: it was corrected there.")
@click.option(
    "--withdraw", "answer", flag_value="withdraw", help="Removed there, or to be removed by us; it goes again."
)
@click.option("--id", "target_id", default="", help="With --received: the id that it has there.")
@click.option("--reason", default="", help="How you know, for the audit trail.")
@confirm_option
@format_option
@click.pass_obj
def answer(context: Context, /, *, organization: str, answer: str | None, target_id: str, **meant: Any) -> int:
    """Answer what only a person can know: was a document received, was one corrected or removed there?

    RECORD is a record's id in the app, our reference, or our number. Look in the outside system for the reference
    first: what is said not to be there is sent again.
    """
    if answer not in Answer:
        raise UsageError("what is the answer?", "--received, --not-received, --fixed-there or --withdraw")
    if target_id and answer != "received":
        raise UsageError("--id goes with --received", "leave it out")
    context.formatted(meant["form"])
    where, operation = desk(context, organization), _operation(answer)
    rows = chosen(where, operation, meant)
    if meant["every"]:
        confirmed(rows, f"take as {answer}", meant["confirm"])
    if operation == "withdraw":
        return _withdraw(context, where, rows, meant["reason"])
    return _carry_out(context, where, rows, operation, meant["reason"], target_id)


def _operation(answer: str) -> Operation:
    found: Operation = next(each for each in get_args(Operation) if each == answer)
    return found


def _carry_out(
    context: Context, where: "Desk", rows: list[LedgerRow], operation: Operation, reason: str, *ids: str
) -> int:
    from reconciler.engine.operations import Wish, decide

    moved = decide(where, rows, Wish(operation, reason, *ids))
    if context.json:
        context.data({
            "organization": where.organization,
            "operation": operation,
            "exports": [row_data(each.row) | {"from": each.row.standing, "state": each.state} for each in moved],
        })  # fmt: skip
        return 0
    if not moved:
        context.say(f"nothing to {operation.replace('-', ' ')}: no document of it stands so", "green")
        return 0
    context.say(DONE[operation].format(what=summed(rows)), "green")
    _each(context, rows)
    if any(each.state == "not_applied" for each in moved):
        context.say(f"next: reconciler sync {where.organization} {rows[0].integration}")
    return 0


def _withdraw(context: Context, where: "Desk", rows: list[LedgerRow], reason: str) -> int:
    from reconciler.engine.withdraw import withdraw

    if len(rows) != 1:
        raise UsageError("documents are withdrawn one by one", "each is asked for twice, a minute apart")
    made = withdraw(context.world, where, rows[0], reason)
    if context.json:
        context.data({"organization": where.organization, "operation": "withdraw", "exports": [row_data(made)]})
        return 0
    context.say(DONE["withdraw"].format(what=rows[0].title), "green")
    context.say(f"  it goes as number {made.number}, {made.reference}, epoch {made.epoch}")
    context.say(f"next: reconciler sync {where.organization} {rows[0].integration}")
    return 0


def _each(context: Context, rows: list[LedgerRow]) -> None:
    for row in rows[:SHOWN]:
        context.say(f"  {row.title}, was {row.standing.replace('_', ' ')}")
    if (more := len(rows) - SHOWN) > 0:
        context.say(f"  and {more} more: the JSON form lists them all")
