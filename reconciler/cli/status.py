"""`reconciler status`: health, last and next run, backlog, and the records that need somebody."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import report_status
from reconciler.cli.context import Context, counted, format_option, listed
from reconciler.cli.differences import differing
from reconciler.cli.moments import ago, ahead, local
from reconciler.cli.reading import Reading, longest_silence_s, next_run, reading
from reconciler.cli.standing_still import allowance, standing_still
from reconciler.cli.starters import say_who_starts, starters_data
from reconciler.cli.twins import State, status_data
from reconciler.cli.why import question
from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.specs.money import money

if TYPE_CHECKING:
    from rich.text import Text

    from reconciler.database.views import EndedExclusion, ExportRow, IntegrationView
    from reconciler.engine.pinned import PinnedExport
    from reconciler.runs.health import Health
    from reconciler.runs.suspension import Suspension

SHOWN = 20
STYLES = {"green": "green", "yellow": "yellow", "red": "bold red", "grey": "dim"}
HEADINGS = ("Organisation", "Integration", "Health", "Last run", "Next run", "Backlog", "Credential")
WORDS = {
    "rejected": "refused",
    "rejected_late": "refused late",
    "held": "held",
    "unknown": "unknown",
    "drifted": "changed there",
    "never_posted": "never posted",
}


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
        if organization:
            found.check(organization)
        states = [_state(found, view) for view in found.overview.integrations(organization, SHOWN)]
        ended = found.overview.ended_exclusions(organization, found.now)
        reported, broken = report_status.tasks(found, organization)
        if context.json:
            integrations = [status_data(each) for each in states]
            over = [asdict(each) for each in ended]
            reports = [*map(report_status.data, reported), *map(report_status.broken_data, broken)]
            whole = {"integrations": integrations, "ended_exclusions": over, "reports": reports}
            whole |= {"starters": starters_data(found)}
            context.data({"at": found.now.isoformat()} | whole)
        elif states:
            _show(context, found, states)
            _ended(context, ended)
            if any(each.next_run for each in states):
                say_who_starts(context, found)
        else:
            _nothing(context, organization)
        if not context.json:
            report_status.show(context, reported, broken)
    return 0


def _state(found: Reading, view: "IntegrationView") -> State:
    """A broken integration is shown with its problem, and hides none of the others."""
    from reconciler.runs.health import Health

    try:
        due = next_run(view.schedule, found.now)
        pinned = found.pinned(view.organization, view.name)
        totals = [found.records.total(each.stream, each.selection, each.category, found.now) for each in pinned.exports]
        oldest = [_oldest(found, each) for each in pinned.exports] if view.schedule is None else []
        credential = pinned.integration.credentials.name
        usage = found.usages.of(pinned.organization_id, credential, pinned.allowed, found.now)
        still = found.in_the_way(pinned)
    except DatabaseDown:
        raise
    except ReconcilerError as error:
        return State(view, Health("red", "it cannot be read"), None, 0, Decimal(0), f"{error.message} ({error.hint})")
    verdict = _health(found, view, min((each for each in oldest if each), default=None), usage.left, still)
    count, amount = sum(each for each, _ in totals), sum((Decimal(each) for _, each in totals), Decimal(0))
    return State(view, verdict, due, count, amount, usage=usage, still=still)


def _health(
    found: Reading,
    view: "IntegrationView",
    oldest_waiting: datetime | None,
    quota: float | None,
    still: "Sequence[Suspension]",
) -> "Health":
    from reconciler.runs.health import Facts, LastRun, health
    from reconciler.specs.scalars import seconds

    last, schedule = view.last_run, view.schedule
    return health(
        Facts(
            now=found.now,
            credential=view.mode == "observe" or (view.credential is not None and view.credential.state == "current"),
            suspended=next((each.reason for each in still if each.cause == "person"), ""),
            last_run=LastRun(last.state, last.started_at, last.ended_at, last.problem) if last else None,
            last_success=view.last_success,
            stale_after_s=seconds(view.stale_after),
            period_s=longest_silence_s(schedule, found.now) if schedule else None,
            scheduled_at=schedule.applied_at if schedule else None,
            oldest_question=view.oldest_question,
            oldest_waiting=oldest_waiting,
            counts=view.counts,
            quota=quota,
            differing=view.differing,
        )
    )


def _oldest(found: Reading, export: "PinnedExport") -> datetime | None:
    """Since when the oldest record of a category waits: its cut-over date, from local midnight where it is a day."""
    rows = found.records.waiting(export.stream, export.selection, export.category, found.now, 1)
    at = rows[0][1][export.category.cut_over] if rows else None
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, time(), export.mapping.scope.zone) if isinstance(at, date) else None


def _show(context: Context, found: Reading, states: list[State]) -> None:
    context.table(HEADINGS, [_row(found, each) for each in states])
    for state in states:
        if state.problem:
            context.say(f"{state.view.organization} {state.view.name}: {state.problem}", "red")
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
    counts = {WORDS.get(state, state): run.count(state) for state in ("sent", *WORDS)}
    counts["not sent"] = run.count("not_applied")
    counts |= {"would go": run.count("would_send"), "would be refused": run.count("would_reject")}
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
        context.say(f"  {WORDS[row.state]}  {row.category} {row.record_id}, number {row.number}", _style(row))
        context.say(
            f"    {question(row, view.organization) if row.state == 'held' else row.message or MEANING[row.state]}"
        )
        if row.origin:
            context.say(f"    field {row.field}, {row.origin}" if row.field else f"    {row.origin}", "dim")
    if view.needing > len(view.troubled):
        context.say(f"  and {view.needing - len(view.troubled)} more")
    context.say(f"  each one's story: reconciler why {view.organization} RECORD", "dim")


def _ended(context: Context, ended: "Sequence[EndedExclusion]") -> None:
    """Exclusions that are over: nobody should take them for what still holds."""
    for each in ended:
        held = f"{each.organization}: the exclusion '{each.name}' held until {each.until}"
        more = "; its features are on after the next apply" if each.features else ""
        context.say(f"{held}{more} ({each.origin})" if each.origin else held + more, "yellow")


MEANING = {
    "rejected": "the outside system refused it",
    "rejected_late": "it was accepted, and refused when it was to be posted",
    "unknown": "the answer was lost; it is asked for before anything is sent again",
    "drifted": "what stands in the outside system differs from what was sent",
    "never_posted": "it was accepted, never posted, and is not asked for any more: somebody has to look there",
}


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
