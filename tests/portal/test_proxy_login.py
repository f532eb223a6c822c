"""A reverse proxy that says who is logged in: believed from its own networks, about exactly one account."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from parts.installation import Installation
from parts.portal import ADMIN, HOME, STRANGER, TWIN, opened

from reconciler.errors import UsageError
from reconciler.portal.named import named
from reconciler.portal.peers import peer_of
from reconciler.settings import read_settings

BY_PROXY = {"login": "proxy", "proxy_header": "X-Forwarded-User", "proxy_from": "127.0.0.0/8,::1/128"}


def test_whoever_the_proxy_names_is_in_and_nobody_else(installation: Installation) -> None:
    with opened(installation, **BY_PROXY) as portal:
        client = portal.client()
        named = {"x-forwarded-user": ADMIN}
        page = client.get(HOME, headers=named)
        assert (page.status_code, page.headers.get("set-cookie")) == (200, None)
        csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        made = f"{HOME}/tokens"
        wanted = {"csrf": csrf, "name": "n", "scopes": "see", "ends": "2026-04-01"}
        other = {"x-forwarded-user": STRANGER}
        assert client.get(HOME, headers=other).status_code == 404
        assert client.post(made, data=wanted, headers=other).status_code in (403, 404), "a form of somebody else's"
        assert client.post("/language", data={**wanted, "language": "en"}, headers=other).status_code == 403
        assert client.post(made, data=wanted, headers=named).status_code == 200
        assert client.post("/logout", data=wanted, headers=named).headers["location"] == "/logged-out"
        assert "innlogget igjen" in client.get("/logged-out").text
        for wrong in ([], [""], ["x" * 201], ["a", "b"], [ADMIN, ADMIN], ["a,b"], ["a\tb"]):
            answer = client.get(HOME, headers=[("x-forwarded-user", each) for each in wrong])
            assert (answer.status_code, "organisasjonens innlogging" in answer.text) == (403, True), wrong
            assert client.get(TWIN, headers=[("x-forwarded-user", each) for each in wrong]).status_code == 403
        assert client.get("/nothing").status_code == 404
        assert client.post("/login/demo", data={"account": ADMIN}).status_code == 404
        what = installation.sql("select account, way, what from reconciler.portal_logins order by id")
        assert [each for each in what if each[2] != "refused"] == [
            (ADMIN, "proxy", "login"), (STRANGER, "proxy", "login"), (ADMIN, "proxy", "logout"),
        ]  # fmt: skip
        assert [each for each in what if each[2] == "refused"] == [("", "proxy", "refused")] * 5, (
            "and no more than that"
        )
        token = client.post(
            f"{TWIN}/tokens", json={"name": "p", "scopes": ["see"], "ends": "2026-04-01"},
            headers={**named, "x-csrf": client.get(HOME, headers=named).text.split('name="csrf" value="')[1][:32]},
        ).json()["value"]  # fmt: skip
        program = {"authorization": f"Bearer {token}"}
        assert client.get(TWIN, headers=program).status_code == 200, "a token stands by itself"
        assert client.get(TWIN, headers={**program, **other}).status_code == 200
        assert client.get(HOME, headers=program).status_code == 403
        answer = client.get("/login", headers=named)
        assert answer.headers["location"] == "/"


def test_two_at_once_begin_one_session(installation: Installation) -> None:
    with opened(installation, **BY_PROXY) as portal, ThreadPoolExecutor(6) as pool:
        client = portal.client()
        asked = [pool.submit(client.get, HOME, headers={"x-forwarded-user": ADMIN}) for _ in range(6)]
        assert [each.result().status_code for each in asked] == [200] * 6
    assert installation.sql("select count(*) from reconciler.portal_sessions") == [(1,)]
    assert installation.sql("select count(*) from reconciler.portal_logins") == [(1,)]


def test_from_elsewhere_the_header_counts_for_nothing(installation: Installation) -> None:
    with opened(installation, **BY_PROXY | {"proxy_from": "10.20.0.0/16"}) as portal:
        forged = {"x-forwarded-user": ADMIN, "x-forwarded-for": "10.20.0.1", "forwarded": "for=10.20.0.1"}
        assert portal.client().get(HOME, headers=forged).status_code == 403
    with opened(installation) as portal:
        assert portal.client().get(HOME, headers=forged).status_code == 303


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.20.0.4", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.20.0.4", ["198.51.100.1"], "198.51.100.1"),
        ("10.20.0.4", ["6.6.6.6, 198.51.100.1, 10.20.0.9"], "198.51.100.1"),
        ("10.20.0.4", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("10.20.0.4", ["198.51.100.1, unknown"], "10.20.0.4"),
        ("10.20.0.4", ["," * 5000], "10.20.0.4"),
        ("10.20.0.4", [], "10.20.0.4"),
    ],
)
def test_who_asks_through_the_proxy_is_the_last_address_that_is_not_its_own(
    peer: str, said: list[str], found: str
) -> None:
    networks = named(read_settings({"RECONCILER_PORTAL_LOGIN": "demo", "RECONCILER_PORTAL_PROXY_FROM": "10.20.0.0/16"}))
    scope = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", each.encode()) for each in said]}
    assert peer_of(scope, networks.networks) == found


def test_a_proxy_that_could_be_anybody_is_refused() -> None:
    given = {f"RECONCILER_PORTAL_{key.upper()}": value for key, value in BY_PROXY.items()}
    assert named(read_settings(given)).proxy.header == "x-forwarded-user"
    for wrong in (
        {"FROM": "0.0.0.0/0"},
        {"FROM": "::/0"},
        {"FROM": ""},
        {"FROM": "here"},
        {"HEADER": ""},
        {"HEADER": "a b"},
    ):
        more = {f"RECONCILER_PORTAL_PROXY_{key}": value for key, value in wrong.items()}
        with pytest.raises(UsageError):
            named(read_settings(given | more))
