"""What somebody would type, for verbs that ask."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def typed(answer: str) -> Iterator[None]:
    """Standard input holds it, while the body runs."""
    kept = sys.stdin
    sys.stdin = io.StringIO(f"{answer}\n") if answer else kept
    try:
        yield
    finally:
        sys.stdin = kept
