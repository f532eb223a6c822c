"""`reconciler requests`: the syncs that somebody asked for, and whoever carries them out."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.stopping import told_to_stop
from reconciler.errors import UsageError
from reconciler.runs.moments import local

if TYPE_CHECKING:
    from reconciler.runs.report import RunReport
    from reconciler.runs.request import Request

SHOWN = 50
MOST = 1000
"""Requests of one call of `run`: what is asked for faster than it is carried out must not keep it for ever."""


@click.group("requests")
def command() -> None:
    """Syncs that were asked for with `sync --now`; those for the same are served by one run."""


@command.command("list")
@click.argument("organization", required=False, default="", metavar="[ORGANISATION]")
@format_option
@click.pass_obj
def list_(context: Context, organization: str, form: str) -> int:
    """Show the newest requests: who asked, when and why, and what became of them."""
    world = context.formatted(form).world
    if organization:
        world.applied.organization_id(organization)
    found = world.requests.requests(organization, SHOWN)
    if context.json:
        context.data([each.data() for each in found])
    elif found:
        columns = ["asked at", "by", "integration", "days", "state", "outcome"]
        context.table(columns, [_row(each) for each in found])
    else:
        context.say("Nobody has asked for a sync yet.")
        context.say("next: reconciler sync ORGANISATION INTEGRATION --now")
    return 0


@command.command("run")
@click.argument("organization", required=False, default="", metavar="[ORGANISATION]")
@click.argument("integration", required=False, default="", metavar="[INTEGRATION]")
@click.option("--once", is_flag=True, help="Carry out one request at the most.")
@click.option("--run", "named", type=click.UUID, help="With --once: the id of the run, for whoever started it.")
@format_option
@click.pass_obj
def run(context: Context, /, **asked: Any) -> int:
    """Carry out what waits, the oldest first, until nothing does: of all, of an organisation, or of one integration.

    Exit code 0 where each has its answer, 75 where one could not begin and waits again.
    """
    from reconciler.cli.sync import show

    if asked["named"] and not asked["once"]:
        raise UsageError("--run goes with --once", "leave it out, or add --once: it names one run")
    context.formatted(asked["form"])
    with told_to_stop(context.stopping):
        reports = list(_carried_out(context, asked))
    if context.json:
        context.data([each.data() for each in reports])
    for report in [] if context.json else reports:
        if report.streams:
            show(context, report)
        else:
            context.say(f"{report.organization}/{report.integration}: {report.problem}", "bold red")
            context.say(f"  next: {report.hint}")
    if not reports and not context.json:
        context.say("nothing waits to be carried out", "green")
    return 75 if any(each.again_later and not each.streams for each in reports) else 0


def _carried_out(context: Context, asked: Mapping[str, Any]) -> "Iterator[RunReport]":
    from reconciler.engine.requests import take_one

    world, where = context.world, (asked["organization"], asked["integration"])
    if where[0]:
        world.applied.organization_id(where[0])
    for _ in range(1 if asked["once"] else MOST):
        if context.stopping.is_set():
            return
        report = take_one(world, world.clock.now(), asked["named"], *where)
        if report is None:
            return
        yield report


def _row(request: "Request") -> list[str]:
    asked, outcome = request.asked, {0: "as declared", 5: "a part failed", 6: "records were rejected"}
    ended = outcome.get(request.exit_code or 0, "try again later") if request.state == "done" else request.answer
    if request.state == "taken":
        ended = f"by {request.taken_by}"
    why = f"{asked.by}: {asked.reason}" if asked.reason else asked.by
    name = f"{request.organization} {asked.integration}"
    return [local(request.at, request.zone), why, name, str(asked.days or "all"), request.state, ended]
