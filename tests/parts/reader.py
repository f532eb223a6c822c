"""Somebody who reads what a page shows, and goes on by the words on it alone: no address, no place in the markup."""

import re
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Locator, Page

from parts.browser import Visits
from parts.portal import ADMIN, Opened

Role = Literal["link", "button", "checkbox", "combobox", "radio", "searchbox", "spinbutton", "textbox"]


@dataclass(slots=True)
class Reader:
    """A page, and what people do with it. Whatever is named has to stand on the page, and be there once or first."""

    page: Page

    def text(self, part: str | re.Pattern[str] = "") -> str:
        """All that is shown, or all in the part under that heading or legend; a run of blanks is one."""
        self.page.wait_for_load_state("domcontentloaded")  # a long page comes in pieces
        shown = self._part(part).inner_text()
        return re.sub(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+", " ", shown)

    def sees(self, *words: str, part: str | re.Pattern[str] = "") -> "Reader":
        """Each stands on the page."""
        text = self.text(part)
        missed = [each for each in words if each not in text]
        assert not missed, f"{self.page.url} does not show {missed}, but: {text}"
        return self

    def misses(self, *words: str) -> "Reader":
        """None stands on the page."""
        text = self.text()
        found = [each for each in words if each in text]
        assert not found, f"{self.page.url} shows {found}: {text}"
        return self

    def follow(self, name: str | re.Pattern[str], part: str = "") -> "Reader":
        """A link of that name."""
        self._named("link", name, part).click()
        return self

    def press(self, name: str, part: str = "") -> "Reader":
        """A button of that name."""
        self._named("button", name, part).click()
        return self

    def tick(self, name: str | re.Pattern[str], part: str = "") -> "Reader":
        """A box of that name, if it is not ticked."""
        self._named("checkbox", name, part).check()
        return self

    def untick(self, name: str, part: str = "") -> "Reader":
        """A box of that name, if it is ticked."""
        self._named("checkbox", name, part).uncheck()
        return self

    def pick(self, name: str | re.Pattern[str]) -> "Reader":
        """One of several that exclude each other."""
        self._named("radio", name, "").check()
        return self

    def write(self, label: str, value: str, part: str = "") -> "Reader":
        """Into the field that has this label."""
        self._part(part).get_by_label(label, exact=True).first.fill(value)
        return self

    def choose(self, label: str, value: str, part: str = "") -> "Reader":
        """One of the values that a list offers."""
        self._part(part).get_by_label(label, exact=True).first.select_option(label=value)
        return self

    def unfold(self, summary: str, part: str = "") -> "Reader":
        """What is folded away under these words."""
        self._part(part).locator("summary", has_text=summary).first.click()
        return self

    def waits(self, words: str | re.Pattern[str], part: str = "") -> "Reader":
        """Until the page shows them, by itself."""
        self._part(part).get_by_text(words).first.wait_for()
        return self

    def names(self, role: Role, part: str = "") -> list[str]:
        """What the links or buttons of a part are called, in their order."""
        return [each.inner_text().strip() for each in self._part(part).get_by_role(role).all()]

    def offers(self, role: Role, name: str, part: str = "") -> bool:
        """Whether something of that name can be used."""
        return self._part(part).get_by_role(role, name=name, exact=True).count() > 0

    def _named(self, role: Role, name: str | re.Pattern[str], part: str) -> Locator:
        exact = {} if isinstance(name, re.Pattern) else {"exact": True}
        return self._part(part).get_by_role(role, name=name, **exact).first

    def _part(self, heading: str | re.Pattern[str]) -> Locator:
        if not heading:
            return self.page.locator("body")
        named = self.page.get_by_role("heading", name=heading, exact=True)
        parts = self.page.locator("section, article, li, form").filter(has=named)
        return parts.or_(self.page.get_by_role("group", name=heading, exact=True)).last


def entered(visit: Visits, portal: Opened, account: str = ADMIN, **more: object) -> Reader:
    """Somebody who has logged in, on the page that comes then. `arrived` is who does so by the page itself."""
    found = Reader(visit(**more))
    cookies = portal.logged_in(account).cookies.items()
    found.page.context.add_cookies([{"name": name, "value": value, "url": portal.address} for name, value in cookies])
    found.page.goto(portal.address)
    return found


def arrived(visit: Visits, portal: Opened, account: str = ADMIN) -> Reader:
    """Somebody who logs in by what the page of the demo's login asks for."""
    found = Reader(visit(portal.address))
    found.write("Demo: logg inn som", account).press("Logg inn")
    return found
