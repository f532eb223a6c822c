"""Who may ask: applications with their secrets, several of which may be alive at once, and the tokens made for them."""

import secrets
from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Clients:
    """`expired` secrets are known, and no longer good. `members` is False once the application user is removed."""

    life_s: float
    alive: set[tuple[str, str]] = field(default_factory=set)
    expired: set[tuple[str, str]] = field(default_factory=set)
    issued: dict[str, tuple[tuple[str, str], float]] = field(default_factory=dict)
    made: int = 0
    member: bool = True

    def known(self, client: str) -> bool:
        """Whether there is such an application."""
        return any(name == client for name, _ in self.alive | self.expired)

    def issue(self, client: str, secret: str) -> str:
        """A token, for a pair that is alive."""
        token = secrets.token_urlsafe(48)
        self.issued[token] = ((client, secret), monotonic() + self.life_s)
        self.made += 1
        return token

    def bearer(self, authorization: str) -> str | None:
        """The application that a header speaks for; None where its token is unknown, over, or its secret revoked."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or token not in self.issued:
            return None
        pair, until = self.issued[token]
        return pair[0] if pair in self.alive and monotonic() < until else None
