"""Every way in which hvac, requests and a server can fail has a meaning, and none of them shows a secret."""

import inspect
import json
import socket
import traceback
from contextlib import closing
from functools import partial

import hvac.exceptions
import pytest
import requests.exceptions
from parts.openbao_between import Reply, between

from reconciler.clock import SystemClock
from reconciler.errors import ReconcilerError, SecretGone, StoreConflict, StoreDown, StoreForbidden
from reconciler.runs.credential import SecretPath
from reconciler.vaults.hashicorp import VaultStore
from reconciler.vaults.hashicorp_errors import attempt, meanings, translated
from reconciler.vaults.hashicorp_settings import AppRoleLogin, KubernetesLogin, TokenLogin, VaultSettings
from reconciler.vaults.secret import Secret

PATH = SecretPath("6d2b1f0e-5b8c-4f0c-9a43-0c8d6c1f2a77", "books")
TOKEN, VALUE = "s.token-never-to-be-seen", "value-never-to-be-seen"
BY_BODY = {hvac.exceptions.VaultError, hvac.exceptions.InvalidRequest, hvac.exceptions.InvalidPath}
"""The root, which nothing raises, and the two whose bodies matter."""

NO_END = Reply(200, '{"data": {"ttl": 0, "renewable": false}}')
"""What a root token hears of itself."""


def classes(module, root):
    return [found for _, found in inspect.getmembers(module, inspect.isclass) if issubclass(found, root)]


@pytest.mark.parametrize("kind", classes(hvac.exceptions, Exception))
def test_every_exception_of_hvac_has_a_meaning_of_its_own(kind):
    assert kind in BY_BODY or kind in meanings()
    assert isinstance(translated(kind("text")), ReconcilerError)


@pytest.mark.parametrize("kind", classes(requests.exceptions, requests.RequestException))
def test_every_exception_of_requests_means_that_the_store_is_not_reached_or_not_trusted(kind):
    meaning = translated(kind.__new__(kind))
    wanted = StoreForbidden if issubclass(kind, requests.exceptions.SSLError) else StoreDown
    assert type(meaning) is wanted


@pytest.mark.parametrize(
    ("status", "errors", "kind"),
    [
        (400, '["check-and-set parameter did not match the current version"]', StoreConflict),
        (400, '["check-and-set parameter required for this call"]', StoreConflict),
        (400, '["invalid role or secret ID"]', StoreForbidden),
        (401, '["no"]', StoreForbidden),
        (403, '["permission denied"]', StoreForbidden),
        (404, "[]", SecretGone),
        (404, '["no handler for route"]', StoreForbidden),
        (405, "[]", StoreDown),
        (412, "[]", StoreDown),
        (429, '["rate limit"]', StoreDown),
        (473, "[]", StoreDown),
        (500, '["internal error"]', StoreDown),
        (501, "[]", StoreDown),
        (502, "[]", StoreDown),
        (503, '["Vault is sealed"]', StoreDown),
        (504, "[]", StoreDown),
    ],
)
def test_each_status_means_what_the_api_says(status, errors, kind):
    answer = after_login(Reply(status, f'{{"errors": {errors}}}'))
    with between(answer=answer) as server, store_at(server.address) as store, pytest.raises(kind):
        store.read(PATH, "1")


NONSENSE = {
    "a list": "[]", "null": "null", "a number": "7", "no data": "{}", "null data": '{"data": null}', "empty": "",
    "not JSON": "<html>", "numbers for errors": '{"errors": [1]}', "a word for errors": '{"errors": 5}',
    "deep": "[" * 60_000, "a cut body": '{"data": {"data": {"version": 1, "fie',
}  # fmt: skip


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_an_answer_to_try_again_after(status, text):
    for answer in (after_login(Reply(status, text)), lambda _: Reply(status, text)):
        with between(answer=answer) as server, store_at(server.address) as store:
            for ask in (partial(store.read, PATH, "1"), partial(store.write, PATH, 1, Secret({"token": VALUE}))):
                with pytest.raises(StoreDown):
                    ask()


def test_a_server_that_never_answers_is_down():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with store_at(address, answer_s=0.1) as store, pytest.raises(StoreDown):
            store.read(PATH, "1")


def test_an_answer_that_repeats_what_was_sent_is_not_shown():
    def echo(seen):
        if "lookup-self" in seen.path:
            return NO_END
        if "/metadata/" in seen.path:
            return Reply(204) if seen.method == "POST" else Reply(404, '{"errors": []}')
        return Reply(400, json.dumps({"errors": [f"{VALUE} {TOKEN}"]}))

    with between(answer=echo) as server, store_at(server.address) as store:
        for ask in (partial(store.write, PATH, 1, Secret({"token": VALUE})), partial(store.read, PATH, "1")):
            assert_nothing_shown(ask)
    assert [seen.method for seen in server.seen if "/data/" in seen.path] == ["POST", "GET"]
    assert VALUE.encode() in server.seen[-2].content


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_failed_login_shows_no_secret(tmp_path, status):
    jwt = tmp_path / "jwt"
    jwt.write_text(TOKEN)
    secret = Secret({"token": TOKEN})
    with between(answer=lambda _: Reply(status, f'{{"errors": ["{TOKEN}"]}}')) as server:
        for login in (TokenLogin(secret), AppRoleLogin("role", secret), KubernetesLogin("role", jwt), TokenLogin(jwt)):
            with store_at(server.address, login=login) as store:
                assert_nothing_shown(partial(store.read, PATH, "1"))


def test_a_token_that_cannot_be_a_header_is_not_shown():
    with between(answer=lambda _: Reply(500)) as server:
        login = TokenLogin(Secret({"token": f"{TOKEN}\r\nX: y"}))
        assert_nothing_shown(partial(store_at(server.address, login=login).thing.read, PATH, "1"))
    assert server.seen == []


def test_settings_and_store_print_no_secret():
    settings = VaultSettings("https://vault.example.org", AppRoleLogin("role", Secret({"s": TOKEN})), "tests")
    assert TOKEN not in f"{settings!r} {settings} {VaultStore(settings, SystemClock())!r}"


def test_what_is_caught_keeps_neither_cause_nor_frames():
    def fails():
        value = VALUE
        raise StoreConflict("told") from ValueError(value)

    found = attempt(fails)
    assert isinstance(found, StoreConflict)
    assert (found.__cause__, found.__context__, found.__traceback__) == (None, None, None)


def after_login(reply):
    return lambda seen: NO_END if "lookup-self" in seen.path else reply


def store_at(address, login=None, **more):
    login = login or TokenLogin(Secret({"token": TOKEN}))
    return closing(VaultStore(VaultSettings(address, login, "tests", **more), SystemClock()))


def assert_nothing_shown(ask):
    with pytest.raises(ReconcilerError) as raised:
        ask()
    error = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    text = "\n".join([repr(error), repr(vars(error)), *frames])
    assert TOKEN not in text
    assert VALUE not in text
