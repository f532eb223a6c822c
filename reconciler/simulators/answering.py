"""The faults around an answer: what stalls, loses or garbles it, the same for every simulator that speaks HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from reconciler.simulators.faults import Fault
from reconciler.simulators.serve import drop_connection

PAGE = "<html><head><title>{title}</title></head><body><h1>We are down for maintenance</h1></body></html>"
ON = {
    "lose_response_before_commit": "write",
    "lose_response_after_commit": "write",
    "stall_before_commit": "write",
    "stall_after_commit": "write",
    "timeout_before_commit": "write",
    "timeout_after_commit": "write",
    "garbage": "write",
    "html": "write",
    "slow_body": "write",
    "refuse": "write",
    "maintenance": "any",
    "throttle": "any",
    "reject_credential": "any",
    "hide_from_reads": "read",
}
"""The faults that every simulator by HTTP has, and what each fires on unless the order says otherwise."""
STATUSES: dict[str, tuple[int, ...]] = {
    "maintenance": (503, 502),
    "timeout_before_commit": (504, 500, 502, 503, 408),
    "timeout_after_commit": (504, 500, 502, 503, 408),
    "refuse": (*range(400, 600), 300, 301, 302, 303, 307, 308),
}
WITHOUT_END = frozenset({"reject_credential", "hide_from_reads"})
Take = Callable[[str], Fault | None]
"""Uses up the armed fault of a name that fits this request."""
Refused = Callable[[int, str], Exception]
"""A refusal in the system's own shape: a status and a text."""


async def before(request: Request, take: Take, refused: Refused) -> None:
    """What happens before anything is done. Raises a refusal where nothing will be."""
    if fault := take("stall_before_commit"):
        await asyncio.sleep(fault.seconds)
    if take("lose_response_before_commit"):
        await drop_connection(request)
        raise refused(500, "nobody hears this")
    if fault := take("timeout_before_commit"):
        raise refused(fault.status, "The request timed out.")


async def after(request: Request, take: Take, refused: Refused, response: Response) -> Response:
    """The answer to what is done already, unless a fault loses, delays or garbles it."""
    if fault := take("stall_after_commit"):
        await asyncio.sleep(fault.seconds)
    if fault := take("timeout_after_commit"):
        raise refused(fault.status, "The request timed out.")
    content, head = bytes(response.body), {"Content-Type": response.headers.get("content-type", "")}
    if take("garbage"):
        return Response(content[: len(content) // 2], 200, head)
    if take("html"):
        return HTMLResponse(PAGE.format(title="Welcome"), 200)
    if fault := take("slow_body"):
        return StreamingResponse(_slowly(content, fault.seconds), response.status_code, head)
    if take("lose_response_after_commit"):
        await drop_connection(request)
    return response


async def _slowly(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    """One byte at a time, and a pause after each."""
    for place in range(len(content)):
        yield content[place : place + 1]
        await asyncio.sleep(seconds)
