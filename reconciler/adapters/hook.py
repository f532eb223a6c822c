"""Posts a message to a webhook: one request, no redirect followed, over in half a minute, and to nowhere that the
installation does not go.

The address is a secret: it stands in no log, since no client is used that would write it there, and it is taken out of
whatever comes back.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from reconciler.adapters.content import TooLarge, read_body
from reconciler.adapters.credential import NoHeaders, cleaned
from reconciler.adapters.edge import MAY_HAVE_ARRIVED, NEVER_LEFT, TEST_TIMEOUTS, TEST_WHOLE_S, pause_of
from reconciler.adapters.pool import Transport
from reconciler.adapters.reach import LOOPBACK, Reach, literal
from reconciler.adapters.transport import Resolve, Way, resolve, within
from reconciler.runs.keeping import Secret
from reconciler.runs.notification import Channel, Delivery, clean
from reconciler.runs.notification_forms import NUMBER, SIGNATURE, body, sign
from reconciler.runs.notification_words import Letter
from reconciler.specs.rules_addresses import host_allowed

SHOWN = 200
"""Characters of an answer that refuses."""
LARGEST = 20_000
KEY = 16
"""Characters of a key that signs, at least."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where hooks may be, and how to get there. `at_home` allows plain HTTP to this very machine, for simulators."""

    way: Way
    endpoints: tuple[str, ...] = ()
    at_home: bool = False
    find: Resolve = resolve

    def problem(self, to: Channel, secret: Secret) -> str:
        """What is wrong with an address, in words that repeat nothing of it."""
        if to.by == "webhook" and len(secret.reveal()["key"]) < KEY:
            return f"the key has fewer than {KEY} characters"
        try:
            url = urlsplit(secret.reveal()["url"])
            host, _ = url.hostname or "", url.port
            httpx.URL(secret.reveal()["url"])
        except (ValueError, httpx.InvalidURL):
            return "the address cannot be read"
        if url.username or url.password or url.fragment:
            return "the address has a user or a fragment in it"
        if not host or url.scheme not in ("https", "http"):
            return "the address does not begin with https://"
        if url.scheme == "http" and not (self.at_home and _here(host)):
            return "the address does not begin with https://"
        if not host_allowed(host, self.endpoints):
            return "the address leads to a host that this installation does not allow (RECONCILER_ENDPOINTS)"
        return ""

    def tell(self, to: Channel, secret: Secret, what: Letter, now: datetime) -> Delivery:
        """One request. Whatever it comes to is a Delivery."""
        if problem := self.problem(to, secret):
            return Delivery(ok=False, problem=problem)
        content = body(to.by, what)
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "reconciler", NUMBER: what.number}
        if to.by == "webhook":
            headers[SIGNATURE] = sign(secret.reveal()["key"], now, content)
        try:
            return self._posted(secret, content, headers)
        except (*NEVER_LEFT, *MAY_HAVE_ARRIVED) as error:
            said = cleaned(str(error), NoHeaders(secret))
            return Delivery(ok=False, problem=clean(f"{type(error).__name__}: {said}", SHOWN))
        except TooLarge:
            return Delivery(ok=False, problem="the answer is far too long")
        except OSError as error:  # the file of authorities
            return Delivery(
                ok=False, problem=f"no connection could be prepared: {error.strerror or type(error).__name__}"
            )

    def _posted(self, secret: Secret, content: bytes, headers: dict[str, str]) -> Delivery:
        encrypted = secret.reveal()["url"].lower().startswith("https:")
        way = self.way if encrypted else Way(Reach(LOOPBACK, public=False))
        transport = Transport(way, self.find, encrypted=encrypted)
        timeouts = {"timeout": TEST_TIMEOUTS.as_dict()}
        try:
            with within(TEST_WHOLE_S):
                asked = httpx.Request(
                    "POST", secret.reveal()["url"], content=content, headers=headers, extensions=timeouts
                )
                answer = transport.handle_request(asked)
                try:
                    return _judged(answer, read_body(answer, LARGEST), secret)
                finally:
                    answer.close()
        finally:
            transport.close()


def _here(host: str) -> bool:
    """Whether a host is this machine: written as an address of it, or by the one name that is."""
    address = literal(host)
    return host == "localhost" if address is None else not Reach(LOOPBACK, public=False).refusal(address)


def _judged(answer: httpx.Response, content: bytes, secret: Secret) -> Delivery:
    """2xx took it. Slack answers 200 and `ok`, Teams 202 and nothing."""
    if 200 <= answer.status_code < 300:
        return Delivery(ok=True)
    if 300 <= answer.status_code < 400:
        return Delivery(ok=False, problem=f"it answers {answer.status_code} and leads elsewhere, which is not followed")
    said = cleaned(content.decode("utf-8", "replace"), NoHeaders(secret))
    problem = clean(
        f"it answers {answer.status_code}: {said}" if said.strip() else f"it answers {answer.status_code}", SHOWN
    )
    return Delivery(
        ok=False,
        problem=problem,
        pause_s=pause_of(answer.headers.get("Retry-After"), answer.headers.get("Date")) or 0.0,
    )
