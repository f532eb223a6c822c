"""Which addresses may be connected to: public ones, and those on networks that the installation names.

What is judged is the address that the connection is then made to, never a name: a name can lead elsewhere a moment
later, and a host can be written in many ways (`0x7f.1`, `2130706433`). `ipaddress` knows the special networks of its
own release of Python; what it misses stands here, from IANA's registries of special-purpose addresses (IPv4, IPv6).
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
NEVER: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "::/128",  # this host, to many systems
            "224.0.0.0/4", "ff00::/8", "255.255.255.255/32",
            "169.254.0.0/16", "fe80::/10",  # link-local: where clouds tell a machine its own credentials
            # The same elsewhere: Azure's (a public address), Alibaba's, Oracle's, and Amazon's and Google's by IPv6.
            "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128",
        ),
    )
)  # fmt: skip
"""Refused whatever the installation names: no outside system is there."""
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays of 6to4
            "2001::/23", "2001:db8::/32", "3fff::/20",  # Teredo, ORCHID and other assignments; documentation
            "2002::/16",  # 6to4: a private IPv4 address fits into it
        ),
    )
)  # fmt: skip
_ALLOCATED = IPv6Network("2000::/3")
"""All of IPv6 that is public unicast; what lies outside (ULA, site-local, NAT64 of one's own, IPv4 inside) is not."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the public prefix, by which an IPv6-only network reaches IPv4. Its last 32 bits are the real address.
A network's own prefix cannot be told from any other address."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`networks` are allowed beside the `public` addresses, or alone."""

    networks: tuple[Network, ...] = ()
    public: bool = True

    def at_home(self) -> "Reach":
        """For a simulator: this machine, and the networks that are named; nothing that is public."""
        return replace(self, networks=(*LOOPBACK, *self.networks), public=False)

    def refusal(self, written: str) -> str:
        """What speaks against an address as a resolver writes it; empty where nothing does."""
        try:
            address = _inside(ip_address(written))
        except ValueError:
            return "what is no address"
        if _among(address, NEVER):
            return "an address that is never an outside system's"
        if _among(address, self.networks):
            return ""
        if not _is_public(address):
            return "an address on a private network"
        return "" if self.public else "an address on a public network"


def literal(host: str) -> str | None:
    """The address that a host is written as, in any spelling that a system takes for one; None for a name."""
    bare = host.strip("[]").rstrip(".")
    try:
        return str(ip_address(bare))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare))  # decimal, octal, hexadecimal, with fewer parts
    except OSError:
        return None


def _inside(address: Address) -> Address:
    """The IPv4 address that a translation leads to; else the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    allocated = address.version == 4 or address in _ALLOCATED
    return allocated and address.is_global and not _among(address, _NOT_PUBLIC)


def _among(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
