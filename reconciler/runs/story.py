"""One record's story as a value: what became of it and why, in clauses with closed keys. Words are `story_words`'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.runs.operations import Decided
from reconciler.runs.views import ExportRow, WithheldRow
from reconciler.selections.reasons import Why
from reconciler.specs.languages import Words


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the sentence: a key of `story_words.CLAUSES`, and what stands in its words."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name in the specs, and what people call it."""

    name: str
    titles: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextSync:
    """When an integration goes next: `at` in the `zone` of its schedule, None where it has no schedule."""

    organization: str
    integration: str
    at: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Due:
    """The next sync, or a later one."""

    sync: NextSync
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the outside system said of a refused record: its words or its code, its field, and the mapping's line."""

    message: str
    code: str
    field: str
    origin: str


Reasons = tuple[Why, ...]
"""What keeps a record from going now, the one that is told first at the head."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A time in which the record was held back by rule, and why."""

    row: WithheldRow
    why: Why


@dataclass(frozen=True, slots=True)
class Answer:
    """What one integration knows of the record. `state` is the ledger's, or waiting, withheld, out-of-scope."""

    integration: str
    category: Named
    record: str
    state: str
    clauses: tuple[Clause, ...]
    rows: Sequence[ExportRow] = ()
    withheld: Sequence[Withheld] = ()


def question(row: ExportRow, organization: str, target: Named | None = None) -> Clause:
    """What a person has to answer about a held document, and why nobody else can."""
    values = {"number": row.number, "amount": row.amount, "target": target or Named(row.target), "held_for": row.code}
    more = {"lost": row.message.rstrip("."), "reference": row.reference, "organization": organization}
    return Clause("question", values | more)


def decision(decided: Sequence[Decided], actions: Sequence[str]) -> Decided | None:
    """The newest decision by one of these actions of the audit trail."""
    return next((each for each in reversed(decided) if each.action in actions), None)
