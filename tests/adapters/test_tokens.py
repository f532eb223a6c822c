"""Tokens of OAuth 2 clients: when they are fetched, when not, what refuses them, and that nobody ever sees one."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from parts.canary import Canary
from parts.clubhouse import CLIENT, Clubhouse, opened, outgoing
from parts.hostile import peer, read_request
from parts.simulator import Simulator
from parts.watch import Watch, everything, louden

from reconciler.adapters import edge
from reconciler.errors import CredentialRefused as Refused
from reconciler.runs.outcome import CredentialRefused, Settled, Stop, Unreachable, Wait
from reconciler.vaults.secret import Secret

NAMES = {name: {"en": name, "nb": name} for name in ("id", "secret")}
FIELDS = {"client_id": "id", "client_secret": "secret"}
POST = {"scheme": "oauth2", "token_url": "https://idp.example/oauth2/token", "scope": "register.write", **FIELDS}
BASIC = {**POST, "client": "basic"}
DISCOVERY = {"scheme": "oauth2", "discovery": "https://idp.example/.well-known/openid-configuration", **FIELDS}
ONE = [outgoing("R-1")]
GOOD = {"access_token": "a-token-of-somebody", "expires_in": 3600, "token_type": "Bearer"}


@pytest.fixture
def client(club: Clubhouse) -> Clubhouse:
    club.secret = Secret({"id": "app", "secret": CLIENT})
    return club


def line(club: Clubhouse, auth: dict = POST):
    return club.adapter(auth=auth, credentials=NAMES)


def made(register: Simulator) -> int:
    return register.control("/_tokens")["made"]


def http(body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 " + status + b"\r\nConnection: close\r\n" + more
    return head + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def test_a_token_is_fetched_once_and_shared_by_all_requests(client: Clubhouse, register: Simulator) -> None:
    one = line(client)
    assert made(register) == 0
    for number in range(4):
        assert isinstance(one.send([outgoing(f"R-{number}")]), Settled)
    one.look_up([opened("R-1")])
    assert one.test().ok
    assert made(register) == 1
    assert register.books()["requests"]["tokens"] == 1


def test_a_token_is_renewed_before_its_end(client: Clubhouse, register: Simulator) -> None:
    one = line(client)
    for waited, tokens in ((0, 1), (3600 - 125, 1), (10, 2), (3600 - 125, 2)):
        client.clock.wait(waited)
        assert one.test().ok
        assert made(register) == tokens


def test_a_token_that_was_refused_is_fetched_anew_once_and_the_document_sent_once(
    client: Clubhouse, register: Simulator
) -> None:
    one = line(client)
    one.test()
    register.control("/_tokens", {"expire": True})
    assert isinstance(one.send(ONE), Settled)
    assert made(register) == 2
    assert [(row["reference"], row["times"]) for row in register.books()["records"]] == [("R-1", 1)]


def test_a_token_that_is_refused_twice_is_a_refused_credential(client: Clubhouse, register: Simulator) -> None:
    register.arm("reject_credential", on="write")
    one = line(client)
    assert isinstance(one.send(ONE), CredentialRefused)
    assert made(register) == 2
    register.control("/_faults", {"clear": True})
    assert isinstance(one.send(ONE), Settled)


def test_a_rotated_secret_goes_on_until_it_is_revoked(client: Clubhouse, register: Simulator) -> None:
    one = line(client, BASIC)
    one.test()
    register.control("/_tokens", {"kind": "client", "add": "app:S3cret-the-second"})
    assert isinstance(one.send(ONE), Settled)
    register.control("/_tokens", {"kind": "client", "revoke": f"app:{CLIENT}"})
    assert one.send([outgoing("R-2")]) == CredentialRefused(
        "no token: the client is not known, or not by this secret", "invalid_client"
    )
    client.secret = Secret({"id": "app", "secret": "S3cret-the-second"})
    assert isinstance(line(client, BASIC).send([outgoing("R-2")]), Settled)


@pytest.mark.parametrize("prefix", ["", "/OpenIdserver"])
def test_the_token_endpoint_is_found_by_discovery(client: Clubhouse, register: Simulator, prefix: str) -> None:
    address = f"https://idp.example{prefix}/.well-known/openid-configuration"
    assert isinstance(line(client, {**DISCOVERY, "discovery": address}).send(ONE), Settled)
    assert made(register) == 1


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        ("http://localhost:{port}/token", "another name"),
        ("https://127.0.0.1:{port}/token", "another scheme"),
        ("http://127.0.0.1:1/token", "another port"),
        ("http://127.0.0.1:{port}@evil.example/token", "a user"),
        ("//127.0.0.1:{port}/token", "no scheme"),
        ("http://127.0.0.1:99999999/token", "no port"),
        ("http://[::1", "no address"),
        ("/token", "a path"),
        ("", "nothing"),
        (None, "null"),
        ({"a": 1}, "a thing"),
    ],
)
def test_a_discovery_document_may_name_its_own_origin_only(
    at: Callable[..., Clubhouse], endpoint: object, why: str
) -> None:
    asked: list[bytes] = []

    def speak(connection: socket.socket) -> None:
        asked.append(read_request(connection))
        port = str(connection.getsockname()[1])
        named = endpoint.format(port=port) if isinstance(endpoint, str) else endpoint
        connection.sendall(http(json.dumps({"token_endpoint": named}).encode()))

    with peer(speak) as url:
        club = at(url, secret=Secret({"id": "app", "secret": CLIENT}))
        answer = line(club, DISCOVERY).send(ONE)
    assert answer == Stop("the discovery document names no token endpoint of its own origin", "token"), why
    assert len(asked) == 1
    assert CLIENT.encode() not in b"".join(asked)


BAD_ANSWERS: dict[str, tuple[bytes, type, str]] = {
    "html": (http(b"<html>log in</html>"), Stop, "endpoint"),
    "nothing": (http(b""), Stop, "endpoint"),
    "a list": (http(b"[]"), Stop, "endpoint"),
    "no token": (http(b"{}"), Stop, "endpoint"),
    "empty token": (http(b'{"access_token": ""}'), Stop, "endpoint"),
    "blank in token": (http(b'{"access_token": "a b"}'), Stop, "endpoint"),
    "line end in token": (http(b'{"access_token": "a\\nX: y"}'), Stop, "endpoint"),
    "token of other signs": (http('{"access_token": "ærlig"}'.encode()), Stop, "endpoint"),
    "token a number": (http(b'{"access_token": 7}'), Stop, "endpoint"),
    "token too long": (http(b'{"access_token": "' + b"a" * 20_000 + b'"}'), Stop, "endpoint"),
    "another type": (http(json.dumps({**GOOD, "token_type": "mac"}).encode()), Stop, "endpoint"),
    "half": (http(b'{"access_token": "abc'), Stop, "endpoint"),
    "cut off": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", Stop, "endpoint"),
    "no http": (b"220 ready for mail\r\n", Stop, "endpoint"),
    "elsewhere": (http(b"", b"302 Found", b"Location: https://evil.example/\r\n"), Stop, "endpoint"),
    "not found": (http(b"{}", b"404 Not Found"), Stop, "endpoint"),
    "broken": (http(b"{}", b"500 Error"), Stop, "endpoint"),
    "maintenance": (http(b"<html>", b"503 Unavailable"), Stop, "endpoint"),
    "wrong client": (http(b'{"error": "invalid_client"}', b"400 Bad Request"), CredentialRefused, "credential"),
    "forbidden": (http(b"", b"403 Forbidden"), CredentialRefused, "credential"),
    "wrong scope": (http(b'{"error": "invalid_scope"}', b"400 Bad Request"), Stop, "endpoint"),
    "error a thing": (http(b'{"error": {"code": 7}}', b"400 Bad Request"), Stop, "endpoint"),
    "busy": (http(b"{}", b"429 Too Many", b"Retry-After: 17\r\n"), Wait, "endpoint"),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_whatever_the_token_endpoint_answers_nothing_is_sent(at: Callable[..., Clubhouse], name: str) -> None:
    answer, meaning, fault = BAD_ANSWERS[name]
    asked: list[bytes] = []

    def speak(connection: socket.socket) -> None:
        asked.append(read_request(connection).split(b" ")[1])
        connection.sendall(answer)

    with peer(speak) as url:
        club = at(url, secret=Secret({"id": "app", "secret": CLIENT}))
        one = line(club)
        found = one.send(ONE)
        verdict = one.test()
    assert isinstance(found, meaning), found
    assert set(asked) == {b"/oauth2/token"}
    assert (verdict.ok, verdict.fault) == (False, fault)
    if isinstance(found, Wait):
        assert found.pause_s == 17


def test_a_token_endpoint_that_is_not_there_is_the_networks_fault(at: Callable[..., Clubhouse]) -> None:
    club = at("http://127.0.0.1:9", secret=Secret({"id": "app", "secret": CLIENT}))
    assert isinstance(line(club).send(ONE), Unreachable)
    assert line(club).test().fault == "network"


def test_a_token_answer_without_end_is_given_up(at: Callable[..., Clubhouse], monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"a" * 10_000)

    monkeypatch.setattr(edge, "LARGEST", 100_000)
    with peer(endless) as url:
        club = at(url, secret=Secret({"id": "app", "secret": CLIENT}))
        assert isinstance(line(club).send(ONE), Stop)


@pytest.mark.parametrize(
    ("told", "used_s"),
    [(3600, 3480), ("3600", 3480), (3600.9, 3480), (200, 100), (10**9, 86_280), (None, 180), (True, 180), (-5, 180),
     ("9" * 5000, 180), ("soon", 180), ({}, 180), (0, 0)],
)  # fmt: skip
def test_a_token_is_used_for_as_long_as_it_says_less_a_margin(
    at: Callable[..., Clubhouse], told: object, used_s: int
) -> None:
    fetched: list[int] = []

    def speak(connection: socket.socket) -> None:
        path = read_request(connection).split(b" ")[1]
        fetched.append(1 if path == b"/oauth2/token" else 0)
        connection.sendall(http(json.dumps({**GOOD, "expires_in": told, "items": []}).encode()))

    with peer(speak) as url:
        club = at(url, secret=Secret({"id": "app", "secret": CLIENT}))
        one = line(club)
        one.look_up([opened("R-1")])
        start = club.clock.now()
        for after in (used_s - 20, used_s + 20):
            club.clock.wait(max((start + timedelta(seconds=after) - club.clock.now()).total_seconds(), 0))
            one.look_up([opened("R-1")])
    assert sum(fetched) == (2 if used_s else 3)


@pytest.mark.parametrize("auth", [POST, BASIC, {"scheme": "basic", "username": "id", "password": "secret"}])
def test_a_credential_that_cannot_be_written_is_refused_before_anything_is_sent(
    at: Callable[..., Clubhouse], auth: dict
) -> None:
    club = at("http://127.0.0.1:9", secret=Secret({"id": "app", "secret": "q7Wm3x\ud800KpL9vR"}))
    with pytest.raises(Refused) as refused:
        line(club, auth)
    said = everything(refused.value)
    assert "q7Wm3x" not in said


# Nobody sees the secret, nor the token.


@pytest.fixture
def watch(capfd: pytest.CaptureFixture[str]) -> Iterator[Watch]:
    """Every log at its loudest."""
    found = Watch(capfd)
    before = logging.root.level
    logging.root.addHandler(found)
    logging.root.setLevel(logging.DEBUG)
    louden()
    yield found
    logging.root.setLevel(before)
    logging.root.removeHandler(found)


QUOTES: dict[str, Callable[[bytes], bytes]] = {
    "in a body": lambda said: http(b"<p>you said " + said + b"</p>", b"400 Bad Request"),
    "in an error": lambda said: http(
        json.dumps({"error": "invalid_client", "error_description": said.decode()}).encode(), b"401 Unauthorized"
    ),
    "in the reason": lambda said: b"HTTP/1.1 401 " + said + b"\r\nContent-Length: 0\r\n\r\n",
    "in a head": lambda said: http(b"", b"302 Found", b"Location: http://127.0.0.1/" + said + b"\r\n"),
    "instead of HTTP": lambda said: said + b"\r\n\r\n",
    "in a head that is none": lambda said: b"HTTP/1.1 200 OK\r\n" + said + b"\r\n\r\n",
    "in a length": lambda said: b"HTTP/1.1 200 OK\r\nContent-Length: " + said + b"\r\n\r\n",
    "in half a chunk": lambda said: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + said + b"\r\n",
}


def said_in(asked: bytes) -> bytes:
    """What a request said of who asks: its header, or its form as it came."""
    head, _, form = asked.partition(b"\r\n\r\n")
    named = [row.partition(b": ")[2] for row in head.split(b"\r\n") if row.lower().startswith(b"authorization:")]
    return b" ".join([*named, form if b"client_secret" in form else b""]).strip()


@pytest.mark.parametrize("name", QUOTES)
@pytest.mark.parametrize("who", ["token endpoint", "api"])
@pytest.mark.parametrize("auth", [POST, BASIC], ids=["post", "basic"])
def test_whoever_quotes_the_secret_or_the_token_nobody_sees_it(
    at: Callable[..., Clubhouse], watch: Watch, capfd: pytest.CaptureFixture[str], name: str, who: str, auth: dict
) -> None:
    secret, token = Canary(), Canary()
    arrived: list[bytes] = []

    def speak(connection: socket.socket) -> None:
        asked = read_request(connection)
        arrived.append(asked)
        if who == "api" and b"/oauth2/token" in asked.partition(b"\r\n")[0]:
            connection.sendall(http(json.dumps({**GOOD, "access_token": token.value}).encode()))
            return
        connection.sendall(QUOTES[name](said_in(asked)))

    with peer(speak) as url:
        club = at(url, secret=Secret({"id": "app", "secret": secret.value}))
        one = line(club, auth)
        results = [one.send(ONE), one.look_up([opened("R-1")]), one.test()]
    if who == "api":
        assert any(f"Bearer {token.value}".encode() in each for each in arrived)
    out, err = capfd.readouterr()
    let_out = [out, err, repr(results), repr(one), repr(vars(one)), *(text for _, text in watch.seen)]
    seen = sorted({found for each in (secret, token) for text in let_out for found in each.found_in(text)})
    assert seen == []
