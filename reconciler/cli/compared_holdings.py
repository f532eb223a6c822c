"""How a run that only observed compares with what the outside system holds, as an accountant reads it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reconciler.cli.context import Context
from reconciler.specs.money import money

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from reconciler.runs.report import StreamReport

SHOWN = 10


def compared_with_holdings(context: Context, streams: Iterable["StreamReport"]) -> None:
    """Category by category; what is only there is told once, since it belongs to none of them."""
    compared = [(each.category, each.comparison) for each in streams if each.comparison]
    for category, found in compared:
        context.say(f"{category}, compared with what is there, dated {found.window}", "bold")
        context.say(f"  {found.both:>4}  there and here")
        ours = [_row(each.record_id, min(each.days, default=None), each.amount) for each in found.ours]
        _some(context, "only here", ours)
        context.say()
    for window, theirs in dict.fromkeys((found.window, found.theirs) for _, found in compared):
        context.say(f"only there, dated {window}, and in none of these categories", "bold")
        _some(context, "only there", [_row(each.id, each.day, each.amount, each.account) for each in theirs])
        context.say()


def _row(name: str, day: "date | None", amount: "Decimal | None", account: str = "") -> Sequence[str]:
    return name, str(day or ""), "" if amount is None else money(amount), account


def _some(context: Context, words: str, rows: Sequence[Sequence[str]]) -> None:
    context.say(f"  {len(rows):>4}  {words}")
    shown = rows[:SHOWN]
    wide = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for name, day, amount, account in shown:
        line = f"{name:<{wide[0]}}  {day:<{wide[1]}}  {amount:>{wide[2]}}  {account}"
        context.say(f"        {line.rstrip()}")
    if (more := len(rows) - len(shown)) > 0:
        context.say(f"        and {more} more: the JSON form lists them all")
