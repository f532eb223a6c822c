"""What a run is asked for, and what has to be right before it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from reconciler.engine.pinned import Pinned, PinnedExport, pin
from reconciler.engine.ranges import within
from reconciler.engine.world import World
from reconciler.errors import LedgerBehind, PlanRefused
from reconciler.runs.request import Began, Days
from reconciler.specs.sentences import money_in, say

FIRST_WITHOUT_ASKING = 100
"""Documents that a first sync to a target sends without a confirmation (design.md 5)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for. `confirmed` is the number of documents that a person agreed to send first.

    `days` limits it to records that are dated there; `occurrence` is the scheduled time that it was started for.
    """

    organization: str
    integration: str
    trigger: str
    run: UUID
    confirmed: int = 0
    days: Days | None = None
    occurrence: datetime | None = None

    def began(self, actor: str) -> Began:
        """What is written down of it."""
        return Began(self.run, self.trigger, actor, self.occurrence, self.days)

    @property
    def command(self) -> str:
        """How a person asks for it."""
        days = f" --from {self.days.first} --to {self.days.last}" if self.days else ""
        return f"reconciler sync {self.organization} {self.integration}{days}"


def check_ledger(world: World, pinned: Pinned) -> None:
    """The database must know at least what the mark outside it says (design.md 5, ledger behind)."""
    for export in pinned.exports:
        mark = world.high_water.read(export.stream.organization_id, export.stream.target)
        known = world.ledger.highest(export.stream)
        if known < mark:
            message = say(
                "the ledger knows numbers up to {known} for {target}; {mark} was given out",
                known=known,
                target=export.stream.target,
                mark=mark,
            )
            where = f"{pinned.organization_name} {pinned.name}"
            hint = (
                "the database is older than what was sent: restore a newer one, or ask the outside system what it"
                f" holds: reconciler exports adopt {where}"
            )
            raise LedgerBehind(message, hint)


def check_first(world: World, pinned: Pinned, order: Order) -> None:
    """The first sync to a target above 100 documents waits for a yes to exactly that many.

    Ranges of days do not count for it: who tried out one day has not agreed to everything else.
    """
    _confirm(world, _fresh(world, pinned), order, f"the first sync to {pinned.place}")


def check_days(world: World, pinned: Pinned, order: Order) -> None:
    """A back-fill above 100 documents waits for a yes to exactly that many."""
    _confirm(world, pinned.exports, order, f"the sync of {order.days} to {pinned.place}")


def check_confirmed(world: World, pinned: Pinned, order: Order) -> None:
    """Raises PlanRefused where a yes is missing; where nothing is sent none is needed."""
    if pinned.integration.mode == "send":
        (check_days if order.days else check_first)(world, pinned, order)


@dataclass(frozen=True, slots=True)
class Yes:
    """What somebody has to agree to: so many documents, which sum to so much."""

    documents: int
    amount: Decimal


def missing_yes(world: World, pinned: Pinned, order: Order) -> Yes | None:
    """What has to be confirmed before the order is carried out; None where nothing has to."""
    if pinned.integration.mode != "send":
        return None
    found = _sum(world, pinned.exports if order.days else _fresh(world, pinned))
    return found if found.documents > FIRST_WITHOUT_ASKING and order.confirmed != found.documents else None


def forecast(world: World, order: Order) -> list[tuple[str, int, Decimal]]:
    """What a sync would take now: per category how many records, and the sum of their amounts. Nothing is written."""
    pinned = ordered(world, order)
    return [(each.stream.category, *_total(world, each)) for each in pinned.exports]


def ordered(world: World, order: Order) -> Pinned:
    """The applied integration, ready, and limited to the days that are asked for.

    Raises UsageError where there is no such integration, or where nothing of those days is ever sent.
    """
    pinned = pin(world.applied.applied(order.organization, order.integration), world.clock.now())
    return within(pinned, order.days) if order.days else pinned


def _confirm(world: World, exports: Sequence[PinnedExport], order: Order, what: str) -> None:
    found = _sum(world, exports)
    if found.documents > FIRST_WITHOUT_ASKING and order.confirmed != found.documents:
        message = say(
            "{what} would send {documents} documents, {money}",
            what=what,
            documents=found.documents,
            money=money_in(found.amount),
        )
        raise PlanRefused(message, f"if this is meant: {order.command} --confirm {found.documents}")


def _fresh(world: World, pinned: Pinned) -> list[PinnedExport]:
    """Exports whose target was sent nothing yet, or only ranges of days."""
    untried = world.runs.only_ranges(pinned.organization_id, pinned.name)
    return [export for export in pinned.exports if untried or world.ledger.highest(export.stream) == 0]


def _sum(world: World, exports: Sequence[PinnedExport]) -> Yes:
    totals = [_total(world, each) for each in exports]
    return Yes(sum(found for found, _ in totals), sum((found for _, found in totals), Decimal(0)))


def _total(world: World, export: PinnedExport) -> tuple[int, Decimal]:
    found, amount = world.records.total(export.stream, export.selection, export.category, world.clock.now())
    return found, Decimal(amount)
