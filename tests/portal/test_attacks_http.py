"""What a hostile person sends over HTTP, and what the portal makes of it: a refusal in words, and nothing else."""

import json
import socket
from collections.abc import Iterator

import httpx
import pytest
from parts.portal import ADMIN, HOME, STRANGER, TWIN, Opened
from parts.synced import VIEWER, Synced

from reconciler.portal.guarding import LARGEST

ELSEWHERE = (
    "//evil.example/",
    "https://evil.example",
    "/\\evil.example",
    "/%0d%0aset-cookie:%20a=b",
    "/\tevil",
    "\\/evil",
)
ODD = (
    "' or 1=1 --", "x'; drop table reconciler.exports; --", "%", "_", "\\", "$$", "{{7*7}}", "${7*7}", "{0}", "%s%n",
    "../../etc/passwd", "\u202egnp.exe", "аdmin", "İ", "ﬁ", "\U0001f4a3", "e\u0301",
    "\x00", "\x1b[2J", "\r\nx: y", "9" * 5000,
)  # fmt: skip
QUERIES = (
    "/audit?action=", "/audit?object=", "/audit?person=", "/records?q=", "/integrations/xledger/documents?text=",
    "/integrations/xledger/documents?category=", "/integrations/xledger/documents?state=",
    "/integrations/xledger/documents?beyond=", "/integrations/xledger/withheld?reason=", "/credentials?beyond=",
    "/integrations/xledger/runs?beyond=", "/integrations/xledger/sync?first=", "/records/", "/?q=", "/?beyond=",
    "/api/v1/organizations?q=", "/api/v1/organizations?beyond=", "/api/v1/logins?account=",
)  # fmt: skip


def raw(portal: Opened, *said: str) -> bytes:
    """What is answered to lines that no client would send."""
    host, port = portal.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall("\r\n".join(said).replace("%(host)s", f"{host}:{port}").encode())
        return line.makefile("rb").read()


def test_no_text_in_a_question_is_more_than_a_text(synced: Synced) -> None:
    portal, installation = synced
    visitor = portal.enter(ADMIN)
    before = installation.sql("select count(*), max(changed_at) from reconciler.exports")
    for number, (path, odd) in enumerate((path, odd) for path in QUERIES for odd in ("\x00", "' or 1=1 --", "")):
        sent = "".join(f"%{byte:02x}" for byte in (odd or ODD[number % len(ODD)]).encode())
        own = path.startswith(("/?", "/api/"))
        answer = visitor.get(("" if own else (HOME, TWIN)[number % 2]) + path + sent)
        assert answer.status_code in (200, 303, 404, 422), (path, odd, answer.text[:300])
    assert installation.sql("select count(*), max(changed_at) from reconciler.exports") == before


def test_a_login_leads_nowhere_but_inside_and_sets_one_cookie(portal: Opened) -> None:
    for where in ELSEWHERE:
        client = portal.client()
        answer = client.post("/login/demo", data={"account": ADMIN, "back": where}, headers={"origin": portal.address})
        assert answer.headers["location"].startswith("/"), where
        assert not answer.headers["location"].startswith(("//", "/\\")), where
        assert len(answer.headers.get_list("set-cookie")) == 1
        back = client.get("/login", params={"back": where}).headers["location"]
        assert httpx.URL(portal.address).join(back).host == "127.0.0.1", where


def test_a_refused_form_leads_back_to_no_other_site_whatever_it_says_it_came_from(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter(ADMIN)
    for came in ("http://[", "http://[::1", "//evil.example", f"{portal.address}.evil.example/",
                 f"{portal.address}@evil.example/",
                 f"{portal.address}//evil.example/x", f"{portal.address}/\\evil.example",
                 "javascript:alert(1)", "x" * 9000):  # fmt: skip
        headers = {"origin": portal.address, "referer": came}
        form = {"csrf": visitor.csrf, "reason": "x"}
        answer = visitor.client.post(f"{HOME}/integrations/xledger/suspend", data=form, headers=headers)
        assert answer.status_code in (303, 422), (came, answer.text[:200])
        if answer.status_code == 303:
            assert httpx.URL(portal.address).join(answer.headers["location"]).host == "127.0.0.1", came
            assert answer.headers["location"] == "/", came


def test_a_body_that_is_a_bomb_is_refused_in_words(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter(ADMIN)
    own = {"origin": portal.address, "x-csrf": visitor.csrf}
    path, typed = f"{TWIN}/integrations/xledger/suspend", {"content-type": "application/json"}
    bombs = (
        b"[" * 200_000, b'{"a":' * 50_000, b'{"reason":' + b"9" * 9000 + b"}", b'{"reason": 1e999999}', b"\xff\xfe\x00",
        b'{"reason": "\\ud800 and ten letters"}', b'{"reason": "ten letters and \\u0000"}', b"",
        b"null", b"[]", b'"x"', b"NaN",
        b'{"reason": "ten letters!", "last": "9999-12-31"}', b'{"reason": "ten letters!", "last": 1e300}',
    )  # fmt: skip
    for each in bombs:
        answer = visitor.client.post(path, content=each, headers=own | typed)
        assert answer.status_code in (400, 422), (each[:40], answer.status_code, answer.text[:200])
        assert answer.json()["error"].startswith("refused."), answer.text
    late = visitor.tell(f"{TWIN}/tokens", {"name": "n", "scopes": ["see"], "ends": "9999-12-31"})
    assert late.status_code == 409
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "application/xml", "x"):
        answer = visitor.client.post(
            f"{HOME}/integrations/xledger/suspend", content=b"--y\r\n\r\n", headers=own | {"content-type": kind}
        )
        assert answer.status_code in (303, 400, 403, 422), (kind, answer.status_code)
    parts = [("csrf", visitor.csrf)] + [("a", "b")] * 5000
    many = visitor.client.post(f"{HOME}/integrations/xledger/suspend", content=str(httpx.QueryParams(parts)).encode(),
                               headers=own | {"content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert many.status_code in (303, 400, 422), many.status_code


def test_what_is_too_large_is_said_so_with_words_by_both_faces(synced: Synced) -> None:
    portal, _ = synced
    visitor = portal.enter(ADMIN)
    own = {"origin": portal.address, "x-csrf": visitor.csrf}
    form = own | {"content-type": "application/x-www-form-urlencoded"}

    def slices() -> Iterator[bytes]:
        for _ in range(LARGEST // 65536 + 3):
            yield b"x" * 65536

    for path, headers in (
        (f"{TWIN}/integrations/xledger/suspend", own),
        (f"{HOME}/integrations/xledger/suspend", form),
    ):
        for body in (b"x" * (LARGEST + 1), slices()):
            answer = visitor.client.post(path, content=body, headers=headers)
            assert answer.status_code == 413, (path, answer.status_code)
            if path.startswith("/api/"):
                assert answer.json()["error"] == "refused.too-large"
            else:
                assert "for stort" in answer.text
    assert visitor.get(HOME).status_code == 200


def test_the_same_name_twice_is_no_way_around_a_check(synced: Synced) -> None:
    portal, installation = synced
    viewer = portal.enter(VIEWER)
    cookie = "; ".join(f"{name}={value}" for name, value in viewer.client.cookies.items())
    for words in (f"csrf=wrong&csrf={viewer.csrf}", f"csrf={viewer.csrf}&csrf=wrong", f"csrf={viewer.csrf}"):
        body = f"{words}&reason=ten+letters+or+more"
        said = raw(
            portal, f"POST {HOME}/integrations/xledger/suspend HTTP/1.1", "Host: %(host)s", "Connection: close",
            "Cookie: reconciler-portal=x", f"Cookie: {cookie}", "X-HTTP-Method-Override: GET",
            "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "", body,
        )  # fmt: skip
        assert said.split()[1] in (b"403", b"303"), said[:200]
    assert installation.sql("select * from reconciler.suspensions") == []
    smuggled = raw(
        portal, "GET /login HTTP/1.1", "Host: %(host)s", "Content-Length: 4", "Transfer-Encoding: chunked",
        "Connection: close", "", "0", "", "GET /x",
    )  # fmt: skip
    assert smuggled.count(b"HTTP/1.1 ") <= 1
    for host in (
        "evil.example",
        "127.0.0.1",
        f"evil@{portal.address[7:]}",
        f"{portal.address[7:]}.evil.example",
        f"{portal.address[7:]}/api/",
    ):
        assert viewer.get("/login", headers={"host": host}).status_code == 421, host
    for name in ("x-forwarded-host", "x-original-url", "x-rewrite-url", "x-forwarded-prefix", "forwarded"):
        answer = viewer.get(HOME, headers={name: "host=evil.example"})
        assert (answer.status_code, "evil.example" in answer.text) == (200, False), name


def test_nothing_but_its_own_files_is_given_as_a_file(synced: Synced) -> None:
    portal, _ = synced
    style = portal.enter(ADMIN).get(HOME).text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    digest = style.split("/")[2]
    for name in ("..%2fapp.py", "%2e%2e/app.py", "..%5capp.py", "portal.css%00.py", "/etc/passwd", "%2fetc%2fpasswd",
                 ".", "..", "PORTAL.CSS", "portal.css/", "portal.css;x", "portal.css%20"):  # fmt: skip
        said = raw(portal, f"GET /static/{digest}/{name} HTTP/1.1", "Host: %(host)s", "Connection: close", "", "")
        assert said.split()[1] == b"404", name


def test_what_nobody_counts_asks_the_database_nothing(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, borrowed = portal.enter(ADMIN), []
    lines = portal.server.house.lines
    borrow = lines.borrow
    monkeypatch.setattr(lines, "borrow", lambda: borrowed.append(1) or borrow())
    for path in ("/static/x/y.css", "/static/", "/static/x", "/healthz", "/healthz-and-more", "/healthz/x"):
        visitor.get(path)
        visitor.client.post(path)
    assert borrowed == []


def test_a_key_that_somebody_else_chose_is_never_a_session(portal: Opened) -> None:
    chosen, client = "A" * 43, portal.client()
    client.cookies.set("reconciler-portal", chosen, domain="127.0.0.1")
    answer = client.post("/login/demo", data={"account": ADMIN}, headers={"origin": portal.address})
    assert chosen not in answer.headers["set-cookie"]
    assert portal.client().get(HOME, headers={"cookie": f"reconciler-portal={chosen}"}).status_code == 303
    first, visitor = portal.enter(ADMIN), None
    old = first.client.cookies["reconciler-portal"]
    first.client.post("/login/demo", data={"account": STRANGER}, headers={"origin": portal.address})
    assert first.client.cookies["reconciler-portal"] != old, visitor
    assert portal.client().get(HOME, headers={"cookie": f"reconciler-portal={old}"}).status_code == 303


def test_an_error_of_ours_is_no_conflict_and_is_written_down(synced: Synced, caplog: pytest.LogCaptureFixture) -> None:
    portal, installation = synced
    visitor = portal.enter(ADMIN)
    installation.sql("revoke select on reconciler.audit from reconciler_portal")
    try:
        answer, page = visitor.get(f"{TWIN}/audit"), visitor.get(f"{HOME}/audit")
    finally:
        installation.sql("grant select on reconciler.audit to reconciler_portal")
    assert (answer.status_code, answer.json()["error"], page.status_code) == (500, "refused.bug", 500)
    assert "permission denied" not in answer.text + page.text
    assert "permission denied" in caplog.text
    assert json.loads(visitor.get(f"{TWIN}/audit").text)
