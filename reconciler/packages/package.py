"""A report written into a folder: its archive and the checksums."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.reports.document import Report


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. `files` has the SHA-256, in hexadecimal, of every file in the folder by its name."""

    folder: Path
    files: Mapping[str, str]


def write(report: Report, folder: Path) -> Written:
    """Write the package of a report. Raises UsageError where `folder` is there already."""
    if folder.exists():
        raise UsageError(f"'{folder}' is there already, and a package is never written over", "name another folder")
    folder.mkdir(parents=True)
    said = {
        "title": report.title,
        "organization": report.organization,
        "year": report.year,
        "version": report.version,
        "rules": report.rules,
        "revision": report.revision,
        "corrections": list(report.corrections),
        "figures": [[each.key, each.value] for each in report.figures],
        "sheets": {each.name: [list(row) for row in each.rows()] for each in report.sheets},
    }
    content = json.dumps(said, ensure_ascii=False, indent=1, default=str).encode()
    (folder / "report.json").write_bytes(content)
    checksum = hashlib.sha256(content).hexdigest()
    manifest = f"{checksum}  report.json\n".encode()
    (folder / "MANIFEST").write_bytes(manifest)
    return Written(folder, {"MANIFEST": hashlib.sha256(manifest).hexdigest(), "report.json": checksum})
