"""multipart/mixed as the environment reads and writes it (research 2.6): CRLF everywhere, boundaries nested once."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from reconciler.simulators.dataverse.refusals import Refusal, malformed, wrong_address

BOUNDARY = re.compile(r'multipart/mixed\s*;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*', re.IGNORECASE)
REQUEST = re.compile(r"([A-Z]+) (\S+) HTTP/1\.1")
MOST = 1000
"""Requests in one batch, those in change sets included."""


@dataclass(frozen=True, slots=True)
class Inner:
    """A request on its own, wherever it came from; `path` without the service's root, names of headers in small."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one request."""

    status: int
    headers: Mapping[str, str]
    body: Any = None
    content_id: str = ""


def requests(content_type: str, content: bytes, root: str) -> list[list[Inner] | Inner]:
    """The requests of a batch, a list for each change set. Raises Refusal."""
    found: list[list[Inner] | Inner] = []
    count = 0
    for head, body in _parts(content_type, content):
        inner_type = head.get("content-type", "")
        if inner_type.lower().startswith("multipart/mixed"):
            group = [_request(*each, root, in_set=True) for each in _parts(inner_type, body)]
            found.append(group)
            count += len(group)
        else:
            found.append(_request(head, body, root, in_set=False))
            count += 1
    if count > MOST:
        raise malformed(f"the batch has {count} requests, and {MOST} are allowed")
    return found


def written(results: Sequence[Sequence[Result] | Result], *, other_boundary: bool = False) -> tuple[str, bytes]:
    """The content type and the body of an answer. Without a change set's failure, each request has its part."""
    boundary = f"batchresponse_{secrets.token_hex(16)}"
    lines = b""
    for each in results:
        if isinstance(each, Result):
            lines += f"--{boundary}\r\n".encode() + _response(each)
        else:
            inner = f"changesetresponse_{secrets.token_hex(16)}"
            lines += f"--{boundary}\r\nContent-Type: multipart/mixed; boundary={inner}\r\n\r\n".encode()
            lines += b"".join(f"--{inner}\r\n".encode() + _response(one) for one in each)
            lines += f"--{inner}--\r\n".encode()
    said = secrets.token_hex(8) if other_boundary else boundary
    return f"multipart/mixed; boundary={said}", lines + f"--{boundary}--\r\n".encode()


def _response(result: Result) -> bytes:
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    head += [f"Content-ID: {result.content_id}"] if result.content_id else []
    inner = [f"HTTP/1.1 {result.status} {HTTPStatus(result.status).phrase}"]
    content = b"" if result.body is None else json.dumps(result.body).encode()
    headers = {"OData-Version": "4.0", **result.headers}
    if content:
        headers = {"Content-Type": "application/json; odata.metadata=minimal", **headers}
    inner += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", *inner, "", ""]).encode() + content + b"\r\n"


def _parts(content_type: str, content: bytes) -> list[tuple[dict[str, str], bytes]]:
    match = BOUNDARY.fullmatch(content_type.strip())
    if match is None:
        raise malformed("multipart/mixed with a boundary is expected")
    line = b"--" + (match[1] or match[2]).encode()
    before, *pieces = (b"\r\n" + content).split(b"\r\n" + line)
    if before.strip() or not pieces or not pieces[-1].startswith(b"--") or pieces[-1].strip() != b"--":
        raise malformed("the batch does not begin and end with its boundary")
    found = []
    for piece in pieces[:-1]:
        head, blank, body = piece.partition(b"\r\n\r\n")
        if not blank or not head.startswith(b"\r\n"):
            raise malformed("a part has no head; lines end with CRLF")
        found.append((_fields(head[2:]), body))
    return found


def _request(head: Mapping[str, str], content: bytes, root: str, *, in_set: bool) -> Inner:
    if head.get("content-type", "").lower() != "application/http":
        raise malformed("a part is not application/http")
    if head.get("content-transfer-encoding", "").lower() != "binary":
        raise malformed("a part is not binary")
    content_id = head.get("content-id", "")
    if in_set and not content_id:
        raise wrong_address("Content-ID header not present")
    top, blank, body = content.partition(b"\r\n\r\n")
    first, _, fields = top.partition(b"\r\n")
    match = REQUEST.fullmatch(first.decode("ascii", "replace"))
    if match is None or not blank:
        raise malformed("a part holds no request")
    if in_set and match[1] == "GET":
        raise malformed("a change set holds no reads")
    headers = _fields(fields)
    return Inner(match[1], _path(match[2], root), headers, _body(headers, body), content_id)


def _body(headers: Mapping[str, str], body: bytes) -> bytes:
    """One client was refused without a length on the inner request (research 2.6)."""
    if not body:
        return b""
    if headers.get("content-length") != str(len(body)):
        raise malformed("a part's Content-Length is missing, or is not its length")
    return body


def _path(target: str, root: str) -> str:
    """An absolute address, an absolute path, or one below the service's root."""
    path = re.sub(r"^https?://[^/]+", "", target)
    if path.startswith("/") and not path.startswith(root):
        raise wrong_address(f"Resource not found for the segment '{path}'.", 404)
    return path.removeprefix(root)


def _fields(head: bytes) -> dict[str, str]:
    found = {}
    for line in head.decode("utf-8", "replace").split("\r\n") if head else ():
        name, colon, value = line.partition(":")
        if not colon or "\n" in line:
            raise malformed("a line of a head is no field")
        found[name.strip().lower()] = value.strip()
    return found


def refused(refusal: Refusal, content_id: str = "") -> Result:
    """A refusal as one part."""
    return Result(refusal.status, refusal.headers, refusal.body, content_id)
