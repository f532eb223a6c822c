"""Every page that the application has, as a browser shows it: of those that are added later too."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from parts.browser import Visits, chromium, visit
from parts.databases import url_of
from parts.every_page import Look, lived_in
from parts.norwegian import marked
from parts.pages import Colours, first_weight, no_overflow, no_squeezing, no_violations, reachable_by_keyboard
from parts.portal import HALVES, Opened, half_of
from parts.synced import Model, copied
from playwright.sync_api import CDPSession, Page, ViewportSize

from reconciler.portal.texts import TEXTS

__all__ = ["chromium", "visit"]
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
HELD = "matchMedia('(width: 390px) and (pointer: coarse)').matches"
REFUSED = "refused"
MANY = 20
"""Each half has more looks than that."""
HEAVIEST = 100_000
"""Bytes of a first page, on the wire."""
ENGLISH = frozenset(
    ("the", "and", "of", "is", "was", "were", "with", "this", "that", "are", "has", "have", "been", "from", "which",
     "your", "please", "you", "not")
)  # fmt: skip
ALLOWED: Mapping[str, str] = {
    "English": "the button that changes the language names it in itself",
}
"""What is marked as English on pages for somebody who reads Norwegian, and why."""
OURS = ("SyncSchedule/", "FieldMapping/", "on weekdays at", ">scheduler<", ">resent<", ">voucher<")
"""Words of programs that have words of people, which pages say instead."""
SHOWN = """
() => {
    const but = '[lang=en], .outside, .sample, code, pre, textarea, script, style', found = [];
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    for (let each = walk.nextNode(); each; each = walk.nextNode())
        if (each.data.trim() && !each.parentElement.closest(but)) found.push(each.data.trim());
    for (const each of document.querySelectorAll('[aria-label], [title], [placeholder], [data-label], [alt]'))
        if (!each.closest(but))
            for (const name of ['aria-label', 'title', 'placeholder', 'data-label', 'alt'])
                if (each.getAttribute(name)) found.push(each.getAttribute(name));
    const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => Number(each.tagName[1]));
    return [document.documentElement.lang, headings, found];
}
"""
"""Of a page its language, its headings, and what it says in its language: texts, and attributes that are read aloud or
shown.
"""


@pytest.fixture(scope="module")
def lived(
    administration: psycopg.Connection,
    server_url: str,
    sent_before: Model,
    config_repository: Path,
    simulator_process: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Opened, list[Look]]]:
    own, url = tmp_path_factory.mktemp("lived") / "home", partial(url_of, server_url)
    with (
        copied(administration, url, sent_before, own, simulator_process, config_repository) as (_, installation),
        lived_in(installation) as found,
    ):
        yield found


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who keeps nothing from one page for the next, at a desk; `line` is to what shows their page."""

    page: Page
    line: CDPSession

    @contextmanager
    def on_a_phone(self) -> Iterator[Page]:
        """The same page where its `viewport` tag counts and it is touched; and then at the desk again."""
        try:
            self._holds(PHONE, mobile=True)
            assert self.page.evaluate(HELD), f"{self.page.url} is no page of a phone's width"
            yield self.page
        finally:
            self._holds(DESK, mobile=False)

    def _holds(self, size: ViewportSize, *, mobile: bool) -> None:
        self.page.set_viewport_size(size)
        self.line.send("Emulation.setTouchEmulationEnabled", {"enabled": mobile})
        self.line.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 1, "mobile": mobile})


def seen(portal: Opened, visit: Visits) -> Callable[[Look], tuple[Visitor, str]]:
    """A function that shows a look, and gives what the server sent: one visitor for each who looks."""
    visitors: dict[str | None, Visitor] = {}

    def show(look: Look) -> tuple[Visitor, str]:
        if look.who not in visitors:
            page = visit()
            page.add_init_script(AXE_SCRIPT)  # once for all of them: it is half a megabyte
            visitors[look.who] = Visitor(page, page.context.new_cdp_session(page))
            if look.who:
                session = portal.logged_in(look.who).cookies.get("reconciler-portal")
                page.context.add_cookies([{"name": "reconciler-portal", "value": session, "url": portal.address}])
            visitors[look.who].line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        answer = visitors[look.who].page.goto(portal.address + look.path)
        assert answer is not None
        assert answer.status == (404 if look.name == REFUSED else 200), f"{look.path}: {answer}"
        return visitors[look.who], answer.text()

    return show


@pytest.mark.parametrize("half", HALVES)
def test_every_page_is_fit_for_a_desk_and_for_a_phone(
    lived: tuple[Opened, list[Look]], visit: Visits, half: str
) -> None:
    portal, looks = lived
    looks = [each for each in looks if half_of(each.route) == half]
    assert len(looks) > MANY
    if any(each.name == REFUSED for each in looks):
        visit.expects(" 404 ")
    show = seen(portal, visit)
    wrong, colours, on_phones = [], Colours(), Colours()
    well_made = partial(no_violations, colours=False)
    for look in looks:
        visitor, sent = show(look)
        page = visitor.page
        wrong += [f"{look.path}: {each}" for each in said_wrongly(page)]
        wrong += [f"{look.path} says in English: {each}" for each in marked(sent) - ALLOWED.keys()]
        wrong += [f"{look.path} says: {each}" for each in OURS if each in sent]
        wrong += complaints(page, no_burden, well_made, colours.by_day, colours.by_night, no_overflow, no_squeezing)
        wrong += complaints(page, reachable_by_keyboard) if look.plain else []
        with visitor.on_a_phone():
            wrong += complaints(page, no_overflow, no_squeezing)
            wrong += complaints(page, well_made, on_phones.by_day) if look.plain else []
    assert not wrong, "\n".join(wrong)


def test_each_page_has_a_title_of_its_own(lived: tuple[Opened, list[Look]]) -> None:
    portal, looks = lived
    visitors = {who: portal.enter(who) if who else None for who in {each.who for each in looks}}
    titles: dict[str, list[str]] = {}
    for look in looks:
        visitor = visitors[look.who]
        if look.plain:
            sent = visitor.get(look.path).text if visitor else portal.client().get(look.path).text
            titles.setdefault(sent.partition("<title>")[2].partition("</title>")[0], []).append(look.path)
    assert sum(map(len, titles.values())) > 2 * MANY
    assert {title: paths for title, paths in titles.items() if not title or len(paths) > 1} == {}


def no_burden(page: Page) -> None:
    """Of what `page` loads, nothing was kept from the pages before."""
    assert (weight := first_weight(page)) <= HEAVIEST, f"{page.url} takes {weight} bytes"


def complaints(page: Page, *checks: Any) -> list[str]:
    """What the checks say."""
    found = []
    for check in checks:
        try:
            check(page)
        except AssertionError as error:
            found.append(str(error))
    return found


def said_wrongly(page: Page) -> Iterator[str]:
    """Its language, its headings, keys that were not made into texts, and English on a Norwegian page."""
    language, order, texts = page.evaluate(SHOWN)
    if language != "nb":
        yield "it is not said to be Norwegian"
    if order.count(1) != 1 or order[0] != 1 or any(b > a + 1 for a, b in pairwise(order)):
        yield f"its headings are {order}"
    for text in texts:
        words = [each.strip(".,:;()?!«»\"'") for each in text.split()]
        if "{" in text or any(each in TEXTS and "." in each for each in words):
            yield f"a key, or a place for a value: {text}"
        if english := ENGLISH & {each.lower() for each in words}:
            yield f"English ({', '.join(sorted(english))}): {text[:200]}"
