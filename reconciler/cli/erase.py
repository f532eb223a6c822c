"""`reconciler erase`: what the ledger holds of one person, or of everybody for longer than it should, is taken out.

First it only lists; `--confirm` with the number that the list ends with does it.
"""

import csv
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted
from reconciler.errors import UsageError
from reconciler.runs.moments import local

if TYPE_CHECKING:
    from reconciler.runs.retention import Erased, Trace

LISTED = 50
"""Documents that the text lists; JSON and CSV have all."""
COLUMNS = ("target", "reference", "number", "target_ids", "sent_at", "state", "category", "record")
HERE_ONLY = "the app's own records are the app's to delete: one that is still due there is sent, and held here, anew"


@click.command("erase")
@click.argument("organization", metavar="ORGANISATION")
@click.option("--subject", metavar="ID", help="The person's id in the app; - reads it from standard input.")
@click.option("--expired", is_flag=True, help="Everybody's content whose period of retention is over.")
@click.option("--confirm", type=click.IntRange(0), metavar="COUNT", help="Do it; COUNT is what the list says.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help="Text for people, stable JSON, or the copies elsewhere as CSV.",
)
@click.pass_obj
def command(
    context: Context, *, organization: str, subject: str | None, expired: bool, confirm: int | None, form: str
) -> int:
    """Take payloads and messages out of the ledger. Key, hash, state, amount, target ids and history stay.

    Without --confirm nothing is changed. Copies in outside systems are listed: they have to be erased there.
    """
    context.formatted(form)
    if (subject is None) != expired:
        raise UsageError("say whose content: --subject ID, or --expired", "--subject is the person's id in the app")
    if subject is None:
        if form == "csv":
            raise UsageError("--format csv lists a person's copies", "--expired has text and json")
        return _expired(context, organization, confirm)
    return _subject(context, organization, _given(subject), confirm, as_csv=form == "csv")


def _given(subject: str) -> str:
    """The id; from standard input it stands in no list of processes and in no history of commands."""
    found = (sys.stdin.readline() if subject == "-" else subject).strip()
    if not found:
        raise UsageError("--subject is empty", "the person's id in the app, as its records name it")
    return found


def _subject(context: Context, organization: str, subject: str, confirm: int | None, *, as_csv: bool) -> int:
    from reconciler.engine import erasure

    done = None
    if confirm is None:
        found = erasure.traces(context.world, organization, subject)
    else:
        done = erasure.erase(context.world, organization, subject, confirm)
        found = list(done.traces)
    if as_csv:
        _csv(found)
    elif context.json:
        context.data(_data(organization, found, done))
    else:
        _say(context, organization, found, done)
    return 0


def _say(context: Context, organization: str, found: "Sequence[Trace]", done: "Erased | None") -> None:
    if not found:
        context.say(f"the ledger of {organization} has no document of this person")
        context.say("  the id is the one that the app's records name as their subject, such as volunteer_id")
        if done is None:
            context.say("  what runs that only observe have kept of them goes with --confirm 0")
        else:
            context.say("  what runs that only observe have kept of them was taken out", "green")
        return
    _copies(context, organization, [each for each in found if each.copied])
    waiting = [each for each in found if each.unresolved]
    held = sum(each.holds for each in found)
    if done is not None:
        _certificate(context, organization, done)
    elif waiting:
        _unresolved(context, organization, waiting)
    elif held:
        what = counted(held, "document")
        context.say(
            f"{what} of this person would lose payload and messages; hashes, states and target ids stay", "bold"
        )
        context.say(f"  {HERE_ONLY}")
        context.say(f"  next: the same command with --confirm {held}")
    else:
        context.say("nothing is left of this person here: payloads and messages were taken out before", "green")


def _copies(context: Context, organization: str, copied: "Sequence[Trace]") -> None:
    if not copied:
        context.say("no outside system took a document of this person")
        return
    context.say("copies elsewhere, to be erased there:", "bold")
    zone = _zone(context, organization)
    rows = [
        [each.target, each.reference, ", ".join(each.target_ids) or "-", each.state, _day(each, zone)]
        for each in copied[:LISTED]
    ]
    context.table(["target", "reference", "ids there", "state", "sent"], rows)
    if len(copied) > LISTED:
        context.say(f"  and {len(copied) - LISTED} more: --format csv lists all")


def _certificate(context: Context, organization: str, done: "Erased") -> None:
    copied = [each for each in done.traces if each.copied]
    targets = len({each.target for each in copied})
    context.say(f"erased: {counted(done.documents, 'document')} lost payload and messages", "green")
    context.say(f"  organisation   {organization}")
    context.say(f"  at             {local(done.at, _zone(context, organization))}")
    context.say(f"  by             {context.settings.actor}")
    context.say(f"  audit entry    {done.entry}, which does not say whose they were")
    context.say("  what stays     keys, hashes, states, amounts, target ids and history, so that nothing goes twice")
    context.say(
        f"  still to do    {counted(len(copied), 'copy', 'copies')} in {counted(targets, 'target')}, listed above"
    )
    context.say(f"  {HERE_ONLY}")


def _unresolved(context: Context, organization: str, waiting: "Sequence[Trace]") -> None:
    context.say("nothing can be erased yet: nobody knows what became of these", "bold yellow")
    rows = [[each.target, each.number, each.state, each.record_id] for each in waiting[:LISTED]]
    context.table(["target", "number", "state", "record"], rows, right=["number"])
    context.say(f"  next: reconciler sync {organization} {waiting[0].integration}, or answer what is held; then again")


def _data(organization: str, found: "Sequence[Trace]", done: "Erased | None") -> dict[str, Any]:
    return {
        "organization": organization,
        "erased": None
        if done is None
        else {"at": done.at.isoformat(), "audit_entry": done.entry, "documents": done.documents},
        "documents": len(found),
        "holding": sum(each.holds for each in found),
        "unresolved": [_row(each) for each in found if each.unresolved],
        "copies": [_row(each) for each in found if each.copied],
    }


def _row(each: "Trace") -> dict[str, Any]:
    return {
        "target": each.target,
        "reference": each.reference,
        "number": each.number,
        "target_ids": list(each.target_ids),
        "sent_at": each.sent_at.isoformat() if each.sent_at else None,
        "state": each.state,
        "category": each.category,
        "record": each.record_id,
    }


def _csv(found: "Sequence[Trace]") -> None:
    """One line per copy, ids there with blanks between them. No cell can begin as a formula does: all but the ids are
    our own words, and those of others get an apostrophe before a sign that would.
    """
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for each in found:
        if each.copied:
            row = _row(each) | {"target_ids": _harmless(" ".join(each.target_ids))}
            out.writerow(["" if row[name] is None else row[name] for name in COLUMNS])


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def _expired(context: Context, organization: str, confirm: int | None) -> int:
    from reconciler.engine import erasure

    world = context.world
    now, kept = world.clock.now(), erasure.periods(world, organization)
    due = erasure.expired(world, organization, now)
    count = sum(due.values())
    if confirm is not None and confirm != count:
        hint = "look at the list once more, and confirm what it says now"
        raise UsageError(f"the content of {counted(count, 'document')} is over, and {confirm} were confirmed", hint)
    done = erasure.purge(world, organization, now) if confirm is not None else None
    rows = [
        {
            "category": each.category,
            "days": period.days,
            "holding": each.documents,
            "expired": due.get(each.category, 0),
        }
        for each, period in kept
    ]
    if context.json:
        context.data({"organization": organization, "categories": rows, "expired": count, "removed": done})
        return 0
    if not rows:
        context.say(f"the ledger of {organization} is empty: nothing was ever exported")
        return 0
    columns = ["category", "kept for days", "documents with content", "of them over"]
    context.table(columns, [list(each.values()) for each in rows], right=columns[1:])
    if done is not None:
        context.say(f"removed: the content of {counted(sum(done.values()), 'document')}", "green")
    elif count:
        context.say(f"{counted(count, 'document')} would lose payload and messages; a document that is open loses none")
        context.say(f"  next: reconciler erase {organization} --expired --confirm {count}")
    else:
        context.say("nothing is over: the period counts from when a document came to its end")
    return 0


def _zone(context: Context, organization: str) -> str:
    world = context.world
    found = world.config.observe(world.applied.organization_id(organization)).resources.values()
    return next(str(each.body.get("zone", "Europe/Oslo")) for each in found if each.kind == "Organization")


def _day(each: "Trace", zone: str) -> str:
    return local(each.sent_at, zone) if each.sent_at else "-"
