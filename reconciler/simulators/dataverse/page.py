"""What was booked, as a page for people: a table for each table, with its columns by name."""

from collections.abc import Iterator
from html import escape
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reconciler.simulators.dataverse.books import Row
from reconciler.simulators.dataverse.state import State
from reconciler.simulators.dataverse.tables import Column, Table

_NEWEST = 200
NUMBERS = ("Integer", "Decimal", "Money")
_PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Min side on Dynamics</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:90rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%;margin:0 0 2rem}
th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ccc;vertical-align:top}
th{white-space:nowrap}.number{text-align:right}p.note{color:#555}tr.person{background:#fff4d6}</style>
</head><body><h1>Min side on Dynamics</h1>
<p>What the app has sent to the member portal. Rows on yellow were corrected by a person afterwards.</p>
$tables</body></html>
"""
)
_WORDS = {True: "yes", False: "no", None: "–"}


async def page(request: Request) -> Response:
    """The newest rows first."""
    state: State = request.app.state.simulated
    return HTMLResponse(_PAGE.substitute(tables="\n".join(_table(state, each) for each in state.tables.values())))


def _table(state: State, table: Table) -> str:
    rows = list(state.books.of(table.plural))
    state_of_keys = ", ".join(f"{' + '.join(key.columns)} ({key.state})" for key in table.keys)
    title = f"<h2>{escape(table.title)}: {len(rows)} {'row' if len(rows) == 1 else 'rows'}</h2>"
    note = f"<p class=note>Table {escape(table.plural)}, alternate key {escape(state_of_keys) or 'none'}</p>"
    if not rows:
        return f"{title}{note}<p>Nothing has arrived yet.</p>"
    names = [name for name in table.columns if name != table.id]
    head = "".join(map(_head, [table.columns[name] for name in names])) + "<th>Arrived</th><th>Written</th>"
    return f"{title}{note}<table><thead><tr>{head}</tr></thead><tbody>{''.join(_rows(rows, names))}</tbody></table>"


def _rows(rows: list[Row], names: list[str]) -> Iterator[str]:
    for row in reversed(rows[-_NEWEST:]):
        cells = [*(row.values.get(name) for name in names), row.created.replace("T", " "), _written(row)]
        marked = " class=person" if row.by == "person" else ""
        yield f"<tr{marked}>{''.join(map(_cell, cells))}</tr>"


def _head(column: Column) -> str:
    number = " class=number" if column.kind in NUMBERS else ""
    return f'<th{number} title="{escape(column.name)}">{escape(column.title or column.name)}</th>'


def _written(row: Row) -> str:
    """More than once without a person would be a mistake of the sender."""
    if row.by == "person":
        return "once, then corrected" if row.written == 2 else f"{row.written} times, by a person last"
    return "once" if row.written == 1 else f"{row.written} times"


def _cell(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = _WORDS[value] if value is None or isinstance(value, bool) else str(value)
    return f"<td{' class=number' if number else ''}>{escape(shown)}</td>"
