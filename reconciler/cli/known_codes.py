"""What the outside system was last read to know, beside the codes that the first waiting records would send."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.mappings.masking import MASK
from reconciler.runs.moments import ago

if TYPE_CHECKING:
    from reconciler.cli.documents import Part
    from reconciler.cli.reading import Reading
    from reconciler.engine.pinned import Pinned, PinnedExport
    from reconciler.runs.listed import Snapshot


@dataclass(frozen=True, slots=True)
class Known:
    """One list: its snapshot, None where it was never read, and how many records have a code that it lacks."""

    name: str
    label: str
    snapshot: "Snapshot | None"
    now: datetime
    lacking: Mapping[str, int]

    def lines(self) -> Iterator[str]:
        """As people read it."""
        if self.snapshot is None:
            yield f"{self.label}: never read; the next sync reads it before it sends"
            return
        yield f"{self.label}: {self.snapshot.count} known, read {ago(self.snapshot.read_at, self.now)}"
        for code, count in sorted(self.lacking.items()):
            yield f"  {count:>4}  {self.label} {code} is not among them; it is asked for before anything is sent"

    def data(self) -> dict[str, Any]:
        """The JSON twin."""
        found = self.snapshot
        return {
            "list": self.name,
            "known": found.count if found else None,
            "read_at": found.read_at.isoformat() if found else None,
            "lacking": dict(self.lacking),
        }


def known_codes(found: "Reading", pinned: "Pinned", export: "PinnedExport", part: "Part") -> tuple[Known, ...]:
    """Every list behind the documents of an export. Codes that come from personal data are masked."""
    from reconciler.engine.vocabulary import lists_of, shelf

    lists = lists_of(export)
    shown = []
    for name in sorted(set(lists.values())):
        snapshot = found.lists.snapshot(shelf(pinned, name))
        codes = _codes(part, {field for field, each in lists.items() if each == name})
        known = found.lists.known(shelf(pinned, name), codes) if snapshot else codes.keys()
        lacking: Counter[str] = Counter()
        for code, (said, count) in codes.items():
            if code not in known:
                lacking[said] += count
        shown.append(Known(name, pinned.kind.lists[name].label.en, snapshot, found.now, lacking))
    return tuple(shown)


def _codes(part: "Part", fields: set[str]) -> dict[str, tuple[str, int]]:
    """Code to how it may be said, and how many of the records have it."""
    from reconciler.mappings.document import Rendered

    codes: dict[str, tuple[str, int]] = {}
    for made in (shown.made for shown in part.shown if isinstance(shown.made, Rendered)):
        pairs = {
            (line.name, field, str(line.fields[field])) for line in made.lines for field in fields & line.fields.keys()
        }
        for line, field, code in pairs:
            hidden = part.mask.hides(*part.lineage.reach(line, field))
            codes[code] = (MASK if hidden else code, codes.get(code, ("", 0))[1] + 1)
    return codes
