"""What was received and what was refused: a submission never changes, and one year has one that counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """One package that was taken. `corrects` is the receipt that it replaces."""

    receipt: str
    received: datetime
    organization: str
    number: str
    year: int
    version: int
    checksum: str
    """SHA-256 of its manifest: of the whole package."""
    files: int
    members: str
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Turned:
    """One package that was turned away, and what was wrong, for programs and for people."""

    moment: datetime
    whose: str
    codes: Sequence[str]
    messages: Sequence[str]


@dataclass
class Books:
    """Submissions in the order of arrival."""

    submissions: list[Submission] = field(default_factory=list)
    turned: list[Turned] = field(default_factory=list)

    def latest(self, number: str, year: int) -> Submission | None:
        """The submission that counts for an organisation and a year."""
        return next((each for each in reversed(self.submissions) if (each.number, each.year) == (number, year)), None)

    def next_receipt(self, year: int) -> str:
        """A number that was never given before."""
        return f"KV-{year}-{len(self.submissions) + 1:06}"
