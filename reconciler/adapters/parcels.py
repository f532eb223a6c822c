"""A batch as the files that carry it: their names, the content, and the manifest beside it. All follow from the batch.

A parcel lies at the other side in one of a few conditions, and what is there says which. The order of writing is the
proof: content, manifest, then the content gets its name, and last the manifest its own.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any

from reconciler.adapters.answers import at, decimal, fill
from reconciler.adapters.folders import Folder
from reconciler.adapters.formats import Table, write
from reconciler.ports import Outgoing
from reconciler.runs.export import batch_of
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.operations import Drop

LARGEST = 50_000_000
"""Bytes of a file of ours that is read back."""


@dataclass(frozen=True, slots=True)
class Names:
    """The files of one batch, each below the endpoint; what a drop does not declare is empty."""

    batch: str
    file: str
    manifest: str
    done: str
    acknowledgement: str
    refusals: str

    @classmethod
    def of(cls, drop: Drop, batch: str, settings: Mapping[str, str]) -> "Names":
        """`batch` and settings filled in. Whether they lead anywhere else is judged where they are used."""
        # A setting is one step of a way: with a slash in it the name is refused.
        known = {name: value.replace("/", "\\") for name, value in settings.items()} | {"batch": batch}
        file = f"{fill(drop.folder, known)}/{fill(drop.name, known)}"
        return cls(
            batch=batch,
            file=file,
            manifest=f"{file}.manifest.json" if drop.manifest else "",
            done=f"{file}.done" if drop.done else "",
            acknowledgement=fill(drop.acknowledgement or "", known),
            refusals=fill(drop.refusals.file, known) if drop.refusals else "",
        )

    @property
    def staged(self) -> str:
        """The content before it has its name; nobody reads that."""
        return f"{self.file}.part"

    @property
    def staged_manifest(self) -> str:
        """The manifest before it has its name."""
        return f"{self.manifest}.part"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch ready to be dropped."""

    names: Names
    references: tuple[str, ...]
    content: bytes
    manifest: bytes


def packed(kind: DocumentType, settings: Mapping[str, str], documents: Sequence[Outgoing]) -> Parcel:
    """The same documents make the same bytes, whenever and wherever. Raises Unwritable."""
    drop = kind.create.drop
    assert drop, "a type of this protocol creates by `drop`: its model says so"
    references = tuple(each.reference for each in documents)
    rows = [line["fields"] for each in documents for line in each.payload["lines"]]
    file = io.BytesIO()
    write(Table.of(drop, kind), rows, file)
    names = Names.of(drop, batch_of(references), settings)
    return Parcel(names, references, file.getvalue(), _manifest(drop, names, file.getvalue(), (documents, rows)))


def _manifest(
    drop: Drop, names: Names, content: bytes, what: tuple[Sequence[Outgoing], Sequence[Mapping[str, Any]]]
) -> bytes:
    """As external-systems.md 7 has it. `createdAt` is when the first of the documents was claimed, not now."""
    documents, rows = what
    claimed = [each.claimed_at for each in documents if each.claimed_at is not None]
    amounts = [decimal(row.get(drop.amount)) or Decimal(0) for row in rows] if drop.amount else []
    told = {
        "file": names.file.rpartition("/")[2],
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(rows),
        "sumAmount": str(sum(amounts, Decimal(0))) if drop.amount else None,
        "batchReference": names.batch,
        "createdAt": min(claimed).astimezone(UTC).isoformat(timespec="seconds") if claimed else None,
    }
    return json.dumps({name: value for name, value in told.items() if value is not None}, indent=1).encode() + b"\n"


def digest_in(manifest: bytes) -> str:
    """The digest that a manifest tells; nothing where it cannot be read."""
    try:
        return str(at(json.loads(manifest), "sha256") or "")
    except (ValueError, RecursionError):
        return ""


def taken_away(folder: Folder, names: Names) -> bool:
    """Whether the content, which is not there under its name, had it once.

    Its manifest is there, or the marker that comes last of all; or the manifest waits for its name, which it was given
    after the content was written, and that content waits no more.
    """
    if any(name and folder.exists(name) for name in (names.manifest, names.done)):
        return True
    return bool(names.manifest) and folder.exists(names.staged_manifest) and not folder.exists(names.staged)
