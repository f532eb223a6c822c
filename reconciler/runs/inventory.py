"""What stands in an outside system under references of ours, as a list there shows it; and how much may be asked.

A list is read to its end or not at all: unread is not absent.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from reconciler.runs.outcome import LookupFailed

BUDGET = "question-budget"
"""The code of a refusal of ours: this question has used up the requests that it was given."""
_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f']+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Window:
    """Local days of an organisation, both inclusive."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        """The first moment in it."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    def texts(self) -> dict[str, str]:
        """What a declaration may ask for: days, local moments without a zone, and moments of UTC."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "from_local": f"{self.begins:%Y-%m-%dT%H:%M:%S}",
            "to_local": f"{self.ends:%Y-%m-%dT%H:%M:%S}",
            "from_utc": f"{self.begins.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "to_utc": f"{self.ends.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }


@dataclass(slots=True)
class Budget:
    """So many requests may still be made for one question."""

    left: int
    used: int = 0

    def take(self) -> bool:
        """Whether one more may be made; then it is counted."""
        if self.left <= 0:
            return False
        self.left -= 1
        self.used += 1
        return True


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a document there: `amount` is None where there is none or it cannot be read.

    `fields` are those that the type names, by our own names; None where the list shows nothing.
    """

    reference: str
    id: str
    amount: Decimal | None = None
    number: int | None = None
    fields: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every line under a reference that begins as ours do, place by place, each list read to its end.

    `amounts` says whether the lists show amounts; `unreadable` counts those that could not be understood.
    """

    items: tuple[Item, ...]
    amounts: bool = False
    unreadable: int = 0

    def documents(self) -> dict[str, list[Item]]:
        """The lines by reference."""
        found: dict[str, list[Item]] = {}
        for each in self.items:
            found.setdefault(each.reference, []).append(each)
        return found


@runtime_checkable
class Lister(Protocol):
    """An adapter of a protocol that can list documents."""

    def list_window(self, window: Window) -> Inventory | LookupFailed:
        """What stands there since the window began. Only types that declare `reconcile.places` are asked."""


class Rationed(Protocol):
    """An adapter whose questions can be given a budget."""

    def within(self, budget: Budget) -> AbstractContextManager[None]:
        """Count requests against `budget`; beyond it they are refused by us, and nobody is asked."""


def amount_in(text: str) -> Decimal | None:
    """The amount in a text as people write it: `1 234,50`, `1.234,50`, `1,234.50`, `1234.5`; None for anything else.

    Of two different marks the last is that of the decimals. One comma before three digits may group or divide: it is
    not guessed at. A point alone is the mark of the decimals, as in JSON.
    """
    bare = _BLANKS.sub("", text).replace("\u2212", "-")
    point, comma = bare.rfind("."), bare.rfind(",")
    if point >= 0 and comma >= 0:
        bare = bare.replace("," if point > comma else ".", "")
    elif comma >= 0 and len(bare) - comma - 1 == 3:
        return None
    if not _NUMBER.fullmatch(bare):
        return None
    return Decimal(bare.replace(",", "."))
