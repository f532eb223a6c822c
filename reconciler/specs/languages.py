"""The two languages that people read: which they are, and how each writes a day. Words stand beside what they say."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

Language = Literal["nb", "en"]
LANGUAGES: tuple[Language, ...] = ("en", "nb")
Words = Mapping[Language, str]
"""One thing as each language says it."""
Vocabulary = Mapping[str, Words]
"""Words by key; every key has both languages."""

MONTHS = (
    *("januar", "februar", "mars", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "desember"),
)
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def day(at: date, language: Language) -> str:
    """`2. mars 2026`, `2026-03-02`."""
    return f"{at.day}. {MONTHS[at.month - 1]} {at.year}" if language == "nb" else f"{at:%Y-%m-%d}"
