"""What was booked, as a page for people."""

from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reconciler.simulators.register.state import State

_NEWEST = 200
_PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$name</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ccc;vertical-align:top}td.more{color:#b00020}</style>
</head><body><h1>$name</h1><p>$number &middot; $members members &middot; $count records</p>
<table><thead><tr><th>Id</th><th>Collection</th><th>Reference</th><th>Content</th><th>Arrived</th><th>Sent</th></tr>
</thead><tbody>$rows</tbody></table></body></html>
"""
)


async def page(request: Request) -> Response:
    """The newest records first."""
    state: State = request.app.state.simulated
    newest = sorted(state.books.rows.values(), key=lambda row: -row.id)[:_NEWEST]
    rows = [
        f"<tr><td>{row.id}</td><td>{escape(row.collection)}</td><td>{escape(row.reference)}</td>"
        f"<td>{escape(', '.join(f'{name}: {value}' for name, value in row.body.items()))}</td>"
        f"<td>{row.created}</td><td{' class=more' if row.times > 1 else ''}>{row.times}</td></tr>"
        for row in newest
    ]
    options = state.options
    return HTMLResponse(
        _PAGE.substitute(
            name=escape(options.organization),
            number=escape(options.organization_number),
            members=options.members,
            count=len(state.books.rows),
            rows="\n".join(rows) or "<tr><td colspan=6>Nothing has arrived yet.</td></tr>",
        )
    )
