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

from reconciler.adapters.credential import AsItLeaves, cleaned, hush
from reconciler.runs.outcome import Unclear, Unreachable

TIMEOUTS = httpx.Timeout(connect=3.0, write=30.0, read=60.0, pool=3.0)
TEST_TIMEOUTS = httpx.Timeout(connect=3.0, write=2.0, read=4.0, pool=1.0)
"""A verdict on a credential comes within ten seconds, whatever the outside system does."""
WHOLE_S, TEST_WHOLE_S = 120.0, 9.0
"""Seconds for a whole answer: the timeouts above begin anew with each piece that arrives."""
LARGEST = 20_000_000
"""Bytes of one answer."""
SHOWN, JUDGED = 2000, 20_000
"""Characters of an answer that are kept as its text, and bytes of it that are read to find the credential in them."""

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
        hush()
        self._url = url
        self._headers = headers
        self._turn = turn
        self._client = httpx.Client(
            headers={"User-Agent": "reconciler", "Accept": "application/json"},
            auth=AsItLeaves(headers),
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
                return self._read(response, until)
        except httpx.LocalProtocolError:
            # Its text quotes the header that it dislikes, and that is the credential's.
            return Unreachable("the request cannot be written as HTTP", "unreachable")
        except NEVER_LEFT as error:
            return Unreachable(self._said(error), "unreachable")
        except MAY_HAVE_ARRIVED as error:
            return Unclear(self._said(error), "no-answer")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _read(self, response: httpx.Response, until: float) -> Reply | Unclear:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > LARGEST:
                return Unclear(f"the answer is larger than {LARGEST} bytes", "answer-too-large")
            if time.monotonic() > until:
                return Unclear("the answer did not come to an end in time", "no-answer")
        text = cleaned(bytes(content[:JUDGED]).decode("utf-8", "replace"), self._headers)
        return Reply(response.status_code, self._json(bytes(content)), text[:SHOWN])

    def _json(self, content: bytes) -> Any:
        try:
            return cleaned(json.loads(content), self._headers)
        except (ValueError, RecursionError):
            return None

    def _said(self, error: httpx.HTTPError | httpx.InvalidURL) -> str:
        """What a failure says of itself; some quote what the peer said, and that may quote the credential."""
        return f"{type(error).__name__}: {cleaned(str(error), self._headers)}"
