"""Who may ask the register: keys, users, clients and their tokens; and how each is revoked and rotated."""

import httpx
import pytest
from parts.served import served

KEY, USER, CLIENT = "K3y-of-the-register", ("app", "Pa55word-one"), ("reconciler", "S3cret-one")


def status(register, *, auth: tuple[str, str] | None = None, **headers: str) -> int:
    return httpx.get(f"{register.base}/status", headers=headers, auth=auth, trust_env=False, verify=False).status_code


def asked(register, client=CLIENT, *, path: str = "/oauth2/token", post: bool = False, **form: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", **form}
    if post:
        form |= {"client_id": client[0], "client_secret": client[1]}
    auth = None if post else client
    return httpx.post(f"{register.base}{path}", data=form, auth=auth, trust_env=False, verify=False)


def token(register, **more) -> str:
    return asked(register, **more).json()["access_token"]


def test_a_key_is_taken_from_its_header_or_as_a_bearer_token(register):
    assert status(register, **{"X-API-Key": KEY}) == 200
    assert status(register, Authorization=f"Bearer {KEY}") == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": ""},
        {"X-API-Key": "nobodys"},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Basic !!"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nobodys"},
    ],
)
def test_anything_else_is_a_401_that_says_how(register, headers):
    answer = httpx.get(f"{register.base}/status", headers=headers, trust_env=False, verify=False)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert KEY not in answer.text


def test_another_header_can_carry_the_key(open_register):
    register = open_register("--key-header", "Ocp-Apim-Subscription-Key")
    assert status(register, **{"Ocp-Apim-Subscription-Key": KEY}) == 200
    assert status(register, **{"X-API-Key": KEY}) == 401


def test_a_user_logs_in_with_a_password(register):
    assert status(register, auth=USER) == 200
    assert status(register, auth=("app", "wrong")) == 401
    assert status(register, auth=CLIENT) == 401


@pytest.mark.parametrize("post", [True, False])
def test_a_client_gets_a_token_by_header_or_form(register, post):
    answer = asked(register, post=post, scope="register.write")
    found = answer.json()
    assert (found["token_type"], found["expires_in"], found["scope"]) == ("Bearer", 3600, "register.write")
    assert answer.headers["cache-control"] == "no-store"
    assert status(register, Authorization=f"Bearer {found['access_token']}") == 200


def test_the_token_endpoint_answers_with_the_errors_of_oauth_whatever_shape_others_have(register):
    assert (
        asked(register, ("reconciler", "wrong")).status_code,
        asked(register, grant_type="password").status_code,
    ) == (
        401,
        400,
    )
    assert asked(register, ("reconciler", "wrong")).json()["error"] == "invalid_client"
    assert asked(register, grant_type="password").json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    ("prefix", "endpoint"), [("", "/oauth2/token"), ("/OpenIdserver", "/OpenIdserver/connect/token")]
)
def test_the_discovery_document_names_the_token_endpoint_of_its_own_origin(register, prefix, endpoint):
    found = httpx.get(f"{register.base}{prefix}/.well-known/openid-configuration", trust_env=False, verify=False).json()
    assert found["token_endpoint"] == register.base + endpoint
    assert asked(register, path=endpoint).status_code == 200


def test_a_client_has_several_secrets_during_a_rotation_and_a_revoked_one_ends_its_tokens(register):
    old = token(register)
    register.control("/_tokens", {"kind": "client", "add": "reconciler:S3cret-two"})
    new = token(register, client=("reconciler", "S3cret-two"))
    assert [status(register, Authorization=f"Bearer {each}") for each in (old, new)] == [200, 200]
    register.control("/_tokens", {"kind": "client", "revoke": "reconciler:S3cret-one"})
    assert [status(register, Authorization=f"Bearer {each}") for each in (old, new)] == [401, 200]
    assert asked(register).json()["error"] == "invalid_client"


def test_keys_and_passwords_are_rotated_the_same_way(register):
    register.control("/_tokens", {"add": "K3y-two"})
    register.control("/_tokens", {"kind": "user", "add": "app:Pa55word-two"})
    assert status(register, **{"X-API-Key": "K3y-two"}) == status(register, auth=("app", "Pa55word-two")) == 200
    register.control("/_tokens", {"revoke": KEY})
    register.control("/_tokens", {"kind": "user", "revoke": "app:Pa55word-one"})
    assert status(register, **{"X-API-Key": KEY}) == status(register, auth=USER) == 401


def test_tokens_end_with_their_life_or_when_they_are_told_to(open_register):
    register = open_register("--token-life", "0")
    assert status(register, Authorization=f"Bearer {token(register)}") == 401
    other = open_register()
    held = token(other)
    assert other.control("/_tokens", {"expire": True}) == {"alive": 3, "made": 1}
    assert status(other, Authorization=f"Bearer {held}") == 401


@pytest.mark.parametrize(
    "order", [{"kind": "robot", "add": "x"}, {"kind": "client", "add": "x"}, {"revoke": "nobodys"}, []]
)
def test_an_order_that_makes_no_sense_is_refused(register, order):
    assert register.client.post(f"{register.base}/_tokens", json=order).status_code == 400


@pytest.mark.parametrize("option", [("--client", "S3cret"), ("--rate", "many"), ("--shape", "round"), ("--user", "u:")])
def test_an_option_that_makes_no_sense_ends_with_exit_code_two(option):
    with pytest.raises(SystemExit) as ended, served("register", *option):
        pass
    assert ended.value.code == 2
