"""Tokens of the API: made once and shown once, no more than their scopes and their maker, and gone when revoked."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from parts.installation import Installation
from parts.portal import ACCOUNTANT, ADMIN, HOME, STRANGER, TWIN, Opened, Visitor

from reconciler.clock import StagedClock

PAGE, API = f"{HOME}/tokens", f"{TWIN}/tokens"
WANTED = {"name": "Lønnsprogrammet", "scopes": ["see", "audit"], "ends": "2026-06-30"}
HOSTILE = '"><script>alert(1)</script>'


def program(portal: Opened, value: str) -> httpx.Client:
    client = portal.client()
    client.headers["authorization"] = f"Bearer {value}".strip()
    return client


def made(visitor: Visitor, **more: object) -> dict:
    answer = visitor.tell(API, WANTED | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_token_is_made_on_the_page_shown_once_and_kept_nowhere(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter()
    assert "Ingen nøkler ennå" in visitor.get(PAGE).text
    answer = visitor.post(PAGE, **WANTED)
    value = answer.text.partition('id="token-value"')[2].partition('value="')[2].partition('"')[0]
    assert (answer.status_code, value[:4], len(value)) == (200, "rcn_", 47)
    assert answer.headers["cache-control"] == "no-store"
    again = visitor.post(PAGE, **WANTED)
    assert again.status_code == 409, "a form that is sent once more makes no second one"
    assert "Det finnes allerede en nøkkel" in again.text
    page = visitor.get(PAGE).text
    assert value not in page
    assert f"<code>{value[-4:]}</code>" in page
    held = installation.sql("select string_agg(s::text, '') from reconciler.portal_sessions s")[0][0]
    held += installation.sql("select string_agg(t::text, '') from reconciler.portal_tokens t")[0][0]
    held += installation.sql("select string_agg(detail::text, '') from reconciler.audit")[0][0]
    assert value not in held
    assert program(portal, value).get(TWIN).json()["organization"] == "blindeforbundet"
    audited = installation.sql("select actor, detail ->> 'name' from reconciler.audit where action = 'token-made'")
    assert audited == [(ADMIN, "Lønnsprogrammet")]
    [listed] = visitor.get(API).json()["tokens"]
    assert (listed["counts"], listed["account"], listed["scopes"]) == (True, ADMIN, ["see", "audit"])
    assert listed["used_at"] is not None
    assert listed["last_day"] == WANTED["ends"]
    assert ">30.06.2026<" in page


def test_a_token_may_what_its_scopes_say_and_no_more_than_its_maker_today(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter()
    both, only = made(visitor)["value"], made(visitor, name="audit", scopes=["audit"])["value"]
    client, auditor = program(portal, both), program(portal, only)
    answer = client.get(TWIN)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    assert auditor.get(TWIN).status_code == 403, "a scope that it was not given"
    assert client.get(API).status_code == client.post(API, json=WANTED).status_code == 403
    used = "select detail ->> 'request' from reconciler.audit where action = 'token-used'"
    assert installation.sql(used) == [(f"POST {API}",)], "what a program sets out to do is written down"
    assert client.get(HOME).status_code == 303, "pages are for people"
    assert client.get("/api/v1/organizations/hlf").status_code == 404
    assert client.get("/api/v1/account").status_code == 401
    installation.sql(
        "update reconciler.organizations set body = jsonb_set(body, '{people}', %s::jsonb)",
        f'[{{"account": "{ADMIN}", "roles": ["viewer"]}}]',
    )
    assert client.get(TWIN).status_code == 200
    assert auditor.get(TWIN).status_code == 404, "its maker may not any more"
    installation.sql("update reconciler.organizations set body = jsonb_set(body, '{people}', '[]')")
    assert client.get(TWIN).status_code == 404


def test_a_token_that_is_none_lets_nobody_in(portal: Opened) -> None:
    visitor = portal.enter()
    value = made(visitor)["value"]
    for wrong in ("", "rcn_", value[:-1], value + "x", value.upper(), "x" * 4000, value.removeprefix("rcn_")):
        assert program(portal, wrong).get(TWIN).status_code == 401, wrong
    anybody = portal.client()
    for name in ("token", "access_token", "authorization", "key"):
        assert anybody.get(TWIN, params={name: value}).status_code == 401, "never in an address"
    anybody.cookies["reconciler-portal"] = value
    assert anybody.get(TWIN).status_code == 401
    wrong = visitor.client.get(TWIN, headers={"authorization": "Bearer rcn_x"})
    assert wrong.status_code == 401, "a cookie beside a wrong token does not count"
    house = portal.server.house
    house.clock = StagedClock(house.now + timedelta(days=121))
    assert program(portal, value).get(TWIN).status_code == 401, "its last day is over"


def test_a_token_that_is_revoked_ends_at_once(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter()
    token = made(visitor)
    path = f"{PAGE}/{token['id']}/revoke"
    assert visitor.client.post(path, data={}).status_code == 403
    assert portal.enter(STRANGER).post(path).status_code == 404
    assert program(portal, token["value"]).get(TWIN).status_code == 200
    assert visitor.tell(f"{API}/{token['id']}/revoke", {}).json()["fields"][0]["field"] == "sure"
    assert visitor.post(path, sure="yes").headers["location"] == PAGE
    assert "trukket tilbake. Ingen slipper inn" in visitor.get(PAGE).text
    assert program(portal, token["value"]).get(TWIN).status_code == 401
    assert (
        visitor.post(path, sure="yes").status_code
        == visitor.post(f"{PAGE}/{uuid4()}/revoke", sure="yes").status_code
        == 404
    )
    assert visitor.tell(f"{API}/none/revoke", {"sure": True}).status_code == 404
    assert made(visitor)["name"] == WANTED["name"], "its name is free again"
    audited = installation.sql("select action from reconciler.audit where action like 'token-re%%'")
    assert audited == [("token-revoked",)]


def test_what_cannot_be_a_token_is_refused_with_the_reason(portal: Opened) -> None:
    visitor = portal.enter()
    for more, said in (
        ({"scopes": ["tokens"]}, "tokens"),
        ({"scopes": ["see", "approve"]}, "approve"),
        ({"ends": "2027-03-03"}, "2027-03-02"),
        ({"ends": "2026-03-01"}, "2027-03-02"),
    ):
        answer = visitor.tell(API, WANTED | more)
        assert (answer.status_code, said in answer.json()["message"]) == (409, True), more
    for more, field in (
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"ends": "soon"}, "ends"),
    ):
        answer = visitor.tell(API, WANTED | more)
        assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, field), more
    refused = visitor.client.post(
        PAGE, data={"csrf": visitor.csrf, **WANTED, "scopes": "approve"}, headers={"referer": portal.address + PAGE}
    )
    assert refused.headers["location"] == PAGE
    assert "bare mennesker kan: approve" in visitor.get(PAGE).text
    assert visitor.post(PAGE, **WANTED | {"name": HOSTILE}).status_code == 200
    assert HOSTILE not in visitor.get(PAGE).text
    assert visitor.get(API).json()["tokens"][0]["name"] == HOSTILE


@pytest.mark.parametrize("account", [ACCOUNTANT])
def test_only_who_may_make_tokens_sees_them(portal: Opened, account: str) -> None:
    visitor = portal.enter(account)
    assert PAGE not in visitor.get(HOME).text
    assert visitor.get(PAGE).status_code == visitor.post(PAGE, **WANTED).status_code == 403
    assert visitor.get(API).status_code == visitor.tell(API, WANTED).status_code == 403
