"""What tests of pages stand on: the browser, its visits, and the checks that every page must pass."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlencode

import pytest
from parts.apps import serving
from parts.browser import Chromium, Visits, chromium, visit, visiting
from parts.pages import first_weight, no_overflow, no_violations, reachable_by_keyboard
from playwright.sync_api import Error
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

__all__ = ["chromium", "visit"]
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; connect-src 'self'; form-action 'self'"}
PAGE = """<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Små sider</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head>
<body><a class="skip" href="#main">Til innholdet</a><header><a href="/">Hjem</a></header>
<main id="main" tabindex="-1"><h1>Små sider</h1>{}</main></body></html>"""
STYLE = """a:focus, input:focus { outline: 3px solid #06c } .skip { position: absolute; left: -9999px }
.skip:focus { left: 0 } .hidden { position: absolute; left: -9999px } .pale { color: #ccc }
.gone { display: none } .dull:focus { outline: none } .own { overflow-x: auto } .wide { width: 500px }
body { margin: 8px; font: 16px/1.5 sans-serif }"""
FINE = """<form><label>Navn <input name="name"></label><fieldset><legend>Når</legend>
<label><input type="radio" name="when" value="a"> Nå</label>
<label><input type="radio" name="when" value="b"> Siden</label>
</fieldset><button>Lagre</button></form>"""


def style(request: Request) -> Response:
    return Response(STYLE, media_type="text/css")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A small site: `/?body` is a page with that body under a strict policy, whatever it holds."""

    def page(request: Request) -> Response:
        return HTMLResponse(PAGE.format(request.query_params.get("body", FINE)), headers=HEADERS)

    with serving(Starlette(routes=[Route("/", page), Route("/style.css", style)])) as origin:
        yield origin


@pytest.fixture
def stream() -> Iterator[str]:
    """A site that never stops talking."""

    async def words() -> AsyncIterator[bytes]:
        while True:
            yield b"data: mer\n\n"
            await asyncio.sleep(0.05)

    def talk(request: Request) -> Response:
        return StreamingResponse(words(), media_type="text/event-stream")

    def page(request: Request) -> Response:
        return HTMLResponse(PAGE.format(""))

    with serving(Starlette(routes=[Route("/", page), Route("/talk", talk), Route("/style.css", style)])) as origin:
        yield origin


@pytest.fixture
def visits(visit: Visits) -> Iterator[Visits]:
    """Visits whose problems are looked at by the test, and fail nothing."""
    found = Visits(visit._browser)
    yield found
    found.close()


def shows(site: str, body: str) -> str:
    return f"{site}/?{urlencode({'body': body})}"


def test_a_good_page_passes_every_check_at_each_width(visit: Visits, site: str) -> None:
    for width, dark in ((1280, False), (390, True)):
        page = visit(site, width=width, dark=dark)
        no_violations(page)
        no_overflow(page)
        assert reachable_by_keyboard(page) == 5  # two links, the field, one of the radio buttons, the button
        assert page.get_by_label("Navn").evaluate("each => each === document.activeElement") is False


def test_a_visitor_is_norwegian_in_oslo_and_nobody_else(visit: Visits, site: str) -> None:
    told = """() => [navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth, document.cookie,
        ...['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', '(pointer: coarse)']
            .map(each => matchMedia(each).matches)]"""
    page = visit(site)
    page.evaluate("document.cookie = 'who=first'")
    assert page.evaluate(told) == ["nb-NO", "Europe/Oslo", 1280, "who=first", False, True, False]
    assert visit(site, width=390, dark=True).evaluate(told) == ["nb-NO", "Europe/Oslo", 390, "", True, True, True]
    again = visit(site, storage_state=page.context.storage_state(), language="en-GB")
    assert again.evaluate(told)[:4] == ["en-GB", "Europe/Oslo", 1280, "who=first"]


def test_a_page_that_breaks_its_policy_or_asks_in_vain_is_found(visits: Visits, site: str) -> None:
    page = visits(site)
    for body, pressed, problem in (
        ("<script>document.title = 'inline'</script>", False, "policy: .*inline script"),
        ("<p style='color: red'>inline</p>", False, "policy: .*inline style"),
        ("<button onclick='1'>Press</button>", True, "policy: .*inline event handler"),
        ("<form action='http://127.0.0.1:9999/'><button>Send</button></form>", True, "policy: .*form-action"),
        ("<link rel=stylesheet href='/gone.css'>", False, "console: .* 404 .*gone.css"),
    ):
        visits.problems.clear()
        with page.expect_console_message():
            page.goto(shows(site, body))
            if pressed:
                page.get_by_role("button").click(no_wait_after=True)
        assert [bool(re.match(problem, each)) for each in visits.unexpected()] == [True], visits.problems
    visits.expects(problem)
    assert visits.unexpected() == []


def test_an_error_in_a_script_is_found(visits: Visits, site: str) -> None:
    page = visits(site)
    page.evaluate("setTimeout(() => { throw new Error('en feil') })")
    page.evaluate("console.error('sagt')")
    visits.close()
    assert [each.split(" (")[0] for each in visits.unexpected()] == ["error in a script: en feil", "console: sagt"]


def test_a_page_that_asks_for_another_host_gets_nothing_and_cannot_be_forgiven(visits: Visits, site: str) -> None:
    page = visits(site)
    for host in ("example.org", "192.0.2.1", "[2001:db8::1]", "127.0.0.1.example.org"):
        visits.elsewhere.clear()
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            page.goto(f"http://{host}/secret")
        assert visits.elsewhere == [f"http://{host}/secret"]
    visits.expects("ERR_NAME_NOT_RESOLVED")
    assert visits.unexpected() == [f"turned to http://{host}/secret; only loopback is open"]


def test_what_was_expected_and_did_not_happen_is_told(visits: Visits, site: str) -> None:
    visits(site)
    visits.expects("403")
    assert visits.unexpected() == ["expected, but did not happen: 403"]


def test_what_not_everybody_can_use_is_found(visits: Visits, site: str) -> None:
    image = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
    page = visits(shows(site, f"<input name=a><p class=pale>Neppe synlig</p>{image}<h4>For dypt</h4>"))
    with pytest.raises(AssertionError) as raised:
        no_violations(page)
    told = str(raised.value)
    for rule, element in (
        ("label", "<input"),
        ("color-contrast", "<p"),
        ("image-alt", "<img"),
        ("heading-order", "<h4"),
    ):
        assert re.search(f"(?s){rule}.*{element}", told), told


def test_what_is_wider_than_the_screen_is_found(visits: Visits, site: str) -> None:
    page = visits(shows(site, f"<div class=own><div class=wide>bred</div></div><p>{'u' * 90}</p>"), width=390)
    with pytest.raises(AssertionError) as raised:
        no_overflow(page)
    address, sideways, wide = str(raised.value).splitlines()
    assert address.endswith(" at 390 px:")
    assert sideways.startswith("the page scrolls sideways: it is ")
    assert wide == 'from 8 to 508 px: <div class="wide">bred</div>'
    page.goto(shows(site, "<div class=own><div class=wide>bred</div></div>"))
    no_overflow(page, but=".own")


def test_what_the_keyboard_does_not_reach_or_show_is_found(visits: Visits, site: str) -> None:
    body = (
        "<a class=dull href='/'>Uten ramme</a>", "<a class=hidden href='/'>Borte</a>",
        "<button tabindex='-1'>Bare mus</button>", "<span role='button'>Ikke en knapp</span>",
        "<button disabled>Ikke nå</button><div inert><button>Bak</button></div><a class=gone href='/'>Ingen</a>",
    )  # fmt: skip
    page = visits(shows(site, "".join(body)))
    with pytest.raises(AssertionError) as raised:
        reachable_by_keyboard(page)
    assert [each.split(">")[0] for each in str(raised.value).splitlines()[1:]] == [
        'does not show its focus: <a class="dull" href="/"', 'has the focus out of sight: <a class="hidden" href="/"',
        'not reached: <button tabindex="-1"', 'not reached: <span role="button"',
    ]  # fmt: skip


def test_under_an_open_dialogue_only_what_is_in_it_counts(visit: Visits, site: str) -> None:
    page = visit(shows(site, "<button>Bak</button><dialog aria-label='Spørsmål'><button>Ja</button></dialog>"))
    page.evaluate("document.querySelector('dialog').showModal()")
    assert reachable_by_keyboard(page) == 1


def test_the_weight_of_a_page_counts_what_it_loads(visit: Visits, site: str) -> None:
    page = visit(site)
    alone = len(PAGE.format(FINE).encode()) + len(STYLE)
    assert alone < first_weight(page) <= alone + 2 * 300


def test_a_page_that_listens_ends_before_its_server_does(visit: Visits, stream: str) -> None:
    heard = "() => new Promise(heard => { new EventSource('/talk').onmessage = said => heard(said.data) })"
    assert visit(stream).evaluate(heard) == "mer"


def test_a_test_of_pages_leaves_others_their_loops(chromium: Chromium, visit: Visits, site: str) -> None:
    page = visit(site)
    with chromium.aside():
        assert asyncio.run(asyncio.sleep(0, "aside")) == "aside"
    assert page.title() == "Små sider"


def test_a_test_whose_page_complains_fails_and_leaves_others_their_loops(chromium: Chromium, site: str) -> None:
    with pytest.raises(AssertionError, match="on the pages of this test:\nconsole: nei"), visiting(chromium) as visit:
        visit(site).evaluate("console.error('nei')")
    assert asyncio.run(asyncio.sleep(0, "after")) == "after"
