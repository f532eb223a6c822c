"""What a report must not hold: identity numbers, addresses and telephone numbers of people. Names cannot be known."""

import re
from collections.abc import Iterable, Sequence

from reconciler.reports.document import Cell, Finding, Sheet
from reconciler.specs.personal import NATIONAL_ID, is_national_id, plain

MOST = 20
"""So many findings are gathered; more say nothing new."""
HINT = "leave the column out of the report, or mend the record where it was written"
_DIGITS = 8
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.\w{2}")
_PREFIXED = re.compile(r"(?<!\w)(?:\+|00)47[ .-]?(?:\d[ .-]?){8}(?!\d)", re.ASCII)
# Norwegian numbers have eight digits and begin with 2 to 9; people write 22 33 44 55 and 922 33 445. Eight digits in
# one piece are a telephone number only behind a word that says so, or as a mobile's (4, 9) among other words: else
# they may number anything. That reading is ours.
_GROUPED = re.compile(r"(?<![\w.,-])(?:[2-9]\d \d\d \d\d \d\d|[2-9]\d\d \d\d \d\d\d)(?![\w,-])", re.ASCII)
_NAMED = re.compile(r"\b(?:tlf|tel|telefon|mobil|mob)\w*[ .:]{0,3}[2-9](?:[ .-]?\d){7}(?!\d)", re.ASCII | re.IGNORECASE)
_AMONG_WORDS = re.compile(r"[^\W\d_]{2,} [49]\d{7}\b|(?<![\w.,-])[49]\d{7} [^\W\d_]{2,}")


def kind_of(cell: Cell) -> str | None:
    """What a cell looks like: an identity number, an e-mail address, a telephone number; None where like none."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        # The zero that an identity number of the first nine days begins with is lost in a number.
        return _kind(f"{cell:011}") if 10**9 <= cell < 10**11 else None
    return _kind(plain(cell)) if isinstance(cell, str) and _looked_at(cell) else None


class Scanner:
    """Looks at all that goes into a package, and remembers where it found something, never what."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def row(self, sheet: Sheet, number: int, cells: Sequence[Cell]) -> None:
        """Look at one row; `number` is its line in the workbook."""
        for place, cell in enumerate(cells):
            if (kind := kind_of(cell)) is not None:
                column = _name(sheet.columns[place].heading, place)
                self._found(f"sheet {_name(sheet.name, 0)}, row {number}, column {column}", kind)

    def texts(self, place: str, texts: Iterable[str]) -> None:
        """Look at what stands outside of the rows, such as a heading or the introduction."""
        for text in texts:
            if (kind := kind_of(text)) is not None:
                self._found(place, kind)

    def _found(self, place: str, kind: str) -> None:
        if len(self.findings) < MOST:
            self.findings.append(Finding("error", "personal-data", f"{place} holds what looks like {kind}", HINT))


def _name(name: str, place: int) -> str:
    """A name in quotes; its number where the name itself says too much."""
    return f"'{name}'" if kind_of(name) is None else f"number {place + 1}"


def _looked_at(text: str) -> bool:
    """Whether there can be anything in it: a sign of mail, or digits enough. Cheap, for every cell is asked."""
    return len(text) >= _DIGITS and ("@" in text or "＠" in text or sum(map(str.isdecimal, text)) >= _DIGITS)


def _kind(text: str) -> str | None:
    if any(map(is_national_id, NATIONAL_ID.finditer(text))):
        return "a national identity number"
    if "@" in text and _EMAIL.search(text):
        return "an e-mail address"
    telephone = any(pattern.search(text) for pattern in (_PREFIXED, _GROUPED, _NAMED, _AMONG_WORDS))
    return "a telephone number" if telephone else None
