"""`reconciler exports reconcile`: what was sent, held against what stands there, record by record."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from reconciler.cli.context import Context, counted, format_option
from reconciler.errors import UsageError
from reconciler.specs.money import grouped, money

if TYPE_CHECKING:
    from reconciler.runs.comparison import Comparison, Difference

DAYS = 30
"""Days that are compared where nobody names others: today and those before it."""
SHOWN = 50
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("reconcile")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration")
@click.option("--from", "first", type=DAY, default=None, help="The first local day; 30 days ago where left out.")
@click.option("--to", "last", type=DAY, default=None, help="The last local day; today where left out.")
@click.option("--requests", type=click.IntRange(1, 10_000), default=None, help="The most requests; else as declared.")
@click.option("--nightly", is_flag=True, help="Tonight's comparison, if nobody has made it yet.")
@format_option
@click.pass_obj
def command(
    context: Context,
    organization: str,
    integration: str,
    first: datetime | None,
    last: datetime | None,
    requests: int | None,
    nightly: bool,  # noqa: FBT001 - click gives a flag so
    form: str,
) -> int:
    """Compare the documents that were sent in a window with what the outside system holds.

    Nothing is sent or changed. Exit code 0 where everything agrees, 5 where something differs or could not be compared.
    """
    from reconciler.engine.comparing import Asked, compare
    from reconciler.engine.nightly import reconcile_due

    context.formatted(form)
    if nightly:
        found = reconcile_due(context.world, organization, integration)
    else:
        begins, ends = _window(context, organization, integration, first, last)
        found = compare(context.world, Asked(organization, integration, begins, ends, requests or 0))
    if context.json:
        context.data({"organization": organization, "comparisons": [each.data() for each in found]})
    else:
        show(context, organization, found)
    return 5 if any(each.differences or not each.complete for each in found) else 0


def _window(
    context: Context, organization: str, integration: str, first: datetime | None, last: datetime | None
) -> tuple[date, date]:
    applied = context.world.applied.applied(organization, integration)
    zone = ZoneInfo(applied.organization.body["zone"])
    today = context.world.clock.now().astimezone(zone).date()
    ends = last.date() if last else today
    begins = first.date() if first else ends - timedelta(days=DAYS - 1)
    if begins > ends:
        raise UsageError(f"the window ends on {ends}, before it begins on {begins}", "write --from before --to")
    return begins, ends


def show(context: Context, organization: str, found: "list[Comparison]") -> None:
    """Each target with its verdict, and each difference with what a person should look at."""
    if not found:
        context.say("nothing to compare now: tonight's comparison is made, or it is not time yet", "green")
    for each in found:
        _target(context, organization, each)


def _target(context: Context, organization: str, found: "Comparison") -> None:
    from reconciler.runs.comparison import KINDS

    days = f"{found.first} to {found.last}"
    context.say(f"{organization}/{found.integration} and {found.target}, {days}", "bold")
    if found.sent:
        compared = f"{found.sent - found.unread} of {counted(found.sent, 'document')} compared"
        context.say(f"{compared}, {money(found.amount)}; {counted(found.requests, 'request')}")
    else:
        context.say(f"nothing was sent in these days; {counted(found.requests, 'request')}")
    for kind, words in KINDS.items():
        if count := found.count(kind):
            style = "bold red" if kind == "twice" else "yellow"
            verb = words if count == 1 else words.replace("stands", "stand").replace("was sent", "were sent")
            verb = (
                verb if count == 1 else verb.replace("is not there", "are not there").replace("is there", "are there")
            )
            context.say(f"  {counted(count, 'document')}: {verb}", style)
    if found.differences:
        rows = [_row(each) for each in found.differences[:SHOWN]]
        headings = ["difference", "number", "sent on", "ours NOK", "theirs NOK", "record and reference"]
        context.table(headings, rows, right=["number", "ours NOK", "theirs NOK"])
        if (more := len(found.differences) - SHOWN) > 0:
            context.say(f"  and {more} more: the JSON form lists them all")
        context.say(f"  next: look there for each of them; its story: reconciler why {organization} RECORD", "dim")
    _closing(context, found)


def _row(each: "Difference") -> list[str]:
    day = each.first.isoformat() if each.record_id and each.first == each.last else ""
    detail = f"the ledger says {each.detail}" if each.kind == "unknown_here" and each.detail else each.detail
    kind = each.kind.replace("_", " ") + (f"\n{detail}" if detail else "")
    amounts = ["" if amount is None else grouped(amount) for amount in (each.ours, each.theirs)]
    record = f"{each.category}\n{each.record_id}" if each.record_id else "not known here"
    return [kind, str(each.number or ""), day, *amounts, f"{record}\n{each.reference}"]


def _closing(context: Context, found: "Comparison") -> None:
    if found.foreign:
        context.say(f"  {counted(found.foreign, 'document')} there belong to others, and were left out", "dim")
    if found.problem:
        context.say(f"  {found.problem}", "yellow")
        context.say(f"  next: {found.hint}" if found.hint else "")
    if found.complete and not found.differences:
        beyond = "" if found.way == "listed" else "; what is there and not ours was not looked for"
        context.say(f"everything agrees{beyond}", "green")
    context.say()
