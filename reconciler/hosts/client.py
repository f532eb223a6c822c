"""Asking a host's REST API: one request at a time, no redirects, own deadlines, bounded answers, pages by their links.

A credential becomes a header as a request leaves, and is taken out of what comes back. No answer is a failure that
anybody has to catch: it is a body, or `Later`, or `Refused`.
"""

import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpcore

from reconciler.clock import Clock
from reconciler.hosts.limits import GITHUB_WRITES, PAUSE_S, Limits, Writes
from reconciler.hosts.line import Network, within
from reconciler.runs.host import Later, Trouble, one_line

CONNECT_S, PIECE_S, WHOLE_S = 5.0, 15.0, 40.0
"""Seconds: GitHub ends a request of its own that takes longer than ten ("Troubleshooting the REST API", Timeouts)."""
LARGEST = 8_000_000
"""Bytes of one answer; a hundred statuses are some two hundred thousand."""
PAGES = 40
"""Pages of one list; a longer one is not read."""
SHOWN = 200
DOTS = "••••••••"
READS = frozenset({"GET", "HEAD"})
EMPTY = frozenset({204, 304})
BARE = frozenset({200, 201, 403, 405, 409})
"""Statuses that hosts answer without a body (Gitea: a merge, and what it does not allow). Not 404: what cannot be read
is not absent, and anybody's proxy says that."""
FAILURES = (
    httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError,
    httpcore.UnsupportedProtocol, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """A repository, `owner/name`, at an API's address; `ca_file` holds authorities beside the system's."""

    repository: str
    address: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that arrived whole; `head` has its names in small letters, `body` is None where it was not JSON."""

    status: int
    head: Mapping[str, str]
    body: Any = field(repr=False)

    @property
    def message(self) -> str:
        """What the host says is wrong, in its own words, with what it says of single fields: `message` is a text, or a
        list of texts, or texts by field (GitLab); `error` and `errors` stand beside it or in its place.
        """
        if not isinstance(self.body, dict):
            return f"HTTP {self.status}"
        said = [word for name in ("message", "error", "errors") for word in _words(self.body.get(name))]
        return one_line(": ".join(each for each in said if each), SHOWN) or f"HTTP {self.status}"

    def fields(self) -> frozenset[str]:
        """The fields that the host complains of."""
        errors = self.body.get("errors") if isinstance(self.body, dict) else None
        several = errors if isinstance(errors, list) else []
        return frozenset(str(each.get("field")) for each in several if isinstance(each, dict))


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: `path` follows the API's address and is quoted already."""

    method: str
    path: str
    body: Any = None
    etag: str = ""


Authorization = Callable[[], "str | Trouble"]
"""The value of the header `Authorization`, asked for as a request leaves."""


class Client:
    """One API with its limits. Requests are made one after the other ("Best practices", Avoid concurrent requests),
    each on a connection of its own: who has forgotten a kept one does not answer, and a write would be in doubt.
    """

    def __init__(self, where: Where, headers: Mapping[str, str], clock: Clock, writes: Writes = GITHUB_WRITES) -> None:
        self.address = where.address.rstrip("/")
        self.clock = clock
        self.limits = Limits(clock, writes)
        self._headers: dict[bytes | str, bytes | str] = {"User-Agent": "reconciler", "Accept-Encoding": "identity"}
        self._headers.update(headers.items())
        self._lock = RLock()  # a login may ask for its token while a request waits for it
        self._pool = httpcore.ConnectionPool(
            _context(where.ca_file) if self.address.lower().startswith("https:") else None,
            max_keepalive_connections=0,
            network_backend=Network(),
        )

    def ask(self, ask: Ask, authorization: Authorization) -> Answer | Trouble:
        """The answer, whatever its status but a limit's; or what stands in the way."""
        with self._lock:
            if (later := self.limits.barred(write=ask.method not in READS)) is not None:
                return later
            header = authorization()
            if not isinstance(header, str):
                return header
            answer = self._sent(ask, header)
            if isinstance(answer, Later):
                return answer
            return self.limits.told(answer.status, answer.head, answer.message) or _read(answer, self.later)

    def pages(self, path: str, authorization: Authorization) -> list[Any] | Answer | Trouble:
        """The bodies of a list's pages, all of them; or else the answer that is no page.

        A link says that there is more and which page is next; of its address nothing but the query is taken, so that
        no list leads elsewhere, and a server that writes its outer name into links can be asked by its inner one.
        Where a host tells how many there are instead (Gitea's `x-total-count`), pages are counted.
        """
        found: list[Any] = []
        seen = 0
        while len(found) < PAGES:
            answer = self.ask(Ask("GET", path), authorization)
            if not isinstance(answer, Answer) or answer.status != 200:
                return answer
            found.append(answer.body)
            count = len(answer.body) if isinstance(answer.body, list) else 0
            seen += count
            query = _following(answer.head, path, len(found), seen) if count or "link" in answer.head else ""
            if query is None:
                return self.later("the host's list goes on at another address")
            if not query:
                return found
            path = f"{path.partition('?')[0]}?{query}"
        return self.later(f"the host's list has more than {PAGES} pages")

    def later(self, message: str, seconds: int = PAUSE_S) -> Later:
        """Try it again in a while."""
        return Later(self.clock.now() + timedelta(seconds=seconds), message)

    def close(self) -> None:
        """Let go of connections."""
        self._pool.close()

    def _sent(self, ask: Ask, authorization: str) -> Answer | Later:
        """Send once. What may have arrived is not told from what never left: whoever asks again looks first."""
        content = b"" if ask.body is None else json.dumps(ask.body).encode()
        headers: dict[bytes | str, bytes | str] = {**self._headers, "Authorization": authorization}
        headers |= {"Content-Type": "application/json"} if content else {}
        headers |= {"If-None-Match": ask.etag} if ask.etag else {}
        limits = {"connect": CONNECT_S, "read": PIECE_S, "write": PIECE_S, "pool": CONNECT_S}
        try:
            with (
                within(WHOLE_S),
                self._pool.stream(
                    ask.method,
                    f"{self.address}{ask.path}",
                    headers=headers,
                    content=content or None,
                    extensions={"timeout": limits},
                ) as response,
            ):
                return _answer(response, authorization)
        except httpcore.LocalProtocolError:
            # Its text quotes the header that it dislikes, and that is the credential's.
            return self.later("the request cannot be written as HTTP: look at the credential")
        except FAILURES as error:
            return self.later(one_line(f"the host is not reached: {_without(str(error), authorization)}", SHOWN))


class _TooLarge(httpcore.ReadError):
    """The answer is larger than may be read."""


def _answer(response: httpcore.Response, authorization: str) -> Answer:
    content = bytearray()
    for piece in response.iter_stream():
        content += piece
        if len(content) > LARGEST:
            raise _TooLarge(f"the answer is larger than {LARGEST} bytes")
    head = {
        name.decode("latin-1").lower(): _without(value.decode("latin-1"), authorization)
        for name, value in response.headers
    }
    body = _json(_without(content.decode("utf-8", "replace"), authorization))
    return Answer(response.status, head, {} if not content and response.status in BARE else body)


def _read(answer: Answer, later: Callable[[str], Later]) -> Answer | Later:
    """An answer of the API; else what stands before it speaks, such as a proxy's page, and nothing is taken from it."""
    if answer.status >= 500:
        return later(f"the host fails: {answer.message}")
    if answer.status in EMPTY or isinstance(answer.body, dict | list):
        return answer
    if 300 <= answer.status < 400:
        return answer
    return later(f"the answer is not one of the host's API (HTTP {answer.status})")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _without(text: str, authorization: str) -> str:
    """A text without the credential, should somebody quote it."""
    return text.replace(authorization, DOTS).replace(authorization.rpartition(" ")[2], DOTS)


def _words(said: Any, depth: int = 3) -> list[str]:
    """The texts within an error, with the names of fields that they stand under."""
    if isinstance(said, str):
        return [said]
    if not depth or not isinstance(said, list | dict):
        return []
    if isinstance(said, list):
        return [word for each in said for word in _words(each, depth - 1)]
    if "message" in said:
        return _words(said["message"], depth - 1)
    return [f"{name} {word}" for name, each in said.items() for word in _words(each, depth - 1) if "code" not in said]


def _following(head: Mapping[str, str], path: str, page: int, seen: int) -> str | None:
    """The query of the next page; empty where there is none, None where a link cannot be followed."""
    link = _next(head.get("link", ""))
    if link:
        try:
            query = urlsplit(link).query
        except ValueError:
            return None
        plain = link.isascii() and link.isprintable() and " " not in query
        return query if query and plain else None
    total = head.get("x-total-count", "").strip()
    if not (total.isascii() and total.isdigit() and len(total) < 10 and int(total) > seen):
        return ""
    kept = [each for each in parse_qsl(path.partition("?")[2]) if each[0] != "page"]
    return urlencode([*kept, ("page", page + 1)])


def _next(links: str) -> str:
    """The link to the next page (RFC 8288), as the hosts write it: `<address>; rel="next", <address>; rel="last"`."""
    for part in links.split(","):
        address, _, rest = part.strip().partition(">")
        if address.startswith("<") and 'rel="next"' in rest.replace(" ", ""):
            return address[1:]
    return ""


def _context(ca_file: Path | None) -> ssl.SSLContext:
    made = ssl.create_default_context()
    if ca_file is not None:
        made.load_verify_locations(ca_file)
    return made


def is_safe(address: str) -> bool:
    """Whether a credential may be sent there: encrypted, or to this machine."""
    try:
        url = urlsplit(address)
        host = url.hostname
    except ValueError:
        return False
    plain: Sequence[str] = ("127.0.0.1", "localhost", "::1")
    alone = not url.query and not url.fragment and "@" not in url.netloc
    return alone and bool(host) and (url.scheme == "https" or (url.scheme == "http" and host in plain))
