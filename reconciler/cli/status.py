"""`reconciler status`: what a controller made of each commit, health, last and next run, backlog, and who must act."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import condition_status, report_status
from reconciler.cli.context import Context, counted, format_option, listed
from reconciler.cli.differences import differing
from reconciler.cli.reading import Reading, reading
from reconciler.cli.standing_still import allowance, standing_still
from reconciler.cli.starters import say_who_starts, starters_data
from reconciler.cli.story import asked
from reconciler.cli.switches import shout_standing, standing_data
from reconciler.cli.twins import problem, status_data
from reconciler.engine.states import State, state_of
from reconciler.runs import still_words
from reconciler.runs.ledger_words import LABELS, TROUBLES
from reconciler.runs.moments import ago, ahead, local
from reconciler.specs.money import money

if TYPE_CHECKING:
    from rich.text import Text

    from reconciler.runs.views import EndedExclusion, ExportRow, IntegrationView

SHOWN = 20
STYLES = {"green": "green", "yellow": "yellow", "red": "bold red", "grey": "dim"}
COUNTED = (
    *("sent", "rejected", "rejected_late", "held", "unknown", "drifted", "never_posted", "not_applied"),
    *("would_send", "would_reject"),
)
"""What a run did, in the order in which it is told."""
HEADINGS = ("Organisation", "Integration", "Health", "Last run", "Next run", "Backlog", "Credential")


@click.command("status")
@click.argument("organization", required=False, default="", metavar="[ORGANISATION]")
@format_option
@click.pass_obj
def command(context: Context, organization: str, form: str) -> int:
    """Show the health, last and next run and backlog of every integration, and the records that need somebody.

    Exit code 0 whenever it could be read: the colour is in the answer.
    """
    context.format = "json" if form == "json" else "text"
    with reading(context.settings) as found:
        conditions = found.conditions.conditions()
        # A controller may have looked at one that could never be applied.
        if organization and organization not in conditions:
            found.check(organization)
        states = [state_of(found, view) for view in found.overview.integrations(organization, SHOWN)]
        ended = found.overview.ended_exclusions(organization, found.now)
        reported, broken = report_status.tasks(found, organization)
        if context.json:
            integrations = [status_data(each) for each in states]
            over = [asdict(each) for each in ended]
            reports = [*map(report_status.data, reported), *map(report_status.broken_data, broken)]
            whole = {"integrations": integrations, "ended_exclusions": over, "reports": reports}
            whole |= {"switches": standing_data(found, organization), "starters": starters_data(found)}
            said = condition_status.data(conditions, organization)
            context.data({"at": found.now.isoformat(), "conditions": said} | whole)
            return 0
        shout_standing(context, found, organization)
        looked = condition_status.show(context, found, conditions, organization)
        if states:
            _show(context, found, states)
            _ended(context, ended)
            if any(each.next_run for each in states):
                say_who_starts(context, found)
        elif not looked:
            _nothing(context, organization)
        report_status.show(context, reported, broken)
    return 0


def _show(context: Context, found: Reading, states: list[State]) -> None:
    context.table(HEADINGS, [_row(found, each) for each in states])
    for state in states:
        if said := problem(state):
            context.say(f"{state.view.organization} {state.view.name}: {said}", "red")
        standing_still(context, state)
        allowance(context, state)
        _trouble(context, state)
        differing(context, state)
        if hint := _hint(state):
            context.say(f"next: {hint}")


def _row(found: Reading, state: State) -> list[Any]:
    from rich.text import Text

    view = state.view
    health = Text(state.health.colour, style=STYLES[state.health.colour])
    health.append(f"\n{state.health.reason}", style="")
    last, due = _last(found, view), _next(found, state)
    return [view.organization, _name(view), health, last, due, _backlog(state), _credential(view)]


def _name(view: "IntegrationView") -> "Text":
    from rich.text import Text

    name = Text(view.name)
    name.append(f"\n{view.type}\n{view.environment}" + ("\nonly observed" if view.mode == "observe" else ""), "dim")
    return name


def _last(found: Reading, view: "IntegrationView") -> "Text":
    from rich.text import Text

    run = view.last_run
    if run is None:
        return Text("never", style="dim")
    counts = {LABELS[state]["en"]: run.count(state) for state in COUNTED}
    what = listed(counts) or ("nothing to send" if run.state == "succeeded" else run.state)
    when = _two_lines(local(run.started_at, view.zone), ago(run.started_at, found.now))
    return Text(f"{when}:\n" + what.replace(", ", ",\n"))


def _two_lines(moment: str, distance: str) -> str:
    """A moment and its distance, in a narrow cell."""
    day, clock, zone = moment.split()
    return f"{day} {clock}\n{zone}, {distance}"


def _next(found: Reading, state: State) -> str:
    if state.next_run is None or state.view.schedule is None:
        return "by hand only"
    return _two_lines(local(state.next_run.at, state.view.schedule.zone), ahead(state.next_run.at, found.now))


def _backlog(state: State) -> str:
    lines = [
        f"{state.waiting} to send\n{money(state.amount) if state.amount else ''}".strip()
        if state.waiting
        else "nothing to send"
    ]
    if state.view.withheld:
        lines.append(f"{state.view.withheld} withheld")
    return "\n".join(lines)


def _credential(view: "IntegrationView") -> str:
    if view.credential is None:
        return "none"
    return view.credential.hint + ("" if view.credential.state == "current" else "\nnot tested")


def _trouble(context: Context, state: State) -> None:
    """The records that need somebody: what the outside system says, and the line of the mapping behind it."""
    view = state.view
    if not view.troubled:
        return
    context.say()
    verb = "needs" if view.needing == 1 else "need"
    context.say(f"{counted(view.needing, 'record')} of {view.organization} {view.name} {verb} somebody:", "bold")
    if held := [each for each in view.ledger if each.state == "held"]:
        count, amount = sum(each.documents for each in held), sum((each.amount for each in held), Decimal(0))
        context.say(f"  held until somebody answers: {counted(count, 'document')}, {money(amount)}", "yellow")
    for row in view.troubled:
        context.say(f"  {LABELS[row.state]['en']}  {row.category} {row.record_id}, number {row.number}", _style(row))
        said = asked(row, view.organization) if row.state == "held" else row.message or TROUBLES[row.state]["en"]
        context.say(f"    {said}")
        if row.origin:
            context.say(f"    field {row.field}, {row.origin}" if row.field else f"    {row.origin}", "dim")
    if view.needing > len(view.troubled):
        context.say(f"  and {view.needing - len(view.troubled)} more")
    context.say(f"  each one's story: reconciler why {view.organization} RECORD", "dim")


def _ended(context: Context, ended: "Sequence[EndedExclusion]") -> None:
    """Exclusions that are over: nobody should take them for what still holds."""
    for each in ended:
        said = f"{each.organization}: {still_words.ended(each)}"
        context.say(f"{said} ({each.origin})" if each.origin else said, "yellow")


def _style(row: "ExportRow") -> str:
    return "red" if row.state in {"rejected", "rejected_late"} else "yellow"


def _hint(state: State) -> str:
    view = state.view
    if view.credential is None and view.mode == "send":
        return f"reconciler credentials set {view.organization} {view.name}"
    if view.last_run is None:
        where = f"{view.organization} {view.name}"
        return f"reconciler preview {where}, then reconciler sync {where}"
    return ""


def _nothing(context: Context, organization: str) -> None:
    if organization:
        context.say(f"{organization} has no integration yet.")
        context.say(f"next: add orgs/{organization}/integrations/NAME.yaml, commit it, and run reconciler apply")
        return
    context.say("Nothing is applied to this database yet.")
    context.say("next: in a config repository, look at what would happen: reconciler plan")
    context.say("      then make it so: reconciler apply")
    context.say("      or see the whole job on an example: make demo")
