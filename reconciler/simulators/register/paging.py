"""Lists in pages, told in every way that clients know: a cursor, numbers of pages, a Link header, OData's next link."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from reconciler.simulators.register.books import Row
from reconciler.simulators.register.refusals import Refusal

LARGEST = 100
"""Records on a page: the default, and the most that `limit` can ask for."""


def page_of(request: Request, rows: Sequence[Row], shown: Any, *, stuck: bool) -> JSONResponse:
    """The page that is asked for, by `limit` and by `after` (an id) or `page` (from 1). A list that fits onto one page
    and was not asked for in pages says nothing of them. `stuck` gives the first page whatever is asked.
    """
    size, start = min(_number(request, "limit", LARGEST), LARGEST), 0
    if "after" in request.query_params and not stuck:
        last = _number(request, "after", 0)
        start = sum(row.id <= last for row in rows)
    elif not stuck:
        start = (_number(request, "page", 1) - 1) * size
    page, more = list(rows[start : start + size]), len(rows) > start + size
    body: dict[str, Any] = {"items": [shown(each) for each in page]}
    if more or "limit" in request.query_params:
        body |= {"next": str(page[-1].id) if more else None, "pages": -(-len(rows) // size)}
    if not more:
        return JSONResponse(body)
    url = str(request.url.remove_query_params("page").include_query_params(after=page[-1].id))
    return JSONResponse({**body, "@odata.nextLink": url}, headers={"Link": f'<{url}>; rel="next"'})


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not text.isascii() or not text.isdecimal() or (name != "after" and int(text) < 1):
        raise Refusal(400, "MALFORMED", f"{name} is no number that can be")
    return int(text)
