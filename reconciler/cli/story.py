"""A record's story as `why` shows it: to people, and as JSON."""

from typing import TYPE_CHECKING, Any

from reconciler.cli.context import Context
from reconciler.cli.twins import record_data
from reconciler.runs import story_words
from reconciler.runs.moments import local
from reconciler.runs.story import question

if TYPE_CHECKING:
    from reconciler.runs.story import Answer
    from reconciler.runs.views import ExportRow

ORDERS = {
    "by-hand": ": reconciler sync {organization} {integration}",
    "first-sync": " (reconciler sync {organization} {integration} --confirm {count})",
    "question": (
        ": reconciler exports answer {organization} {number} --received, or --not-received, which sends it again"
    ),
}
"""The command that belongs to a clause of a story."""


def voice(zone: str) -> story_words.Voice:
    """How a command line tells it: in English, with the names of the specs, and with commands."""
    return story_words.Voice(zone, orders=ORDERS, titled=False)


def asked(row: "ExportRow", organization: str) -> str:
    """The question of a held document, and the command that answers it."""
    return story_words.say(question(row, organization), voice("UTC"))


def sentence(answer: "Answer", zone: str) -> str:
    """The story in one sentence."""
    return story_words.sentence(answer, voice(zone))


def show(context: Context, answer: "Answer", zone: str) -> None:
    """The sentence, and how it came to be so; moments in `zone`."""
    context.say(sentence(answer, zone))
    for row in answer.rows:
        title = f"  {row.target}, reference {row.reference}, number {row.number}"
        what = ", its reversal" if row.purpose == "reversal" else f", epoch {row.epoch}" if row.epoch > 1 else ""
        context.say(title + what, "dim")
        for step in row.history:
            code = f" ({step.code})" if step.code else ""
            context.say(f"    {local(step.at, zone)}  {step.state.replace('_', ' ')}, attempt {step.attempt}{code}")
        if row.removed_at is not None:
            context.say(f"    {removed(row, zone)}")
    for held in (each.row for each in answer.withheld):
        until = f" until {local(held.until, zone)}" if held.until else ""
        context.say(f"    {local(held.since, zone)}  withheld{until}: {held.reason}")


def removed(row: "ExportRow", zone: str) -> str:
    """When and why there is no content; empty where it was never taken out."""
    from reconciler.runs.retention import REMOVED

    if row.removed_at is None:
        return ""
    return f"{local(row.removed_at, zone)}  {REMOVED.get(row.removed, REMOVED[''])['en']}"


def data(answer: "Answer", zone: str) -> dict[str, Any]:
    """The stable JSON form."""
    return {
        "integration": answer.integration,
        "category": answer.category.name,
        "state": answer.state,
        "sentence": sentence(answer, zone),
        "exports": [
            record_data(row) | {"epoch": row.epoch, "purpose": row.purpose, "history": _history(row)}
            for row in answer.rows
        ],
        "withheld": [
            {
                "reason": row.reason,
                "since": row.since.isoformat(),
                "until": row.until.isoformat() if row.until else None,
            }
            for row in (each.row for each in answer.withheld)
        ],
    }


def _history(row: "ExportRow") -> list[dict[str, Any]]:
    return [
        {"state": step.state, "attempt": step.attempt, "code": step.code, "at": step.at.isoformat()}
        for step in row.history
    ]
