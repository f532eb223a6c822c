"""`reconciler sync`: send what is due of one integration, and say what became of it."""

from typing import TYPE_CHECKING
from uuid import uuid4

import click

from reconciler.cli.context import Context, counted, format_option, listed
from reconciler.cli.document_tables import noticed
from reconciler.cli.moments import local
from reconciler.specs.money import grouped, money

if TYPE_CHECKING:
    from decimal import Decimal

    from reconciler.runs.report import Failure, RunReport, Standing

SHOWN = 10


@click.command("sync")
@click.argument("organization")
@click.argument("integration")
@click.option("--confirm", type=int, default=0, metavar="COUNT", help="A yes to the first sync of so many documents.")
@format_option
@click.pass_obj
def command(context: Context, organization: str, integration: str, confirm: int, form: str) -> int:
    """Send the records that the ledger has not settled. What was sent is never sent again.

    Exit code 6 where records were rejected, 5 where a part failed or is blocked, 75 where nothing happened and the
    same command will work later.
    """
    from reconciler.engine.beforehand import Order
    from reconciler.engine.export import sync

    context.format = "json" if form == "json" else "text"
    order = Order(organization, integration, "manual", uuid4(), confirm)
    report = sync(context.world, order)
    if context.json:
        context.data(report.data())
    else:
        show(context, report)
    return report.exit_code


def show(context: Context, report: "RunReport") -> None:
    """A run as people read it: a table, what is withheld and why, and each record that needs somebody."""
    reaches = f" ({report.reaches})" if report.reaches else ""
    context.say(f"{report.organization}/{report.integration} to {report.place}{reaches}", "bold")
    states = {"rejected": "rejected", "unknown": "unknown", "not sent": "not_applied"}
    if report.count("held"):
        states["held"] = "held"
    columns = ["category", "sent", "NOK", *states, "withheld", "posted", "requests"]
    rows = [
        [
            stream.category,
            stream.counts["sent"],
            _amount(stream.amount),
            *[stream.counts[state] for state in states.values()],
            sum(stream.withheld.values()),
            stream.counts["posted"],
            stream.requests,
        ]
        for stream in report.streams
    ]
    if report.mode == "observe":
        columns = ["category", "would send", "NOK", "withheld"]
        rows = [
            [each.category, each.counts["would_send"], _amount(each.amount), sum(each.withheld.values())]
            for each in report.streams
        ]
    context.table(columns, rows, right=columns[1:])
    _withheld(context, report)
    _notices(context, report)
    _failures(context, report)
    _closing(context, report)


def _withheld(context: Context, report: "RunReport") -> None:
    reasons = [
        (stream.category, reason, count) for stream in report.streams for reason, count in stream.withheld.items()
    ]
    if reasons:
        context.say("withheld", "bold")
        for category, reason, count in reasons:
            context.say(f"  {count:>4}  {category}: {reason}")
        context.say()


def _notices(context: Context, report: "RunReport") -> None:
    found = [notice for stream in report.streams for notice in stream.notices]
    if found:
        context.say("worth a look", "bold")
        for notice in found[:SHOWN]:
            context.say(f"  {notice.category} {notice.record_id}", "yellow")
            for line in noticed(notice):
                context.say(f"      {line}")
        if (more := len(found) - SHOWN) > 0:
            context.say(f"  and {more} more: the JSON form lists them all")
        context.say()
    for remark in (f"{stream.category}: {each}" for stream in report.streams for each in stream.remarks):
        context.say(remark, "yellow")


def _failures(context: Context, report: "RunReport") -> None:
    if report.failures:
        context.say("needs somebody", "bold")
        for failure in report.failures[:SHOWN]:
            _failure(context, failure)
        if (more := len(report.failures) - SHOWN) > 0:
            context.say(f"  and {more} more: reconciler status {report.organization}")
        context.say()


def _failure(context: Context, failure: "Failure") -> None:
    context.say(f"  {failure.category} {failure.record_id}  {failure.state.replace('_', ' ')}", "yellow")
    context.say(f"      {failure.message}")
    if failure.field or failure.origin:
        where = f", written by {failure.origin}" if failure.origin else ""
        context.say(f"      field {failure.field or '(several)'}{where}")


def _closing(context: Context, report: "RunReport") -> None:
    for alarm in report.alarms:
        context.say(f"alarm: {alarm}", "bold red")
    if report.problem:
        context.say(f"stopped: {report.problem}", "bold red")
        context.say(f"  next: {report.hint}")
    found = {
        "found again": report.count("sent_found"),
        "confirmed by a repeat under the same key": report.count("confirmed"),
        "proved absent": report.count("not_applied_found"),
        "drifted": report.count("drifted"),
        "rejected late": report.count("rejected_late"),
        "still rejected": report.count("still_rejected"),
    }
    if any(found.values()):
        context.say(f"of earlier runs: {listed(found)}")
    _standing(context, report)
    sent = report.count("sent")
    if report.mode == "observe":
        context.say("observed: nothing was sent, because this integration's mode is observe")
    elif sent:
        style = "green" if report.state == "succeeded" else "yellow"
        amount = f", {money(report.amount)}" if report.amount else ""
        context.say(f"{report.state}: sent {counted(sent, 'document')}{amount}", style)
    elif report.state == "succeeded":
        context.say("succeeded: nothing to send; everything that is due was sent before", "green")
    else:
        context.say(f"{report.state}: nothing was sent", "bold red")


def _amount(found: "Decimal | None") -> str:
    """Nothing where there is no money to speak of: an activity costs nothing, and not 0.00 either."""
    return "" if found is None else grouped(found)


def _standing(context: Context, report: "RunReport") -> None:
    """What is open beyond this run: questions, and documents whose next try is not due yet."""
    if held := report.standing("held"):
        one = "was it received there? It does not go again by itself"
        asked = one if held.documents == 1 else "were they received there? They do not go again by themselves"
        context.say(
            f"waiting for an answer: {_summed(held)}: {asked} (reconciler status {report.organization})", "yellow"
        )
    if later := report.standing("not_applied"):
        at = f", the first of them after {local(later.next_at, report.zone)}" if later.next_at else ""
        context.say(f"to be tried again: {_summed(later)}{at}", "yellow")


def _summed(found: "Standing") -> str:
    return counted(found.documents, "document") + (f", {money(found.amount)}" if found.amount else "")
