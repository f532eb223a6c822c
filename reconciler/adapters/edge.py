"""The HTTP edge: one request, no retries, no redirects, own deadlines; and what each failure of the transport means.

The table is research/exports.md 2.5. What never left is Unreachable, what may have arrived is Unclear.
"""

import json
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from reconciler.adapters.content import TooLarge, read_body
from reconciler.adapters.credential import AsItLeaves, cleaned, holds_nothing, hush
from reconciler.adapters.pool import Transport
from reconciler.adapters.transport import NotAllowed, NoTls, Resolve, Way, resolve, within
from reconciler.runs.outcome import Answer, Unclear, Unreachable

TIMEOUTS = httpx.Timeout(connect=3.0, write=30.0, read=60.0, pool=3.0)
TEST_TIMEOUTS = httpx.Timeout(connect=3.0, write=2.0, read=4.0, pool=1.0)
"""A verdict on a credential comes within ten seconds, whatever the outside system does."""
WHOLE_S, TEST_WHOLE_S = 120.0, 9.0
"""Seconds for everything from the name to the last byte: the timeouts above begin anew with each piece."""
UNREACHABLE, NOT_ALLOWED, NO_TLS, NO_ANSWER = "unreachable", "address-not-allowed", "no-tls", "no-answer"
"""The codes of what the transport says."""
LARGEST = 20_000_000
"""Bytes of one answer."""
_CODES: Mapping[type[BaseException | None], str] = {NoTls: NO_TLS, NotAllowed: NOT_ALLOWED}
"""What was wrong before a request could leave."""
REFUSED = 401
SHOWN, JUDGED = 2000, 20_000
"""Characters of an answer that are kept as its text, and bytes of it that are read to find the credential in them."""

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
MAY_HAVE_ARRIVED = (
    httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.CloseError,
    httpx.RemoteProtocolError, httpx.DecodingError, httpx.ProxyError, httpx.TooManyRedirects,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that arrived whole: its status and, where it was JSON, its body; else None."""

    status: int
    body: Any
    text: str
    pause_s: float | None = None
    """What `Retry-After` asks for, in seconds."""
    location: str = ""
    """Where a created thing is, as the answer's `Location` or `OData-EntityId` says."""
    links: str = ""
    """The answer's `Link` header, whole (RFC 8288)."""
    content: bytes = field(default=b"", repr=False)
    """The body as it came: the credential is not taken out of it."""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One request: `path` follows the endpoint's address and is quoted already, or is a whole address of the same
    origin, as an answer's links are; `body` is sent as JSON, or else `content` as it is, under `content_type`, or else
    the fields that `form` gives when the request leaves.
    """

    method: str
    path: str = ""
    body: Any = None
    content: bytes | None = None
    content_type: str = ""
    form: Callable[[], Mapping[str, str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    weight: int = 1
    """How many requests it counts as, where it carries several."""


LONGEST_PAUSE_S = 3600.0
"""An outside system that asks for more is not waited for in one run."""


def joined(here: str, link: str) -> str | None:
    """Where a link of the answer from `here` leads; None for another origin, a user in it, or what is no address."""
    try:
        base = httpx.URL(here)
        found = base.join(link).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        return None
    same = (base.scheme, base.raw_host, base.port) == (found.scheme, found.raw_host, found.port)
    return str(found) if same and not found.userinfo else None


def pause_of(header: str | None, date: str | None) -> float | None:
    """The seconds of a `Retry-After`, a number or a date (RFC 9110, 10.2.3); None where there is none to read.

    A date is measured against the answer's own `Date`: the clocks need not agree.
    """
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), LONGEST_PAUSE_S)
    try:
        pause = (parsedate_to_datetime(header) - parsedate_to_datetime(date or "")).total_seconds()
    except (ValueError, TypeError):  # no dates, or one with a zone and one without
        return None
    return min(max(pause, 0.0), LONGEST_PAUSE_S)


def nothing() -> None:
    """Nobody waits for a request to end."""


def at_once(weight: int = 1) -> None:
    """Nothing limits who asks: for what is not the outside system itself, such as a token endpoint."""


class Turns(Protocol):
    """Returns when a request that counts as `weight` may begin, or says why it may not."""

    def __call__(self, weight: int = 1) -> Answer | None:
        """See the class."""


class Tokens(Protocol):
    """What gives `headers` their token, for schemes that fetch one."""

    def fresh(self) -> Answer | None:
        """Make sure that there is a token; what came instead where there is none."""

    def forget(self) -> None:
        """The token was refused: fetch another one next time."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How an edge asks: `quick` for tests of a credential, `turn` returns when a request may begin, or says why it may
    not, `done` hears that it has ended, `find` gives the addresses of a name, `way` says which of them may be connected
    to and how. A `shared` edge hangs up when nobody holds it any more.
    """

    quick: bool = False
    turn: Turns = at_once
    done: Callable[[], None] = nothing
    find: Resolve = resolve
    way: Way = field(default_factory=Way)
    shared: bool = False


class Edge:
    """A connection to one endpoint with one credential's header."""

    def __init__(
        self, url: str, headers: Mapping[str, str], terms: Terms | None = None, tokens: Tokens | None = None
    ) -> None:
        hush()
        terms = terms or Terms()
        self.url = url
        self._headers = headers
        self._turn, self._done = terms.turn, terms.done
        self._tokens = tokens
        self._client = httpx.Client(
            headers={"User-Agent": "reconciler", "Accept": "application/json", "Accept-Encoding": "gzip"},
            timeout=TEST_TIMEOUTS if terms.quick else TIMEOUTS,
            follow_redirects=False,
            trust_env=False,
            transport=Transport(terms.way, terms.find, encrypted=url.lower().startswith("https:")),
        )
        self._shared = weakref.finalize(self, self._client.close) if terms.shared else None
        self._quick = terms.quick

    def ask(self, question: Question) -> Reply | Answer:
        """The answer, whatever its status. A token that is refused is fetched anew, once: a 401 changed nothing."""
        if self._tokens is None:
            return self._once(question)
        if (failure := self._tokens.fresh()) is not None:
            return failure
        reply = self._once(question)
        if not isinstance(reply, Reply) or reply.status != REFUSED:
            return reply
        self._tokens.forget()
        return self._tokens.fresh() or self._once(question)

    def _once(self, question: Question) -> Reply | Answer:
        if (barred := self._turn(question.weight)) is not None:
            return barred
        try:
            return self._asked(question)
        finally:
            self._done()

    def _asked(self, question: Question) -> Reply | Answer:
        """Send once. Every way in which it can fail has a meaning here, and a test walks httpx's exceptions."""
        try:
            with (
                within(TEST_WHOLE_S if self._quick else WHOLE_S),
                self._client.stream(
                    question.method,
                    self._address(question.path),
                    json=question.body,
                    content=question.content,
                    headers={
                        **question.headers,
                        **({"Content-Type": question.content_type} if question.content_type else {}),
                    },
                    auth=AsItLeaves(self._headers, question.form),
                ) as response,
            ):
                return self._read(response)
        except httpx.LocalProtocolError:
            # Its text quotes the header that it dislikes, and that is the credential's.
            return Unreachable("the request cannot be written as HTTP", UNREACHABLE)
        except NEVER_LEFT as error:
            return Unreachable(self._said(error), _CODES.get(type(error.__cause__), UNREACHABLE))
        except MAY_HAVE_ARRIVED as error:
            return Unclear(self._said(error), NO_ANSWER)

    def close(self) -> None:
        """Close the connections, but those that others share."""
        if self._shared is None:
            self._client.close()

    def _address(self, path: str) -> str:
        """Where a question goes. Raises httpx.InvalidURL for another origin: the credential would go there too."""
        if not path.startswith(("http://", "https://")):
            return f"{self.url.rstrip('/')}{path}" if path else self.url
        if (address := joined(self.url, path)) is None:
            raise httpx.InvalidURL("an address of another origin is not asked")
        return address

    def _read(self, response: httpx.Response) -> Reply | Unclear:
        try:
            content = read_body(response, LARGEST)
        except TooLarge:
            return Unclear(f"the answer is larger than {LARGEST} bytes", "answer-too-large")
        return self.reply(response.status_code, response.headers, content)

    def reply(self, status: int, head: Mapping[str, str], content: bytes) -> Reply:
        """An answer read: the whole one, or one of those inside it. `head` finds names however they are written."""
        return Reply(
            status,
            self._json(content),
            cleaned(content[:JUDGED].decode("utf-8", "replace"), self._headers)[:SHOWN],
            pause_of(head.get("Retry-After"), head.get("Date")),
            location=cleaned(head.get("Location") or head.get("OData-EntityId") or "", self._headers)[:SHOWN],
            links=cleaned(head.get("Link") or "", self._headers),
            content=content,
            content_type=cleaned(head.get("Content-Type") or "", self._headers),
        )

    def target(self, path: str) -> str:
        """What a request line says for a path that follows the endpoint's address."""
        return urlsplit(self.url).path.rstrip("/") + path

    def _json(self, content: bytes) -> Any:
        try:
            found = json.loads(content)
            return found if holds_nothing(content, self._headers) else cleaned(found, self._headers)
        except (ValueError, RecursionError):
            return None

    def _said(self, error: httpx.HTTPError | httpx.InvalidURL) -> str:
        """What a failure says of itself; some quote what the peer said, and that may quote the credential."""
        return f"{type(error).__name__}: {cleaned(str(error), self._headers)}"
