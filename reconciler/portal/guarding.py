"""What stands around every answer: what a browser may do with it, how large and how often a question may be, which host
is meant. No page is compressed: it holds a secret word beside what strangers typed (BREACH).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.portal.house import House
from reconciler.portal.peers import peer_of
from reconciler.portal.texts import text

LARGEST = 512 * 1024
"""Bytes of a request's body: the longest form is a mapping."""
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""OWASP, Secure Headers Project. Nothing is loaded from elsewhere, and no script or style stands in a page."""
KEEP, NEVER_KEEP = "public, max-age=31536000, immutable", "no-store"
PROBES = frozenset({"/healthz", "/readyz"})
"""Whoever asks whether we are well asks by our number."""
FREE = ("/static/", "/healthz")
"""What costs so little that nobody counts it; `/readyz` asks the database."""
SAID = {413: "refused.too-large", 421: "refused.host", 429: "refused.too-many"}


class Guard:
    """ASGI middleware. `house.portal.address` is what browsers ask for: another host in a question is a trick with
    names (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app = app
        self.house = house
        self.hosts = {urlsplit(house.portal.address).netloc.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        asked = _Asked(scope["path"], head=scope["method"] == "HEAD", secure=self.house.portal.secure)
        dressed = asked.dressed(send)
        if status := self._against(scope):
            await _refuse(dressed, scope["path"], *status)
            return
        # Whoever may ask for a page may ask what its answer would say about itself.
        passed = {**scope, "method": "GET"} if asked.head else scope
        await self.app(passed, asked.bounded(receive), dressed)

    def _against(self, scope: Scope) -> tuple[int, int] | None:
        """The status that a request is refused with, and after how many seconds it may come again."""
        headers = {name.lower(): value for name, value in scope["headers"]}
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host not in self.hosts and scope["path"] not in PROBES:
            return 421, 0
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 15 or int(length) > LARGEST:
            return 413, 0
        if not scope["path"].startswith(FREE):
            peer = peer_of(scope, self.house.portal.networks)
            if wait_s := self.house.limits.wait_s("address", peer):
                return 429, wait_s
        return None


@dataclass(slots=True)
class _Asked:
    """One request: what is known of it while it is answered."""

    path: str
    head: bool
    secure: bool
    seen: int = 0
    ended: bool = False

    def bounded(self, receive: Receive) -> Receive:
        """A body without a length is counted as it comes; from the limit on the peer is taken for gone."""

        async def bounded() -> Message:
            if self.ended:
                return {"type": "http.disconnect"}
            message = await receive()
            self.seen += len(message.get("body", b""))
            return message if self.seen <= LARGEST else {"type": "http.disconnect"}

        return bounded

    def dressed(self, send: Send) -> Send:
        """Answers with the headers; what would answer a body that was too large is said so."""

        async def dressed(message: Message) -> None:
            if self.ended:
                return
            if message["type"] != "http.response.start":
                await send(message)
            elif self.seen > LARGEST:
                self.seen = 0
                await _refuse(dressed, self.path, 413, 0)
                self.ended = True
            else:
                self._dress(message)
                await send(message)
                if self.head:
                    await send({"type": "http.response.body", "body": b""})
                    self.ended = True

        return dressed

    def _dress(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self.secure:
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        kept = self.path.startswith("/static/") and message["status"] == 200
        headers["cache-control"] = KEEP if kept else NEVER_KEEP


async def _refuse(send: Send, path: str, status: int, again_s: int) -> None:
    """In both languages: nobody has looked who asks, and in which. Of the API, in its own shape."""
    kind, said = b"text/plain; charset=utf-8", "\n".join(text(SAID[status], each) for each in ("nb", "en"))
    if path.startswith("/api/"):
        kind, said = b"application/json", json.dumps({"error": SAID[status], "message": text(SAID[status], "en")})
    body = said.encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if again_s:
        headers.append((b"retry-after", str(again_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
