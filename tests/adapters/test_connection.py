"""The connection test: a verdict within ten seconds whatever is at the other end, and the right culprit."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from parts.clubhouse import Clubhouse, outgoing
from parts.hostile import certificate, drips, hears, peer
from parts.simulator import Simulator

from reconciler.adapters import edge, transport
from reconciler.runs.outcome import Unclear, Unreachable, Verdict
from reconciler.vaults.secret import Secret

NAME = "register.example"
STATUS = json.dumps({"organization": {"name": "Klubben", "number": "970906513"}, "members": 7}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(STATUS), STATUS)
SOON_S, ONE_BYTE_S = 0.3, 1.5
OAUTH = {
    "auth": {"scheme": "oauth2", "token_url": "https://idp.example/token", "client_id": "id", "client_secret": "key"},
    "credentials": {name: {"en": name, "nb": name} for name in ("id", "key")},
}


@contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 10


def here(_name: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def named(url: str) -> str:
    """The address with a name that only the test's own resolver knows."""
    return url.replace("127.0.0.1", NAME)


@pytest.fixture
def tested(at: Callable[..., Clubhouse]) -> Callable[..., Verdict]:
    """The verdict on whoever is at an address, by the resolver given."""

    def one(url: str, find: Callable = here, **change: object) -> Verdict:
        club = at(url, more={"quick": True, "find": find}, secret=Secret({"id": "app", "key": "S3cret-of-the-client"}))
        with in_time():
            return club.adapter(**change).test()

    return one


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait is short, for tests that want to see what is said after it."""
    monkeypatch.setattr(transport, "NAME_S", SOON_S)
    monkeypatch.setattr("reconciler.adapters.rest.TEST_WHOLE_S", SOON_S)


def test_what_is_really_there_is_shown(tested: Callable[..., Verdict], register: Simulator) -> None:
    key = {"scheme": "header", "header": "X-API-Key", "format": "{key}"}
    verdict = tested(named(register.base), auth=key, credentials=OAUTH["credentials"])
    assert (verdict.ok, verdict.fault) == (False, "credential")
    with peer(hears(ANSWER)) as url:
        verdict = tested(named(url))
    assert verdict == Verdict(
        ok=True, fault="", message="", found={"Members": ("Klubben: 7",)}, reaches="club Klubben: 7"
    )


@pytest.mark.usefixtures("impatient")
def test_a_name_server_that_never_answers_is_the_networks_fault(tested: Callable[..., Verdict]) -> None:
    ended = threading.Event()
    verdict = tested(f"https://{NAME}", lambda _name, _port: ended.wait(60))
    ended.set()
    assert verdict.fault == "network"
    assert verdict.message == f"ConnectTimeout: no name server answers who '{NAME}' is"


def test_a_name_that_nobody_knows_is_the_networks_fault(tested: Callable[..., Verdict]) -> None:
    def unknown(_name: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    verdict = tested(f"https://{NAME}", unknown)
    assert verdict.fault == "network"
    assert verdict.message.startswith(f"ConnectError: the name '{NAME}' is not known")
    assert tested(f"https://{NAME}", lambda _name, _port: []).message.endswith("has no address")


def test_a_port_where_nobody_listens_is_the_networks_fault(tested: Callable[..., Verdict]) -> None:
    verdict = tested(f"http://{NAME}:9")
    assert verdict.fault == "network"
    assert "refused" in verdict.message


def test_the_next_address_of_a_name_is_tried_where_the_first_takes_no_connection(
    tested: Callable[..., Verdict],
) -> None:
    with peer(hears(ANSWER)) as url:
        assert tested(named(url), lambda _name, _port: ["127.0.0.9", "127.0.0.1"]).ok


@pytest.mark.parametrize(
    ("speak", "why"),
    [
        (lambda line: line.recv(65536) and line.recv(1), "silent"),
        (lambda line: line.sendall(b"220 mail.example\r\n"), "another protocol"),
        (lambda line: line.close(), "hangs up"),
    ],
    ids=["silent", "another-protocol", "hangs-up"],
)
@pytest.mark.usefixtures("impatient")
def test_whoever_accepts_and_speaks_no_tls_is_the_endpoints_fault(
    tested: Callable[..., Verdict], speak: Callable, why: str
) -> None:
    with peer(speak) as url:
        verdict = tested(named(url).replace("http:", "https:"))
    assert verdict.fault == "endpoint", verdict
    assert f"no TLS with {NAME}" in verdict.message


def test_a_certificate_for_another_name_is_the_endpoints_fault(
    tested: Callable[..., Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with peer(hears(ANSWER), certificate(tmp_path, "other.example")) as url:
        verdict = tested(named(url))
    assert verdict.fault == "endpoint"
    assert "Hostname mismatch" in verdict.message
    assert NAME in verdict.message
    with peer(hears(ANSWER), certificate(tmp_path, NAME)) as url:
        assert tested(named(url)).ok


def test_a_certificate_that_nobody_signed_is_the_endpoints_fault(
    tested: Callable[..., Verdict], tmp_path: Path
) -> None:
    with peer(hears(ANSWER), certificate(tmp_path, NAME)) as url:
        verdict = tested(named(url))
    assert verdict.fault == "endpoint"
    assert "self-signed" in verdict.message


def test_an_answer_of_one_byte_a_second_is_the_endpoints_fault_within_ten_seconds(
    tested: Callable[..., Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No byte waits for a whole second here: where a piece of an answer began the time anew, this would take minutes.

    What is taken away from the time of a test is taken from what is asserted of it.
    """
    spared_s = edge.TEST_WHOLE_S - ONE_BYTE_S
    monkeypatch.setattr("reconciler.adapters.rest.TEST_WHOLE_S", ONE_BYTE_S)
    began = time.monotonic()
    with peer(drips(ANSWER, 1.0)) as url:
        verdict = tested(url)
    assert time.monotonic() - began < 10 - spared_s
    assert verdict.fault == "endpoint"
    assert verdict.message == "ReadTimeout: the answer did not come to an end in time"


@pytest.mark.parametrize("slow", ["head", "body", "token"])
@pytest.mark.usefixtures("impatient")
def test_drops_from_any_part_of_the_way_count_together(tested: Callable[..., Verdict], slow: str) -> None:
    place = ANSWER.index(b"\r\n\r\n") + 4 if slow == "body" else 0

    def speak(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(ANSWER[:place])
        for at in range(place, len(ANSWER)):
            line.sendall(ANSWER[at : at + 1])
            time.sleep(0.05)

    with peer(speak) as url:
        verdict = tested(url, **(OAUTH if slow == "token" else {}))
    assert verdict.fault == "endpoint"
    assert "in time" in verdict.message


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Temporary", b"308 Permanent"])
def test_a_redirect_is_named_and_not_followed(tested: Callable[..., Verdict], status: bytes) -> None:
    asked: list[int] = []

    def speak(line: socket.socket) -> None:
        asked.append(len(line.recv(65536)))
        line.sendall(b"HTTP/1.1 " + status + b"\r\nLocation: https://login.example/\r\nContent-Length: 0\r\n\r\n")

    with peer(speak) as url:
        verdict = tested(url)
    assert verdict.fault == "endpoint"
    assert "https://login.example/" in verdict.message
    assert len(asked) == 1


@pytest.mark.parametrize("status", [b"200 OK", b"503 Unavailable"])
def test_a_page_instead_of_an_answer_is_the_endpoints_fault(tested: Callable[..., Verdict], status: bytes) -> None:
    with peer(hears(b"HTTP/1.1 " + status + b"\r\nContent-Length: 6\r\n\r\n<html>")) as url:
        assert tested(url, test={"path": "/status"}).fault == "endpoint"


@pytest.mark.usefixtures("impatient")
def test_a_document_that_waited_for_a_name_or_for_tls_never_left(
    at: Callable[..., Clubhouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    one = at(f"https://{NAME}", more={"find": lambda _name, _port: ended.wait(60)}).adapter()
    assert isinstance(one.send([outgoing("R-1")]), Unreachable)
    ended.set()
    monkeypatch.setattr(edge, "WHOLE_S", SOON_S)
    with peer(lambda line: line.recv(65536) and line.recv(1)) as url:
        no_tls = at(named(url).replace("http:", "https:"), more={"find": here}).adapter()
        assert isinstance(no_tls.send([outgoing("R-1")]), Unreachable)
        silent = at(named(url), more={"find": here}).adapter()
        assert isinstance(silent.send([outgoing("R-1")]), Unclear)
