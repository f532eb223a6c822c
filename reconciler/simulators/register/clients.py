"""Who may ask: API keys, users with passwords, and OAuth 2 clients with the tokens that were made for them.

Several secrets of one client or user may be alive at once, as during a rotation.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

KINDS = ("key", "user", "client")


@dataclass(frozen=True, slots=True)
class Login:
    """A key; or a name with one of its passwords or secrets. `kind` is one of KINDS."""

    kind: str
    name: str
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, kind: str, text: str) -> "Login":
        """Read `KEY`, or `NAME:SECRET`; ValueError for anything else."""
        if kind not in KINDS:
            raise ValueError(f"kind must be {', '.join(KINDS)}")
        name, colon, secret = text.partition(":") if kind != "key" else ("", ":", text)
        if not colon or not secret:
            raise ValueError("NAME:SECRET is expected")
        return cls(kind, name, secret)


@dataclass
class Clients:
    """The logins that are alive, and the tokens that were made and have not ended."""

    key_header: str
    life_s: float
    logins: set[Login] = field(default_factory=set)
    issued: dict[str, tuple[Login, float]] = field(default_factory=dict)
    made: int = 0

    def authenticated(self, headers: Mapping[str, str]) -> str | None:
        """Who asks, by the header that says so; None where nobody known does. A token ends with its login."""
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if self._alive("key", "", headers.get(self.key_header.lower(), "")):
            return headers[self.key_header.lower()]
        match scheme.lower():
            case "bearer" if value in self.issued:
                login, until = self.issued[value]
                return value if login in self.logins and monotonic() < until else None
            case "bearer" if self._alive("key", "", value):
                return value
            case "basic" if (pair := basic(value)) and self._alive("user", *pair):
                return pair[0]
        return None

    def issue(self, name: str, secret: str) -> str | None:
        """A token for a client; None where the client is not known by that secret."""
        if not self._alive("client", name, secret):
            return None
        token = secrets.token_urlsafe(32)
        self.issued[token] = (Login("client", name, secret), monotonic() + self.life_s)
        self.made += 1
        return token

    def _alive(self, kind: str, name: str, secret: str) -> bool:
        return Login(kind, name, secret) in self.logins


def basic(value: str) -> tuple[str, str] | None:
    """Name and password of a basic authorization (RFC 7617); None where it cannot be read."""
    try:
        name, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if colon else None
