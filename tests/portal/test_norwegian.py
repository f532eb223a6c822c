"""No page speaks English to somebody who reads Norwegian: what is marked as English is on a short list."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import httpx
from parts.every_page import Look, lived_in
from parts.installation import Installation
from parts.portal import Opened

ALLOWED: Mapping[str, str] = {
    "English": "the button that changes the language names it in itself",
}
"""Texts in English on Norwegian pages, and why."""
OURS = ("SyncSchedule/", "FieldMapping/", "on weekdays at", ">scheduler<", ">resent<", ">voucher<")
"""Words of programs that have words of people, which pages say instead."""


class English(HTMLParser):
    """The texts of elements with lang="en" on a page whose own language is Norwegian."""

    def __init__(self) -> None:
        super().__init__()
        self.page = ""
        self.found: list[str] = []
        self._inside: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs).get("lang")
        if tag == "html":
            self.page = said or ""
        elif tag not in VOID:
            inside = bool(self._inside and self._inside[-1])
            self._inside.append(said == "en" if said else inside)

    def handle_endtag(self, tag: str) -> None:
        if tag != "html" and tag not in VOID and self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self._inside and self._inside[-1]:
            self.found.append(data.strip())


VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "path", "circle", "line"}


def test_no_page_speaks_english_to_somebody_who_reads_norwegian(installation: Installation) -> None:
    assert installation.sync() == 6
    with lived_in(installation) as (portal, looks):
        found = dict(english(portal, looks))
    assert found == {}


def english(portal: Opened, looks: list[Look]) -> Iterator[tuple[str, list[str]]]:
    """What is not allowed, by the name of the look."""
    who = {look.who: portal.enter(look.who).client for look in looks if look.who}
    for look in looks:
        answer = who[look.who].get(look.path) if look.who else httpx.get(portal.address + look.path)
        page = English()
        page.feed(answer.text)
        assert page.page == "nb", f"{look.path}: {page.page}"
        said = [each for each in page.found if each not in ALLOWED]
        if said := said + [each for each in OURS if each in answer.text]:
            yield look.name, said
