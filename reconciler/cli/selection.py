"""`reconciler preview --selection`: every record of the organisation, counted by what becomes of it, and why."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reconciler.cli.context import Context
from reconciler.cli.reading import reading
from reconciler.errors import UsageError
from reconciler.specs.money import money

if TYPE_CHECKING:
    from reconciler.database.records import Counted
    from reconciler.engine.pinned import PinnedExport

TITLES = {
    "go": "would go with the next sync",
    "later": "tried before; wait for another try",
    "refused": "refused before; wait for a change of the record or the mapping",
    "withheld": "withheld",
    "not_selected": "not selected",
    "settled": "sent before, or with somebody to decide",
}
"""In the order in which they are shown."""
Tally = tuple["PinnedExport", Sequence["Counted"]]


def selection(context: Context, asked: Mapping[str, Any]) -> int:
    """Count by the applied configuration; the exit code is 0 whenever it could be counted."""
    with reading(context.settings) as found:
        exports = found.pinned(asked["organization"], asked["integration"]).exports
        names = [each.stream.category for each in exports]
        if asked["category"] and asked["category"] not in names:
            message = f"{asked['integration']} does not export '{asked['category']}'"
            raise UsageError(message, f"it exports {', '.join(names)}")
        wanted = [each for each in exports if asked["category"] in ("", each.stream.category)]
        tallies: list[Tally] = [
            (each, found.records.counts(each.stream, each.selection, each.category, found.now)) for each in wanted
        ]
    if context.json:
        where = {"organization": asked["organization"], "integration": asked["integration"]}
        context.data(where | {"exports": [_data(*each) for each in tallies]})
    else:
        for each in tallies:
            _show(context, *each)
    return 0


def _show(context: Context, export: "PinnedExport", counted: "Sequence[Counted]") -> None:
    title = f"{export.category.label.en} ({export.stream.category}) to {export.stream.target}"
    context.say(title, "bold")
    if not counted:
        context.say("  the organisation has no such record\n")
        return
    money_too = export.category.amount is not None
    headings = ("Records", "Amount", "What becomes of them") if money_too else ("Records", "What becomes of them")
    rows = [row if money_too else (row[0], row[2]) for row in _rows(counted)]
    context.table(headings, rows, right=("Records", "Amount"))


def _rows(counted: "Sequence[Counted]") -> Iterator[tuple[Any, Any, Any]]:
    """The sum of each fate, and below it the reasons."""
    from rich.text import Text

    for verdict, title in TITLES.items():
        mine = [each for each in counted if each.verdict == verdict]
        if mine:
            records, amount = _sum(mine)
            yield Text(str(records), style="bold"), Text(money(amount), style="bold"), Text(title, style="bold")
        for each in mine:
            if each.reason:
                yield str(each.records), money(each.amount), f"  {each.reason}"


def _sum(counted: "Sequence[Counted]") -> tuple[int, Decimal]:
    return sum(each.records for each in counted), sum((each.amount for each in counted), Decimal(0))


def _data(export: "PinnedExport", counted: "Sequence[Counted]") -> dict[str, Any]:
    """The JSON twin: every fate with count and sum, `withheld` and `not_selected` by reason. Keys are only added."""
    found: dict[str, Any] = {"category": export.stream.category, "target": export.stream.target}
    for verdict in TITLES:
        mine = [each for each in counted if each.verdict == verdict]
        records, amount = _sum(mine)
        found[verdict] = {"records": records, "amount": f"{amount:.2f}"}
        if verdict in {"withheld", "not_selected"}:
            found[verdict]["reasons"] = [
                {"reason": each.reason, "records": each.records, "amount": f"{each.amount:.2f}"} for each in mine
            ]
    return found
