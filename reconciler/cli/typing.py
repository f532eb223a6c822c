"""How a secret is typed: at a prompt without echo, on standard input, or through a file descriptor."""

import os
import sys
from collections.abc import Mapping

import click

from reconciler.errors import UsageError

LONGEST = 1_000_000


def read_fields(fields: Mapping[str, str], descriptor: int | None) -> dict[str, str]:
    """The value of each field (name to label). Only line ends at the very end are cut off: they come from the pipe.

    One field takes all of the input, so that a key of several lines survives; several fields take a line each.
    Raises UsageError where there is nothing to read. No message holds what was read.
    """
    if descriptor is None and sys.stdin.isatty():
        return {name: str(click.prompt(label, hide_input=True)) for name, label in fields.items()}
    text = _read(descriptor).rstrip("\r\n")
    if len(fields) == 1:
        return dict.fromkeys(fields, text)
    lines = text.splitlines()
    if len(lines) != len(fields):
        message = f"{len(lines)} lines were given, and {len(fields)} are wanted"
        raise UsageError(message, f"one line each, in this order: {', '.join(fields)}")
    return dict(zip(fields, lines, strict=True))


def _read(descriptor: int | None) -> str:
    try:
        if descriptor is None:
            return sys.stdin.read(LONGEST)
        with os.fdopen(descriptor, encoding="utf-8", closefd=False) as file:
            return file.read(LONGEST)
    except UnicodeDecodeError as error:
        raise UsageError("the value is not UTF-8 text", "paste it as text") from error
    except OSError as error:
        raise UsageError(f"the value cannot be read: {error.strerror}", "is that file descriptor open?") from error
