"""How the portal is reached and how people log in, as values out of the settings.

A mistake is found before anything is listened on: a portal that lets in whom it should not is worse than none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from reconciler.errors import UsageError
from reconciler.runs.portal import Way
from reconciler.settings import Settings

SIMULATED = {"simulator"}
LOOPBACK_NAMES = {"localhost"}
WAYS = get_args(Way)
HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider, and what it knows the portal by. `secret_file` is None for a public client."""

    issuer: str
    client: str
    secret_file: Path | None = None
    claim: str = "preferred_username"
    scopes: str = "profile"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A reverse proxy that says who is logged in, and in which header, in small letters."""

    header: str


@dataclass(frozen=True, slots=True)
class Portal:
    """`host` and `port` are listened on (port 0 takes a free one); `address` is what browsers ask for, without a slash
    at its end; empty means the one that is listened on. `operators` keep the platform. `networks` are those that a
    reverse proxy asks from: from there, and nowhere else, it is believed whom it asks for.
    """

    host: str
    port: int
    address: str
    way: Way
    provider: Provider | None = None
    proxy: Proxy | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    operators: frozenset[str] = field(default_factory=frozenset)
    credentials: bool = True

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return self.address.startswith("https://")


def named(settings: Settings) -> Portal:
    """What `Settings.portal` says. Raises UsageError for what cannot be meant."""
    found = settings.portal
    host, port = _listen(found.get("RECONCILER_PORTAL_LISTEN", "127.0.0.1:8080"))
    address = _address(found.get("RECONCILER_PORTAL_ADDRESS", ""), host)
    way = next((each for each in WAYS if each == found.get("RECONCILER_PORTAL_LOGIN")), None)
    if way is None:
        raise UsageError("it is not said how people log in", f"set RECONCILER_PORTAL_LOGIN: {', '.join(WAYS)}")
    here = _here(host) and (not address or _here(urlsplit(address).hostname or ""))
    if way == "demo" and not (here and {*settings.environments} <= SIMULATED):
        message = "the demo's login lets anybody be anybody, and this portal can be reached, or send, from elsewhere"
        raise UsageError(message, "RECONCILER_PORTAL_LOGIN=oidc or proxy; or listen on 127.0.0.1 and simulators only")
    networks = _networks(found.get("RECONCILER_PORTAL_PROXY_FROM", ""))
    return Portal(
        host=host,
        port=port,
        address=address,
        way=way,
        provider=_provider(found) if way == "oidc" else None,
        proxy=_proxy(found, networks) if way == "proxy" else None,
        networks=networks,
        operators=frozenset(_listed(found.get("RECONCILER_PORTAL_OPERATORS", ""))),
        credentials=found.get("RECONCILER_PORTAL_CREDENTIALS", "1") != "0",
    )


def _listen(text: str) -> tuple[str, int]:
    try:
        url = urlsplit(f"//{text}")
        host, port = url.hostname, url.port
    except ValueError:
        host = port = None
    if not host or port is None or url.path:
        raise UsageError(f"RECONCILER_PORTAL_LISTEN '{text}' is no address", "an address and a port: 127.0.0.1:8080")
    return host, port


def _address(text: str, host: str) -> str:
    if not text:
        if not _here(host):
            hint = "RECONCILER_PORTAL_ADDRESS=https://portal.example.org, as browsers ask for it"
            raise UsageError("it is not said under which address browsers find the portal", hint)
        return ""
    try:
        url = urlsplit(text)
        named_host, _ = url.hostname or "", url.port
    except ValueError:
        named_host = ""
    odd = url.path.strip("/") or url.query or url.fragment or url.username
    if not named_host or odd or not (url.scheme == "https" or (url.scheme == "http" and _here(named_host))):
        raise UsageError(f"RECONCILER_PORTAL_ADDRESS '{text}' cannot be meant", "https://portal.example.org")
    return text.rstrip("/")


def _here(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK_NAMES


def is_safe(address: str) -> bool:
    """Whether logins may go there: by https, or to this machine."""
    try:
        url = urlsplit(address)
        host, _ = url.hostname or "", url.port
    except ValueError:
        return False
    return bool(host) and not url.username and (url.scheme == "https" or (url.scheme == "http" and _here(host)))


def _provider(found: Mapping[str, str]) -> Provider:
    issuer, client = found.get("RECONCILER_PORTAL_ISSUER", ""), found.get("RECONCILER_PORTAL_CLIENT", "")
    if not client or not is_safe(issuer):
        hint = "RECONCILER_PORTAL_ISSUER=https://login.example.org/realms/main and RECONCILER_PORTAL_CLIENT=reconciler"
        raise UsageError("the OpenID provider is not named, or not by https", hint)
    secret = found.get("RECONCILER_PORTAL_CLIENT_SECRET_FILE", "")
    return Provider(
        issuer=issuer,
        client=client,
        secret_file=Path(secret) if secret else None,
        claim=found.get("RECONCILER_PORTAL_CLAIM", "preferred_username"),
        scopes=found.get("RECONCILER_PORTAL_SCOPES", "profile"),
    )


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        found = tuple(ip_network(each) for each in _listed(text))
    except ValueError as error:
        raise UsageError(f"RECONCILER_PORTAL_PROXY_FROM: {error}", "networks: 10.20.0.0/16,fd12:3456::/32") from error
    if wide := [str(each) for each in found if each.prefixlen == 0]:
        raise UsageError(f"RECONCILER_PORTAL_PROXY_FROM: {wide[0]} is everywhere", "name the proxy's own networks")
    return found


def _proxy(found: Mapping[str, str], networks: tuple[IPv4Network | IPv6Network, ...]) -> Proxy:
    header = found.get("RECONCILER_PORTAL_PROXY_HEADER", "")
    if not HEADER.fullmatch(header) or not networks:
        hint = "RECONCILER_PORTAL_PROXY_HEADER=X-Forwarded-User and RECONCILER_PORTAL_PROXY_FROM=10.20.0.0/16"
        raise UsageError("a proxy says who is logged in: its header and its networks are not named", hint)
    return Proxy(header.lower())


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
