"""What still stands open when a run ends, lest silence be taken for success: questions, and what is tried later."""

from collections.abc import Sequence
from decimal import Decimal

from reconciler.engine.world import World
from reconciler.runs.export import Open, Stream
from reconciler.runs.report import Standing

STATES = ("held", "not_applied")
MOST = 10_000
"""Rows that are looked at; a number that large says enough."""


def standing(world: World, stream: Stream) -> dict[str, Standing]:
    """The documents of a category, by state, whichever run left them so."""
    rows = world.ledger.open(stream, STATES, MOST)
    found = {state: _sum([each for each in rows if each.state == state]) for state in STATES}
    return {state: each for state, each in found.items() if each.documents}


def _sum(rows: Sequence[Open]) -> Standing:
    moments = [each.next_attempt_at for each in rows if each.next_attempt_at]
    return Standing(
        len(rows), sum((each.amount or Decimal(0) for each in rows), Decimal(0)), min(moments, default=None)
    )
