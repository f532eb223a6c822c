"""How a secret is typed: at a prompt without echo, on standard input, or through a file descriptor."""

import os
import sys
from collections.abc import Mapping

import click

from reconciler.cli.context import counted
from reconciler.errors import UsageError

LONGEST = 1_000_000
"""Bytes that are read at most: far more than a credential may have, so that what is cut here is refused later."""


def read_fields(fields: Mapping[str, str], descriptor: int | None) -> dict[str, str]:
    """The value of each field (name to label). Only line ends at the very end are cut off: they come from the pipe.

    One field takes all of the input, so that a key of several lines survives; several fields take a line each.
    Raises UsageError where there is nothing to read. Neither its message nor its frames hold what was read.
    """
    if descriptor is None and sys.stdin is not None and sys.stdin.isatty():
        return {name: str(click.prompt(label, hide_input=True)) for name, label in fields.items()}
    found = _read(list(fields), descriptor)
    if isinstance(found, UsageError):
        raise found
    return found


def _read(names: list[str], descriptor: int | None) -> dict[str, str] | UsageError:
    """The values by name, or what is wrong, as a value: raised here, it would carry the text in its frames."""
    try:
        text = _text(descriptor).rstrip("\r\n")
        text.encode()  # a stream that was decoded by its locale may hold halves of characters
    except UnicodeError:
        return UsageError("the value is not UTF-8 text", "paste it as text")
    except OSError as error:
        return UsageError(f"the value cannot be read: {error.strerror or error}", "is that file open for reading?")
    lines = [text] if len(names) == 1 else [line.removesuffix("\r") for line in text.split("\n")]
    if len(lines) != len(names):
        message = f"{counted(len(lines), 'line')} came in, and {len(names)} are wanted"
        return UsageError(message, f"one line each, in this order: {', '.join(names)}")
    return dict(zip(names, lines, strict=True))


def _text(descriptor: int | None) -> str:
    """What came in, as UTF-8 whatever the locale, and with its own line ends."""
    if descriptor is not None:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LONGEST).decode()
    if sys.stdin is None:
        raise OSError("there is no standard input")
    buffer = getattr(sys.stdin, "buffer", None)
    return str(sys.stdin.read(LONGEST)) if buffer is None else buffer.read(LONGEST).decode()
