"""What the APIs of all hosts have in common in the tests: requests that are written down, and faults.

What a host does not know answers 501, and the test that asked for it fails.
"""

import hashlib
import json
import re
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.clock import Clock

HOUR = timedelta(hours=1)
SHA = "[0-9a-f]{40}"
BACKSTAGE = "x-of-the-tests"
"""A header of what a test itself asks, which is not counted, and works in spite of faults."""


@dataclass
class Said(Exception):
    """An answer that ends a request."""

    status: int
    body: Any
    head: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What happens to the next `times` requests that fit. `after` says that the request is carried out all the same."""

    method: str
    path: str
    answer: Said
    after: bool = False
    times: int = 1


@dataclass
class Asked:
    """One request, read; `raw` is its path as it was written."""

    method: str
    path: str
    query: dict[str, str]
    head: dict[str, str]
    body: Any
    raw: str = ""

    @property
    def token(self) -> str:
        return self.head.get("authorization", "").partition(" ")[2]


class Api(ABC):
    """An API, its faults, and its books."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.remaining = 5000
        self.reset = clock.now() + HOUR
        self.page = 100
        """Entries of a page at most."""
        self.url = ""
        """Its own address, for links."""
        self._lock = threading.RLock()

    def application(self) -> Starlette:
        methods = ["GET", "POST", "PATCH", "PUT", "DELETE"]
        return Starlette(routes=[Route("/{path:path}", self._answer, methods=methods)])

    def fail(self, method: str, path: str, answer: Said, *, after: bool = False, times: int = 1) -> None:
        self.faults.append(Fault(method, path, answer, after, times))

    def answer_all(self, answer: Said) -> None:
        """Say the same to everybody from now on."""
        self.faults = [Fault("[A-Z]+", "", answer, times=-1)]

    def close(self) -> None:  # noqa: B027 - most have nothing behind them
        """Let go of what is behind it."""

    def renew(self, clock: Clock) -> None:
        """Begin anew for another test: what stands there stays."""
        self.clock, self.reset = clock, clock.now() + HOUR
        self.asked, self.faults, self.remaining, self.page = [], [], 5000, 50

    def count(self, method: str, path: str) -> int:
        """How many requests fit."""
        return sum(1 for how, where in self.asked if how == method and re.search(path, where))

    async def _answer(self, request: Request) -> Response:
        content = await request.body()
        raw = request.scope["raw_path"].decode()
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        asked = Asked(request.method, unquote(raw), query, dict(request.headers), content, raw)
        return await run_in_threadpool(self._said, asked)

    def _said(self, asked: Asked) -> Response:
        with self._lock:
            head = {"Date": self.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")}
            backstage = BACKSTAGE in asked.head
            if not backstage:
                self.asked.append((asked.method, asked.path))
            try:
                said = self.carried_out(asked) if backstage else self._faulty(asked)
            except Said as refusal:
                said = refusal
            return self._response(asked, said, head)

    def _response(self, asked: Asked, said: Said, head: dict[str, str]) -> Response:
        plain = isinstance(said.body, bytes)
        content = said.body if plain else json.dumps(said.body).encode()
        head |= {"Content-Type": "text/html" if plain else "application/json; charset=utf-8"}
        if asked.method == "GET" and said.status == 200 and not plain:
            head["ETag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
            if asked.head.get("if-none-match") == head["ETag"]:
                return Response(b"", 304, {**head, **self.rate()})
        if BACKSTAGE not in asked.head:
            self.remaining = max(self.remaining - 1, 0)
        return Response(content, said.status, {**head, **self.rate(), **said.head})

    def rate(self) -> dict[str, str]:
        """What every answer says of limits."""
        return {}

    def _faulty(self, asked: Asked) -> Said:
        for fault in self.faults:
            if fault.times and re.fullmatch(fault.method, asked.method) and re.search(fault.path, asked.path):
                fault.times -= 1
                if fault.after:
                    self.carried_out(asked)
                return fault.answer
        return self.carried_out(asked)

    @abstractmethod
    def carried_out(self, asked: Asked) -> Said:
        """What the host does with a request that arrived."""

    def routed(self, asked: Asked, path: str, routes: list[tuple[str, str, Callable[..., Said]]]) -> Said:
        """The first route that fits."""
        for method, pattern, carry_out in routes:
            if method == asked.method and (match := re.fullmatch(pattern, path)):
                return carry_out(asked, *match.groups())
        raise Said(501, {"message": f"the tests' host has no {asked.method} {path}"})

    def links(self, asked: Asked, at: int, last: int) -> dict[str, str]:
        """The links to other pages (RFC 8288), as all three hosts write them."""
        kept = "&".join(f"{name}={value}" for name, value in asked.query.items() if name != "page")
        links = [("next", at + 1), ("last", last)] if at < last else [("prev", at - 1), ("first", 1)] if at > 1 else []
        written = [f'<{self.url}{asked.raw}?{kept}&page={page}>; rel="{name}"' for name, page in links]
        return {"Link": ", ".join(written)} if written else {}

    def paged(self, asked: Asked, entries: list[Any], size_name: str, usual: int) -> tuple[list[Any], dict[str, str]]:
        """A page, and the links to others."""
        size = min(int(asked.query.get(size_name, str(usual))), self.page)
        at = int(asked.query.get("page", "1"))
        return entries[(at - 1) * size : at * size], self.links(asked, at, max(1, -(-len(entries) // size)))


class Relay(Api):
    """A real host behind this one: faults and books are here, and everything else is there."""

    def __init__(self, clock: Clock, address: str) -> None:
        super().__init__(clock)
        trusted = ssl.create_default_context()
        self._there = httpx.Client(base_url=address, follow_redirects=False, timeout=60, verify=trusted)

    def carried_out(self, asked: Asked) -> Said:
        kept = {
            name: value for name, value in asked.head.items() if name in ("authorization", "content-type", "accept")
        }
        query = {name: self._narrowed(name, value) for name, value in asked.query.items()}
        answer = self._there.request(asked.method, asked.raw, params=query, headers=kept, content=asked.body or None)
        head = {
            name: value for name, value in answer.headers.items() if name.startswith(("x-", "link", "retry", "rate"))
        }
        json_like = answer.headers.get("content-type", "").startswith("application/json")
        return Said(answer.status_code, answer.json() if json_like else answer.content, head)

    def close(self) -> None:
        self._there.close()

    def _narrowed(self, name: str, value: str) -> str:
        return str(min(int(value), self.page)) if name in ("limit", "per_page") else value


def invalid_json(asked: Asked) -> bool:
    """Read the body of a request in its place; whether it is none."""
    if isinstance(asked.body, bytes) and asked.body:
        try:
            asked.body = json.loads(asked.body)
        except ValueError:
            return True
    return False


def chosen(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: body.get(name) for name in names}
