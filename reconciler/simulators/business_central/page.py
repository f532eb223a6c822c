"""What was booked, as a page for people: the vouchers that wait in the journal, and those in the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reconciler.simulators.business_central.company import COMPANY_NAME
from reconciler.simulators.business_central.state import State

_NEWEST = 200
_PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Business Central</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:90rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%;margin:0 0 2rem}
th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ccc;vertical-align:top}
th{white-space:nowrap}td.number{text-align:right}tr.person{background:#fff4d6}</style>
</head><body><h1>Business Central: $company</h1>
<p>What the app has sent to the ledger. A line on yellow was corrected by a person afterwards.</p>
$tables</body></html>
"""
)
_WAITING = ("documentNumber", "externalDocumentNumber", "postingDate", "accountNumber", "description", "amount")
_POSTED = (
    "entryNumber",
    "documentNumber",
    "postingDate",
    "accountNumber",
    "description",
    "debitAmount",
    "creditAmount",
)


async def page(request: Request) -> Response:
    """The newest rows first."""
    state: State = request.app.state.simulated
    waiting = [(each.values, each.by == "person") for each in state.books.lines.values()]
    posted = [(each, False) for each in state.books.entries]
    tables = [_table("Waiting in the journal", _WAITING, waiting), _table("Posted", _POSTED, posted)]
    return HTMLResponse(_PAGE.substitute(company=escape(COMPANY_NAME), tables="\n".join(tables)))


def _table(title: str, names: Sequence[str], rows: Sequence[tuple[Mapping[str, Any], bool]]) -> str:
    head = f"<h2>{title}: {len(rows)} {'line' if len(rows) == 1 else 'lines'}</h2>"
    if not rows:
        return f"{head}<p>Nothing here.</p>"
    columns = "".join(f"<th>{name}</th>" for name in names)
    return f"{head}<table><thead><tr>{columns}</tr></thead><tbody>{''.join(_rows(names, rows))}</tbody></table>"


def _rows(names: Sequence[str], rows: Sequence[tuple[Mapping[str, Any], bool]]) -> Iterator[str]:
    for values, corrected in reversed(rows[-_NEWEST:]):
        cells = "".join(_cell(values.get(name)) for name in names)
        yield f"<tr{' class=person' if corrected else ''}>{cells}</tr>"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"<td class=number>{value:,.2f}</td>"
    return f"<td{' class=number' if isinstance(value, int) else ''}>{escape(str(value or ''))}</td>"
