"""OpenID Connect: where somebody is sent to log in, and what must be true of the identity token that comes of it.

Authorization code with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700). Nothing here sends anything.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Literal
from urllib.parse import urlencode

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import Key

from reconciler.portal.named import Provider
from reconciler.portal.provider import Offer

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Of signatures. Never none, and never one that is made with the client's secret."""
LEEWAY_S = 60
LONGEST = 200
"""Letters of an account."""
TOKEN_MOST = 16_384

Fault = Literal["token", "signature", "key", "expired", "issuer", "audience", "nonce", "access-token", "account"]
"""What is wrong with a token: of its form, its signature, its claims."""


class TokenRefused(Exception):
    """The identity token proves nothing."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as the provider knows them."""

    account: str
    shown: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a login was begun with."""

    state: str
    nonce: str
    verifier: str
    back: str


def sent_to(offer: Offer, provider: Provider, asked: Asked) -> str:
    """Where the browser goes to log in."""
    challenge = urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": asked.back,
        "scope": " ".join(dict.fromkeys(["openid", *provider.scopes.split()])),
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{offer.authorize}{'&' if '?' in offer.authorize else '?'}{urlencode(query)}"


def key_named(token: str) -> str | None:
    """The name of the key that a token says it is signed with. Raises TokenRefused for what is no token."""
    try:
        if len(token) > TOKEN_MOST:
            raise TokenRefused("token")
        found = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise TokenRefused("token") from error
    return found if isinstance(found, str) else None


def proven(tokens: Mapping[str, Any], provider: Provider, keys: Sequence[Key], nonce: str, now: datetime) -> Who:
    """Whoever the identity token names (Core, 3.1.3.7). Raises TokenRefused."""
    header, claims = _signed(str(tokens.get("id_token", "")), keys)
    _timely(claims, now)
    if claims.get("iss") != provider.issuer:
        raise TokenRefused("issuer")
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    if provider.client not in named or claims.get("azp", provider.client) != provider.client:
        raise TokenRefused("audience")
    if len(named) > 1 and "azp" not in claims:
        raise TokenRefused("audience")
    if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise TokenRefused("nonce")
    if "at_hash" in claims and claims["at_hash"] != _half(str(tokens.get("access_token", "")), str(header["alg"])):
        raise TokenRefused("access-token")
    return _who(claims, provider.claim)


def _signed(token: str, keys: Sequence[Key]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims of a token that one of the keys has signed: the named one, or the only one."""
    wanted = key_named(token)
    found = [key for key in keys if key.kid == wanted] if wanted is not None else list(keys)
    if len(found) != 1:
        raise TokenRefused("key")
    # Providers put names of their own into the header (`x5t`, `nonce`): those are not looked at.
    registry = jws.JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        read = jwt.decode(token, found[0], algorithms=list(ALGORITHMS), registry=registry)
    except (JoseError, ValueError) as error:
        raise TokenRefused("signature") from error
    return read.header, read.claims


def _timely(claims: Mapping[str, Any], now: datetime) -> None:
    needed: jwt.ClaimsOption = {"essential": True}
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()), leeway=LEEWAY_S, exp=needed, iat=needed, sub=needed, iss=needed, aud=needed
    )
    try:
        rules.validate(dict(claims))
    except ExpiredTokenError as error:
        raise TokenRefused("expired") from error
    except JoseError as error:
        raise TokenRefused("token") from error


def _half(value: str, algorithm: str) -> str:
    """Core, 3.1.3.6: the left half of the hash that the algorithm names; all of ours are of 256 bits."""
    assert algorithm.endswith("256")
    digest = hashlib.sha256(value.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _who(claims: Mapping[str, Any], claim: str) -> Who:
    account = claims.get(claim)
    if not isinstance(account, str) or not is_account(account):
        raise TokenRefused("account")
    if claim == "email" and claims.get("email_verified") is not True:
        raise TokenRefused("account")
    name = claims.get("name")
    shown = re.sub(r"[^\w .,'@-]", "", name).strip()[:LONGEST] if isinstance(name, str) else ""
    return Who(account, shown or account)


def is_account(text: str) -> bool:
    """Whether a text from outside can be the name of an account."""
    return 0 < len(text) <= LONGEST and text.isprintable() and text == text.strip()
