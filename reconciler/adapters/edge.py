"""The HTTP edge: one POST, no retries, no redirects, own deadlines; and what each failure of the transport means.

The table is research/exports.md 2.5. What never left is Unreachable, what may have arrived is Unclear.
"""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from reconciler.runs.outcome import Unclear, Unreachable

TIMEOUTS = httpx.Timeout(connect=3.0, write=30.0, read=60.0, pool=3.0)
TEST_TIMEOUTS = httpx.Timeout(connect=3.0, write=2.0, read=4.0, pool=1.0)
"""A verdict on a credential comes within ten seconds, whatever the outside system does."""
WHOLE_S, TEST_WHOLE_S = 120.0, 9.0
"""Seconds for a whole answer: the timeouts above begin anew with each piece that arrives."""
LARGEST = 20_000_000
"""Bytes of one answer."""

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
MAY_HAVE_ARRIVED = (
    httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.CloseError,
    httpx.RemoteProtocolError, httpx.DecodingError, httpx.ProxyError, httpx.TooManyRedirects,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that arrived whole: its status and, where it was JSON, its body; else None."""

    status: int
    body: Any
    text: str


def _at_once() -> None:
    """No pace is declared."""


class Edge:
    """A connection to one endpoint with one credential's header. `turn` returns when a request may begin."""

    def __init__(
        self, url: str, headers: Mapping[str, str], *, quick: bool = False, turn: Callable[[], None] = _at_once
    ) -> None:
        self._url = url
        self._turn = turn
        self._client = httpx.Client(
            headers={**headers, "User-Agent": "reconciler", "Accept": "application/json"},
            timeout=TEST_TIMEOUTS if quick else TIMEOUTS,
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context() if url.startswith("https:") else False,
        )
        self._whole_s = TEST_WHOLE_S if quick else WHOLE_S

    def post(self, body: Mapping[str, Any]) -> Reply | Unreachable | Unclear:
        """Send once. Every way in which it can fail has a meaning here, and a test walks httpx's exceptions."""
        self._turn()
        until = time.monotonic() + self._whole_s
        try:
            with self._client.stream("POST", self._url, json=body) as response:
                return _read(response, until)
        except httpx.LocalProtocolError:
            # Its text quotes the header that it dislikes, and that is the credential's.
            return Unreachable("the request cannot be written as HTTP", "unreachable")
        except NEVER_LEFT as error:
            return Unreachable(f"{type(error).__name__}: {error}", "unreachable")
        except MAY_HAVE_ARRIVED as error:
            return Unclear(f"{type(error).__name__}: {error}", "no-answer")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _read(response: httpx.Response, until: float) -> Reply | Unclear:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST:
            return Unclear(f"the answer is larger than {LARGEST} bytes", "answer-too-large")
        if time.monotonic() > until:
            return Unclear("the answer did not come to an end in time", "no-answer")
    text = bytes(content[:2000]).decode("utf-8", "replace")
    return Reply(response.status_code, _json(bytes(content)), text)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
