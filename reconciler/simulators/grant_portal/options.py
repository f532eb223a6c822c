"""How one portal was started: values only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Options:
    """`deadline` is month and day, of the year after the one that is counted; `today` None follows the clock."""

    deadline: tuple[int, int]
    today: date | None
