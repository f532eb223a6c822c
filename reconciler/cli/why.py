"""`reconciler why`: one record's story, a sentence for each integration that knows it, and how it came to be so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.decided import Decisions, held_back
from reconciler.cli.moments import local, weekday
from reconciler.cli.reading import Reading, reading
from reconciler.cli.story import data, show
from reconciler.engine.timetable import next_run
from reconciler.errors import UsageError
from reconciler.specs.money import money

if TYPE_CHECKING:
    from reconciler.database.views import ExportRow, IntegrationView, WithheldRow
    from reconciler.engine.pinned import PinnedExport

THERE = ("sent", "accepted", "posted", "never_posted", "drifted")
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
    decisions: Decisions


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
            shown = [data(each) for each in answers]
            context.data({"organization": organization, "record": record, "answers": shown})
        else:
            for answer in answers:
                show(context, answer, views[0].zone)
    return 0


def answers_of(found: Reading, organization: str, record: str) -> list[Answer]:
    """What every integration of the organisation knows of a record."""
    return [answer for view in _views(found, organization, "") for answer in _answers(found, view, record)]


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
    asked = _Asked(view, record, rows, held, _next_sync(found, view), _decisions(found, view, record, rows))
    told: set[tuple[str, str]] = set()
    for export in found.pinned(view.organization, view.name).exports:
        if (answer := _answer(found, asked, export)) is not None:
            told.add((export.stream.category, export.stream.target))
            yield answer
    for category, target in sorted({(row.category, row.target) for row in rows} - told):
        older = [row for row in rows if (row.category, row.target) == (category, target)]
        words = _told(asked, older[-1])
        yield Answer(view.name, category, older[-1].state, f"{category} {record} {words}", older)


def _answer(found: Reading, asked: _Asked, export: "PinnedExport") -> Answer | None:
    stream = export.stream
    rows = [row for row in asked.rows if (row.category, row.target) == (stream.category, stream.target)]
    explained = found.records.explain(stream, export.selection, export.category, asked.record_id)
    if explained is None and not rows:
        return None
    record, missed = explained or ({}, ["the app does not have it any more"])
    reasons = _reasons(found, asked, missed)
    state, words = _unsent(found, asked, export, missed)
    if rows:
        latest = rows[-1]
        state, words = latest.state, _told(asked, latest)
        if latest.state == "unknown" and export.create.idempotency in ("A", "B"):
            words = f"{_since(latest, asked.view.zone)}; {UNDER_KEY}, with {asked.next_sync}"
        if latest.state == "rejected":
            words += _again(latest, export, record, reasons, asked.next_sync)
        if latest.state == "not_applied" and reasons:
            words = f"is {reasons}; before that it {words}"
        if explained is not None and latest.state in THERE and _changed(latest, export, record):
            words += "; the record has changed since, and is not sent again by itself"
        words += asked.decisions.waits([row.id for row in rows])
    held = [row for row in asked.withheld if row.category == stream.category]
    sentence = f"{stream.category} {asked.record_id} {words}"
    return Answer(asked.view.name, stream.category, state, sentence, rows, held)


def _decisions(found: Reading, view: "IntegrationView", record: str, rows: Sequence["ExportRow"]) -> Decisions:
    """What people decided about the record, and what of it waits for a second person."""
    decided = found.operations.decided(view.organization_id, [row.reference for row in rows]) if rows else []
    return Decisions(decided, found.resends.waiting(view.organization_id) if rows else [], view.zone)


def _reasons(found: Reading, asked: _Asked, missed: Sequence[str]) -> str:
    """What keeps the record from going now, as words that follow `is `; empty where nothing does."""
    if not missed:
        return ""
    return held_back(missed, found.applied.applied(asked.view.organization, asked.view.name).exclusions)


def _told(asked: _Asked, row: "ExportRow") -> str:
    """What the ledger says, or what a person said."""
    words = asked.decisions.words(row, asked.next_sync) or _settled(asked, row)
    if row.purpose == "document":
        return words
    if row.state == "voided":
        return f"stays as it was sent: its reversal {words}"
    after = f"; the document goes once more when it is proved, with {asked.next_sync}" if row.state in THERE else ""
    return f"is being reversed before it goes once more: its reversal {words}{after}"


def _unsent(found: Reading, asked: _Asked, export: "PinnedExport", missed: Sequence[str]) -> tuple[str, str]:
    """State and words for a record that the ledger does not know."""
    scope = {criterion.reason for criterion in export.selection.scope}
    if outside := [reason for reason in missed if reason in scope]:
        return "out-of-scope", f"is not part of this export: {'; '.join(outside)}"
    if missed:
        return "withheld", f"is {_reasons(found, asked, missed)}"
    if asked.view.mode == "observe":
        return "waiting", f"would be sent, but {asked.view.name} only observes (mode: observe)"
    if count := _first_sync(found, export):
        order = f"reconciler sync {asked.view.organization} {asked.view.name} --confirm {count}"
        return "waiting", f"waits for approval: the first sync to {export.stream.target} needs a yes ({order})"
    return "waiting", f"waits for {asked.next_sync}"


def _first_sync(found: Reading, export: "PinnedExport") -> int:
    """How many documents a first sync would send that nobody has agreed to yet."""
    from reconciler.engine.beforehand import FIRST_WITHOUT_ASKING

    if found.highest(export.stream):
        return 0
    count, _ = found.records.total(export.stream, export.selection, export.category, found.now)
    return count if count > FIRST_WITHOUT_ASKING else 0


def _settled(asked: _Asked, row: "ExportRow") -> str:
    """What the ledger says, in words. `rejected` is completed by what could make it go."""
    number, zone, next_sync = f"as number {row.number}", asked.view.zone, asked.next_sync
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
        "unknown": f"{_since(row, zone)}; it is asked for before anything is sent again",
        "held": f"is held since {local(row.changed_at, zone)}: {question(row, asked.view.organization)}",
        "drifted": f"{sent}, and what stands there now differs; it is left as it is",
        "voided": f"{sent}, and was withdrawn",
    }
    return words.get(row.state, row.state)


def _since(row: "ExportRow", zone: str) -> str:
    return f"is in question since {local(row.changed_at, zone)}: the answer was lost"


def _message(row: "ExportRow") -> str:
    message = f"'{row.message}'" if row.message else row.code or "without a reason"
    place = ", ".join(each for each in (f"field {row.field}" if row.field else "", row.origin) if each)
    return f"{message} ({place})" if place else message


def question(row: "ExportRow", organization: str) -> str:
    """What a person has to answer about a held document, and why nobody else can."""
    from reconciler.runs.idempotency import HELD_FOR

    amount = f", {money(row.amount)}," if row.amount is not None else ""
    why = HELD_FOR.get(row.code, "nobody else can be asked")
    message = f" ({row.message.rstrip('.')})" if row.message else ""
    return (
        f"was number {row.number}{amount} received in {row.target}? The answer was lost{message}, and {why}. Look"
        f" there for {row.reference}. Until somebody answers it stays as it is: reconciler exports answer"
        f" {organization} {row.number} --received, or --not-received, which sends it again"
    )


def _due(row: "ExportRow", zone: str, next_sync: str) -> str:
    if row.next_attempt_at is None or row.next_attempt_at <= row.changed_at:
        return next_sync
    return f"{next_sync}, not before {local(row.next_attempt_at, zone)}"


def _changed(row: "ExportRow", export: "PinnedExport", record: Any) -> bool:
    """Whether what of the record matters to its document is another than when it was made.

    Without the installation's keys a digest with keyed hashes in it cannot be made again: then nothing is said.
    """
    from reconciler.engine.pinned import record_digest

    return bool(row.record_digest) and not export.hidden and row.record_digest != record_digest(record, export.used)


def _again(row: "ExportRow", export: "PinnedExport", record: Any, reasons: str, next_sync: str) -> str:
    """When a refused record goes again."""
    from reconciler.runs.listed import UNKNOWN_CODE

    if reasons:
        return f"; now it is {reasons}"
    if _changed(row, export, record):
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
