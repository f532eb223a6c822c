"""Whether whoever speaks is sure."""

import click

from reconciler.cli.asking import terminal
from reconciler.errors import UsageError


def sure(*, yes: bool, word: str, what: str = "this") -> bool:
    """Raises UsageError where nobody can be asked."""
    if yes:
        return True
    if not terminal():
        raise UsageError("nobody is there to be asked", f"look at what is shown, and say --yes to {word} it")
    return click.confirm(f"{word} {what}?", err=True)
