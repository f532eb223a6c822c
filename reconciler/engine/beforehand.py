"""What a run is asked for, and what has to be right before it begins."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from reconciler.engine.pinned import Pinned
from reconciler.engine.world import World
from reconciler.errors import LedgerBehind, PlanRefused
from reconciler.specs.money import money

FIRST_WITHOUT_ASKING = 100
"""Documents that a first sync to a target sends without a confirmation (design.md 5)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for. `confirmed` is the number of documents that a person agreed to send first."""

    organization: str
    integration: str
    trigger: str
    run: UUID
    confirmed: int = 0


def check_ledger(world: World, pinned: Pinned) -> None:
    """The database must know at least what the mark outside it says (design.md 5, ledger behind)."""
    for export in pinned.exports:
        mark = world.high_water.read(export.stream.organization_id, export.stream.target)
        known = world.ledger.highest(export.stream)
        if known < mark:
            message = f"the ledger knows numbers up to {known} for {export.stream.target}; {mark} was given out"
            where = f"{pinned.organization_name} {pinned.name}"
            hint = (
                "the database is older than what was sent: restore a newer one, or ask the outside system what it"
                f" holds: reconciler exports adopt {where}"
            )
            raise LedgerBehind(message, hint)


def check_first(world: World, pinned: Pinned, order: Order) -> None:
    """The first sync to a target above 100 documents waits for a yes to exactly that many."""
    fresh = [export for export in pinned.exports if world.ledger.highest(export.stream) == 0]
    now = world.clock.now()
    totals = [world.records.total(each.stream, each.selection, each.category, now) for each in fresh]
    count = sum(found for found, _ in totals)
    amount = sum((Decimal(found) for _, found in totals), Decimal(0))
    if count > FIRST_WITHOUT_ASKING and order.confirmed != count:
        message = f"the first sync to {pinned.place} would send {count} documents, {money(amount)}"
        hint = f"if this is meant: reconciler sync {order.organization} {order.integration} --confirm {count}"
        raise PlanRefused(message, hint)
