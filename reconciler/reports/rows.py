"""Rows without what they say: a digest each, so that a change is seen later and nothing of a person is kept."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reconciler.reports.document import Cell, Figure
from reconciler.reports.sentences import CHANGED, Language
from reconciler.reports.sheets import Row

KEY_BYTES = 8
Rows = Mapping[str, Mapping[bytes, bytes]]
"""By sheet: the digest of what each row is known by, and the digest of the row."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was handed over. `key` is a figure's key, or the digest of a row in hexadecimal."""

    what: Literal["figure", "added", "removed", "changed", "head"]
    place: str
    """The figure's label, or the sheet."""
    key: str
    before: str = ""
    after: str = ""

    def sentence(self, language: Language) -> str:
        """The difference in words."""
        words = {"label": self.place, "sheet": self.place, "key": self.key}
        before, after = self.before or "–", self.after or "–"
        if self.what == "figure" and language == "nb":
            before, after = before.replace(".", ","), after.replace(".", ",")
        return CHANGED[language][self.what].format(**words, before=before, after=after)


def digests(rows: Iterable[Row]) -> Iterator[tuple[str, bytes, bytes]]:
    """Sheet, key and row, as digests. Streams."""
    for sheet, key, cells in rows:
        short = hashlib.sha256(key.encode()).digest()[:KEY_BYTES]
        yield sheet, short, hashlib.sha256(canonical(cells).encode()).digest()


def canonical(cells: Sequence[Cell]) -> str:
    """One text for one row: JSON, days as YYYY-MM-DD, decimals without exponents."""
    return json.dumps([_plain(each) for each in cells], ensure_ascii=False, separators=(",", ":"))


def gathered(rows: Iterator[tuple[str, bytes, bytes]]) -> dict[str, dict[bytes, bytes]]:
    """All digests by sheet and key."""
    found: dict[str, dict[bytes, bytes]] = {}
    for sheet, key, row in rows:
        found.setdefault(sheet, {})[key] = row
    return found


def differences(
    before: Sequence[Figure], after: Sequence[Figure], rows_before: Rows, rows_after: Rows
) -> list[Difference]:
    """Everything that differs: figures first, then rows in the order of their sheets and digests."""
    found = list(_figures(before, after))
    for sheet in [*rows_before, *(each for each in rows_after if each not in rows_before)]:
        found += _rows(sheet, rows_before.get(sheet, {}), rows_after.get(sheet, {}))
    return found


def _figures(before: Sequence[Figure], after: Sequence[Figure]) -> Iterator[Difference]:
    old, new = {each.key: each for each in before}, {each.key: each for each in after}
    for key in [*old, *(each for each in new if each not in old)]:
        was, now = old.get(key), new.get(key)
        if shown(was) != shown(now):
            label = (now or was or before[0]).label
            yield Difference("figure", label, key, shown(was), shown(now))


def _rows(sheet: str, before: Mapping[bytes, bytes], after: Mapping[bytes, bytes]) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            yield Difference("added", sheet, key.hex())
        elif key not in after:
            yield Difference("removed", sheet, key.hex())
        elif before[key] != after[key]:
            yield Difference("changed", sheet, key.hex())


def shown(figure: Figure | None) -> str:
    """A figure's value as text; empty where it is not there, or not shown."""
    if figure is None or figure.value is None:
        return ""
    return f"{figure.value:f}" if isinstance(figure.value, Decimal) else str(figure.value)


def _plain(cell: Cell) -> object:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell
