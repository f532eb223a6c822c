"""The running total that the demo's app keeps beside each honorarium."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

# One driver was paid by hand early in the year: the honorariums in the app take the year's total past 10 000.
_PAID_BY_HAND = {("V10035", 2026): Decimal("7000.00")}


def sum_up(honorariums: Sequence[dict[str, object]]) -> None:
    """`paid_this_year`: what the same driver had approved earlier in the calendar year, here and by hand."""
    paid: dict[tuple[str, int], Decimal] = dict(_PAID_BY_HAND)
    for row in sorted(honorariums, key=lambda row: (str(row["approved_at"]), str(row["id"]))):
        approved, amount, before = row["approved_at"], row["amount"], Decimal("0.00")
        if isinstance(approved, datetime) and isinstance(amount, Decimal):
            whose = str(row["driver_number"]), approved.year
            before = paid.get(whose, before)
            paid[whose] = before + amount
        row["paid_this_year"] = before
