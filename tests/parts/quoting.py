"""Answers of an outside system that quote the credential it was asked with, in every way that was thought of."""

import html
import json
from collections.abc import Callable
from urllib.parse import quote


def quoting(status: int, page: str) -> Callable[[str], bytes]:
    """An answer that quotes the credential it was asked with."""

    def says(header: str) -> bytes:
        token = header.removeprefix("token ")
        forms = {"plain": token, "header": header, "json": json.dumps(header), "html": html.escape(header)}
        body = page % (forms | {"url": quote(header, safe=""), "repr": repr(header.encode())})
        return f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    return says


ANSWERS = {
    "an error that quotes it": quoting(401, '{"errors": [{"message": %(json)s, "code": "UNAUTHORIZED"}]}'),
    "a page that quotes it": quoting(418, "<p>Not for %(html)s %(url)s %(plain)s %(repr)s" + "x" * 3000),
    "a page that quotes it where it is cut": quoting(500, "x" * 180 + "%(plain)s %(html)s"),
    "data that quote it": quoting(200, '{"data": {"viewer": %(json)s, "entities": {"edges": [%(json)s]}}}'),
    "keys that quote it": quoting(200, '{%(json)s: {"message": %(json)s}, "errors": {%(json)s: 1}}'),
    "an answer that is not HTTP": lambda header: f"{header}\r\n\r\n".encode(),
    "a status that quotes it": lambda header: f"HTTP/1.1 200 {header}\r\n{header}\r\n\r\n".encode(),
    "words of a status that quote it": lambda header: (
        f"HTTP/1.1 403 {header}\r\nContent-Length: 0\r\nX-Said: {header}\r\n\r\n".encode()
    ),
    "a chunk that quotes it": lambda header: (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{header}\r\n".encode()
    ),
    "a way elsewhere that quotes it": lambda header: (
        f"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:9/{header}\r\nContent-Length: 0\r\n\r\n".encode()
    ),
    "nothing": lambda header: b"",
}
