"""What is done for an organisation every night, as values, and where it is written down that it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Chored:
    """What became of a chore on one night; `said` is one sentence."""

    chore: str
    night: date
    state: Literal["done", "failed"]
    said: str
    at: datetime

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        night, at = self.night.isoformat(), self.at.isoformat()
        return {"chore": self.chore, "night": night, "state": self.state, "said": self.said, "at": at}


@dataclass(frozen=True, slots=True)
class Nights:
    """An organisation with the last night of each of its chores."""

    organization: str
    organization_id: str
    zone: str
    chores: Mapping[str, Chored]

    def missing(self, names: Sequence[str], night: date) -> list[str]:
        """Those of the chores that were not done for that night; a clock that was ahead once counts for nothing."""
        return [name for name in names if name not in self.chores or self.chores[name].night != night]


class ChoreBook(Protocol):
    """Which chores were done, of all organisations at once."""

    def nights(self, organization: str = "") -> Sequence[Nights]:
        """Every organisation, or one, by name."""

    def keep_chore(self, organization_id: str, chored: Chored) -> None:
        """Write down what became of one, in place of the night before."""
