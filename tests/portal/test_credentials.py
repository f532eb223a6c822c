"""Credentials in the portal: what is shown of them, and what becomes of one that somebody types."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from parts.between import between
from parts.hostile import Speak, drips, peer
from parts.installation import TOKEN, Books, Installation
from parts.portal import ACCOUNTANT, ADMIN, HOME, STRANGER, TWIN, Opened, Visitor, opened

from reconciler.adapters import transport

PATH = "/integrations/xledger/credentials"
NEWER = "T0ken-the-newer-one-of-the-portal"
DEEDS = [PATH, f"{PATH}/test", f"{PATH}/restore", f"{PATH}/versions/1/revoke"]
STATES = "select version, state from reconciler.credentials where state <> 'revoked' order by version"


def shown(visitor: Visitor) -> str:
    answer = visitor.get(HOME + PATH)
    assert answer.status_code == 200, answer.text
    return answer.text


def put(visitor: Visitor, value: str, **more: str) -> str:
    """Type a value into the form; the page that comes then."""
    answer = visitor.post(HOME + PATH, **{"secret.token": value, **more})
    assert answer.status_code == 303, answer.text
    return shown(visitor)


def test_the_list_and_the_page_show_everything_but_the_value(portal: Opened) -> None:
    visitor = portal.enter(ADMIN)
    page, twin = visitor.get(f"{HOME}/credentials").text, visitor.get(f"{TWIN}/credentials").json()
    row = twin["credentials"][0]
    assert (row["kind"], row["name"], row["credential"]) == ("integration", "xledger", "xledger")
    assert (row["version"]["state"], row["version"]["hint"]) == ("current", f"••••••••{TOKEN[-4:]}")
    assert f"••••••••{TOKEN[-4:]}" in page
    assert "i bruk" in page
    page, twin = shown(visitor), visitor.get(TWIN + PATH).json()
    assert [each["name"] for each in twin["fields"]] == ["token"]
    assert twin["current"]["reaches"] == "entity 31007 Norges Blindeforbund"
    assert "31007 Norges Blindeforbund" in page
    assert [each["action"] for each in twin["trail"]] == ["credential-current", "credential-pending"]
    assert TOKEN not in page + str(twin)


def test_channels_are_listed_too_and_the_list_has_pages(portal: Opened, installation: Installation) -> None:
    told = '[{"channel": "styret", "by": "mail"}, {"channel": "drift", "by": "webhook"}]'
    installation.sql(
        "update reconciler.organizations set body = body || jsonb_build_object('notifications', %s::jsonb)", told
    )
    visitor, names, beyond = portal.enter(ADMIN), [], ""
    while not names or beyond:
        found = visitor.get(f"{TWIN}/credentials", params={"limit": 1, "beyond": beyond}).json()
        names += [(each["kind"], each["name"]) for each in found["credentials"]]
        beyond = found["beyond"]
    assert names == [("channel", "drift"), ("channel", "styret"), ("integration", "xledger")]
    page = visitor.get(f"{HOME}/credentials").text
    assert "mangler: ingen blir varslet" in page
    assert "Varsling (e-post)" in page


def test_a_value_that_works_is_saved_with_its_last_day_and_what_was_found_is_shown(
    portal: Opened, books: Books, installation: Installation
) -> None:
    books.control("/_tokens", add=NEWER)
    page = put(portal.enter(ADMIN), f" \t{NEWER}\r\n", expires_on="2026-03-30")
    assert "Påloggingsdetaljene virker. De er lagret som versjon 2" in page
    assert "Bokfører i" in page
    assert "31007 Norges Blindeforbund" in page
    assert "30. mars 2026 kl. 23.59" in page
    assert "Utløper innen 30 dager" in page
    assert NEWER not in page
    assert installation.sql(STATES) == [(1, "previous"), (2, "current")]


def test_a_value_that_is_refused_changes_nothing_and_the_part_at_fault_is_named_in_both_languages(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    page = put(visitor, NEWER)
    assert "Påloggingsdetaljene ble ikke tatt i bruk. Ingenting er endret." in page
    assert "Påloggingsdetaljene: systemet godtar dem ikke." in page
    assert "Kopier alt på nytt." in page
    assert NEWER not in page
    told = visitor.tell(TWIN + PATH, {"fields": {"token": NEWER}})
    assert (told.status_code, told.json()["ok"]) == (200, False)
    assert told.json()["values"]["verdict"]["fault"] == "credential"
    assert NEWER not in told.text
    visitor.post("/language", language="en")
    assert "The key: the system does not accept it." in put(visitor, NEWER)
    assert installation.sql(STATES) == [(1, "current")]
    assert installation.sql("select version from reconciler.secret_values") == [(1,)]


def test_a_system_that_is_not_there_is_told_from_a_wrong_key(installation: Installation) -> None:
    with installation.elsewhere("http://127.0.0.1:9/graphql") as away, opened(away) as portal:
        page = put(portal.enter(ADMIN), NEWER)
    assert "Nettverket: systemet ble ikke nådd." in page


def test_the_key_in_use_is_tested_and_the_previous_one_put_back(
    portal: Opened, books: Books, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    assert visitor.post(f"{HOME}{PATH}/restore").status_code == 422
    books.control("/_tokens", add=NEWER)
    put(visitor, NEWER)
    assert visitor.post(f"{HOME}{PATH}/test").status_code == 303
    assert "Påloggingsdetaljene virker." in shown(visitor)
    assert visitor.tell(f"{TWIN}{PATH}/restore").json()["said"] == "credentials.restore.passed"
    assert installation.sql(STATES) == [(1, "current"), (2, "previous")]
    books.control("/_tokens", revoke=NEWER)
    visitor.post(f"{HOME}{PATH}/restore")
    assert "De forrige påloggingsdetaljene virker ikke lenger. Ingenting er endret." in shown(visitor)
    assert installation.sql(STATES) == [(1, "current"), (2, "previous")]


def test_the_version_in_use_is_revoked_only_with_a_reason_and_both_confirmations(
    portal: Opened, installation: Installation
) -> None:
    visitor, where = portal.enter(ADMIN), f"{PATH}/versions/1/revoke"
    meant = {"reason": "it was shown in a meeting", "confirmed": True, "in_use": True}
    for missing, field in (
        ({"reason": " too short "}, "reason"),
        ({"reason": "shown in\x00a meeting"}, "reason"),
        ({"confirmed": False}, "confirmed"),
        ({"in_use": False}, "in_use"),
    ):
        refused = visitor.tell(TWIN + where, meant | missing)
        assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, field)
    assert visitor.tell(f"{TWIN}{PATH}/versions/7/revoke", meant).status_code == 404
    assert installation.sql(STATES) == [(1, "current")]
    assert visitor.post(HOME + where, reason=meant["reason"], confirmed="true", in_use="true").status_code == 303
    page = shown(visitor)
    assert "Ingenting blir sendt før nye er lagret." in page
    assert "Ingen påloggingsdetaljer er i bruk, og ingenting blir sendt." in page
    assert "it was shown in a meeting" in page
    assert "mangler: ingenting blir sendt" in visitor.get(f"{HOME}/credentials").text
    assert installation.sql("select count(*) from reconciler.secret_values") == [(0,)]
    assert installation.sql(
        "select actor, detail ->> 'reason' from reconciler.audit where action = 'credential-revoked'"
    ) == [(ADMIN, "it was shown in a meeting")]


VALUES = [
    (" \r\n\u200b ", "er tom"),
    ("T0ken\x00-with-a-hole", "har tegn som ikke kan stå der"),
    ("x" * 70_000, "er for lang"),
]


def test_a_value_that_cannot_be_right_is_refused_by_name_before_anything_is_stored(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    referer = {"origin": portal.address, "referer": portal.address + HOME + PATH}
    for value, words in VALUES:
        form = {"csrf": visitor.csrf, "secret.token": value}
        assert visitor.client.post(HOME + PATH, data=form, headers=referer).headers["location"] == HOME + PATH
        assert f"API-nøkkel {words}" in shown(visitor)
        told = visitor.tell(TWIN + PATH, {"fields": {"token": value}})
        assert (told.status_code, told.json()["fields"][0]["field"]) == (422, "token")
    assert installation.sql("select count(*) from reconciler.credentials") == [(1,)]


BODIES = [
    ('{"fields": {"token": "T0ken-that-is-fine", "more": "T0ken-that-is-not"}}', "fields"),
    ('{"fields": {"T0ken-as-a-name": 5}}', "fields"),
    ('{"fields": {"T0ken-as-a-name": "T0ken"}}', "fields"),
    ('{"fields": "T0ken-alone"}', "fields"),
    ('{"fields": {"token": "T0ken \\ud800 half"}}', "token"),
    ('{"fields": {"token": "T0ken-of-old"}, "expires_on": "2026-03-01"}', "expires_on"),
    ('{"fields": {"token": "T0ken-for-ever"}, "expires_on": "9999-12-31"}', "expires_on"),
    ('{"fields": {"token": "T0ken-one-day"}, "expires_on": "T0ken-in-the-day"}', "expires_on"),
]
"""What a program may send, and the field that is named then."""


def test_a_body_that_cannot_be_meant_is_refused_by_field_and_none_of_it_said_back(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    headers = {"origin": portal.address, "x-csrf": visitor.csrf, "content-type": "application/json"}
    for body, field in BODIES:
        told = visitor.client.post(TWIN + PATH, content=body, headers=headers)
        assert (told.status_code, [each["field"] for each in told.json()["fields"]]) == (422, [field]), body
        assert "T0ken" not in told.text
    assert installation.sql("select count(*) from reconciler.credentials") == [(1,)]


VIEWER = '{"account": "per-blindeforbundet", "roles": ["viewer"]}'


def test_whoever_lacks_the_right_sees_versions_and_changes_none(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter(ACCOUNTANT)
    page = shown(visitor)
    assert "Bare en administrator i organisasjonen" in page
    assert f'action="{HOME}{PATH}' not in page
    body = {"fields": {"token": NEWER}, "reason": "it was shown in a meeting", "confirmed": True, "in_use": True}
    assert [visitor.tell(TWIN + deed, body).status_code for deed in DEEDS] == [403] * 4
    installation.sql("update reconciler.organizations set body = jsonb_insert(body, '{people,0}', %s)", VIEWER)
    viewer = portal.enter("per-blindeforbundet")
    assert viewer.get(TWIN + PATH).json()["trail"] is None
    assert "Bruk og endringer" not in shown(viewer)
    stranger = portal.enter(STRANGER)
    assert [stranger.tell(TWIN + deed, body).status_code for deed in DEEDS] == [404] * 4
    assert stranger.get(HOME + PATH).status_code == stranger.get(f"{HOME}/credentials").status_code == 404
    admin = portal.enter(ADMIN)
    admin.csrf = "another"
    assert [admin.tell(TWIN + deed, body).status_code for deed in DEEDS] == [403] * 4
    assert admin.get(f"{HOME}/integrations/nothing/credentials").status_code == 404
    assert installation.sql("select count(*) from reconciler.credentials") == [(1,)]


def test_a_portal_without_secrets_shows_versions_and_sets_none(installation: Installation) -> None:
    with opened(installation, credentials="0") as portal:
        visitor = portal.enter(ADMIN)
        page = shown(visitor)
        assert "Denne portalen viser påloggingsdetaljer, men setter ingen." in page
        assert 'type="password"' not in page
        body = {"fields": {"token": NEWER}, "reason": "it was shown in a meeting", "confirmed": True, "in_use": True}
        told = [visitor.tell(TWIN + deed, body) for deed in DEEDS]
        assert {(each.status_code, each.json()["error"]) for each in told} == {(403, "credentials.locked.portal")}
        assert portal.server.house._keys is None
    assert installation.sql("select count(*) from reconciler.credentials") == [(1,)]


def test_a_page_that_is_closed_in_mid_test_leaves_the_test_to_end_and_whoever_comes_meanwhile_is_told(
    installation: Installation, books: Books
) -> None:
    with (
        between(books.url, TOKEN, NEWER) as server,
        installation.elsewhere(server.url) as here,
        opened(here) as portal,
    ):
        visitor = portal.enter(ADMIN)
        server.gate.clear()
        form = {"csrf": visitor.csrf, "secret.token": NEWER}
        with pytest.raises(httpx.ReadTimeout):
            visitor.client.post(HOME + PATH, data=form, headers={"origin": portal.address}, timeout=0.5)
        assert server.arrived.wait(10)
        busy = visitor.tell(TWIN + PATH, {"fields": {"token": NEWER}})
        assert (busy.status_code, busy.json()["error"]) == (409, "refused.busy")
        assert f"{ADMIN} tester nye påloggingsdetaljer akkurat nå" in shown(visitor)
        server.gate.set()
        until = time.monotonic() + 20
        while installation.sql("select count(*) from reconciler.portal_sessions where told <> '[]'") == [(0,)]:
            assert time.monotonic() < until
            time.sleep(0.02)  # the portal has the machine meanwhile
        assert "Påloggingsdetaljene virker. De er lagret som versjon 2" in shown(visitor)
    assert installation.sql(STATES) == [(1, "previous"), (2, "current")]


def test_more_tests_at_once_than_the_portal_has_room_for_are_refused_kindly(
    portal: Opened, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.portal.deeds.credentials._turns", threading.BoundedSemaphore(1))
    from reconciler.portal.deeds.credentials import _turns

    visitor = portal.enter(ADMIN)
    with _turns:
        told = visitor.tell(f"{TWIN}{PATH}/test")
        assert (told.status_code, told.headers["retry-after"]) == (429, "10")
        assert "Prøv igjen om ti sekunder." in visitor.post(f"{HOME}{PATH}/test").text
    assert visitor.tell(f"{TWIN}{PATH}/test").json()["ok"] is True


def silent(line: socket.socket) -> None:
    while line.recv(65536):
        pass


@contextmanager
def nameless(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An address whose name no name server answers for."""
    ended, known = threading.Event(), socket.getaddrinfo

    def ask(name: str, *more: object, **options: object) -> object:
        if name != "nobody.example":
            return known(name, *more, **options)
        ended.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    yield "http://nobody.example/graphql"
    ended.set()


SLOW: dict[str, tuple[Speak | None, str, str]] = {
    "no name server answers": (None, "", "network"),
    "accepts, and speaks no TLS": (silent, "https:", "endpoint"),
    "one byte at a time": (drips(b"HTTP/1.1 200 OK\r\nX: %s\r\n" % (b"x" * 300), 0.1), "http:", "endpoint"),
}


def test_whoever_is_slow_is_named_in_time(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is made short to spare time; without one, a peer of those here would be waited for half a minute."""
    monkeypatch.setattr("reconciler.adapters.graphql.TEST_WHOLE_S", 1.0)
    monkeypatch.setattr(transport, "NAME_S", 0.5)
    for name, (speak, scheme, fault) in SLOW.items():
        with peer(speak) if speak else nameless(monkeypatch) as url:
            address = url.replace("http:", scheme) if scheme else url
            with installation.elsewhere(address) as here, opened(here) as portal:
                visitor, began = portal.enter(ADMIN), time.monotonic()
                told = visitor.tell(TWIN + PATH, {"fields": {"token": NEWER}}).json()
                assert time.monotonic() - began < 10, name
                assert told["values"]["verdict"]["fault"] == fault, (name, told)
    assert installation.sql(STATES) == [(1, "current")]


HOSTILE = "<script>alert(1)</script>\"'{{ 7*7 }}"


def test_words_of_people_and_of_outside_systems_are_shown_as_text(installation: Installation, books: Books) -> None:
    body = b'{"errors": [{"message": "<img src=x onerror=alert(2)> {{ 7*7 }}", "code": "UNAUTHORIZED"}]}'
    with (
        between(books.url, TOKEN, NEWER) as server,
        installation.elsewhere(server.url) as here,
        opened(here) as portal,
    ):
        visitor = portal.enter(ADMIN)
        server.says = lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        page = put(visitor, NEWER)
        assert "&lt;img src=x onerror=alert(2)&gt; {{ 7*7 }}" in page
        assert "<img" not in page
        visitor.post(f"{HOME}{PATH}/versions/1/revoke", reason=HOSTILE, confirmed="true", in_use="true")
        page = shown(visitor)
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;{{ 7*7 }}") == 2
    assert "<script>" not in page
