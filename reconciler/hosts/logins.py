"""Who we are to a host: a token in a file, or a GitHub App with a key in a file.

A file is read whenever it is needed, so that a token or a key is changed without a restart. No value is kept longer
than it is used, is in an error, or leaves this room but in a header.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from reconciler.clock import Clock
from reconciler.hosts.client import Answer, Ask, Client
from reconciler.runs.host import Refused, Trouble

BACK_S, LIFE_S = 60, 540
"""Seconds: a JWT is issued a minute ago, "to protect against clock drift", and its end is "no more than 10 minutes into
the future": nine, for the same reason (GitHub, "Generating a JSON Web Token (JWT) for a GitHub App")."""
EARLY = timedelta(minutes=5)
"""Before its end from which on an installation token is not used any more; it lives for an hour (GitHub, "Generating an
installation access token")."""
ASSUMED = timedelta(minutes=30)
LARGEST = 20_000
_TOKEN = re.compile(r"[!-~]{8,4096}")
"""What a header can carry, without blanks."""


class Login(Protocol):
    """What gives each request its credential."""

    def authorization(self) -> str | Trouble:
        """The value of the header `Authorization`."""

    def forget(self) -> bool:
        """The credential was refused: whether another one may be had, so that the request is worth a repeat."""


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A plain token: a fine-grained personal access token, most often."""

    path: Path

    def authorization(self) -> str | Trouble:
        """See `Login`."""
        token = _content(self.path)
        if token is None or not _TOKEN.fullmatch(token):
            hint = f"put the token alone into {self.path}, readable for this program"
            return Refused("the file of the host's token holds no token, or cannot be read", "credential", hint)
        return f"Bearer {token}"

    def forget(self) -> bool:
        """See `Login`. The file may hold another one by now: the next request says."""
        return False


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App, where it is installed: `id` is its app id or client id, `key` the file of its private key (PEM)."""

    id: str
    installation: str
    key: Path


class AppLogin:
    """Tokens of an App's installation: fetched with a signed JWT, kept in memory, renewed before their end."""

    def __init__(self, app: App, client: Client, clock: Clock) -> None:
        self._app = app
        self._client = client
        self._clock = clock
        self._token = ""
        self._until = datetime.min.replace(tzinfo=UTC)

    def authorization(self) -> str | Trouble:
        """See `Login`."""
        if not self._token or self._clock.now() >= self._until:
            self._token = ""
            if (trouble := self._fetch()) is not None:
                return trouble
        return f"Bearer {self._token}"

    def forget(self) -> bool:
        """See `Login`."""
        had, self._token = bool(self._token), ""
        return had

    def _fetch(self) -> Trouble | None:
        """docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app: 201, or 401, 403, 404."""
        path = f"/app/installations/{self._app.installation}/access_tokens"
        answer = self._client.ask(Ask("POST", path, {}), self._signed)
        if not isinstance(answer, Answer):
            return answer
        if answer.status == 404:
            hint = "look at the installation's number: it stands in the address of the App's installation page"
            return Refused(f"the App is not installed there: {answer.message}", "credential", hint)
        if answer.status != 201:
            hint = "look at the App's id and key, and at this machine's clock"
            return Refused(f"the host gives the App no token: {answer.message}", "credential", hint)
        return self._keep(answer.body)

    def _keep(self, body: Any) -> Trouble | None:
        token = body.get("token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return self._client.later("the host's answer holds no token")
        self._token = token
        self._until = (_moment(body.get("expires_at")) or self._clock.now() + ASSUMED) - EARLY
        return None

    def _signed(self) -> str | Trouble:
        """A JWT, as the App itself. RFC 7519 with RS256 (RFC 7518, 3.3); nothing of a JWT is ever read here."""
        key = _content(self._app.key)
        sign = None if key is None else _signer(key.encode())
        if sign is None:
            hint = f"put the private key that GitHub made for the App into {self._app.key}, as it was downloaded"
            return Refused("the file of the App's key holds no RSA key, or cannot be read", "credential", hint)
        now = int(self._clock.now().timestamp())
        claims = {"iat": now - BACK_S, "exp": now + LIFE_S, "iss": self._app.id}
        unsigned = ".".join(_part(json.dumps(each).encode()) for each in ({"alg": "RS256", "typ": "JWT"}, claims))
        return f"Bearer {unsigned}.{_part(sign(unsigned.encode()))}"


def _signer(pem: bytes) -> Callable[[bytes], bytes] | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return (lambda text: key.sign(text, PKCS1v15(), hashes.SHA256())) if isinstance(key, RSAPrivateKey) else None


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _content(path: Path) -> str | None:
    """A small file's text without the blanks around it; None where it cannot be read: an error would show it."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode("ascii").strip()
    except (OSError, ValueError):
        return None


def _moment(told: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo is not None else None
