"""Where a request comes from, and who a reverse proxy says it is: believed of the named networks and nobody else."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from reconciler.portal.named import Portal
from reconciler.portal.oidc import is_account
from reconciler.portal.refusals import ProxyRefused

Networks = Sequence[IPv4Network | IPv6Network]


def peer_of(scope: Scope, networks: Networks) -> str:
    """The address that asks: of whoever speaks with us or, where that is the proxy, of whom the proxy speaks with.

    The last address of X-Forwarded-For that is not the proxy's own: what stands before it anybody may have written.
    """
    peer = (scope.get("client") or ("", 0))[0]
    if not among(peer, networks):
        return peer
    said = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    for each in reversed(said.split(",")[-10:]):
        found = _address(each.strip())
        if found is None:
            break
        if not among(each.strip(), networks):
            return str(found)
    return peer


def among(peer: str, networks: Networks) -> bool:
    """Whether an address is of one of the networks."""
    found = _address(peer)
    return found is not None and any(found in each for each in networks)


def account_of(scope: Scope, portal: Portal) -> str:
    """The account that the proxy names. Raises ProxyRefused for any other peer, and where not exactly one is named."""
    assert portal.proxy is not None
    peer = (scope.get("client") or ("", 0))[0]
    if not among(peer, portal.networks):
        raise ProxyRefused("peer")
    said = Headers(scope=scope).getlist(portal.proxy.header)
    if len(said) != 1 or not is_account(said[0]) or "," in said[0]:
        raise ProxyRefused("header")
    return said[0]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
