"""multipart/mixed with HTTP inside it, as OData's `$batch` has it (RFC 2046, 5.1; OData 4.0 Protocol, 11.7): bytes in,
bytes out. Nothing here knows what the requests are about.

Written strictly and read strictly: an answer that could be read in two ways is no answer.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message

CRLF = b"\r\n"
HEAD, PARTS = 16_384, 2_000
"""Bytes of one head, and parts of one body, that are read at most."""
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*")
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")


class Malformed(ValueError):
    """The bytes are not what they say that they are."""


class Head(dict[str, str]):
    """The fields of a head; found however they are written."""

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override] # text by text only
        """The field's text."""
        return super().get(name.lower(), default)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its fields and its bytes."""

    head: Mapping[str, str]
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer inside a part."""

    status: int
    head: Head
    content: bytes = field(repr=False)


def request(method: str, path: str, head: Mapping[str, str], content: bytes | None) -> bytes:
    """An HTTP request as a part holds it. With a body it says how long that is: some services insist on it."""
    fields = dict(head) if content is None else {**head, "Content-Length": str(len(content))}
    return _head(f"{method} {path} HTTP/1.1", fields) + (content or b"")


def http_part(content: bytes, content_id: str = "") -> Part:
    """A part that holds an HTTP request."""
    head = {"Content-Type": "application/http", "Content-Transfer-Encoding": "binary"}
    return Part(head | ({"Content-ID": content_id} if content_id else {}), content)


def nested(parts: Sequence[Part]) -> Part:
    """A part that holds parts: a change set."""
    content_type, content = written(parts, "changeset")
    return Part({"Content-Type": content_type}, content)


def written(parts: Sequence[Part], name: str = "batch") -> tuple[str, bytes]:
    """The content type with its boundary, and the body. The boundary is in none of the parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.content)
    boundary = f"{name}_{digest.hexdigest()[:32]}"
    while any(boundary.encode() in part.content for part in parts):
        boundary += "_"
    line = b"--" + boundary.encode()
    body = [line + CRLF + _head("", part.head) + part.content + CRLF for part in parts]
    return f"multipart/mixed; boundary={boundary}", b"".join([*body, line, b"--", CRLF])


def is_multipart(content_type: str) -> bool:
    """Whether it says that it has parts."""
    return _typed(content_type).get_content_type() == "multipart/mixed"


def read(content_type: str, content: bytes) -> list[Part]:
    """The parts, in their order. Raises Malformed."""
    boundary = _typed(content_type).get_param("boundary")
    if not is_multipart(content_type) or not isinstance(boundary, str) or not _BOUNDARY.fullmatch(boundary):
        raise Malformed("no multipart/mixed with a boundary")
    line = re.compile(rb"\r\n--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    whole = CRLF + content
    parts: list[Part] = []
    begun: int | None = None
    for found in line.finditer(whole):
        if begun is not None:
            parts.append(_part(whole[begun : found.start()]))
        if len(parts) > PARTS:
            raise Malformed(f"more than {PARTS} parts")
        if found[1]:
            if begun is None:
                break
            return parts
        begun = found.end()
    raise Malformed("the last boundary is missing")


def answered(part: Part) -> Answered:
    """The HTTP answer that a part holds. Raises Malformed."""
    if _typed(part.head.get("content-type") or "").get_content_type() != "application/http":
        raise Malformed("a part is not application/http")
    head, blank, content = part.content.partition(CRLF + CRLF)
    first, _, fields = (head if blank else part.content.removesuffix(CRLF)).partition(CRLF)
    if (status := _STATUS.fullmatch(first)) is None:
        raise Malformed("a part does not begin with the status of an answer")
    found = _fields(fields)
    length = found.get("content-length")
    if length is None:
        return Answered(int(status[1]), found, content)
    if not (length.isascii() and length.isdigit()) or len(length) > 9 or int(length) > len(content):
        raise Malformed("a part is shorter than it says")
    return Answered(int(status[1]), found, content[: int(length)])


def _part(piece: bytes) -> Part:
    """What stands between two boundaries: a line end, fields, a blank line, bytes."""
    if piece.startswith(CRLF + CRLF):
        return Part(Head(), piece[len(CRLF + CRLF) :])
    head, blank, content = piece.partition(CRLF + CRLF)
    if not blank or not head.startswith(CRLF):
        raise Malformed("a part has no head")
    return Part(_fields(head[len(CRLF) :]), content)


def _fields(head: bytes) -> Head:
    if len(head) > HEAD:
        raise Malformed("a head is too long")
    found = Head()
    for line in head.split(CRLF) if head else ():
        if (match := _FIELD.fullmatch(line)) is None:
            raise Malformed("a line of a head is no field")
        found[match[1].decode("ascii").lower()] = match[2].decode("utf-8", "replace")
    return found


def _head(first: str, fields: Mapping[str, str]) -> bytes:
    """Raises Malformed for a text that would end its line."""
    lines = [first] if first else []
    lines += [f"{name}: {value}" for name, value in fields.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise Malformed("a line end in a head")
    return "".join(f"{line}\r\n" for line in lines).encode() + CRLF


def _typed(content_type: str) -> Message:
    """A content type with its parameters, read by the library's parser."""
    message = Message()
    message["Content-Type"] = "".join(sign for sign in content_type if sign.isprintable())
    return message
