"""The list of pages: always there on a desk; on a phone behind a button, which needs no script."""

import pytest
from parts.browser import Visits, chromium, visit
from parts.pages import no_overflow, no_violations
from parts.portal import ACCOUNTANT, Opened
from parts.reader import Reader, entered
from playwright.sync_api import expect

__all__ = ["chromium", "visit"]
LAST = "Hendelser"
TOP = 200
"""Pixels of a phone's screen that stand before a page."""


def test_a_desk_shows_every_page_and_no_button(visit: Visits, portal: Opened) -> None:
    reader = entered(visit, portal, ACCOUNTANT)
    assert "Meny" not in reader.names("button")
    reader.follow("Finn en post").follow(LAST).sees("Hvem som gjorde hva")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_opens_and_leaves_them_by_a_button(visit: Visits, portal: Opened, scripts: bool) -> None:
    phone = entered(visit, portal, ACCOUNTANT, width=390, java_script_enabled=scripts)
    assert not phone.offers("link", LAST)
    assert begins(phone) <= TOP
    phone.press("Meny")
    expect(phone.page.get_by_role("link", name=LAST)).to_be_in_viewport()
    if scripts:
        no_overflow(phone.page)
        no_violations(phone.page)
    phone.page.keyboard.press("Escape")
    expect(phone.page.get_by_role("link", name=LAST)).to_be_hidden()
    phone.press("Meny").follow(LAST).sees("Hvem som gjorde hva")
    assert phone.page.url.endswith("/audit")


def begins(reader: Reader) -> float:
    """How far down a page's own content begins."""
    box = reader.page.locator("main").bounding_box()
    assert box is not None
    return box["y"]
