"""The company itself: its journals, its accounts, and the last day that is closed. Invented values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

COMPANY, COMPANY_NAME = "8e6f1b7a-3c52-4d0e-9a41-5f2c7d90b6e3", "HLF"
JOURNAL = "c41d90e2-7b35-4f68-8a1c-2e9f60d7b518"
OTHER_JOURNAL = "1f7a2b90-5d44-4c1e-b6a3-9c08e5d21f76"
ACCOUNTS = {
    "1920": "Bankinnskudd",
    "2910": "Skyldig frivillige",
    "6800": "Kontorrekvisita",
    "6860": "Møter, kurs og oppdatering",
    "7140": "Reisekostnader, ikke oppgavepliktige",
    "7790": "Andre kostnader",
}


@dataclass
class Company:
    """`journals` by id: code and name; `dimensions` by code: their values. `blocked` accounts exist and take no
    postings; `closed_through` is a day.
    """

    journals: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {JOURNAL: ("LIKEPERSON", "Likepersonarbeid"), OTHER_JOURNAL: ("DEFAULT", "Standard")}
    )
    accounts: dict[str, str] = field(default_factory=lambda: dict(ACCOUNTS))
    dimensions: dict[str, set[str]] = field(
        default_factory=lambda: {"AVDELING": {"100", "310", "320"}, "PROSJEKT": {"LIKEPERSON"}}
    )
    blocked: set[str] = field(default_factory=set)
    closed_through: str = "2025-12-31"

    def listed(self, what: str) -> Iterator[dict[str, Any]]:
        """The rows of `journals` or `accounts`."""
        if what == "journals":
            return ({"id": key, "code": code, "displayName": name} for key, (code, name) in self.journals.items())
        return (
            {"number": number, "displayName": name, "blocked": number in self.blocked}
            for number, name in self.accounts.items()
        )
