"""What stands around every answer: headers, hosts, sizes and methods."""

import socket

import pytest
from parts.portal import HOME, TWIN, Opened

from reconciler.portal.guarding import HEADERS, LARGEST

STATIC = "/static/"


def test_every_answer_has_the_headers_also_one_that_refuses(portal: Opened) -> None:
    visitor, nobody = portal.enter(), portal.client()
    style = visitor.get(HOME).text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answers = {
        200: [visitor.get(HOME), visitor.get(TWIN), nobody.get("/login"), nobody.get(style), nobody.get("/healthz")],
        303: [nobody.get(HOME)],
        401: [nobody.get(TWIN)],
        403: [nobody.post("/logout")],
        404: [nobody.get("/nothing"), nobody.get("/static/x/portal.css"), nobody.get("/static/x/..%2fapp.py")],
        405: [nobody.post("/login"), nobody.put(HOME), nobody.delete(TWIN), nobody.options(HOME)],
        413: [nobody.post("/login/demo", content=b"x" * (LARGEST + 1))],
        421: [nobody.get("/login", headers={"host": "evil.example"})],
        422: [visitor.get("/logins?before=x")],
    }
    for status, found in answers.items():
        for each in found:
            assert each.status_code == status, each.url
            assert {name: each.headers.get(name) for name in HEADERS} == dict(HEADERS), each.url
            kept = "immutable" in each.headers["cache-control"]
            assert kept == (str(each.url).endswith(style)), each.url
            assert ("content-encoding" in each.headers) == kept, "no page is compressed: it holds a secret"
            assert each.headers.get("access-control-allow-origin") is None
    assert all(each.headers["allow"] for each in answers[405])


def test_a_page_that_may_be_asked_for_may_be_asked_about(portal: Opened) -> None:
    visitor = portal.enter()
    for path in (HOME, TWIN, "/login", "/healthz"):
        asked, got = visitor.client.head(path), visitor.get(path)
        assert (asked.status_code, asked.content) == (got.status_code, b""), path
        assert asked.headers.get("content-type") == got.headers.get("content-type")
    assert visitor.client.head(f"{HOME}/tokens", headers={"cookie": ""}).status_code in (200, 303)


def test_a_body_without_a_length_is_counted(portal: Opened) -> None:
    def endless():
        for _ in range(LARGEST // 65536 + 4):
            yield b"x" * 65536

    said = {"content-type": "application/x-www-form-urlencoded"}
    answer = portal.client().post("/login/demo", content=endless(), headers=said)
    assert (answer.status_code, "for stort" in answer.text) == (413, True)
    assert portal.client().get("/login").status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        b"GET /login HTTP/1.1\r\n\r\n",
        b"GET /login HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET http://evil.example/login HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"POST /login/demo HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: x\r\n\r\n",
        b"POST /login/demo HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        b"GET /login HTTP/1.1\r\nHost: %(host)s\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"TRACE /login HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    ],
)
def test_what_is_no_proper_request_is_refused(portal: Opened, said: bytes) -> None:
    host, port = portal.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(said.replace(b"%(host)s", f"{host}:{port}".encode()))
        line.shutdown(socket.SHUT_WR)
        answer = line.makefile("rb").readline()
    assert answer == b"" or answer.split()[1][:1] == b"4", answer
