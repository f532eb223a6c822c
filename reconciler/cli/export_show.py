"""`exports show`: one record's documents whole: the sentence, every epoch and attempt, and who decided what."""

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.choosing import desk
from reconciler.cli.context import Context, format_option
from reconciler.cli.reading import reading
from reconciler.cli.story import removed, sentence
from reconciler.cli.why import answers_of
from reconciler.errors import UsageError
from reconciler.runs.moments import local
from reconciler.runs.operations import Choice, Decided, LedgerRow, ways_in_words
from reconciler.runs.spreadsheet import row_data
from reconciler.specs.money import money

if TYPE_CHECKING:
    from reconciler.engine.operations import Desk
    from reconciler.runs.story import Answer
    from reconciler.runs.views import Step


@click.command("show")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("record")
@format_option
@click.pass_obj
def show(context: Context, organization: str, record: str, form: str) -> int:
    """Show the documents of one record: what became of each, every attempt, and who decided what.

    RECORD is the record's id in the app, our reference, or our number.
    """
    context.formatted(form)
    where = desk(context, organization)
    rows = _rows(where, record)
    ids = list(dict.fromkeys(row.record_id for row in rows))
    with reading(context.settings) as found:
        answers = [answer for each in ids for answer in answers_of(found, organization, each)]
        known = [row for each in ids for row in found.overview.exports(where.organization_id, each)]
    decided = where.office.operations.decided(where.organization_id, _objects(rows))
    steps = {(each.target, each.reference): each.history for each in known}
    if context.json:
        told = [sentence(each, where.people().zone) for each in answers]
        context.data(_data(organization, rows, told, decided, steps))
    else:
        _show(context, where, rows, answers, decided, steps)
    return 0


Steps = dict[tuple[str, str], "tuple[Step, ...]"]


def _rows(where: "Desk", record: str) -> list[LedgerRow]:
    """All epochs of the record that is meant. Raises UsageError where it has none."""
    rows = where.office.operations.rows(Choice(where.organization_id, (record,), newest=False))
    if not rows:
        hint = f"nothing of it was ever sent; if it is a record: reconciler why {where.organization} {record}"
        raise UsageError(f"{where.organization} has no document of '{record}'", hint)
    wanted = tuple(dict.fromkeys(row.record_id for row in rows))
    places = {(row.target, row.category, row.record_id) for row in rows}
    found = where.office.operations.rows(Choice(where.organization_id, wanted, newest=False))
    return [row for row in found if (row.target, row.category, row.record_id) in places]


def _objects(rows: list[LedgerRow]) -> list[str]:
    """What the audit trail calls these documents and their records."""
    return [*(row.reference for row in rows), *{f"{row.category}/{row.record_id}" for row in rows}]


def _show(
    context: Context,
    where: "Desk",
    rows: list[LedgerRow],
    answers: list["Answer"],
    decided: list[Decided],
    steps: Steps,
) -> None:
    zone = where.people().zone
    gone: dict[tuple[str, str], str] = {}
    for answer in answers:
        context.say(sentence(answer, zone))
        gone |= {(each.target, each.reference): removed(each, zone) for each in answer.rows}
    for row in rows:
        amount = f", {money(row.amount)}" if row.amount is not None else ""
        name = "reversal of epoch" if row.purpose == "reversal" else "epoch"
        context.say(f"{row.target}, {name} {row.epoch}: number {row.number}, {row.reference}{amount}", "bold")
        if row.target_ids:
            context.say(f"  there as {', '.join(row.target_ids[:10])}")
        story = [_step(step, zone) for step in steps.get((row.target, row.reference), ())]
        for line in filter(None, [*story, gone.get((row.target, row.reference))]):
            context.say(f"  {line}")
        if row.superseded:
            context.say(f"  {_after(rows, row)} stands in its place", "dim")
    if decided:
        context.say("decided by people", "bold")
        for each in dict.fromkeys(_decision(each, zone) for each in decided):
            context.say(f"  {each}")
    for row in rows:
        if not row.superseded and (hint := ways_in_words(row.standing)):
            context.say(f"next: {hint}", "dim")


def _after(rows: list[LedgerRow], row: LedgerRow) -> str:
    """What stands in the place of a row: its reversal where it has one, else the next epoch."""
    reversals = [each for each in rows if each.purpose == "reversal" and each.epoch == row.epoch]
    return (
        f"its reversal, number {reversals[0].number},"
        if reversals and row.purpose == "document"
        else (f"epoch {row.epoch + 1}")
    )


def _step(step: "Step", zone: str) -> str:
    code = f" ({step.code})" if step.code else ""
    return f"{local(step.at, zone)}  {step.state.replace('_', ' ')}, attempt {step.attempt}{code}"


def _decision(each: Decided, zone: str) -> str:
    reason = f": {each.reason}" if each.reason else ""
    return f"{local(each.at, zone)}  {each.action.removeprefix('export-')} by {each.actor}{reason}"


def _data(
    organization: str, rows: list[LedgerRow], sentences: list[str], decided: list[Decided], steps: Steps
) -> dict[str, Any]:
    return {
        "organization": organization,
        "sentences": sentences,
        "exports": [row_data(row) | {"history": _history(steps, row)} for row in rows],
        "decisions": [
            {
                "at": each.at.isoformat(),
                "actor": each.actor,
                "operation": each.action.removeprefix("export-"),
                "reason": each.reason,
                "detail": dict(each.detail),
            }
            for each in decided
        ],
    }


def _history(steps: Steps, row: LedgerRow) -> list[dict[str, Any]]:
    return [
        {"state": step.state, "attempt": step.attempt, "code": step.code, "at": step.at.isoformat()}
        for step in steps.get((row.target, row.reference), ())
    ]
