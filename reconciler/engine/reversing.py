"""Taking documents back: what a person may ask for, what goes then, and what may only go after it.

The order is the whole point. The row of a repost does not exist before its reversal is proved: nobody can send it
early, and a reversal that is refused, unknown or held keeps it from coming about.
"""

from reconciler.engine.operations import Desk
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.world import World
from reconciler.errors import OperationRefused
from reconciler.runs.export import Claim, Frozen, Turned
from reconciler.runs.operations import LedgerRow
from reconciler.runs.outcome import Lease
from reconciler.runs.reversal import REVERSAL, obstacle, proved, reversed_payload
from reconciler.specs.sentences import say

INSTEAD = "nothing was changed; correct it there by hand, or send it once more without --reverse"


def check_reversible(desk: Desk, row: LedgerRow) -> None:
    """Raises OperationRefused where the document of a row cannot be taken back."""
    found = desk.export_of(row)
    assert found is not None, "moved_by has looked"
    pinned, export = found
    if pinned.integration.mode != "send":
        raise OperationRefused(
            say("{name} only observes (mode: {mode})", name=pinned.name, mode=pinned.integration.mode),
            "nothing was changed",
        )
    document = export.mapping.scope.document
    if document.reversal is not None and row.state not in proved(export.create):
        states = " or ".join(sorted(proved(export.create)))
        hint = f"only what is settled there ({states}) is reversed; look again after the next sync"
        raise OperationRefused(
            say(
                "{title} is not settled there: it is {replace}", title=row.title, replace=row.standing.replace("_", " ")
            ),
            hint,
        )
    first = desk.office.reversals.firsts(desk.organization_id, [row.id])[row.id]
    if words := obstacle(first, document, pinned.organization.closed_through):
        raise OperationRefused(say("{title} {words}", title=row.title, words=words), INSTEAD)


def reversal_of(
    world: World, pinned: Pinned, export: PinnedExport, claim: Claim, kept: tuple[str, str]
) -> Frozen | Turned:
    """The reversal that was claimed, made of what was sent and of nothing else; or why it cannot be made any more.

    `kept` are the pseudonym of the subject and the digest of the record: what a document of it would carry.
    """
    subject, digest = kept
    document = export.mapping.scope.document
    first = world.reversals.firsts(export.stream.organization_id, [claim.id])[claim.id]
    if words := obstacle(first, document, pinned.organization.closed_through):
        message = say("number {number} {words}", number=first.number, words=words)
        return Turned(claim, message, "", "", subject, digest, REVERSAL)
    assert first.amount is not None, "obstacle has looked"
    return Frozen(claim, reversed_payload(first, claim, document), -first.amount, subject, digest)


def repost(world: World, export: PinnedExport, lease: Lease) -> int:
    """Open the next epoch of every document whose reversal is proved, due at once; how many."""
    if export.mapping.scope.document.reversal is None:
        return 0
    now = world.clock.now()
    year = now.astimezone(export.mapping.scope.zone).year
    with world.points.around("repost"):
        return len(world.reversals.repost(lease, export.stream, proved(export.create), year, now))
