"""The conditions of a controller, in `status`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reconciler.cli.condition_words import HEADINGS, STYLES, heading, lines, row, told
from reconciler.cli.context import Context

if TYPE_CHECKING:
    from reconciler.cli.reading import Reading
    from reconciler.runs.condition import Condition


def show(context: Context, found: "Reading", conditions: "Mapping[str, Condition]", organization: str) -> bool:
    """Say where each organisation's configuration stands; whether there was anything to say."""
    from rich.text import Text

    if not (first := heading(conditions, found.control.controlled_since(), found.now)):
        return False
    context.say(first)
    chosen = told(conditions, organization)
    rows: list[list[Any]] = []
    for each in chosen.shown:
        cells: list[Any] = list(row(each, found.now))
        cells[1] = Text(cells[1], style=STYLES[each.word])
        rows.append(cells)
    if rows:
        context.table(HEADINGS, rows)
    if chosen.ready:
        context.say(f"{chosen.ready} organisations are Ready: what is merged is applied.", "green")
    for each in chosen.shown:
        for line in lines(each, found.now):
            context.say(line, STYLES[each.word] if not line.startswith("  ") else "")
    context.say()
    return True


def data(conditions: "Mapping[str, Condition]", organization: str) -> list[dict[str, Any]]:
    """The JSON twin: of all, or of one; the repository's own has an empty name."""
    return [each.data() for each in conditions.values() if not organization or each.organization == organization]
