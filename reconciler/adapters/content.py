"""The body of an answer, read to a limit: what is announced as larger is not read, and what grows larger is cut."""

import zlib
from collections.abc import Iterator

import httpx

GZIP = 31
"""What zlib calls a gzip header and nothing else."""


class TooLarge(Exception):
    """The body is larger than may be read."""


def read_body(response: httpx.Response, most: int) -> bytes:
    """The body, unpacked, of at most so many bytes. Raises TooLarge, and httpx.DecodingError where it is not what its
    head says.

    Packed bytes are unpacked here because httpx unpacks a piece whole, and a piece of 64 KB can hold 64 MB.
    """
    announced = response.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > len(str(most)) or int(announced) > most):
        raise TooLarge
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise httpx.DecodingError(f"the answer is packed as '{packing[:20]}', and gzip was asked for")
    pieces = _pieces(response, most)
    return _unpacked(pieces, most) if packing.endswith("gzip") else b"".join(pieces)


def _pieces(response: httpx.Response, most: int) -> Iterator[bytes]:
    """As they arrive, packed or not. Raises TooLarge."""
    total = 0
    for piece in response.iter_raw():
        total += len(piece)
        if total > most:
            raise TooLarge
        yield piece


def _unpacked(pieces: Iterator[bytes], most: int) -> bytes:
    """What follows the packed content is read, and dropped."""
    content, unpacking, empty = bytearray(), zlib.decompressobj(GZIP), True
    try:
        for piece in pieces:
            empty = empty and not piece
            if not unpacking.eof:
                content += unpacking.decompress(piece, most + 1 - len(content))
            if len(content) > most:
                raise TooLarge
    except zlib.error as error:
        raise httpx.DecodingError("the answer is no gzip") from error
    if not unpacking.eof and not empty:
        raise httpx.DecodingError("the answer's gzip is cut off")
    return bytes(content)
