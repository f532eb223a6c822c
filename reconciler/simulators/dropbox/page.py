"""What was taken and what waits, as a page for people."""

from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reconciler.simulators.dropbox.state import State

_NEWEST = 200
_PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ccc;vertical-align:top}td.more{color:#b00020}</style>
</head><body><h1>$title</h1><p>$count records &middot; $batches batches &middot; waiting: $files</p>
<table><thead><tr><th>Reference</th><th>Content</th><th>Batches</th></tr></thead><tbody>$rows</tbody></table>
</body></html>
"""
)


async def page(request: Request) -> Response:
    """The newest records first."""
    state: State = request.app.state.simulated
    rows = [
        f"<tr><td>{escape(each.reference)}</td>"
        f"<td>{escape(', '.join(f'{name}: {value}' for name, value in each.record.items()))}</td>"
        f"<td{' class=more' if len(each.batches) > 1 else ''}>{escape(', '.join(each.batches))}</td></tr>"
        for each in list(state.booked.values())[: -_NEWEST - 1 : -1]
    ]
    return HTMLResponse(
        _PAGE.substitute(
            title=escape(state.options.title),
            count=len(state.booked),
            batches=len(state.batches),
            files=escape(", ".join(each for each in state.listed() if each.startswith("in/")) or "nothing"),
            rows="\n".join(rows) or "<tr><td colspan=3>Nothing was taken yet.</td></tr>",
        )
    )
