"""OAuth 2 client credentials (RFC 6749, 4.4): a token is fetched, kept in memory, and renewed before its end.

Whatever goes wrong here, no document was sent: every failure says that nothing happened.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from reconciler.adapters.answers import at, text
from reconciler.adapters.credential import BasicHeaders, CredentialHeaders, NoHeaders
from reconciler.adapters.edge import Edge, Question, Reply
from reconciler.clock import Clock
from reconciler.runs.keeping import Secret
from reconciler.runs.outcome import Answer, CredentialRefused, Stop, Unreachable, Wait
from reconciler.specs.models.access import ClientCredentials

EARLY_S = 120
"""Seconds before its end from which on a token is not used any more: requests take time, and clocks differ."""
LIFE_S = 300
"""Seconds that a token without `expires_in` is used."""
LONGEST_S = 86_400
OK, BUSY = 200, 429
PAUSE_S = 5.0
CODE = "token"
TOKEN = re.compile(r"[!-~]{1,16384}")
"""What a header can carry, without blanks."""
SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]+)?")
CLIENTS_FAULT = {"invalid_client", "unauthorized_client", "invalid_grant", "access_denied"}
"""Errors by which the client is refused (RFC 6749, 5.2); the others are about how it was asked."""
PORTS = {"http": 80, "https": 443}

Open = Callable[[str, Mapping[str, str]], Edge]
"""Opens an edge to an address, with the headers of a credential."""


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where tokens are made: an address, or the discovery document that names it; and what is asked for."""

    token_url: str = ""
    discovery: str = ""
    scope: str = ""


class TokenHeaders(CredentialHeaders):
    """A bearer token, once there is one. Hides the one before it and the client's own credential too."""

    def __init__(self, secret: Secret) -> None:
        super().__init__("Authorization", "Bearer {access_token}", secret)
        self.token: Secret | None = None
        self._former: Secret | None = None

    def change(self, token: Secret) -> None:
        """Use another token from now on."""
        self._former, self.token = self.token or self._former, token

    def drop(self) -> None:
        """Use none."""
        self._former, self.token = self.token or self._former, None

    def hidden(self) -> Iterator[str]:
        """See `CredentialHeaders`."""
        yield from super().hidden()
        for each in (self.token, self._former):
            yield from each.reveal().values() if each is not None else ()

    def __iter__(self) -> Iterator[str]:
        return iter(("Authorization",) if self.token else ())

    def __len__(self) -> int:
        return 1 if self.token else 0

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
        self.forget()
        address = self._address()
        return self._fetch(address, now) if isinstance(address, str) else address

    def forget(self) -> None:
        """See `Tokens`."""
        self.headers.drop()
        self._until = None

    def _address(self) -> str | Answer:
        """Where tokens are made. A discovery document may name a place of its own origin only."""
        if not self._place.discovery:
            return self._place.token_url
        reply = self._ask(self._place.discovery, Question("GET"), NoHeaders(self._secret))
        if not isinstance(reply, Reply):
            return reply
        if reply.status != OK:
            return _refused("the discovery document cannot be read", reply)
        found = at(reply.body, "token_endpoint")
        if not isinstance(found, str) or _origin(found) is None or _origin(found) != _origin(self._place.discovery):
            return Stop("the discovery document names no token endpoint of its own origin", CODE)
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
        if reply.status != OK:
            return _refused("no token", reply)
        granted, scheme = at(reply.body, "access_token"), at(reply.body, "token_type")
        if not isinstance(granted, str) or not TOKEN.fullmatch(granted):
            return Stop("no token: the answer of the token endpoint holds none", CODE)
        if text(scheme or "bearer").lower() != "bearer":
            return Stop("no token: the token endpoint gives tokens of another type than bearer", CODE)
        seconds = _life_s(at(reply.body, "expires_in"))
        self.headers.change(self._parts.conceal({"access_token": granted}))
        self._until = now + timedelta(seconds=max(seconds - EARLY_S, seconds // 2))
        return None

    def _ask(self, address: str, question: Question, client: CredentialHeaders) -> Reply | Answer:
        edge = self._parts.open(address, client)
        try:
            reply = edge.ask(question)
        finally:
            edge.close()
        match reply:
            case Reply():
                return reply
            case Unreachable(message, code):
                return Unreachable(f"the token endpoint is not reached: {message}", code)
            case _:
                return Stop(f"the token endpoint does not answer: {getattr(reply, 'message', '')}", CODE)


@dataclass(frozen=True, slots=True)
class TokenParts:
    """What fetching needs: a way to open edges, the clock, and what makes a Secret of a token."""

    open: Open
    clock: Clock
    conceal: Callable[[Mapping[str, str]], Secret]


def _refused(words: str, reply: Reply) -> Answer:
    """What a status other than 200 means here: wait, another credential, or somebody has to look at the endpoint."""
    named = at(reply.body, "error")
    code = text(named) if isinstance(named, str) else ""
    message = f"{words}: {text(at(reply.body, 'error_description') or code or f'HTTP {reply.status}')}"
    if reply.status == BUSY:
        return Wait(message, CODE, PAUSE_S if reply.pause_s is None else reply.pause_s)
    if reply.status in (401, 403) or code in CLIENTS_FAULT:
        return CredentialRefused(message, code)
    return Stop(message, code or CODE)


def _life_s(told: Any) -> int:
    """Seconds that a token lives; some write them as text."""
    written = "" if isinstance(told, bool) else text(told)
    return min(int(float(written)), LONGEST_S) if SECONDS.fullmatch(written) else LIFE_S


def _origin(address: str) -> tuple[str, str, int] | None:
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return None
    if url.scheme not in PORTS or not url.hostname or "@" in url.netloc:
        return None
    return (url.scheme, url.hostname, PORTS[url.scheme] if port is None else port)
