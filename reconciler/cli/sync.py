"""`reconciler sync`: send what is due of one integration, and say what became of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from reconciler.cli.compared_holdings import compared_with_holdings
from reconciler.cli.context import Context, counted, format_option, listed
from reconciler.cli.document_tables import noticed
from reconciler.cli.pods import patiently, recorded, time_of_job
from reconciler.cli.stopping import told_to_stop
from reconciler.errors import UsageError
from reconciler.runs.moments import local
from reconciler.specs.money import grouped, money

if TYPE_CHECKING:
    from reconciler.engine.beforehand import Order
    from reconciler.runs.report import Failure, RunReport, Standing
    from reconciler.runs.request import Days

SHOWN = 10


@click.command("sync")
@click.argument("organization")
@click.argument("integration")
@click.option("--confirm", type=int, default=0, metavar="COUNT", help="A yes to a sync of so many documents.")
@click.option("--from", "first", metavar="DAY", help="Only records dated on this day or later, YYYY-MM-DD.")
@click.option("--to", "last", metavar="DAY", help="Only records dated on this day or earlier.")
@click.option("--now", "asked", is_flag=True, help="Ask whoever carries out requests, and wait for the outcome.")
@click.option("--wait", type=click.IntRange(0), default=60, show_default=True, help="With --now: seconds to wait.")
@click.option("--reason", default="", help="With --now: why, for whoever looks at the request.")
@click.option(
    "--occurrence", metavar="TIME", help="For schedulers: the scheduled time that this run is for, with zone."
)
@click.option("--job", metavar="NAME", help="For pods: the name of their Job, which says the scheduled time.")
@click.option(
    "--run", "named", type=click.UUID, help="With --occurrence or --job: the id of this run, for its starter."
)
@format_option
@click.pass_obj
def command(context: Context, /, **asked: Any) -> int:
    """Send the records that the ledger has not settled. What was sent is never sent again.

    Exit code 6 where records were rejected, 5 where a part failed or is blocked, 75 where nothing happened and the
    same command will work later.
    """
    from reconciler.cli.asked_sync import ask_for, carry_out_occurrence
    from reconciler.engine.export import sync

    context.formatted(asked["form"])
    order = _order(context, asked)
    if order.occurrence is not None:
        with told_to_stop(context.stopping):
            return carry_out_occurrence(context, order, in_pod=asked["job"] is not None)
    if order.days is not None and not context.json:
        _foretold(context, order)
    if asked["asked"]:
        return ask_for(context, order, asked["reason"], asked["wait"])
    with told_to_stop(context.stopping):
        world = context.world
        report = patiently(world, lambda: sync(world, order)) if asked["job"] else sync(world, order)
    if context.json:
        context.data(report.data())
    else:
        show(context, report)
    return recorded(report.exit_code) if asked["job"] else report.exit_code


def _order(context: Context, asked: Mapping[str, Any]) -> "Order":
    """What is asked for. Raises UsageError where options do not go together, or a day or time cannot be read."""
    from reconciler.engine.beforehand import Order

    _check_together(asked)
    if asked["job"] is not None:
        occurrence = time_of_job(asked["job"], context.world.clock.now())
    else:
        occurrence = _moment(asked["occurrence"]) if asked["occurrence"] else None
    trigger, run = "schedule" if occurrence else "manual", asked["named"] or uuid4()
    order = Order(asked["organization"], asked["integration"], trigger, run, asked["confirm"], None, occurrence)
    return replace(order, days=_days(context, order, asked["first"], asked["last"]))


def _check_together(asked: Mapping[str, Any]) -> None:
    if asked["occurrence"] and asked["job"] is not None:
        raise UsageError("--job and --occurrence both say the scheduled time", "leave one of them out")
    started = asked["occurrence"] or asked["job"] is not None
    if started and (asked["asked"] or asked["first"] or asked["last"]):
        option = "--occurrence" if asked["occurrence"] else "--job"
        raise UsageError(f"{option} is for one scheduled time", "leave out --now, --from and --to")
    if asked["reason"] and not asked["asked"]:
        raise UsageError("--reason goes with --now", "leave it out, or add --now")
    if asked["named"] and not started:
        raise UsageError("--run goes with --occurrence or --job", "leave it out")


def _days(context: Context, order: "Order", first: str | None, last: str | None) -> "Days | None":
    """The range of days: without a first day from the cut-over day on, without a last one to today."""
    from reconciler.engine.beforehand import ordered
    from reconciler.runs.request import Days

    if not (first or last):
        return None
    pinned = ordered(context.world, order)
    since = min(each.since for each in pinned.integration.exports)
    today = context.world.clock.now().astimezone(pinned.zone).date()
    return Days(_day("--from", first) if first else since, _day("--to", last) if last else max(today, since))


def _day(flag: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{flag} {text} is not a day", "YYYY-MM-DD, a day of the organisation's zone") from error


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--occurrence {text} is not a time", "such as 2026-03-02T03:30:00+01:00") from error
    if found.tzinfo is None:
        raise UsageError(f"--occurrence {text} has no zone", "such as 2026-03-02T03:30:00+01:00, or ending in Z")
    return found


def _foretold(context: Context, order: "Order") -> None:
    """What a back-fill would send, before it does."""
    from reconciler.engine.beforehand import forecast

    found = forecast(context.world, order)
    count, amount = sum(each for _, each, _ in found), sum((each for _, _, each in found), Decimal(0))
    context.say(f"dated {order.days} and not sent yet: {counted(count, 'document')}, {money(amount)}", "bold")
    for category, records, each in found:
        context.say(f"  {records:>4}  {category}" + (f", {money(each)}" if each else ""))


def show(context: Context, report: "RunReport") -> None:
    """A run as people read it: a table, what is withheld and why, and each record that needs somebody."""
    reaches = f" ({report.reaches})" if report.reaches else ""
    days = f", only what is dated {report.days}" if report.days else ""
    context.say(f"{report.organization}/{report.integration} to {report.place}{reaches}{days}", "bold")
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
        columns = ["category", "would send", "NOK", "would be rejected", "withheld"]
        rows = [
            [
                each.category,
                each.counts["would_send"],
                _amount(each.amount),
                each.counts["would_reject"],
                sum(each.withheld.values()),
            ]
            for each in report.streams
        ]
    context.table(columns, rows, right=columns[1:])
    _withheld(context, report)
    _notices(context, report)
    compared_with_holdings(context, report.streams)
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
        told = f"would send {counted(report.count('would_send'), 'document')}, {money(report.amount)}"
        refused = report.count("would_reject")
        more = f"; {counted(refused, 'record')} would be rejected" if refused else ""
        context.say(f"observed: {told}{more}. Nothing was sent, because this integration's mode is observe")
    elif sent:
        style = "green" if report.state == "succeeded" else "yellow"
        amount = f", {money(report.amount)}" if report.amount else ""
        context.say(f"{report.state}: sent {counted(sent, 'document')}{amount}", style)
    elif report.state == "succeeded":
        due = f"everything due that is dated {report.days}" if report.days else "everything that is due"
        context.say(f"succeeded: nothing to send; {due} was sent before", "green")
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
