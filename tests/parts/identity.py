"""What stands between a relying party and the provider: asks what the package does not, signs, and lies on order.

The package lets any client in and knows neither PKCE (RFC 7636) nor a second key. Here the tokens are signed anew, with
keys of ours, so that each claim can be another one (OpenID Connect Core 1.0, 3.1.3.7: what the other side must check).
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "reconciler-portal", "S3cret-of-the-portal-that-logs-people-in"
LIFE_S = 3600
Fault = Literal[
    "",
    # in the token, which no relying party may take
    "nonce", "no nonce", "audience", "expired", "issuer", "subject", "signature", "unsigned", "signed by the client",
    # in what is said about the provider, and about the person
    "issuer of another", "person of another",
    # of the server: nothing but a login that can be tried again
    "unreachable", "refused", "page", "endless",
]  # fmt: skip
"""`subject`: there is none. `signed by the client`: with its secret (HS256). `person of another`: from /userinfo.
`refused` is an error of the token endpoint, `page` a page of a proxy, `endless` 32 MB: these three, and `unreachable`,
are said to the relying party only; people still reach the form."""
PATHS = ("/.well-known/openid-configuration", "/jwks", "/oauth2/token", "/userinfo")
"""What the relying party asks by itself."""
ENDLESS = 32 << 20
LIES: Mapping[str, Mapping[str, Any]] = {
    "nonce": {"nonce": "of-another-login"},
    "no nonce": {"nonce": None},
    "audience": {"aud": ["another-client"], "azp": "another-client"},
    "issuer": {"iss": "http://localhost:1"},
    "subject": {"sub": None},
}
"""Claims that are said instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Identity:
    """Answers for the provider at `origin`; what it does not know itself it asks `upstream`."""

    def __init__(self, origin: str, upstream: str) -> None:
        self.origin = origin
        self.fault: Fault = ""
        self.now: Callable[[], float] = time.time
        """Seconds since 1970: when tokens are made. A test on a staged clock gives it here."""
        self.asked: list[str] = []
        """Paths of PATHS, in the order in which the relying party asked for them."""
        self._upstream = httpx.Client(base_url=upstream, trust_env=False, verify=False, timeout=20)
        self._challenges: dict[str, str] = {}
        self.rotate()

    def rotate(self) -> None:
        """Another key from now on; the old one is no longer known."""
        self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})

    def close(self) -> None:
        self._upstream.close()

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """What is said to a request; None hangs up."""
        path = urlsplit(target).path
        if path in PATHS:
            self.asked.append(path)
            if self.fault == "unreachable":
                return None
            if self.fault == "page":
                return Answer(200, b"<html><h1>Sign in to the network</h1></html>", {"Content-Type": "text/html"})
            if self.fault == "endless":
                return Answer(200, b'{"access_token": "' + b"x" * ENDLESS + b'"}', {"Content-Type": "application/json"})
        match path:
            case "/jwks":
                return _json(200, KeySet([self._key]).as_dict(private=False))
            case "/oauth2/authorize":
                return self._authorize(method, target, headers, body)
            case "/oauth2/token":
                return self._token(target, headers, body)
        return self._told(path, self._ask(method, target, headers, body))

    def _ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        """Upstream believes that it is called by our name: it calls itself so, as the issuer too."""
        passed = {key: value for key, value in headers.items() if key.lower() in ("authorization", "content-type")}
        host = urlsplit(self.origin).netloc
        return self._upstream.request(method, target, headers={**passed, "Host": host}, content=body)

    def _told(self, path: str, answer: httpx.Response) -> Answer:
        told = {key: answer.headers[key] for key in ("Content-Type", "Location") if key in answer.headers}
        if told.get("Content-Type", "").startswith("text/html"):  # its style comes from a host elsewhere
            return Answer(answer.status_code, re.sub(rb"<link\b[^>]*>", b"", answer.content), told)
        if path == PATHS[0] and self.fault == "issuer of another":
            return _json(200, {**answer.json(), "issuer": LIES["issuer"]["iss"]})
        if path == "/userinfo" and self.fault == "person of another":
            return _json(200, {**answer.json(), "sub": "another"})
        return Answer(answer.status_code, answer.content, told)

    def _authorize(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The form, and where it leads. A code is bound to the challenge that it was asked for with."""
        asked = {key: value[-1] for key, value in parse_qs(urlsplit(target).query).items()}
        if asked.get("client_id") != CLIENT:
            return Answer(400, f"unknown client: {asked.get('client_id')}".encode())
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return Answer(400, b"PKCE with S256 is required")
        answer = self._told("/oauth2/authorize", self._ask(method, target, headers, body))
        back = answer.headers.get("Location", "")
        said = parse_qs(urlsplit(back).query)
        for code in said.get("code", []):
            self._challenges[code] = asked["code_challenge"]
        if "error" in said and "state" not in said:  # the package forgets it (RFC 6749, 4.1.2.1)
            state = urlencode({"state": asked.get("state", "")})
            return replace(answer, headers={**answer.headers, "Location": f"{back}&{state}"})
        return answer

    def _token(self, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        asked = {key: value[-1] for key, value in parse_qs(body.decode()).items()}
        if self.fault == "refused":
            return _json(400, {"error": "invalid_grant", "error_description": "<b>no</b> such code"})
        if not _known(headers.get("Authorization", ""), asked):
            return _json(401, {"error": "invalid_client"})
        proof = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = self._challenges.pop(asked.get("code", ""), "")
        if not hmac.compare_digest(base64.urlsafe_b64encode(proof).rstrip(b"="), challenge.encode()):
            return _json(400, {"error": "invalid_grant", "error_description": "the code verifier does not fit"})
        answer = self._ask("POST", target, headers, body)
        if not answer.is_success:
            return self._told("/oauth2/token", answer)
        return _json(200, {**answer.json(), "id_token": self._signed(_claims(answer.json()["id_token"]))})

    def _signed(self, claims: dict[str, Any]) -> str:
        now = int(self.now())
        if self.fault == "expired":
            now -= 2 * LIFE_S
        claims |= {"iat": now, "auth_time": now, "exp": now + LIFE_S, **LIES.get(self.fault, {})}
        claims = {key: value for key, value in claims.items() if value is not None}
        head = {"alg": "RS256", "kid": self._key.kid}
        match self.fault:
            case "signature":
                return jwt.encode(head, claims, RSAKey.generate_key(2048))
            case "unsigned":
                return f"{_part({'alg': 'none'})}.{_part(claims)}."
            case "signed by the client":
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        return jwt.encode(head, claims, self._key)


def _known(authorization: str, asked: Mapping[str, str]) -> bool:
    """Whether this is the client: by its secret, in either place, or without one, as PKCE proves enough."""
    kind, _, said = authorization.partition(" ")
    if kind.lower() == "basic":
        return base64.b64decode(said).decode() == f"{CLIENT}:{SECRET}"
    return asked.get("client_id") == CLIENT and asked.get("client_secret", SECRET) == SECRET


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _json(status: int, value: object) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})
