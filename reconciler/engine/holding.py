"""Single records that a person holds back, and lets go again. What is on its way, or settled, cannot be held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from reconciler.engine.operations import Desk
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.errors import OperationRefused, UsageError
from reconciler.runs.operations import Choice, RecordHold
from reconciler.specs.sentences import say

MOST = 100
"""Records that may be held at once: more are a rule, and rules stand in git."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which integration and category are meant, where a record is in several; empty is any."""

    integration: str = ""
    category: str = ""

    def fits(self, integration: str, category: str) -> bool:
        """Whether this is one of them."""
        return self.integration in ("", integration) and self.category in ("", category)


def hold_back(desk: Desk, wanted: Sequence[str], place: Place, reason: str, until: date | None) -> list[RecordHold]:
    """Hold records back, up to and with the local day `until`. Raises UsageError and OperationRefused."""
    if len(set(wanted)) > MOST:
        message = say("{count} records at once are a rule, and no single records", count=len(set(wanted)))
        raise UsageError(message, "propose an Exclusion: reconciler new exclusion")
    note, now = desk.note("hold", reason), desk.office.clock.now()
    if not note.reason:
        raise UsageError("a hold needs a reason", "--reason, in a sentence: it is shown wherever the record is")
    found = [_record(desk, each, place) for each in dict.fromkeys(wanted)]
    if len({pinned.lease for pinned, _, _ in found}) != 1:
        raise UsageError("these records belong to several integrations", "hold them back one integration at a time")
    pinned = found[0][0]
    ends_at = _end(pinned, until, now)
    holds = [
        RecordHold(export.stream.target, export.stream.category, record, note.reason, note.actor, now, ends_at)
        for _, export, record in found
    ]
    with desk.office.points.around("hold_records"):
        desk.office.record_holds.hold_records(note, pinned.lease, holds, now)
    return holds


def release(desk: Desk, wanted: Sequence[str], place: Place, reason: str) -> list[RecordHold]:
    """Let records go again; they are due with the next sync. Raises UsageError and OperationRefused."""
    note, now = desk.note("release", reason), desk.office.clock.now()
    open_now = [each for each in desk.office.record_holds.held(note.organization_id) if each.holds(now)]
    holds = [_hold(desk, each, place, open_now) for each in dict.fromkeys(wanted)]
    with desk.office.points.around("release_records"):
        desk.office.record_holds.release_records(note, holds, now)
    return holds


def _record(desk: Desk, wanted: str, place: Place) -> tuple[Pinned, PinnedExport, str]:
    """The one export that has the record, and the record's id."""
    ids = _ids(desk, wanted)
    found = [
        (pinned, export, record)
        for pinned, export in desk.exports()
        for record in ids
        if place.fits(pinned.name, export.stream.category)
        and desk.office.records.explain(export.stream, export.selection, export.category, record) is not None
    ]
    if not found:
        raise UsageError(
            say("there is no record {wanted} of {organization}", wanted=wanted, organization=desk.organization),
            "give the record's id in the app",
        )
    if len(found) > 1:
        names = ", ".join(f"--integration {pinned.name} --category {each.stream.category}" for pinned, each, _ in found)
        raise UsageError(say("the record {wanted} goes to several places", wanted=wanted), f"say which one: {names}")
    return found[0]


def _hold(desk: Desk, wanted: str, place: Place, open_now: Sequence[RecordHold]) -> RecordHold:
    ids = _ids(desk, wanted)
    served = {
        (export.stream.target, export.stream.category): pinned.name for pinned, export in desk.exports()
    }  # a hold outlives its integration's name, and the integration itself
    found = [
        each
        for each in open_now
        if each.record_id in ids and place.fits(served.get((each.target, each.category), ""), each.category)
    ]
    if not found:
        hint = f"reconciler exports holds {desk.organization} lists those that are"
        raise OperationRefused(
            say("nobody holds back {wanted} of {organization}", wanted=wanted, organization=desk.organization), hint
        )
    if len(found) > 1:
        names = ", ".join(f"{each.category} to {each.target}" for each in found)
        raise UsageError(
            say("{wanted} is held back {count} times: {names}", wanted=wanted, count=len(found), names=names),
            "say --integration and --category",
        )
    return found[0]


def _ids(desk: Desk, wanted: str) -> list[str]:
    """The record's id: as given, or of the document that has this reference or number."""
    rows = desk.office.operations.rows(Choice(desk.organization_id, (wanted,)), limit=10)
    return list(dict.fromkeys([wanted, *(row.record_id for row in rows)]))


def _end(pinned: Pinned, until: date | None, now: datetime) -> datetime | None:
    """The first moment at which it holds no more. Raises UsageError where that has passed."""
    if until is None:
        return None
    if until < now.astimezone(pinned.zone).date() or until.year > now.year + 10:
        raise UsageError(
            say("{until} is no day to hold a record until", until=until), "give a day from today on, or none at all"
        )
    return datetime.combine(until + timedelta(days=1), time(), pinned.zone)
