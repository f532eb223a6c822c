"""How long the content of documents is kept: a duration that people mean, and the one where nobody says any."""

from typing import Annotated

from pydantic import AfterValidator

from reconciler.specs.scalars import Duration, seconds

DEFAULT = "400d"
"""A year of accounts, and a month to close it. Ours: no law asks for payloads, the accounts keep the vouchers."""
LONGEST_DAYS = 3660
_DAY_S = 24 * 60 * 60


def _bounded(value: str) -> str:
    if not _DAY_S <= seconds(value) <= LONGEST_DAYS * _DAY_S:
        raise ValueError(f"write at least 1d and at most {LONGEST_DAYS}d")
    return value


Retention = Annotated[Duration, AfterValidator(_bounded)]
