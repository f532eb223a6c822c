"""A month of one integration as an accountant files it: what was sent by account, and what needs a word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from reconciler.runs.comparison import Way

Group = Literal["rejected", "question", "withheld", "difference"]
GROUPS: tuple[Group, ...] = ("rejected", "question", "difference", "withheld")
"""The parts of the list of single records, in their order."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """Lines of sent documents with one account and one line of the mapping; positive amounts are debits.

    `account` is empty where the document has no such field, `amount` None where nothing is money.
    """

    account: str
    category: str
    line: str
    count: int
    debit: Decimal | None
    credit: Decimal | None

    @property
    def total(self) -> Decimal | None:
        """Debit less credit."""
        return None if self.debit is None or self.credit is None else self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Entry:
    """One record with the reason why somebody has to know of it: `state` is the ledger's or a difference's kind."""

    group: Group
    state: str
    category: str
    record_id: str
    number: int | None
    day: date | None
    amount: Decimal | None
    theirs: Decimal | None = None
    words: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison that the differences come from."""

    at: datetime
    first: date
    last: date
    way: Way
    complete: bool
    whole: bool
    """Whether it covers the month."""


@dataclass(frozen=True, slots=True)
class Part:
    """One target: `unkept` documents have no content here any more (or never had), so their accounts are not known.

    `more` counts, by group, the entries that are left out because there are too many.
    """

    target: str
    documents: int
    amount: Decimal
    first_number: int | None
    last_number: int | None
    accounts: Sequence[AccountLine]
    unkept: int
    unkept_amount: Decimal
    entries: Sequence[Entry]
    more: Mapping[str, int]
    compared: Compared | None

    @property
    def debit(self) -> Decimal:
        """All debits."""
        return sum((each.debit or Decimal(0) for each in self.accounts), Decimal(0))

    @property
    def credit(self) -> Decimal:
        """All credits."""
        return sum((each.credit or Decimal(0) for each in self.accounts), Decimal(0))

    @property
    def money(self) -> bool:
        """Whether anything here is money at all."""
        return any(each.debit is not None for each in self.accounts) or self.amount != 0

    def of(self, group: Group) -> list[Entry]:
        """The entries of one group."""
        return [each for each in self.entries if each.group == group]


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """One month, both days inclusive, of the organisation's zone."""

    organization: str
    title: str
    organization_number: str
    language: Literal["nb", "en"]
    integration: str
    system: str
    first: date
    last: date
    zone: str
    made_at: datetime
    parts: Sequence[Part]
    labels: Mapping[str, str] = field(default_factory=dict)
    """What people call each category."""

    @property
    def month(self) -> str:
        """`2026-03`."""
        return f"{self.first:%Y-%m}"

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "organization": self.organization,
            "organization_number": self.organization_number,
            "integration": self.integration,
            "month": self.month,
            "zone": self.zone,
            "made_at": self.made_at.isoformat(),
            "targets": [_part(each) for each in self.parts],
        }


def _part(part: Part) -> dict[str, Any]:
    compared = part.compared
    return {
        "target": part.target,
        "documents": part.documents,
        "amount": str(part.amount),
        "numbers": [part.first_number, part.last_number],
        "accounts": [_line(each) for each in part.accounts],
        "debit": str(part.debit),
        "credit": str(part.credit),
        "without_content": {"documents": part.unkept, "amount": str(part.unkept_amount)},
        "compared": None
        if compared is None
        else {
            "at": compared.at.isoformat(),
            "from": compared.first.isoformat(),
            "to": compared.last.isoformat(),
            "way": compared.way,
            "complete": compared.complete,
        },
        "records": list(map(_entry, part.entries)),
        "left_out": dict(part.more),
    }


def _line(line: AccountLine) -> dict[str, Any]:
    money = {"debit": line.debit, "credit": line.credit, "sum": line.total}
    return {"account": line.account, "category": line.category, "line": line.line, "count": line.count} | {
        name: None if amount is None else str(amount) for name, amount in money.items()
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "group": entry.group,
        "state": entry.state,
        "category": entry.category,
        "record": entry.record_id,
        "number": entry.number,
        "reference": entry.reference,
        "day": entry.day.isoformat() if entry.day else None,
        "ours": None if entry.amount is None else str(entry.amount),
        "theirs": None if entry.theirs is None else str(entry.theirs),
        "words": entry.words,
    }


def by_account(lines: Sequence[AccountLine]) -> Iterator[tuple[str, list[AccountLine]]]:
    """The lines of each account, in the order of accounts."""
    found: dict[str, list[AccountLine]] = {}
    for each in lines:
        found.setdefault(each.account, []).append(each)
    yield from sorted(found.items())
