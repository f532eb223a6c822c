"""OAuth 2 client credentials (RFC 6749, 4.4): a token is fetched, kept in memory, and renewed before its end.

Whatever goes wrong here, no document was sent: every failure says that nothing happened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from reconciler.adapters.answers import at, text
from reconciler.adapters.credential import BasicHeaders, CredentialHeaders, NoHeaders
from reconciler.adapters.edge import Edge, Question, Reply
from reconciler.clock import Clock
from reconciler.ports import Secret
from reconciler.runs.outcome import Answer, CredentialRefused, Unreachable, Wait
from reconciler.specs.models.access import ClientCredentials

EARLY_S = 120
"""Seconds before its end from which on a token is not used any more: requests take time, and clocks differ."""
LIFE_S = 300
"""Seconds that a token without `expires_in` is used."""
LONGEST_S = 86_400
BUSY = 429
PAUSE_S = 5.0

Open = Callable[[str, Mapping[str, str]], Edge]
"""Opens an edge to an address, with the headers of a credential."""


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where tokens are made: an address, or the discovery document that names it; and what is asked for."""

    token_url: str = ""
    discovery: str = ""
    scope: str = ""


class TokenHeaders(CredentialHeaders):
    """A bearer token, once there is one. Hides the client's own credential too."""

    def __init__(self, secret: Secret) -> None:
        super().__init__("Authorization", "Bearer {access_token}", secret)
        self.token: Secret | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(("Authorization",) if self.token else ())

    def __getitem__(self, name: str) -> str:
        if name != "Authorization" or self.token is None:
            raise KeyError(name)
        return self._form.format_map(self.token.reveal())


class ClientTokens:
    """The tokens of one client, in memory."""

    def __init__(self, auth: ClientCredentials, place: TokenPlace, secret: Secret, parts: "TokenParts") -> None:
        self.headers = TokenHeaders(secret)
        self._auth = auth
        self._place = place
        self._secret = secret
        self._parts = parts
        self._until: datetime | None = None

    def fresh(self) -> Answer | None:
        """See `Tokens`."""
        now = self._parts.clock.now()
        if self.headers.token is not None and self._until is not None and now < self._until:
            return None
        address = self._address()
        return self._fetch(address, now) if isinstance(address, str) else address

    def forget(self) -> None:
        """See `Tokens`."""
        self.headers.token, self._until = None, None

    def _address(self) -> str | Answer:
        """Where tokens are made. A discovery document may name a place of its own origin only."""
        if not self._place.discovery:
            return self._place.token_url
        reply = self._ask(self._place.discovery, Question("GET"), NoHeaders(self._secret))
        if not isinstance(reply, Reply):
            return reply
        found = text(at(reply.body, "token_endpoint") or "")
        if _origin(found) != _origin(self._place.discovery):
            return Unreachable("the discovery document names no token endpoint of its own origin", "discovery")
        return found

    def _fetch(self, address: str, now: datetime) -> Answer | None:
        client: CredentialHeaders = NoHeaders(self._secret)
        if self._auth.client == "basic":
            client = BasicHeaders(self._auth.client_id, self._auth.client_secret, self._secret)
        reply = self._ask(address, Question("POST", form=self._form), client)
        return self._keep(reply, now) if isinstance(reply, Reply) else reply

    def _form(self) -> dict[str, str]:
        form = {"grant_type": "client_credentials"} | ({"scope": self._place.scope} if self._place.scope else {})
        if self._auth.client == "basic":
            return form
        fields = self._secret.reveal()
        return form | {"client_id": fields[self._auth.client_id], "client_secret": fields[self._auth.client_secret]}

    def _keep(self, reply: Reply, now: datetime) -> Answer | None:
        granted = at(reply.body, "access_token")
        if reply.status == 200 and isinstance(granted, str) and granted.isascii() and granted.isprintable():
            life = at(reply.body, "expires_in")
            seconds = min(int(life), LONGEST_S) if isinstance(life, int | str) and str(life).isdecimal() else LIFE_S
            self.headers.token = self._parts.conceal({"access_token": granted})
            self._until = now + timedelta(seconds=max(seconds - EARLY_S, seconds // 2))
            return None
        message = text(at(reply.body, "error_description") or at(reply.body, "error") or f"HTTP {reply.status}")
        if reply.status == BUSY:
            return Wait(f"no token now: {message}", "token", reply.pause_s or PAUSE_S)
        if reply.status in (400, 401, 403):
            return CredentialRefused(f"no token: {message}", text(at(reply.body, "error") or ""))
        return Unreachable(f"no token: {message}", "token")

    def _ask(self, address: str, question: Question, client: CredentialHeaders) -> Reply | Answer:
        edge = self._parts.open(address, client)
        try:
            reply = edge.ask(question)
        finally:
            edge.close()
        if isinstance(reply, Reply):
            return reply
        return Unreachable(f"the token endpoint does not answer: {getattr(reply, 'message', '')}", "token")


@dataclass(frozen=True, slots=True)
class TokenParts:
    """What fetching needs: a way to open edges, the clock, and what makes a Secret of a token."""

    open: Open
    clock: Clock
    conceal: Callable[[Mapping[str, str]], Secret]


def _origin(address: str) -> tuple[str, str]:
    try:
        url = urlsplit(address)
    except ValueError:
        return ("", "")
    return (url.scheme, url.netloc)
