"""Asking an OpenID provider: what it offers, its keys, and what a code is worth. What it says is checked in `oidc`.

One request at a time, no redirects, a deadline for the whole, bounded answers. What it offers and its keys are kept for
an hour; a token that is signed with a key that nobody knows yet has the keys asked for once more, so that a provider
changes its keys without anybody here doing anything.
"""

import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpcore
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from reconciler.hosts.line import Network, within
from reconciler.portal.named import Provider, is_safe

WHOLE_S = 8.0
"""Seconds for one request, from the first byte to the last: a person waits."""
LARGEST = 256 * 1024
"""Bytes of an answer; the keys of a large provider are some twenty thousand."""
KEPT = timedelta(hours=1)
AGAIN = timedelta(seconds=10)
"""So soon at the earliest are keys asked for again: tokens of nobody's making must not have us ask without end."""
REST = timedelta(seconds=5)
"""So long a provider that does not answer is left alone: not everybody who wants to log in waits for it."""
TOGETHER = 8
"""Codes that are exchanged at once: a slow provider holds no more threads than that."""
SECRET_MOST = 4096
FAILURES = (
    httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError,
    ValueError,
)  # fmt: skip
METADATA = "/.well-known/openid-configuration"
OK = 200


class ProviderDown(Exception):
    """The provider cannot be asked, or does not answer as one (its text says what, for the log)."""


class CodeRefused(Exception):
    """The provider gives nothing for this code."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a provider says about itself (OpenID Connect Discovery 1.0, 3). `names_itself` in its answers (RFC 9207)."""

    authorize: str
    token: str
    keys: str
    end: str
    names_itself: bool


@dataclass(slots=True)
class Line:
    """The connection to the provider, shared by all requests, and what it said last."""

    provider: Provider
    ca_file: Path | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _offer: tuple[datetime, Offer] | None = None
    _keys: tuple[datetime, tuple[Key, ...]] | None = None
    _down: datetime | None = None
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(TOGETHER))
    _pool: httpcore.ConnectionPool | None = None

    def offer(self, now: datetime) -> Offer:
        """What it offers. Raises ProviderDown."""
        with self._lock:
            if self._offer is None or now - self._offer[0] > KEPT:
                said = self._fetched(self.provider.issuer.rstrip("/") + METADATA, now)
                self._offer = now, _offer(said, self.provider.issuer)
            return self._offer[1]

    def keys(self, now: datetime, *, beyond: str | None = None) -> tuple[Key, ...]:
        """The keys that it signs with; asked for anew where they lack the one that is named `beyond`.

        Raises ProviderDown.
        """
        address = self.offer(now).keys
        with self._lock:
            kept = self._keys
            missing = kept is not None and beyond is not None and all(key.kid != beyond for key in kept[1])
            if kept is None or now - kept[0] > (AGAIN if missing else KEPT):
                kept = self._keys = now, _keys(self._fetched(address, now))
            return kept[1]

    def exchange(self, code: str, verifier: str, back: str, now: datetime) -> Mapping[str, Any]:
        """The tokens of a code (RFC 6749, 4.1.3; RFC 7636, 4.5). Raises ProviderDown, CodeRefused."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.provider.secret_file is None:
            form["client_id"] = self.provider.client
        else:
            both = f"{quote_plus(self.provider.client)}:{quote_plus(self._secret(self.provider.secret_file))}"
            headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
        address = self.offer(now).token
        if not self._turns.acquire(blocking=False):
            raise ProviderDown("too many codes wait to be exchanged")
        try:
            return self._asked("POST", address, headers, urlencode(form).encode())
        finally:
            self._turns.release()

    def _fetched(self, url: str, now: datetime) -> Mapping[str, Any]:
        """With the lock held."""
        if self._down is not None and now - self._down < REST:
            raise ProviderDown("it did not answer a moment ago")
        try:
            return self._asked("GET", url)
        except ProviderDown:
            self._down = now
            raise

    def _secret(self, file: Path) -> str:
        """Read at each login: a new one counts as soon as it is there."""
        try:
            with file.open(encoding="utf-8") as opened:
                return opened.read(SECRET_MOST).strip()
        except (OSError, ValueError) as error:
            raise ProviderDown(f"the client's secret cannot be read: {type(error).__name__}") from error

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Mapping[str, Any]:
        """A JSON object. What went wrong is said without what was sent."""
        limits = {"connect": WHOLE_S, "read": WHOLE_S, "write": WHOLE_S, "pool": WHOLE_S}
        sent: dict[bytes | str, bytes | str] = {
            "host": urlsplit(url).netloc,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        sent.update(headers or {})
        try:
            with (
                within(WHOLE_S),
                self._opened().stream(
                    method, url, headers=sent, content=content, extensions={"timeout": limits}
                ) as response,
            ):
                body = _bounded(response)
            found = json.loads(body)
        except FAILURES as error:
            raise ProviderDown(f"{urlsplit(url).path}: {type(error).__name__}") from error
        refused = content is not None and 400 <= response.status < 500  # RFC 6749, 5.2
        if refused and isinstance(found, dict) and isinstance(found.get("error"), str):
            raise CodeRefused(found["error"][:60])
        if response.status != OK or not isinstance(found, dict):
            raise ProviderDown(f"{urlsplit(url).path}: status {response.status}")
        return found

    def _opened(self) -> httpcore.ConnectionPool:
        """Opened when first used. Raises OSError where the file of authorities cannot be read."""
        if self._pool is None:
            context = ssl.create_default_context()
            if self.ca_file is not None:
                context.load_verify_locations(self.ca_file)
            self._pool = httpcore.ConnectionPool(
                ssl_context=context, network_backend=Network(), max_connections=4, keepalive_expiry=5.0
            )
        return self._pool


class _TooLarge(httpcore.ReadError):
    """The answer is larger than may be read."""


def _bounded(response: httpcore.Response) -> bytes:
    content = bytearray()
    for piece in response.iter_stream():
        content += piece
        if len(content) > LARGEST:
            raise _TooLarge(f"the answer is larger than {LARGEST} bytes")
    return bytes(content)


def _offer(said: Mapping[str, Any], issuer: str) -> Offer:
    """The issuer must be the one that was asked (Discovery, 4.3), and whatever is sent somewhere goes by https."""
    if said.get("issuer") != issuer:
        raise ProviderDown("it says that it is another")
    places = {name: said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    for name, found in places.items():
        if not isinstance(found, str) or not is_safe(found):
            raise ProviderDown(f"{name} is not named, or not by https")
    end = said.get("end_session_endpoint")
    return Offer(
        authorize=str(places["authorization_endpoint"]),
        token=str(places["token_endpoint"]),
        keys=str(places["jwks_uri"]),
        end=end if isinstance(end, str) and is_safe(end) else "",
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _keys(said: Mapping[str, Any]) -> tuple[Key, ...]:
    """Keys that sign; one that cannot be read is left out (RFC 7517, 5)."""
    found: list[Key] = []
    listed = said.get("keys")
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and each.get("kty") in ("RSA", "EC") and each.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(each))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not found:
        raise ProviderDown("it names no key that signs")
    return tuple(found)
