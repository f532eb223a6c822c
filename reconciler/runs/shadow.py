"""Runs that only observe: what they would have sent, and how that compares with what the outside system holds.

A document of another sender carries no reference of ours. It is taken for the same where the amount is, and where the
day and the account are too, as far as it tells them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol, runtime_checkable
from uuid import UUID

from reconciler.runs.export import Stream
from reconciler.runs.inventory import Window
from reconciler.runs.outcome import Lease, LookupFailed
from reconciler.runs.request import Days

ShadowVerdict = Literal["would_send", "would_reject"]


@dataclass(frozen=True, slots=True)
class ShadowDocument:
    """A record as it would have gone, or our refusal of it. `payload` is None where there is nothing to send."""

    record_id: str
    verdict: ShadowVerdict
    amount: Decimal | None
    subject: str
    record_digest: str
    payload: Any = None
    message: str = ""
    field: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """By what a document of ours is known without a reference: its days, its amount and the codes that it names."""

    record_id: str
    days: frozenset[date]
    amount: Decimal | None
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Holding:
    """A document that the outside system holds, whoever sent it: what it tells of itself.

    `id` is what people know it by there, such as its number; `reference` is ours, where it stands under one.
    """

    id: str
    day: date | None = None
    amount: Decimal | None = None
    account: str = ""
    reference: str = ""


class Holdings(Protocol):
    """An outside system whose documents can be listed by day."""

    def documents(self, window: Days) -> Sequence[Holding] | LookupFailed:
        """All of them that are dated within, read whole or not at all."""


@runtime_checkable
class Holder(Protocol):
    """An adapter of a protocol that can list every document."""

    def holdings(self, window: Window) -> Sequence[Holding] | LookupFailed:
        """All that are dated within, read whole or not at all. Only types that declare holdings are asked."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both have, what only we would send, and what is only there and in no category that goes there."""

    window: Days
    both: int
    ours: tuple[Likeness, ...]
    theirs: tuple[Holding, ...]

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "from": self.window.first.isoformat(),
            "to": self.window.last.isoformat(),
            "both": self.both,
            "only_ours": [each.record_id for each in self.ours],
            "only_there": [
                {
                    "id": each.id,
                    "day": each.day.isoformat() if each.day else None,
                    "amount": None if each.amount is None else str(each.amount),
                    "account": each.account,
                }
                for each in self.theirs
            ],
        }


def compare(window: Days, ours: Iterable[Likeness], theirs: Iterable[Holding]) -> Comparison:
    """Pair each document of ours with one of theirs at the most, those that tell the most of themselves first."""
    free: dict[Decimal, list[Holding]] = defaultdict(list)
    rest: list[Holding] = []
    for each in sorted(theirs, key=lambda each: (each.day is None) + (not each.account)):
        (rest if each.amount is None else free[abs(each.amount)]).append(each)
    alone, both = [], 0
    for like in ours:
        candidates = free.get(abs(like.amount), []) if like.amount is not None else []
        found = next((each for each in candidates if _alike(like, each)), None)
        if found is None:
            alone.append(like)
        else:
            candidates.remove(found)
            both += 1
    left = [each for some in free.values() for each in some]
    return Comparison(window, both, tuple(alone), (*left, *rest))


def _alike(like: Likeness, holding: Holding) -> bool:
    if holding.day is not None and like.days and holding.day not in like.days:
        return False
    return not (holding.account and like.codes) or holding.account in like.codes


class Shadows(Protocol):
    """What runs that only observe would have sent."""

    def forget_shadows(self, lease: Lease, organization_id: str, integration: str, now: datetime) -> None:
        """Forget what earlier runs would have sent."""

    def keep_shadows(
        self, lease: Lease, stream: Stream, run: UUID, found: Sequence[ShadowDocument], mapping: str, now: datetime
    ) -> None:
        """Keep some documents of this run; `mapping` is the digest of what made them."""
