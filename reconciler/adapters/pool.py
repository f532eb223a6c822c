"""A transport of httpx over a pool of connections of our own network: httpcore's public parts, put together here."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx

from reconciler.adapters.transport import Network, Resolve, Way, resolve

IDLE_S = 5.0
"""Seconds that a connection is kept for the next request: who has forgotten it does not answer, and a write that is
not answered is unknown."""


class Transport(httpx.BaseTransport):
    """Connections that end in time. `encrypted` is False for plain HTTP, which is spoken with simulators only."""

    def __init__(self, way: Way, find: Resolve = resolve, *, encrypted: bool = True) -> None:
        network = Network(way, find, encrypted=encrypted)
        context = way.context() if encrypted else None
        self._pool = httpcore.ConnectionPool(context, network_backend=network, keepalive_expiry=IDLE_S)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _translated():
            answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """See httpx."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


FAILURES = (
    httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)  # fmt: skip


@contextmanager
def _translated() -> Iterator[None]:
    """httpcore's failures as httpx's of the same name; the cause is kept."""
    try:
        yield
    except FAILURES as error:
        names = (kind.__name__ for kind in type(error).__mro__)
        kind = next(getattr(httpx, name) for name in names if hasattr(httpx, name))
        raise kind(str(error)) from error
