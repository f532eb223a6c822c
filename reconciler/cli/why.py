"""`reconciler why`: one record's story, a sentence for each integration that knows it, and how it came to be so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.moments import local, weekday
from reconciler.cli.reading import Reading, next_run, reading
from reconciler.cli.twins import record_data
from reconciler.errors import UsageError
from reconciler.specs.money import money

if TYPE_CHECKING:
    from reconciler.database.views import ExportRow, IntegrationView, WithheldRow
    from reconciler.engine.pinned import PinnedExport

UNDER_KEY = "the same request goes once more under the same key, which makes no second document"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one integration knows of the record. `state` is the ledger's, or waiting, withheld, out-of-scope."""

    integration: str
    category: str
    state: str
    sentence: str
    rows: Sequence["ExportRow"] = ()
    withheld: Sequence["WithheldRow"] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question, and what the ledger holds of the record."""

    view: "IntegrationView"
    record_id: str
    rows: Sequence["ExportRow"]
    withheld: Sequence["WithheldRow"]
    next_sync: str


@click.command("why")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("record")
@click.option("--integration", default="", help="Only what this one knows.")
@format_option
@click.pass_obj
def command(context: Context, organization: str, record: str, integration: str, form: str) -> int:
    """Say in one sentence why a record has or has not gone, with its history.

    RECORD is the record's id in the app. Exit code 2 where the organisation has no such record.
    """
    context.format = "json" if form == "json" else "text"
    with reading(context.settings) as found:
        found.check(organization)
        views = _views(found, organization, integration)
        answers = [answer for view in views for answer in _answers(found, view, record)]
        if not answers:
            raise UsageError(f"there is no record {record} of {organization}", _searched(found, views))
        if context.json:
            shown = [_data(each) for each in answers]
            context.data({"organization": organization, "record": record, "answers": shown})
        else:
            for answer in answers:
                _show(context, answer, views[0].zone)
    return 0


def _views(found: Reading, organization: str, integration: str) -> list["IntegrationView"]:
    views = found.overview.integrations(organization, 0)
    if integration:
        known = [view.name for view in views]
        if integration not in known:
            hint = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError(f"{organization} has no applied integration '{integration}'", hint)
    return [view for view in views if integration in ("", view.name)]


def _searched(found: Reading, views: Sequence["IntegrationView"]) -> str:
    names = {each.stream.category for view in views for each in found.pinned(view.organization, view.name).exports}
    return f"what is exported was searched: {', '.join(sorted(names))}" if names else "nothing is exported yet"


def _answers(found: Reading, view: "IntegrationView", record: str) -> Iterator[Answer]:
    """One answer per category of the integration that has the record, and per target that once got it."""
    rows = [row for row in found.overview.exports(view.organization_id, record) if row.integration == view.name]
    held = [row for row in found.overview.withheld(view.organization_id, record) if row.integration == view.name]
    asked = _Asked(view, record, rows, held, _next_sync(found, view))
    told: set[tuple[str, str]] = set()
    for export in found.pinned(view.organization, view.name).exports:
        if (answer := _answer(found, asked, export)) is not None:
            told.add((export.stream.category, export.stream.target))
            yield answer
    for category, target in sorted({(row.category, row.target) for row in rows} - told):
        older = [row for row in rows if (row.category, row.target) == (category, target)]
        words = _settled(older[-1], view.zone, asked.next_sync)
        yield Answer(view.name, category, older[-1].state, f"{category} {record} {words}", older)


def _answer(found: Reading, asked: _Asked, export: "PinnedExport") -> Answer | None:
    stream = export.stream
    rows = [row for row in asked.rows if (row.category, row.target) == (stream.category, stream.target)]
    explained = found.records.explain(stream, export.selection, export.category, asked.record_id)
    if explained is None and not rows:
        return None
    record, missed = explained or ({}, ["the app does not have it any more"])
    state, words = _unsent(asked, export, missed)
    if rows:
        latest = rows[-1]
        state, words = latest.state, _settled(latest, asked.view.zone, asked.next_sync)
        if latest.state == "unknown" and export.create.idempotency in ("A", "B"):
            words = f"is unknown: the answer was lost; {UNDER_KEY}, with {asked.next_sync}"
        if latest.state == "rejected":
            words += _again(latest, export, record, missed, asked.next_sync)
    held = [row for row in asked.withheld if row.category == stream.category]
    sentence = f"{stream.category} {asked.record_id} {words}"
    return Answer(asked.view.name, stream.category, state, sentence, rows, held)


def _unsent(asked: _Asked, export: "PinnedExport", missed: Sequence[str]) -> tuple[str, str]:
    """State and words for a record that the ledger does not know."""
    scope = {criterion.reason for criterion in export.selection.scope}
    if outside := [reason for reason in missed if reason in scope]:
        return "out-of-scope", f"is not part of this export: {'; '.join(outside)}"
    if missed:
        return "withheld", f"is withheld: {'; '.join(missed)}"
    if asked.view.mode == "observe":
        return "waiting", f"would be sent, but {asked.view.name} only observes (mode: observe)"
    return "waiting", f"waits for {asked.next_sync}"


def _settled(row: "ExportRow", zone: str, next_sync: str) -> str:
    """What the ledger says, in words. `rejected` is completed by what could make it go."""
    number = f"as number {row.number}"
    sent = f"was sent to {row.target} {number} on {local(row.sent_at or row.changed_at, zone)}"
    words = {
        "sending": f"is being sent to {row.target} {number} since {local(row.changed_at, zone)}",
        "sent": f"{sent} (not posted there yet)",
        "accepted": f"{sent} (accepted, not posted there yet)",
        "posted": f"{sent} (posted)",
        "never_posted": f"{sent}, and was never posted there; it is not asked for any more, so somebody has to look",
        "rejected": f"was refused: {_message(row)}",
        "rejected_late": f"{sent}, and was refused there later: {_message(row)}; it is to be corrected there",
        "not_applied": f"has not gone: {_message(row)}; it is tried again with {_due(row, zone, next_sync)}",
        "unknown": "is unknown: the answer was lost; it is asked for before anything is sent again",
        "held": f"is held: {question(row)}",
        "drifted": f"{sent}, and what stands there now differs; it is left as it is",
        "voided": f"{sent}, and was withdrawn",
    }
    return words.get(row.state, row.state)


def _message(row: "ExportRow") -> str:
    message = f"'{row.message}'" if row.message else row.code or "without a reason"
    place = ", ".join(each for each in (f"field {row.field}" if row.field else "", row.origin) if each)
    return f"{message} ({place})" if place else message


def question(row: "ExportRow") -> str:
    """What a person has to answer about a held document, and why nobody else can."""
    from reconciler.runs.idempotency import HELD_FOR

    amount = f", {money(row.amount)}," if row.amount is not None else ""
    why = HELD_FOR.get(row.code, "nobody else can be asked")
    message = f" ({row.message.rstrip('.')})" if row.message else ""
    return (
        f"was number {row.number}{amount} received in {row.target}? The answer was lost{message}, and {why}. Look"
        f" there for {row.reference}: yes, no, or send it again? Until somebody answers it stays as it is"
    )


def _due(row: "ExportRow", zone: str, next_sync: str) -> str:
    if row.next_attempt_at is None or row.next_attempt_at <= row.changed_at:
        return next_sync
    return f"{next_sync}, not before {local(row.next_attempt_at, zone)}"


def _again(row: "ExportRow", export: "PinnedExport", record: Any, missed: Sequence[str], next_sync: str) -> str:
    """When a refused record goes again."""
    from reconciler.engine.pinned import record_digest
    from reconciler.runs.listed import UNKNOWN_CODE

    if missed:
        return f"; now it is held back: {'; '.join(missed)}"
    # Without the installation's keys a digest with keyed hashes in it cannot be made again.
    if not export.hidden and row.record_digest != record_digest(record, export.used):
        return f"; the record has changed since, and goes again with {next_sync}"
    if row.mapping_digest != export.mapping_digest:
        return f"; the mapping has changed since, and it goes again with {next_sync}"
    if row.code == UNKNOWN_CODE:
        return "; it is sent again when the code exists there, or when the record or the mapping changes"
    return "; it is sent again when the record or the mapping changes"


def _next_sync(found: Reading, view: "IntegrationView") -> str:
    due = next_run(view.schedule, found.now)
    if due is None or view.schedule is None:
        return f"the next sync (there is no schedule: reconciler sync {view.organization} {view.name})"
    return f"the next sync ({weekday(due.at, view.schedule.zone)})"


def _show(context: Context, answer: Answer, zone: str) -> None:
    context.say(answer.sentence)
    for row in answer.rows:
        title = f"  {row.target}, reference {row.reference}, number {row.number}"
        context.say(title + (f", epoch {row.epoch}" if row.epoch > 1 else ""), "dim")
        for step in row.history:
            code = f" ({step.code})" if step.code else ""
            context.say(f"    {local(step.at, zone)}  {step.state.replace('_', ' ')}, attempt {step.attempt}{code}")
        if row.removed_at is not None:
            context.say(f"    {local(row.removed_at, zone)}  {_removed(row)}")
    for held in answer.withheld:
        until = f" until {local(held.until, zone)}" if held.until else ""
        context.say(f"    {local(held.since, zone)}  withheld{until}: {held.reason}")


def _removed(row: "ExportRow") -> str:
    from reconciler.runs.retention import REMOVED

    return REMOVED.get(row.removed, "its content was removed")


def _data(answer: Answer) -> dict[str, Any]:
    return {
        "integration": answer.integration,
        "category": answer.category,
        "state": answer.state,
        "sentence": answer.sentence,
        "exports": [record_data(row) | {"epoch": row.epoch, "history": _history(row)} for row in answer.rows],
        "withheld": [
            {
                "reason": row.reason,
                "since": row.since.isoformat(),
                "until": row.until.isoformat() if row.until else None,
            }
            for row in answer.withheld
        ],
    }


def _history(row: "ExportRow") -> list[dict[str, Any]]:
    return [
        {"state": step.state, "attempt": step.attempt, "code": step.code, "at": step.at.isoformat()}
        for step in row.history
    ]
