"""The syncs that somebody else asks for or begins: `sync --now`, and `sync --occurrence` of a scheduler."""

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted
from reconciler.cli.pods import patiently

if TYPE_CHECKING:
    from reconciler.engine.beforehand import Order
    from reconciler.engine.occurrence import Kept
    from reconciler.runs.request import Ran, Request

NOT_YET = 75
TAKERS = "reconciler requests run carries out what waits"


def ask_for(context: Context, order: "Order", reason: str, seconds: int) -> int:
    """Write the request down, and wait so long for its outcome; its exit code is that of the run."""
    from reconciler.engine.requests import ask, wait_for

    world = context.world
    request = ask(world, order, reason)
    if not context.json:
        click.echo(f"asked for as request {request}; waiting up to {counted(seconds, 'second')}", err=True)
    found = wait_for(world, request, seconds)
    ran = world.requests.ran(found.run) if found.run is not None else None
    if context.json:
        context.data(found.data() | {"history": _ran(ran)})
    else:
        _tell(context, found, ran)
    return found.exit_code or 0 if found.ended else NOT_YET


def _tell(context: Context, found: "Request", ran: "Ran | None") -> None:
    name = f"{found.organization}/{found.asked.integration}"
    if not found.ended:
        context.say(_standing(found, name), "yellow")
        context.say(f"  next: {TAKERS}; reconciler requests list {found.organization} shows how it stands")
    elif found.state == "refused":
        context.say(f"refused: {found.answer}", "bold red")
        context.say(f"  next: {found.hint}")
    else:
        counts = [(category, counts) for category, counts in (ran.counts if ran else {}).items()]
        columns = ["category", "sent", "NOK", "rejected", "unknown", "not sent", "withheld"]
        states = ("sent", "amount", "rejected", "unknown", "not_applied", "withheld")
        context.table(columns, [[name, *(_number(each, state) for state in states)] for name, each in counts], columns)
        if found.answer:
            context.say(f"stopped: {found.answer}", "bold red")
            context.say(f"  next: {found.hint or f'reconciler status {found.organization}'}")
        state = ran.state if ran else "done"
        context.say(f"{state}: the run {found.run} of {name}; what needs somebody: {_status(found)}", _style(state))


def _number(counts: Any, state: str) -> str:
    from decimal import Decimal

    from reconciler.specs.money import grouped

    return grouped(Decimal(counts.get("amount", "0"))) if state == "amount" else str(counts.get(state, 0))


def _status(found: "Request") -> str:
    return f"reconciler status {found.organization}"


def _style(state: str) -> str:
    return "green" if state == "succeeded" else "yellow"


def _standing(found: "Request", name: str) -> str:
    if found.state == "taken":
        return f"{found.taken_by} has taken it, and the sync of {name} is not over yet"
    return f"it waits: nobody has carried out a sync of {name} yet"


def _ran(ran: "Ran | None") -> dict[str, Any] | None:
    if ran is None:
        return None
    ended = ran.ended_at.isoformat() if ran.ended_at else None
    return {"state": ran.state, "started_at": ran.started_at.isoformat(), "ended_at": ended, "counts": ran.counts}


def carry_out_occurrence(context: Context, order: "Order", *, in_pod: bool = False) -> int:
    """One scheduled time. Exit code 0 whenever an outcome was written down, 75 where it may be tried again. A pod waits
    for its turn.
    """
    from reconciler.cli.sync import show
    from reconciler.engine.occurrence import keep
    from reconciler.errors import Bug, UsageError

    try:
        world = context.world
        kept = patiently(world, lambda: keep(world, order)) if in_pod else keep(world, order)
    except UsageError as error:  # a scheduler cannot put that right, and nothing could be written down
        raise Bug(error.message, error.hint) from error
    if context.json:
        context.data(_kept(order, kept))
    elif kept.report is not None:
        show(context, kept.report)
    else:
        assert order.occurrence is not None
        at, name = order.occurrence.isoformat(), f"{order.organization}/{order.integration}"
        context.say(f"{kept.state}: the run of {name} for {at}: {kept.problem}")
        if kept.hint:
            context.say(f"  next: {kept.hint}")
    return kept.exit_code


def _kept(order: "Order", kept: "Kept") -> dict[str, Any]:
    assert order.occurrence is not None
    told = {"occurrence": order.occurrence.isoformat(), "state": kept.state, "problem": kept.problem}
    return told | {"hint": kept.hint, "run": kept.report.data() if kept.report else None}
