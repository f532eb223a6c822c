"""Every page that the application has, as a browser shows it: of those that are added later too."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parts.browser import Visits, chromium, visit
from parts.databases import database, url_of
from parts.every_page import Look, lived_in
from parts.installation import Books, Installation, settings_for
from parts.norwegian import marked
from parts.pages import Colours, first_weight, no_overflow, no_squeezing, no_violations, reachable_by_keyboard
from parts.portal import Opened
from playwright.sync_api import Page

from reconciler.portal.texts import TEXTS

__all__ = ["chromium", "visit"]
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
    return found;
}
"""
"""What a page says in its own language: texts, and attributes that are read aloud or shown."""
ORDER = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => Number(each.tagName[1]))"


@pytest.fixture(scope="module")
def lived(
    administration: psycopg.Connection,
    server_url: str,
    prepared: tuple[str, Path],
    config_repository: Path,
    simulator_process: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Opened, list[Look]]]:
    """One for the file: whoever looks changes nothing."""
    model, home = prepared
    own = tmp_path_factory.mktemp("lived") / "home"
    shutil.copytree(home, own)
    books = Books(simulator_process)
    books.control("/_reset")
    with database(administration, "lived", model) as name:
        installation = Installation(settings_for(url_of(server_url, name), own, books.url), config_repository)
        assert installation.sync() == 6
        with lived_in(installation) as found:
            yield found
    books.client.close()


def seen(portal: Opened, visit: Visits, **how: Any) -> Callable[[Look], tuple[Page, str]]:
    """A function that shows a look, and gives what the server sent: one visitor for each who looks, who keeps nothing."""
    pages: dict[str | None, Page] = {}

    def show(look: Look) -> tuple[Page, str]:
        if look.who not in pages:
            pages[look.who] = visit(**how)
            if look.who:
                session = portal.enter(look.who).client.cookies.get("reconciler-portal")
                pages[look.who].context.add_cookies(
                    [{"name": "reconciler-portal", "value": session, "url": portal.address}]
                )
            line = pages[look.who].context.new_cdp_session(pages[look.who])
            line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page = pages[look.who]
        answer = page.goto(portal.address + look.path)
        assert answer is not None
        assert answer.status == (404 if look.name == "refused" else 200), f"{look.path}: {answer}"
        return page, answer.text()

    return show


def test_every_page_is_fit_for_a_desk(lived: tuple[Opened, list[Look]], visit: Visits) -> None:
    portal, looks = lived
    visit.expects(" 404 ")
    show = seen(portal, visit)
    wrong, titles, colours = [], Counter(), Colours()
    well_made = partial(no_violations, colours=False)
    for look in looks:
        page, sent = show(look)
        wrong += [f"{look.path}: {each}" for each in said_wrongly(page)]
        wrong += [f"{look.path} says in English: {each}" for each in marked(sent) - ALLOWED.keys()]
        titles[page.title()] += look.plain
        wrong += complaints(page, well_made, colours.by_day, colours.by_night, no_overflow, no_squeezing)
        wrong += complaints(page, reachable_by_keyboard) if look.plain else []
    wrong += [f"{count} pages are called {title}" for title, count in titles.items() if count > 1]
    assert not wrong, "\n".join(wrong)


def test_every_page_is_fit_for_a_phone(lived: tuple[Opened, list[Look]], visit: Visits) -> None:
    portal, looks = lived
    visit.expects(" 404 ")
    show = seen(portal, visit, width=390)
    wrong, colours = [], Colours()
    well_made = partial(no_violations, colours=False)
    for look in looks:
        page, _ = show(look)
        wrong += complaints(page, no_overflow, no_squeezing, no_burden)
        wrong += complaints(page, well_made, colours.by_day) if look.plain else []
    assert not wrong, "\n".join(wrong)


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
    order = page.evaluate(ORDER)
    if page.locator("html").get_attribute("lang") != "nb":
        yield "it is not said to be Norwegian"
    if order.count(1) != 1 or order[0] != 1 or any(b > a + 1 for a, b in pairwise(order)):
        yield f"its headings are {order}"
    for text in page.evaluate(SHOWN):
        words = [each.strip(".,:;()?!«»\"'") for each in text.split()]
        if "{" in text or any(each in TEXTS and "." in each for each in words):
            yield f"a key, or a place for a value: {text}"
        if english := ENGLISH & {each.lower() for each in words}:
            yield f"English ({', '.join(sorted(english))}): {text[:200]}"
