"""A real Chromium for tests, one per worker, and visits: pages that fail their test when they complain.

A test module or a conftest imports the fixtures: `from parts.browser import chromium, visit`.

    page = visit(portal.url)                            # a desk: 1280 x 800, light, Norwegian, nothing moves
    phone = visit(portal.url, width=390, dark=True)     # another visitor, with cookies of its own
    visit.expects("403")                                # else the test fails when it is over

`RECONCILER_TEST_CHROMIUM` names another program than the one that scripts/chromium.sh has put beside Python.
"""

import asyncio
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

OVERRIDE = "RECONCILER_TEST_CHROMIUM"
LOOPBACK = ("127.0.0.1", "localhost")
# What is no loopback has no address: that needs no hand in every request (`route` has one, and turns the cache off).
ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, " + ", ".join(f"EXCLUDE {each}" for each in LOOPBACK),
    "--no-proxy-server",
    "--disable-quic",
    "--disable-gpu",
)
"""Beside what Playwright gives: no sandbox (root has none), no updates, nothing in the background."""
WAIT_MS = 20_000
"""How long a page may take to do what a test waits for, on a machine that does other things besides."""
LATE_MS = 50
"""What a page did last is heard of a moment later."""
PHONE = 600
"""Narrower than this, a page is seen as on a phone: it is touched, and its `viewport` tag counts."""


class Chromium:
    """The browser of a worker.

    Between our calls Playwright's loop stands still but calls itself the running one of this thread, where nobody else
    could then `asyncio.run`. So it says so only while a test has pages (`awake`).
    """

    def __init__(self, program: Path) -> None:
        self._playwright = sync_playwright().start()
        self._loop = asyncio.get_running_loop()
        self.browser = self._playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        asyncio._set_running_loop(None)

    @contextmanager
    def awake(self) -> Iterator[Browser]:
        asyncio._set_running_loop(self._loop)
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """For what must run a loop of its own in the middle of a visit; no page may be used meanwhile."""
        asyncio._set_running_loop(None)
        try:
            yield
        finally:
            asyncio._set_running_loop(self._loop)

    def stop(self) -> None:
        with self.awake():
            self.browser.close()
            self._playwright.stop()


class Visits:
    """Opens pages, each with a visitor of its own, and gathers what goes wrong on them in `problems`, in words."""

    def __init__(self, browser: Browser, at_the_end: Callable[[Callable[[], None]], None] = lambda _: None) -> None:
        self._browser = browser
        self._at_the_end = at_the_end
        self._contexts: list[BrowserContext] = []
        self._expected: list[str] = []
        self.problems: list[str] = []
        self.elsewhere: list[str] = []
        """URLs on other hosts that a page asked for. No test may expect that."""

    def __call__(
        self, url: str = "", *, width: int = 1280, dark: bool = False, language: str = "nb-NO", **more: Any
    ) -> Page:
        """A page for a new visitor, at `url` if that is given. `more` goes to Playwright's `new_context`.

        `storage_state=other.context.storage_state()` brings the cookies of another visitor, who is logged in;
        `java_script_enabled=False` is a visitor without scripts.
        """
        phone = width < PHONE
        self._at_the_end(self.close)
        context = self._browser.new_context(
            viewport={"width": width, "height": 844 if phone else 800}, is_mobile=phone, has_touch=phone,
            color_scheme="dark" if dark else "light", reduced_motion="reduce", locale=language,
            timezone_id="Europe/Oslo", **more,
        )  # fmt: skip
        self._contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._add(f"error in a script: {error.error}"))
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        page = context.new_page()
        if url:
            page.goto(url)
        return page

    def expects(self, pattern: str) -> None:
        """Some problem will match this regular expression, and that is right. It fails the test if none does."""
        self._expected.append(pattern)

    def close(self) -> None:
        """End all visits. What was said until then counts. Can be repeated."""
        contexts, self._contexts = self._contexts, []
        for each in contexts[-1:]:
            for page in each.pages[-1:]:
                page.wait_for_timeout(LATE_MS)
        for each in contexts:
            each.close()

    def unexpected(self) -> list[str]:
        """What fails the test."""
        found = [each for each in self.problems if not any(re.search(pattern, each) for pattern in self._expected)]
        missed = [each for each in self._expected if not any(re.search(each, problem) for problem in self.problems)]
        return [
            *(f"turned to {url}; only loopback is open" for url in self.elsewhere),
            *found,
            *(f"expected, but did not happen: {each}" for each in missed),
        ]

    def _add(self, problem: str) -> None:
        self.problems.append(problem)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "assert"):
            what = "policy" if "Content Security Policy" in message.text else "console"
            self._add(f"{what}: {message.text} ({message.location['url']})")

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob", "about") and url.hostname not in LOOPBACK:
            self.elsewhere.append(request.url)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the visitor left, or saved a file: not the page's fault
            self._add(f"request: {request.method} {request.url} failed: {request.failure}")


CHROMIUM = pytest.StashKey[Chromium]()


def chromium_of(config: pytest.Config) -> Chromium:
    """The browser of the worker, started when first asked for and stopped with the run."""
    if CHROMIUM not in config.stash:
        config.stash[CHROMIUM] = Chromium(program())
        config.add_cleanup(config.stash[CHROMIUM].stop)
    return config.stash[CHROMIUM]


def program() -> Path:
    """What starts the browser."""
    found = Path(os.environ.get(OVERRIDE) or Path(sys.prefix) / "chromium" / "run")
    assert found.exists(), f"no Chromium at {found}: sh scripts/chromium.sh {sys.prefix}"
    return found


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> Chromium:
    """The browser of the worker."""
    return chromium_of(pytestconfig)


@pytest.fixture
def visit(chromium: Chromium, request: pytest.FixtureRequest) -> Iterator[Visits]:
    """Opens pages; closes them afterwards, and fails the test for each problem on them that it did not expect."""
    with visiting(chromium, request.node.addfinalizer) as visits:
        yield visits


@contextmanager
def visiting(chromium: Chromium, at_the_end: Callable[[Callable[[], None]], None] = lambda _: None) -> Iterator[Visits]:
    """What `visit` is, for a test that wants it for a while only.

    `at_the_end` is told at each page what to do when the test is over: a server that was started before the page then
    still answers it, whichever fixture the test names first.
    """
    with chromium.awake() as browser:
        visits = Visits(browser, at_the_end)
        try:
            yield visits
        finally:
            visits.close()
    problems = visits.unexpected()
    assert not problems, "\n".join(["on the pages of this test:", *problems])
