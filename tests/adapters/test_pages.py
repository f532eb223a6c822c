"""Lists that come in pages are read to their end or not at all: unread is not absent."""

import contextlib
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from parts.clubhouse import KEY, Clubhouse, declared, opened
from parts.hostile import HOME, hears, peer, read_request
from parts.simulator import Simulator
from pydantic import ValidationError

from reconciler.adapters.edge import Edge, Question, Terms, joined
from reconciler.adapters.pages import MOST, Astray, next_link
from reconciler.runs.outcome import Findings, Found, LookupFailed, Unreachable
from reconciler.specs.models.access import Pages
from reconciler.specs.models.operations import Lookup

WAYS: dict[str, dict[str, str]] = {
    "cursor": {"by": "cursor", "next": "next", "parameter": "after"},
    "page": {"by": "page", "parameter": "page"},
    "page-with-total": {"by": "page", "parameter": "page", "total": "pages"},
    "link-header": {"by": "link-header"},
    "odata": {"by": "odata"},
}


def paged(way: str, path: str = "/visits?reference={reference}&limit=2", **more: Any) -> dict[str, Any]:
    """The declaration with a lookup in pages."""
    documents = declared()["documents"]
    there = documents["visit"]["create"]["lookups"][0]
    documents["visit"]["create"]["lookups"] = [{**there, "path": path, "pages": WAYS[way], **more}]
    return {"documents": documents}


def booked(register: Simulator, times: int, reference: str = "R-1") -> None:
    for number in range(times):
        record = {"reference": reference, "date": "2026-03-02", "amount": f"{number + 1}.00"}
        answer = register.client.post(f"{register.base}/visits", json=record, headers={"X-API-Key": KEY})
        assert answer.status_code == 201


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("times", [0, 1, 2, 3, 4, 5])
def test_what_stands_on_later_pages_is_found(club: Clubhouse, register: Simulator, way: str, times: int) -> None:
    booked(register, 1, "R-0")
    booked(register, times)
    found = club.adapter(**paged(way)).look_up([opened("R-1"), opened("R-2")])
    ids = tuple(str(40_002 + number) for number in range(times))
    total = f"{sum(range(times + 1))}.00"
    assert found == Findings({"R-1": Found("sent", ids, total)} if times else {})


@pytest.mark.parametrize("way", WAYS)
def test_a_list_on_one_page_costs_one_request_where_the_answer_can_say_so(
    club: Clubhouse, register: Simulator, way: str
) -> None:
    booked(register, 1)
    before = register.books()["requests"]["reads"]
    club.adapter(**paged(way)).look_up([opened("R-1")])
    assert register.books()["requests"]["reads"] - before == (2 if way == "page" else 1)


@pytest.mark.parametrize("way", WAYS)
def test_pages_that_do_not_move_on_prove_nothing(club: Clubhouse, register: Simulator, way: str) -> None:
    booked(register, 5)
    register.arm("stuck_page")
    found = club.adapter(**paged(way)).look_up([opened("R-1")])
    register.control("/_faults", {"clear": True})
    assert isinstance(found, LookupFailed)
    assert "cannot be followed" in found.answer.message


def test_a_first_page_is_not_taken_for_all_where_the_type_declares_no_pages(
    club: Clubhouse, register: Simulator
) -> None:
    booked(register, 3)
    whole, cut = ("/visits?reference={reference}", "/visits?reference={reference}&limit=2")
    found = club.adapter(**paged("cursor", whole, pages=None)).look_up([opened("R-1")])
    assert found == Findings({"R-1": Found("sent", ("40001", "40002", "40003"), "6.00")})
    failed = club.adapter(**paged("cursor", cut, pages=None)).look_up([opened("R-1")])
    assert isinstance(failed, LookupFailed)
    assert failed.answer.message == "the list has more pages, and the type does not declare `pages`"


# Against peers that do as they like.


class Lists:
    """Answers each question by its number with a body, and perhaps a Link header."""

    def __init__(self, answer: Callable[[int, str], tuple[bytes, Any, str]]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, line: socket.socket) -> None:
        asked = read_request(line).decode()
        self.asked.append(asked.split(" ")[1])
        status, body, link = self.answer(len(self.asked), f"http://{asked.partition('ost: ')[2].split()[0]}")
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        more = f"Link: {link}\r\n".encode() if link else b""
        line.sendall(
            b"HTTP/1.1 %s\r\n%sConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            % (status, more, len(content), content)
        )


def item(number: int) -> dict[str, str]:
    return {"reference": "R-1", "id": str(number), "amount": "1.00"}


def looked_up(at: Callable[..., Clubhouse], way: str, lists: Lists) -> Findings | LookupFailed:
    with peer(lists) as url:
        return at(url).adapter(**paged(way)).look_up([opened("R-1")])


def leading(way: str, number: int, base: str) -> tuple[bytes, Any, str]:
    """A page whose next one is always another one."""
    body = {"items": [item(number)], "next": str(number), "pages": 10**9, "@odata.nextLink": f"{base}/v?n={number}"}
    return b"200 OK", body, f'<{base}/v?n={number}>; rel="next"'


@pytest.mark.parametrize("way", WAYS)
def test_a_list_without_end_is_given_up_within_a_bound_of_pages(at: Callable[..., Clubhouse], way: str) -> None:
    lists = Lists(lambda number, base: leading(way, number, base))
    found = looked_up(at, way, lists)
    assert isinstance(found, LookupFailed)
    assert f"does not end after {MOST} pages" in found.answer.message
    assert len(lists.asked) == len(set(lists.asked)) == MOST


@pytest.mark.parametrize("way", ["cursor", "link-header", "odata"])
def test_empty_pages_that_lead_in_a_circle_are_given_up_at_once(at: Callable[..., Clubhouse], way: str) -> None:
    def answer(number: int, base: str) -> tuple[bytes, Any, str]:
        place = f"{base}/v?n={number % 2}"
        return b"200 OK", {"items": [], "next": number % 2, "@odata.nextLink": place}, f"<{place}>; rel=next"

    lists = Lists(answer)
    assert "was read before" in looked_up(at, way, lists).answer.message
    assert len(lists.asked) == 3


BROKEN: dict[str, tuple[bytes, Any]] = {
    "absent": (b"404 Not Found", {"message": "no such page"}),
    "forbidden": (b"403 Forbidden", {}),
    "failing": (b"500 Error", {}),
    "moved": (b"302 Found", {"items": []}),
    "html": (b"200 OK", b"<html>"),
    "no list": (b"200 OK", {"items": None}),
    "of another": (b"200 OK", {"items": [{**item(9), "reference": "R-9"}]}),
    "without an id": (b"200 OK", {"items": [{**item(9), "id": ""}]}),
    "an item again": (b"200 OK", {"items": [item(9), item(1)]}),
    "an error in it": (b"200 OK", {"items": [], "error": {"code": "x"}}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", BROKEN)
def test_a_later_page_that_cannot_be_read_proves_nothing_of_the_first(
    at: Callable[..., Clubhouse], way: str, name: str
) -> None:
    def answer(number: int, base: str) -> tuple[bytes, Any, str]:
        return leading(way, number, base) if number == 1 else (*BROKEN[name], "")

    lists = Lists(answer)
    assert isinstance(looked_up(at, way, lists), LookupFailed)
    assert len(lists.asked) == 2


def test_a_later_page_that_is_lost_proves_nothing(at: Callable[..., Clubhouse]) -> None:
    def speak(line: socket.socket) -> None:
        if b"after" not in read_request(line).partition(b"\r\n")[0]:
            body = json.dumps({"items": [item(1)], "next": "1"}).encode()
            line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with peer(speak) as url:
        assert isinstance(at(url).adapter(**paged("cursor")).look_up([opened("R-1")]), LookupFailed)


ELSEWHERE = [
    "http://evil.example/visits", "https://127.0.0.1:{port}/visits", "http://127.0.0.1:1/visits", "//evil.example/v",
    "http://localhost:{port}/visits", "http://127.0.0.1:{port}@evil.example/", "http://user@127.0.0.1:{port}/v",
    "http://127.0.0.1:{port}.evil.example/", "http://127.0.0.1:{port}\\@evil.example/", "ftp://127.0.0.1:{port}/v",
    "http://[::1", "http://127.0.0.1:99999999/", "javascript:alert(1)", "http://2130706433:{port}/",
]  # fmt: skip


@pytest.mark.parametrize("way", ["link-header", "odata"])
@pytest.mark.parametrize("link", ELSEWHERE)
def test_a_next_page_of_another_origin_is_never_asked_for(at: Callable[..., Clubhouse], way: str, link: str) -> None:
    def answer(_number: int, base: str) -> tuple[bytes, Any, str]:
        place = link.format(port=base.rpartition(":")[2])
        return b"200 OK", {"items": [item(1)], "@odata.nextLink": place}, f'<{place}>; rel="next"'

    lists = Lists(answer)
    found = looked_up(at, way, lists)
    assert isinstance(found, LookupFailed)
    assert "another origin" in found.answer.message
    assert len(lists.asked) == 1


@pytest.mark.parametrize("way", ["link-header", "odata"])
@pytest.mark.parametrize(
    ("link", "path"),
    [("?n=2", "/visits?n=2"), ("/elsewhere?n=2", "/elsewhere?n=2"), ("../x/./y?n=2#part", "/x/y?n=2"),
     ("{base}/visits?$skiptoken=a%2Fb", "/visits?$skiptoken=a%2Fb"), ("{base}", "/"),
     ("http:///visits?n=2", "/visits?n=2")],
)  # fmt: skip
def test_a_next_page_is_found_from_the_address_of_the_page_before(
    at: Callable[..., Clubhouse], way: str, link: str, path: str
) -> None:
    def answer(number: int, base: str) -> tuple[bytes, Any, str]:
        if number == 2:
            return b"200 OK", {"items": [item(2)]}, ""
        place = link.format(base=base)
        return b"200 OK", {"items": [item(1)], "@odata.nextLink": place}, f'<{place}>; rel="next"'

    lists = Lists(answer)
    assert looked_up(at, way, lists) == Findings({"R-1": Found("sent", ("1", "2"), "2.00")})
    assert lists.asked[1] == path


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("cursor", {"next": {"a": 1}}), ("cursor", {"next": True}), ("cursor", {"next": ["x"]}),
        ("cursor", {"next": "x" * 3000}), ("cursor", {"next": 1.5}), ("odata", {"@odata.nextLink": 7}),
        ("odata", {"@odata.nextLink": ""}), ("odata", {"@odata.nextLink": []}), ("page-with-total", {}),
        ("page-with-total", {"pages": "three"}), ("page-with-total", {"pages": None}),
        ("page-with-total", {"pages": True}),
    ],
)  # fmt: skip
def test_a_way_on_that_is_nonsense_proves_nothing(at: Callable[..., Clubhouse], way: str, body: dict) -> None:
    lists = Lists(lambda _number, _base: (b"200 OK", {"items": [item(1)], **body}, ""))
    assert isinstance(looked_up(at, way, lists), LookupFailed)
    assert len(lists.asked) == 1


def test_a_cursor_is_quoted_and_replaces_the_one_before(at: Callable[..., Clubhouse]) -> None:
    cursors = ["a&reference=R-9#x ?/æ", 17, None]

    def answer(number: int, _base: str) -> tuple[bytes, Any, str]:
        return b"200 OK", {"items": [item(number)], "next": cursors[number - 1]}, ""

    lists = Lists(answer)
    assert isinstance(looked_up(at, "cursor", lists), Findings)
    assert lists.asked == [
        "/visits?reference=R-1&limit=2",
        "/visits?reference=R-1&limit=2&after=a%26reference%3DR-9%23x%20%3F%2F%C3%A6",
        "/visits?reference=R-1&limit=2&after=17",
    ]


def test_pages_are_numbered_as_the_type_says(at: Callable[..., Clubhouse]) -> None:
    lists = Lists(lambda number, _base: (b"200 OK", {"items": [item(number)] if number < 3 else []}, ""))
    with peer(lists) as url:
        from_none = {"by": "page", "parameter": "p", "first": "0"}
        club = at(url).adapter(**paged("page", "/visits?p=9&reference={reference}", pages=from_none))
        assert isinstance(club.look_up([opened("R-1")]), Findings)
    assert lists.asked == [f"/visits?reference=R-1&p={number}" for number in range(3)]


# Connection tests.


def asked_companies(at: Callable[..., Clubhouse], lists: Lists) -> Any:
    test = {
        "path": "/companies", "pages": WAYS["cursor"],
        "finds": [{"label": {"en": "Companies", "nb": "Selskaper"}, "items": "items", "text": "{name}"}],
        "confirms": [{"setting": "club", "items": "items", "path": "number"}],
    }  # fmt: skip
    with peer(lists) as url:
        return at(url).adapter(test=test).test()


def test_what_a_connection_test_reaches_may_stand_on_a_later_page(at: Callable[..., Clubhouse]) -> None:
    companies = [{"name": f"C{number}", "number": str(970906510 + number)} for number in range(6)]

    def answer(number: int, _base: str) -> tuple[bytes, Any, str]:
        page = companies[2 * number - 2 : 2 * number]
        return b"200 OK", {"items": page, "next": str(number) if number < 3 else None}, ""

    verdict = asked_companies(at, Lists(answer))
    assert verdict.ok, verdict
    assert verdict.found == {"Companies": tuple(f"C{number}" for number in range(6))}


def test_a_connection_test_whose_pages_do_not_end_is_the_endpoints_fault(at: Callable[..., Clubhouse]) -> None:
    verdict = asked_companies(at, Lists(lambda _number, _base: (b"200 OK", {"items": [item(1)], "next": "1"}, "")))
    assert (verdict.ok, verdict.fault) == (False, "endpoint")


# The Link header.


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("", None),
        ('<https://a/?p=2>; rel="next"', "https://a/?p=2"),
        ("</p?x=1,2;3>; rel=next", "/p?x=1,2;3"),
        ('<p>; rel="prev", <q>; rel="next", <r>; rel="last"', "q"),
        ('<q>; title="a=b, <x>; rel=\\"prev\\""; REL="Next last"', "q"),
        ('<q>;rel="first"', None),
        ("<q>", None),
        ('<q>; rel="nextish"', None),
        ('<q> ; crossorigin ; rel = "next"', "q"),
    ],
)
def test_the_next_link_is_found_in_every_form(header: str, target: str | None) -> None:
    assert next_link(header) == target


@pytest.mark.parametrize(
    "header", ["nonsense", '<q; rel="next"', '<q>; rel="next', '<p>; rel="prev", q; rel="next"', "<a> <b>; rel=next",
               "<a>; rel=next, <b>; rel=next", '<a>; rel="prev" <b>; rel="next"'],
)  # fmt: skip
def test_a_link_header_that_cannot_be_read_is_never_the_end(header: str) -> None:
    with pytest.raises(Astray):
        next_link(header)


@pytest.mark.parametrize("piece", ["<a>; b", ';"', "<a>;b=", "; rel", " ", "<", '<a>; b="\\"', ",", ";a=b "])
def test_a_hostile_link_header_takes_no_time(piece: str) -> None:
    header = "<a>" + piece * (100_000 // len(piece))
    began = time.monotonic()
    with contextlib.suppress(Astray):
        next_link(header)
    assert time.monotonic() - began < 5


def test_the_edge_itself_asks_no_other_origin() -> None:
    with peer(hears(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as url:
        edge = Edge(f"{url}/base", {"X": "a-credential"}, Terms(way=HOME))
        found = edge.ask(Question("GET", "http://localhost:9/"))
        assert isinstance(found, Unreachable)
        assert "another origin" in found.message
        edge.close()
    assert joined("https://a.example:443/x", "https://A.example/y") == "https://a.example/y"


# The declaration.


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ({"by": "cursor", "next": "n"}, "need `parameter`"),
        ({"by": "cursor", "parameter": "n"}, "need `next`"),
        ({"by": "page"}, "need `parameter`"),
        ({"by": "page", "parameter": "p", "next": "n"}, "have no `next`"),
        ({"by": "odata", "parameter": "p"}, "have no `parameter`"),
        ({"by": "link-header", "total": "p"}, "have no `total`"),
        ({"by": "cursor", "next": "n", "parameter": "a&b="}, "pattern"),
        ({"by": "magic"}, "cursor"),
    ],
)
def test_a_declaration_that_leaves_the_way_open_is_refused(pages: dict, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Pages.model_validate(pages)


@pytest.mark.parametrize("left_out", ["items", "path"])
def test_pages_are_of_a_list_that_is_asked_for_by_address(left_out: str) -> None:
    whole = {
        "name": "there",
        "path": "/x",
        "items": "i",
        "key": "k",
        "id": "d",
        "proves": "sent",
        "pages": WAYS["odata"],
    }
    del whole[left_out]
    if left_out == "path":
        whole["query"] = "query"
    with pytest.raises(ValidationError, match="`pages` go with `path` and `items`"):
        Lookup.model_validate(whole)
