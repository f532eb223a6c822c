"""What we write a second parser reads too, the library's own for mail; what could mean two things is not read."""

from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.adapters.multipart import (
    PARTS,
    Answered,
    Malformed,
    Part,
    answered,
    http_part,
    is_multipart,
    nested,
    read,
    request,
    written,
)

BODIES = st.binary(max_size=200) | st.sampled_from(
    [b"\r\n", b"\r\n\r\n", b"--", b"\r\n--", b"\n", b"--batch_", b"\r\n--batch_0--\r\n", b"\0", "æøå".encode()]
)
SETS = st.lists(st.lists(BODIES, min_size=1, max_size=4), min_size=1, max_size=5)


def batch(documents: Sequence[Sequence[bytes]]) -> tuple[str, bytes]:
    parts = []
    for document in documents:
        rows = [request("PATCH", "/rows(key='R-1')", {"If-None-Match": "*"}, body) for body in document]
        single = len(rows) == 1
        parts.append(http_part(rows[0]) if single else nested([http_part(row, str(n)) for n, row in enumerate(rows)]))
    return written(parts)


def by_mail(content_type: str, content: bytes) -> Message:
    """As Python's parser for mail reads it."""
    return message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content)


def bytes_of(message: Message) -> bytes:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


@given(SETS)
@example([[b"\r\n--batch_0\r\n"], [b"a", b"\r\n"]])
def test_what_is_written_is_read_again_just_so(documents: list[list[bytes]]) -> None:
    found = [
        [part.content for part in (read(each.head["content-type"], each.content) if len(sent) > 1 else [each])]
        for each, sent in zip(read(*batch(documents)), documents, strict=True)
    ]
    assert found == [[request("PATCH", "/rows(key='R-1')", {"If-None-Match": "*"}, body) for body in sent]
                     for sent in documents]  # fmt: skip


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=80), min_size=1,
                         max_size=4), min_size=1, max_size=5))  # fmt: skip
def test_the_librarys_parser_for_mail_reads_the_same(documents: list[list[str]]) -> None:
    """Its own freedom with line ends and bytes is left out: bodies of JSON have neither."""
    bodies = [[text.encode() for text in sent] for sent in documents]
    message = by_mail(*batch(bodies))
    assert message.is_multipart()
    assert not message.defects
    parts = message.get_payload()
    assert len(parts) == len(bodies)
    for part, sent in zip(parts, bodies, strict=True):
        assert isinstance(part, Message)
        rows = part.get_payload() if len(sent) > 1 else [part]
        assert [row.get_content_type() for row in rows] == ["application/http"] * len(sent)
        assert [row["Content-Transfer-Encoding"] for row in rows] == ["binary"] * len(sent)
        assert [row["Content-ID"] for row in rows] == ([str(n) for n in range(len(sent))] if len(sent) > 1 else [None])
        for row, body in zip(rows, sent, strict=True):
            head, _, rest = bytes_of(row).partition(b"\r\n\r\n")
            assert head.split(b"\r\n")[0] == b"PATCH /rows(key='R-1') HTTP/1.1"
            assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
            assert rest == body


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_a_boundary_is_in_none_of_the_parts_even_if_they_were_made_to_hold_it(contents: list[bytes]) -> None:
    content_type, _ = written([Part({}, each) for each in contents])
    boundary = content_type.partition("boundary=")[2].encode()
    poisoned = [Part({}, each + b"\r\n--" + boundary + b"--\r\n") for each in contents]
    assert [part.content for part in read(*written(poisoned))] == [each.content for each in poisoned]


@given(st.binary(max_size=400), st.text(max_size=40))
def test_garbage_is_malformed_and_nothing_else(content: bytes, content_type: str) -> None:
    for name in (content_type, f"multipart/mixed; boundary={content_type}", "multipart/mixed; boundary=b"):
        try:
            parts = read(name, content)
        except Malformed:
            continue
        for part in parts:
            try:
                answered(part)
            except Malformed:
                continue


WHOLE = (
    b"--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n\r\n\r\n"
    b"--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 412 Precondition Failed\r\nContent-Length: 2\r\n\r\n{}\r\n"
    b"--b--\r\n"
)
MIXED = "multipart/mixed; boundary=b"


def test_an_answer_as_the_vendor_writes_it_is_read() -> None:
    first, second = (answered(part) for part in read(MIXED, WHOLE))
    assert first == Answered(204, {"odata-version": "4.0"}, b"")
    assert (second.status, second.content) == (412, b"{}")
    assert first.head.get("OData-Version") == first.head.get("odata-version") == "4.0"


@pytest.mark.parametrize("content_type", [MIXED, 'multipart/mixed; boundary="b"', "Multipart/Mixed;BOUNDARY=b"])
def test_a_boundary_is_found_however_it_is_written(content_type: str) -> None:
    assert is_multipart(content_type)
    assert len(read(content_type, WHOLE)) == 2


@pytest.mark.parametrize("place", range(1, len(WHOLE) - 3))
def test_an_answer_that_breaks_off_is_malformed_wherever_it_does(place: int) -> None:
    with pytest.raises(Malformed):
        read(MIXED, WHOLE[:place])


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("multipart/mixed", WHOLE),
        ("multipart/mixed; boundary=", WHOLE),
        ("multipart/mixed; boundary=other", WHOLE),
        ("multipart/mixed; boundary=" + "b" * 71, WHOLE),
        ("multipart/mixed; boundary*=utf-8''b", WHOLE),
        ("multipart/form-data; boundary=b", WHOLE),
        ("application/json", WHOLE),
        ("", WHOLE),
        (MIXED, b""),
        (MIXED, b"--b--\r\n"),
        (MIXED, WHOLE.replace(b"\r\n", b"\n")),
        (MIXED, b"--b\r\nContent-Type: application/http\r\n--b--\r\n"),
        (MIXED, b"--b\r\nno field\r\n\r\nx\r\n--b--\r\n"),
        (MIXED, b"--b\r\nA: " + b"x" * 20_000 + b"\r\n\r\nx\r\n--b--\r\n"),
        (MIXED, b"--b\r\n\r\n" * (PARTS + 2) + b"\r\n--b--\r\n"),
    ],
)
def test_what_is_not_as_it_says_is_malformed(content_type: str, content: bytes) -> None:
    with pytest.raises(Malformed):
        read(content_type, content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"HTTP/1.1 99 No\r\n\r\n",
        b"HTTP/2 204\r\n\r\n",
        b" HTTP/1.1 204 No Content\r\n\r\n",
        b"<html>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\nOData-Version: 4.0\r\n\r\n{}",
    ],
)
def test_a_part_that_holds_no_answer_is_malformed(content: bytes) -> None:
    with pytest.raises(Malformed):
        answered(Part({"content-type": "application/http"}, content))


def test_a_part_of_another_type_holds_no_answer() -> None:
    with pytest.raises(Malformed):
        answered(Part({"content-type": "text/plain"}, b"HTTP/1.1 204 No Content\r\n\r\n"))
    with pytest.raises(Malformed):
        answered(Part({}, b"HTTP/1.1 204 No Content\r\n\r\n"))


@pytest.mark.parametrize("head", [{"A": "b\r\nC: d"}, {"A\r\nB": "c"}, {"A": "b\n"}])
def test_nothing_that_would_end_its_line_is_written(head: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        request("PATCH", "/rows", head, b"")


def test_twenty_million_bytes_of_parts_are_read_or_refused_without_trouble() -> None:
    large = b"--b\r\nContent-Type: application/http\r\n\r\n" + b"\r\n--" * 5_000_000
    with pytest.raises(Malformed):
        read(MIXED, large)
    one = b"--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000_000 + b"\r\n--b--"
    (part,) = read(MIXED, one)
    assert len(answered(part).content) == 20_000_000
