"""`exports resend` and `approve`: documents that are there go once more, as a new epoch."""

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.choosing import (
    all_options,
    chosen,
    confirm_option,
    desk,
    place_options,
    records_argument,
    summed,
)
from reconciler.cli.context import Context, format_option
from reconciler.runs.moments import local
from reconciler.runs.spreadsheet import row_data
from reconciler.specs.money import grouped, money

if TYPE_CHECKING:
    from reconciler.engine.resend import Resent
    from reconciler.runs.operating import ResendRequest
    from reconciler.runs.operations import LedgerRow

SHOWN = 50
_DUE = "due with the next sync, once more"


@click.command("resend")
@records_argument
@place_options
@all_options
@click.option("--reason", required=True, help="Why, in a sentence; kept in the audit trail for ever.")
@click.option("--reverse", is_flag=True, help="Take back what is there first; accounts whose type says how.")
@confirm_option
@format_option
@click.pass_obj
def resend(
    context: Context, /, *, organization: str, reason: str, reverse: bool, confirm: int, form: str, **meant: Any
) -> int:
    """Send documents that are there once more, under a new reference and number. What is there now stays there.

    With --reverse each is taken back first, by a document of its own with the amounts negated. Only once that is proved
    to be in the books does the record go once more.

    For accountants and admins of the organisation. RECORD is a record's id in the app, our reference, or our number.
    Nothing is changed without --confirm COUNT; many documents wait for a second person (exports approve).
    """
    from reconciler.engine.resend import Consent
    from reconciler.engine.resend import resend as carry_out

    context.formatted(form)
    where = desk(context, organization)
    rows = chosen(where, "resend", meant)
    if confirm != len(rows) and not context.json:
        _preview(context, rows, where.people().zone)
    found = carry_out(where, rows, reason, Consent(confirm, context.settings.second_person, reverse=reverse))
    return _told(context, organization, rows, found)


@click.command("approve")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("request", type=int, required=False)
@click.option("--refuse", is_flag=True, help="Let it wait no longer, and send nothing.")
@format_option
@click.pass_obj
def approve(context: Context, /, *, organization: str, request: int | None, refuse: bool, form: str) -> int:
    """Agree to what somebody else wants to send once more. Without a number: list what waits."""
    from reconciler.engine.resend import approve as agree
    from reconciler.engine.resend import refuse as decline

    context.formatted(form)
    where = desk(context, organization)
    if request is None:
        _list(context, organization, where.office.resends.waiting(where.organization_id), where.people().zone)
        return 0
    if refuse:
        declined = decline(where, request)
        if context.json:
            context.data({"organization": organization, "refused": declined.id})
        else:
            context.say(f"refused: request {declined.id} of {declined.asked_by}; nothing is sent")
        return 0
    return _told(context, organization, [], agree(where, request))


def _preview(context: Context, rows: "list[LedgerRow]", zone: str) -> None:
    context.table(
        ["number", "category", "record", "state", "NOK", "sent", "there as"],
        [
            [
                row.number,
                row.category,
                row.record_id,
                row.standing.replace("_", " "),
                grouped(row.amount) if row.amount is not None else "",
                local(row.sent_at or row.changed_at, zone),
                ", ".join(row.target_ids[:3]),
            ]
            for row in rows[:SHOWN]
        ],
        right=["number", "NOK"],
    )
    more = f", of which {SHOWN} are shown" if len(rows) > SHOWN else ""
    context.say(f"{summed(rows)}{more}")


def _told(context: Context, organization: str, rows: "list[LedgerRow]", found: "Resent") -> int:
    made = list(found.rows)
    if context.json:
        request = found.request or None
        context.data({"organization": organization, "exports": [row_data(each) for each in made], "request": request})
    elif found.request:
        context.say(f"{summed(rows)} wait for a second person: request {found.request}", "yellow")
        context.say(f"next: somebody else runs reconciler exports approve {organization} {found.request}")
    else:
        reversals = any(row.purpose == "reversal" for row in made)
        what = "taken back with the next sync, and sent once more when that is proved" if reversals else _DUE
        context.say(f"{summed(made)}: {what}", "green")
        for row in made[:SHOWN]:
            name = "reversal of epoch" if row.purpose == "reversal" else "epoch"
            context.say(f"  {row.category} {row.record_id}: number {row.number}, {row.reference}, {name} {row.epoch}")
        names = sorted({row.integration for row in made})
        context.say(f"next: reconciler sync {organization} {' or '.join(names)}")
    return 0


def _list(context: Context, organization: str, waiting: "list[ResendRequest]", zone: str) -> None:
    if context.json:
        context.data({"organization": organization, "requests": [_data(each) for each in waiting]})
        return
    if not waiting:
        context.say(f"nothing of {organization} waits for a second person.")
        return
    for each in waiting:
        what = f"{each.documents} documents, {money(each.amount)}" + (", reversed first" if each.reverse else "")
        context.say(f"request {each.id}: {what}, asked by {each.asked_by} on {local(each.asked_at, zone)}", "bold")
        context.say(f"  {each.reason}")
    context.say(f"next: reconciler exports approve {organization} {waiting[0].id}, by somebody else; or --refuse")


def _data(each: "ResendRequest") -> dict[str, Any]:
    return {
        "request": each.id,
        "documents": each.documents,
        "amount": str(each.amount),
        "reason": each.reason,
        "reverse": each.reverse,
        "asked_by": each.asked_by,
        "asked_at": each.asked_at.isoformat(),
    }
