"""A ledger that is behind, filled again with what the outside system says: values, and the port that keeps them.

Which record a document there belongs to follows from its reference, which is worked out anew from the record's key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from reconciler.runs.export import Stream
from reconciler.runs.outcome import Found, Lease
from reconciler.selections.criteria import Selection
from reconciler.specs.models.category import DataCategory

ADOPTED, BLIND = "adopted", "adopted-blind"
"""The ledger's codes of documents that were found there again, and of those that nobody could be asked about."""
FREE = ("not_applied", "rejected")
"""States whose document is not there as far as the ledger knows: a newer ledger may have known better."""
OPEN = ("sending", "unknown", "held")
"""States that are asked about, or left to a person, anyway."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may have been sent without this ledger's knowledge. `state` is the ledger's, empty for no row.

    `amount` is the record's, where its category has one. With the purpose `reversal` it is what takes that epoch back.
    """

    category: str
    record_id: str
    epoch: int
    reference: str
    state: str
    amount: Decimal | None
    purpose: str = "document"

    @property
    def key(self) -> tuple[str, int, str]:
        """Record, epoch and purpose: of one category there is one of it."""
        return self.record_id, self.epoch, self.purpose


@dataclass(frozen=True, slots=True)
class Finding:
    """What became known of a candidate: found there, not there (None), or a question (`held`). `number` as shown."""

    candidate: Candidate
    found: Found | None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """One category: its records, how many are still to be asked about, and what a yes writes down, with its sum."""

    category: str
    target: str
    records: int
    left: int
    found: int
    amount: Decimal
    questions: int

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "category": self.category,
            "target": self.target,
            "records": self.records,
            "left": self.left,
            "found": self.found,
            "amount": str(self.amount),
            "questions": self.questions,
        }


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known so far. `written` is the number of documents that were written down, None where none were meant."""

    organization: str
    integration: str
    tallies: tuple[Tally, ...]
    requests: int
    behind: tuple[str, ...]
    problem: str = ""
    written: int | None = None

    @property
    def left(self) -> int:
        """Records that are still to be asked about."""
        return sum(each.left for each in self.tallies)

    @property
    def count(self) -> int:
        """What a confirmation has to say: documents found there, and questions."""
        return sum(each.found + each.questions for each in self.tallies)

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "organization": self.organization,
            "integration": self.integration,
            "behind": list(self.behind),
            "categories": [each.data() for each in self.tallies],
            "requests": self.requests,
            "left": self.left,
            "to_confirm": self.count,
            "problem": self.problem,
            "written": self.written,
        }


class Adoptions(Protocol):
    """Candidates, what was found out about them, and the ledger filled with it."""

    def asked(self, organization_id: str, target: str) -> bool:
        """Whether the target was found to hold nothing of ours before the first document went."""

    def keep_asked(self, organization_id: str, target: str, now: datetime) -> None:
        """Remember that it was: it is asked once."""

    def candidates(
        self, stream: Stream, selection: Selection, category: DataCategory, after: str, limit: int
    ) -> tuple[list[Candidate], str]:
        """The next candidates behind the record `after` (empty: from the first), and the last record looked at.

        The record is empty where there are no more. Records of a state that is asked about anyway are left out. What
        comes after a settled document is its reversal, whether its type has any or not.
        """

    def findings(self, stream: Stream, records: Sequence[str]) -> Mapping[tuple[str, int, str], bool]:
        """By `Candidate.key`, for those that were asked about: whether a document stands there."""

    def keep_findings(self, stream: Stream, findings: Sequence[Finding], now: datetime) -> None:
        """Remember what was found out, so that nobody asks for it again."""

    def tally(self, stream: Stream) -> tuple[int, Decimal, int]:
        """Of one category: how many were found, their sum, and how many are questions."""

    def adopt(self, lease: Lease, stream: Stream, mark: int, revision: str, now: datetime, actor: str) -> int:
        """Write the findings of one category into the ledger, in one transaction: how many documents were written.

        Numbers that were given out stay so: the sequence is raised to `mark` first. What has moved on meanwhile stays.
        """
