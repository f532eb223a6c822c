"""The way out through a proxy: HTTP CONNECT (RFC 9110, 9.3.6) to the outside system, and TLS with it end to end.

All of it belongs to connecting: whatever goes wrong here, no request of ours has left.
"""

import base64
from dataclasses import dataclass
from typing import Protocol

import httpcore

from reconciler.specs.rules_addresses import host_allowed


class Login(Protocol):
    """A secret: `user:password`, as `key`. Prints as dots."""

    def reveal(self) -> dict[str, str]:
        """The value."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that the installation names. The hosts of `direct` (`*.example.org` for all below one) do without it."""

    host: str
    port: int
    login: Login | None = None
    direct: tuple[str, ...] = ()

    def serves(self, host: str) -> bool:
        """Whether the way to `host` leads through it."""
        return not self.direct or not host_allowed(host, self.direct)


def tunnel(line: httpcore.NetworkStream, proxy: Proxy, host: str, port: int) -> httpcore.NetworkStream:
    """Have the proxy connect to a host; `line` is a connection to the proxy. Every failure is one of connecting.

    What the proxy says is not repeated: it may quote its login.
    """
    there = f"{f'[{host}]' if ':' in host else host}:{port}"
    named = f"the proxy at {proxy.host}:{proxy.port}"
    try:
        answer = httpcore.HTTP11Connection(_origin(proxy), line).handle_request(_connect(proxy, there))
    except httpcore.TimeoutException:
        line.close()
        raise httpcore.ConnectTimeout(f"{named} does not connect to {there} in time") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        line.close()
        raise httpcore.ConnectError(f"{named} does not answer as a proxy does") from None
    if not 200 <= answer.status < 300:
        line.close()
        wish = ": its login is not accepted (RECONCILER_PROXY)" if answer.status == 407 else ""
        raise httpcore.ConnectError(f"{named} does not connect to {there}, it answers {answer.status}{wish}")
    stream: httpcore.NetworkStream = answer.extensions["network_stream"]
    return stream


def _origin(proxy: Proxy) -> httpcore.Origin:
    return httpcore.Origin(b"http", proxy.host.encode(), proxy.port)


def _connect(proxy: Proxy, there: str) -> httpcore.Request:
    headers = [(b"Host", there.encode())]
    if proxy.login is not None:
        headers.append((b"Proxy-Authorization", b"Basic " + base64.b64encode(proxy.login.reveal()["key"].encode())))
    url = httpcore.URL(scheme=b"http", host=proxy.host.encode(), port=proxy.port, target=there.encode())
    return httpcore.Request(b"CONNECT", url, headers=headers)
