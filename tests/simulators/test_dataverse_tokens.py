"""Tokens as Entra gives them, and who may ask afterwards."""

import pytest
from parts.dataverse import CLIENT, SECRET, Dataverse

OTHER = "Another-s3cret-of-it"


@pytest.mark.parametrize(
    ("change", "status", "error", "number"),
    [
        ({"tenant": "00000000-0000-0000-0000-000000000000"}, 400, "invalid_request", 90002),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"secret": ""}, 401, "invalid_client", 7000218),
        ({"secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"scope": "https://hlf-test.crm19.dynamics.com"}, 400, "invalid_scope", 1002012),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
def test_each_mistake_has_its_number(dataverse: Dataverse, change: dict, status: int, error: str, number: int) -> None:
    answer = dataverse.token(**change)
    assert (answer.status_code, answer.json()["error"], answer.json()["error_codes"]) == (status, error, [number])
    assert answer.json()["error_description"].startswith(f"AADSTS{number}: ")


def test_several_secrets_are_good_at_once_and_a_token_ends_with_its_own(dataverse: Dataverse) -> None:
    dataverse.control("/_tokens", {"add": f"{CLIENT}:{OTHER}"})
    made = dataverse.token(OTHER).json()["access_token"]
    assert dataverse.ask("GET", "WhoAmI").status_code == 200
    dataverse.control("/_tokens", {"revoke": f"{CLIENT}:{SECRET}"})
    assert dataverse.ask("GET", "WhoAmI").status_code == 401
    assert dataverse.ask("GET", "WhoAmI", Authorization=f"Bearer {made}").status_code == 200
    dataverse.control("/_tokens", {"end": f"{CLIENT}:{OTHER}"})
    assert dataverse.token(OTHER).json()["error_codes"] == [7000222]


def test_a_token_lives_as_long_as_it_says() -> None:
    simulator = Dataverse("--token-life", "0")
    try:
        assert simulator.token().json()["expires_in"] == 0
        simulator.reset()
        assert simulator.ask("GET", "WhoAmI").status_code == 401
    finally:
        simulator.stop()


def test_who_is_no_user_gets_a_token_and_nothing_else(dataverse: Dataverse) -> None:
    dataverse.control("/_privileges", {"member": False})
    assert dataverse.token().status_code == 200
    answer = dataverse.ask("GET", "WhoAmI")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "0x80072560")


@pytest.mark.parametrize(
    ("form", "code"), [("requests", "0x80072322"), ("time", "0x80072321"), ("concurrent", "0x80072326")]
)
def test_whoever_is_told_to_wait_and_does_not_is_told_to_wait_longer(
    dataverse: Dataverse, form: str, code: str
) -> None:
    dataverse.arm("throttle", seconds=3, form=form, times=2)
    for wait in ("3", "6"):
        answer = dataverse.ask("GET", "WhoAmI")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, wait)
        assert answer.json()["error"]["code"] == code
    answer = dataverse.ask("GET", "WhoAmI")
    assert int(answer.headers["x-ms-ratelimit-burst-remaining-xrm-requests"]) == 5999
