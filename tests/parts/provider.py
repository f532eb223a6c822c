"""A real OpenID provider on loopback, one per worker: the package as a process, and `parts.identity` in front of it.

A test module or a conftest imports the fixture: `from parts.provider import provider`.

    provider.add("kari", preferred_username="kari@example.org", name="Kari Nordmann")
    page = visit(portal.url)
    page.get_by_role("link", name="Logg inn").click()
    provider.log_in(page, "kari")                                    # in the browser
    answer = provider.walk(client, f"{portal.url}/login", "kari")    # the same way, without one
    provider.identity.fault = "expired"

The relying party is told `provider.issuer`, `CLIENT` and `SECRET`. The issuer is on `localhost`: to a browser that is
another site than 127.0.0.1, as a provider is in life, so that cookies that must survive the way back are found out.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from parts.identity import CLIENT, SECRET, Answer, Identity
from parts.openbao import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["CLIENT", "SECRET", "Provider", "provider"]
ALONE = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
sys.argv[0] = "oidc_provider_mock"
runpy.run_module("oidc_provider_mock", run_name="__main__")
"""
"""The package as a process that ends with its standard input: with us, however we end."""
READY_S = 60
ATTEMPTS = 3


class Provider:
    """The provider as people and tests see it. `identity` has its faults, its clock and its keys."""

    def __init__(self) -> None:
        self._upstream, address = _started()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://localhost:{self._server.server_address[1]}"
        self.identity = self._server.identity = Identity(self.issuer, address)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def add(self, sub: str, **claims: str) -> None:
        """A person, or other claims of one: `preferred_username` and `name` are told to whoever asks for `profile`.

        Whoever logs in without having been added is somebody about whom nothing is known but an address, `sub`.
        """
        url = f"{self.issuer}/users/{quote(sub, safe='')}"
        httpx.put(url, json=claims, trust_env=False, verify=False).raise_for_status()

    def log_in(self, page: "Page", sub: str) -> None:
        """Fill in the form that `page` shows, and follow where it leads."""
        page.get_by_placeholder("sub").fill(sub)
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(lambda url: not url.startswith(self.issuer))

    def deny(self, page: "Page") -> None:
        """Refuse on the form that `page` shows, and follow where it leads."""
        page.get_by_role("button", name="Deny").click()
        page.wait_for_url(lambda url: not url.startswith(self.issuer))

    def callback(self, client: httpx.Client, url: str, sub: str) -> str:
        """Follow `url` to the form and fill it in: the URL that leads back, which nobody has followed yet."""
        answer = client.get(url, follow_redirects=True)
        assert str(answer.url).startswith(self.issuer), f"{url} leads to {answer.url}: {answer.status_code}"
        assert answer.status_code == 200, answer.text
        answer = client.post(str(answer.url), data={"sub": sub}, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def walk(self, client: httpx.Client, url: str, sub: str) -> httpx.Response:
        """The whole way as `callback`, and back: the first answer of the relying party, which may lead on."""
        return client.get(self.callback(client, url, sub), follow_redirects=False)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.identity.close()
        _ended(self._upstream)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    identity: Identity


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answered()

    def do_POST(self) -> None:
        self._answered()

    def do_PUT(self) -> None:
        self._answered()

    def _answered(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.identity.answer(self.command, self.path, dict(self.headers), body)
        self.close_connection = True
        if answer is not None:
            with suppress(OSError):  # the other side has heard enough
                self._say(answer)

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for key, value in {"Cache-Control": "no-store", **answer.headers}.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def _started() -> tuple[subprocess.Popen[bytes], str]:
    """A process of its own: the package uses what its libraries warn of, and a warning fails our tests."""
    for _ in range(ATTEMPTS):
        address = f"http://127.0.0.1:{(port := free_port())}"
        command = [sys.executable, "-c", ALONE, "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, **quiet)
        until = time.monotonic() + READY_S
        while process.poll() is None and time.monotonic() < until:
            try:
                httpx.get(address, timeout=2, trust_env=False, verify=False)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return process, address
        _ended(process)
    raise AssertionError(f"the provider did not start on {ATTEMPTS} ports")


def _ended(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=20)


PROVIDER = pytest.StashKey[Provider]()


def provider_of(config: pytest.Config) -> Provider:
    """The provider of the worker, started when first asked for and stopped with the run."""
    if PROVIDER not in config.stash:
        config.stash[PROVIDER] = Provider()
        config.add_cleanup(config.stash[PROVIDER].stop)
    return config.stash[PROVIDER]


@pytest.fixture
def provider(pytestconfig: pytest.Config) -> Iterator[Provider]:
    """The provider of the worker, without faults. People whom other tests have added are still there."""
    found = provider_of(pytestconfig)
    found.identity.asked.clear()
    yield found
    found.identity.fault, found.identity.now = "", time.time
