"""What must be true of an identity token, claim by claim, and of what a provider says about itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from reconciler.portal.named import Provider
from reconciler.portal.oidc import TokenRefused, Who, proven
from reconciler.portal.provider import ProviderDown, _keys, _offer

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
AT = int(NOW.timestamp())
PROVIDER = Provider("https://login.example.org", "portal")
RSA, EC = RSAKey.generate_key(2048, {"kid": "r"}), ECKey.generate_key("P-256", {"kid": "e"})
CLAIMS = {
    "iss": "https://login.example.org", "aud": "portal", "sub": "1", "iat": AT, "exp": AT + 60, "nonce": "n",
    "preferred_username": "kari",
}  # fmt: skip
OFFER = {
    "issuer": "https://login.example.org", "authorization_endpoint": "https://login.example.org/a",
    "token_endpoint": "https://login.example.org/t", "jwks_uri": "https://keys.example.org/k",
}  # fmt: skip


def who(claims: Mapping[str, Any] = CLAIMS, key: Key = RSA, provider: Provider = PROVIDER, **head: Any) -> Who:
    said = {"alg": "RS256", "kid": key.kid, **head}
    registry = jws.JWSRegistry(algorithms=["RS256", "PS256", "ES256", "RS512", "HS256"], strict_check_header=False)
    token = jwt.encode(
        {name: value for name, value in said.items() if value is not None},
        {name: value for name, value in claims.items() if value is not None},
        key, registry=registry,
    )  # fmt: skip
    return proven({"id_token": token, "access_token": "an-access-token"}, provider, [RSA, EC], "n", NOW)


@pytest.mark.parametrize(
    ("claims", "head"),
    [
        ({}, {}),
        ({}, {"alg": "PS256", "x5t": "theirs", "typ": "JWT"}),
        ({"aud": ["portal"]}, {}),
        ({"aud": ["portal", "another"], "azp": "portal"}, {}),
        ({"at_hash": "YiHPD2T9DaX5B837XJXtow"}, {}),
        ({"exp": AT - 59}, {}),
        ({"iat": AT + 59}, {}),
        ({"name": 7}, {}),
    ],
)
def test_a_proper_token_names_somebody(claims: dict, head: dict) -> None:
    assert who(CLAIMS | claims, **head) == Who("kari", "kari")
    assert who(CLAIMS | claims, EC, alg="ES256") == Who("kari", "kari")


@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        ({"iss": "https://login.example.org/"}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": ["portal", "another"]}, "audience"),
        ({"aud": "portal", "azp": "another"}, "audience"),
        ({"aud": {"portal": 1}}, "token"),
        ({"exp": AT - 61}, "expired"),
        ({"exp": None}, "token"),
        ({"exp": "soon"}, "token"),
        ({"exp": True}, "token"),
        ({"iat": AT + 61}, "token"),
        ({"iat": None}, "token"),
        ({"sub": None}, "token"),
        ({"nonce": "N"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["n"]}, "nonce"),
        ({"at_hash": "of-another"}, "access-token"),
        ({"preferred_username": None}, "account"),
        ({"preferred_username": ""}, "account"),
        ({"preferred_username": ["kari"]}, "account"),
        ({"preferred_username": "kari\x00"}, "account"),
        ({"preferred_username": "x" * 201}, "account"),
    ],
)
def test_each_claim_that_is_wrong_is_found(claims: dict, fault: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        who(CLAIMS | claims)
    assert refused.value.fault == fault


@pytest.mark.parametrize(
    ("key", "head", "fault"),
    [
        (RSA, {"kid": None}, "key"),
        (RSA, {"kid": "unknown"}, "key"),
        (RSA, {"kid": "e"}, "signature"),
        (RSA, {"alg": "RS512"}, "signature"),
        (OctKey.import_key("the-public-key-taken-for-a-secret", {"kid": "r"}), {"alg": "HS256"}, "signature"),
        (RSAKey.generate_key(2048, {"kid": "r"}), {}, "signature"),
    ],
)
def test_a_signature_of_anybody_elses_is_none(key: Key, head: dict, fault: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        who(key=key, **head)
    assert refused.value.fault == fault


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "." * 20_000, "e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "æ.ø.å"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        proven({"id_token": token}, PROVIDER, [RSA], "n", NOW)


def test_an_address_counts_where_it_is_verified() -> None:
    by_mail = Provider("https://login.example.org", "portal", claim="email")
    assert who(CLAIMS | {"email": "k@x.no", "email_verified": True}, provider=by_mail).account == "k@x.no"
    for verified in (None, False, "true"):
        with pytest.raises(TokenRefused, match="account"):
            who(CLAIMS | {"email": "k@x.no", "email_verified": verified}, provider=by_mail)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://login.example.org/"},
        {"token_endpoint": "http://login.example.org/t"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "https://user@evil.example/"},
        {"authorization_endpoint": None},
        {"jwks_uri": "https://[bad"},
    ],
)
def test_a_provider_that_would_have_secrets_sent_elsewhere_is_none(wrong: dict) -> None:
    assert _offer(OFFER | {"end_session_endpoint": "http://x.example"}, OFFER["issuer"]).end == ""
    with pytest.raises(ProviderDown):
        _offer(OFFER | wrong, OFFER["issuer"])


def test_keys_that_cannot_be_read_are_left_out() -> None:
    listed = [
        RSA.as_dict(private=False), {"kty": "RSA", "n": "x"}, {"kty": "EC", "crv": "P-1", "x": "", "y": ""}, "key",
        {**EC.as_dict(private=False), "use": "enc"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": 7},
    ]  # fmt: skip
    assert [key.kid for key in _keys({"keys": listed})] == ["r"]
    for nothing in ({}, {"keys": []}, {"keys": "x"}, {"keys": listed[1:]}):
        with pytest.raises(ProviderDown):
            _keys(nothing)
