"""Logging in at a real OpenID provider: who is let in, and every lie that is found."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from parts.identity import CLIENT, SECRET, Fault
from parts.installation import Installation
from parts.portal import ADMIN, HOME, Opened, opened
from parts.provider import Provider, provider

from reconciler.clock import StagedClock
from reconciler.portal.oidc import is_account

__all__ = ["provider"]


@pytest.fixture
def portal(installation: Installation, provider: Provider, tmp_path) -> Iterator[Opened]:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    provider.add("kari", preferred_username=ADMIN, name="Kari <b>Åsen</b>")
    named = {"login": "oidc", "issuer": provider.issuer, "client": CLIENT, "client_secret_file": str(secret)}
    with opened(installation, **named) as found:
        provider.identity.now = partial(_now, found)
        yield found


def begin(portal: Opened, back: str = HOME) -> str:
    return f"{portal.address}/login/begin?back={back}"


def logins(installation: Installation) -> list[tuple]:
    return installation.sql("select account, way, what, reason from reconciler.portal_logins order by id")


def test_a_person_logs_in_and_comes_to_where_they_wanted_to_go(
    portal: Opened, provider: Provider, installation: Installation
) -> None:
    client = portal.client()
    assert client.get(HOME).headers["location"] == f"/login?back={HOME}"
    assert f'href="/login/begin?back={HOME}"' in client.get(f"/login?back={HOME}").text
    away = client.get(begin(portal))
    asked = {key: value[0] for key, value in parse_qs(urlsplit(away.headers["location"]).query).items()}
    assert (asked["code_challenge_method"], asked["scope"], asked["response_type"]) == (
        "S256",
        "openid profile",
        "code",
    )
    answer = provider.walk(client, begin(portal), "kari")
    assert answer.status_code == 303, answer.text + str(logins(installation))
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    assert re.search(r"reconciler-portal=[^;]+; HttpOnly; Max-Age=43200; Path=/; SameSite=lax", str(answer.headers))
    page = client.get(HOME)
    assert page.status_code == 200
    assert "Kari bÅsenb" in page.text, "a name has no marks"
    assert SECRET not in page.text + str(away.headers)
    assert logins(installation) == [(ADMIN, "oidc", "login", "")]


LIES: dict[Fault, str] = {
    "nonce": "identity token: nonce",
    "no nonce": "identity token: nonce",
    "audience": "identity token: audience",
    "expired": "identity token: expired",
    "issuer": "identity token: issuer",
    "subject": "identity token: token",
    "signature": "identity token: signature",
    "unsigned": "identity token: signature",
    "signed by the client": "identity token: signature",
    "refused": "the provider did not know its code",
}


def test_each_lie_of_a_provider_is_found_and_written_down(
    portal: Opened, provider: Provider, installation: Installation
) -> None:
    client, found = portal.client(), {}
    for fault in LIES:
        back = provider.callback(client, begin(portal), "kari")
        provider.identity.fault = fault
        answer = client.get(back)
        provider.identity.fault = ""
        found[fault] = logins(installation)[-1]
        assert (answer.status_code, "reconciler-portal" in str(answer.headers)) == (403, False), fault
        assert "kan ikke godtas" in answer.text or "slapp deg ikke inn" in answer.text
    assert found == {fault: ("", "oidc", "refused", reason) for fault, reason in LIES.items()}
    assert client.get(HOME).status_code == 303
    assert client.get(back).status_code == 403, "an answer counts once"


def test_while_the_provider_is_down_nobody_logs_in_and_whoever_is_logged_in_notices_nothing(
    portal: Opened, provider: Provider
) -> None:
    inside, client = portal.client(), portal.client()
    provider.identity.fault = "unreachable"
    answer = client.get(begin(portal))
    assert (answer.status_code, "svarer ikke" in answer.text) == (503, True)
    asked = len(provider.identity.asked)
    assert client.get(begin(portal)).status_code == 503
    assert len(provider.identity.asked) == asked, "it is left alone for a moment"
    provider.identity.fault = ""
    later(portal, timedelta(seconds=6))
    assert provider.walk(inside, begin(portal), "kari").status_code == 303
    for fault in ("unreachable", "page", "endless"):
        back = provider.callback(client, begin(portal), "kari")
        provider.identity.fault = fault
        answer = client.get(back)
        assert (answer.status_code, "svarer ikke" in answer.text) == (503, True), fault
        assert inside.get(HOME).status_code == 200
        assert client.get(f"{portal.address}/logged-out").status_code == 200
        provider.identity.fault = ""


def test_a_provider_changes_its_keys_and_nobody_here_does_anything(portal: Opened, provider: Provider) -> None:
    for _ in range(2):
        assert provider.walk(portal.client(), begin(portal), "kari").status_code == 303
        provider.identity.rotate()
        later(portal, timedelta(minutes=1))
    assert provider.identity.asked.count("/jwks") == 2
    back = provider.callback(client := portal.client(), begin(portal), "kari")
    provider.identity.fault = "issuer of another"
    later(portal, timedelta(hours=2))
    assert client.get(back).status_code == 403, "the attempt is over"
    assert client.get(begin(portal)).status_code == 503, "another provider is none"


def test_an_answer_counts_for_the_browser_that_asked_and_for_ten_minutes(portal: Opened, provider: Provider) -> None:
    client, other = portal.client(), portal.client()
    back = provider.callback(client, begin(portal), "kari")
    other.get(begin(portal))
    assert other.get(back).status_code == 403, "nobody is logged in as somebody else by a link"
    assert client.get(back).status_code == 303
    late = provider.callback(client, begin(portal), "kari")
    later(portal, timedelta(minutes=11))
    assert (answer := client.get(late)).status_code == 403
    assert "tok for lang tid" in answer.text
    for wrong in ("state=x&code=y", "", "state=" + "x" * 5000, "error=access_denied"):
        assert client.get(f"{portal.address}/login/callback?{wrong}").status_code in (403, 422), wrong


def test_whoever_says_no_at_the_provider_is_told_so_and_nobody_is_sent_elsewhere(
    portal: Opened, provider: Provider
) -> None:
    client = portal.client()
    elsewhere = f"{portal.address}/login/begin?back=//evil.example"
    state = parse_qs(urlsplit(client.get(elsewhere).headers["location"]).query)["state"][0]
    denied = client.get(f"{portal.address}/login/callback", params={"state": state, "error": "access_denied"})
    assert (denied.status_code, "slapp deg ikke inn" in denied.text) == (403, True)
    assert provider.walk(client, elsewhere, "kari").headers["location"] == "/"


@pytest.mark.parametrize("account", ["", " ", "x" * 201, "kari\n", " kari"])
def test_an_account_that_is_none_is_refused(account: str) -> None:
    assert not is_account(account)


def test_somebody_of_no_organisation_gets_in_and_is_told_so(portal: Opened, provider: Provider) -> None:
    provider.add("nobody", preferred_username="nobody", name="Nobody")
    client = portal.client()
    assert provider.walk(client, begin(portal, "/"), "nobody").headers["location"] == "/"
    page = client.get("/")
    assert (page.status_code, "nobody står ikke i noen organisasjon" in page.text) == (200, True)
    assert client.get(HOME).status_code == 404
    provider.add("unnamed", name="Unnamed")
    answer = provider.walk(client, begin(portal, "/"), "unnamed")
    assert (answer.status_code, "hvilken konto" in answer.text) == (403, True)


def test_logging_out_ends_it_here_and_offers_the_way_out_there(portal: Opened, provider: Provider) -> None:
    client = portal.client()
    provider.walk(client, begin(portal), "kari")
    csrf = client.get(HOME).text.partition('name="csrf" value="')[2].partition('"')[0]
    kept = dict(client.cookies)
    answer = client.post("/logout", data={"csrf": csrf}, headers={"origin": portal.address})
    page = client.get(answer.headers["location"])
    assert f"{provider.issuer}/oauth2/end_session?client_id={CLIENT}&amp;post_logout_redirect_uri=" in page.text
    client.cookies.update(kept)
    assert client.get(HOME).status_code == 303, "the old cookie is worth nothing"


def test_each_login_has_a_new_key_and_the_one_before_is_over(portal: Opened, provider: Provider) -> None:
    client = portal.client()
    provider.walk(client, begin(portal), "kari")
    first = client.cookies["reconciler-portal"]
    provider.walk(client, begin(portal), "kari")
    assert client.cookies["reconciler-portal"] != first
    other = portal.client()
    other.cookies["reconciler-portal"] = first
    assert other.get(HOME).status_code == 303


def _now(portal: Opened) -> float:
    return portal.server.house.now.timestamp()


def later(portal: Opened, span: timedelta) -> None:
    house = portal.server.house
    house.clock = StagedClock(house.now + span)
