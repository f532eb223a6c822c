"""Running totals: whether a document takes its subject past a dated yearly limit after earlier ones went without it.

The record brings what was paid before it; which documents these were, only the ledger knows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from reconciler.mappings.expressions import number_field
from reconciler.mappings.references import dated_number, day_of
from reconciler.mappings.refusal import ClashError
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import Record
from reconciler.specs.models.terms import Term
from reconciler.specs.sentences import money_in, say


@dataclass(frozen=True, slots=True)
class Crossing:
    """With this document its subject passes the limit of the `year`; `before` was paid earlier in it."""

    year: int
    before: Decimal
    amount: Decimal
    limit: Decimal
    reference: str

    def __str__(self) -> str:
        return say(
            "with this {money} the total of {year} passes the limit of {money2} ({reference}): "
            "{money3} went before it, within the limit",
            money=money_in(self.amount),
            year=self.year,
            money2=money_in(self.limit),
            reference=self.reference,
            money3=money_in(self.before),
        )


Crosses = Callable[[Record], Crossing | None]


def compile_total(scope: Scope) -> Crosses | None:
    """None where the mapping has no running total. Raises ClashError where it cannot be followed."""
    total = scope.mapping.running_total
    if total is None:
        return None
    amount_field, subject = scope.category.amount, scope.category.subject
    if amount_field is None or subject is None:
        message = say(
            "{category} names no amount or no subject, so nothing can be summed for anybody",
            category=scope.mapping.category,
        )
        raise ClashError("mapping-type", message, "leave out running_total")
    before_of, amount_of = number_field(total.total, scope).evaluate, number_field(amount_field, scope).evaluate
    limit_of = dated_number(Term(reference=total.limit, at=total.at), scope).evaluate
    day, _ = day_of(total.at, scope)

    def crosses(record: Record) -> Crossing | None:
        before, amount, on = before_of(record, {}), amount_of(record, {}), day(record, {})
        if before is None or amount is None or on is None or (limit := limit_of(record, {})) is None:
            return None
        if not 0 < before <= limit < before + amount:
            return None
        return Crossing(on.year, before, amount, limit, total.limit)

    return crosses
