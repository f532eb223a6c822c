"""A hundred thousand rows in each format: how long it takes beside writing the same text alone, and in what memory.

Each is a process of its own, so that the greatest resident size (MiB) is that of one format.
"""

import io
import json
import resource
import subprocess
import sys
import time
from tempfile import TemporaryFile

from reconciler.adapters.formats import WRITERS, Table, write
from reconciler.specs.models.operations import Drop

ROWS = 100_000
LIMIT_MIB = 200
COLUMNS = {"reference": "text", "amount": "money", "text": "text", "day": "date", "count": "integer", "ok": "boolean"}


def rows():
    """Rows as payloads have them, made one by one."""
    for number in range(ROWS):
        yield {
            "reference": f"RCN-{number:020}",
            "amount": f"{number % 9000}.50",
            "text": f"Utlegg nummer {number} for et medlem",
            "day": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "count": number % 50,
            "ok": number % 2 == 0,
        }


def measure(form: str) -> None:
    """Write all rows in one format, or as bare text, and print what it took."""
    began = time.perf_counter()
    with TemporaryFile() as file:
        if form == "bare":
            text = io.TextIOWrapper(file, encoding="utf-8")
            text.writelines(f"{';'.join(map(str, row.values()))}\r\n" for row in rows())
            text.flush()
        else:
            drop = Drop.model_validate({"format": form, "folder": "in", "name": "{batch}.x"})
            write(Table(drop, COLUMNS), rows(), file)
        size = file.tell()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.perf_counter() - began, "mib": memory, "size": size}))


def main() -> None:
    """One line per format."""
    base = 0.0
    print(f"{ROWS} rows{'seconds':>15}{'ratio':>8}{'memory':>12}{'file':>12}")
    for form in ("bare", *WRITERS):
        command = [sys.executable, __file__, form]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        base = base or found["seconds"]
        print(f"{form:12}{found['seconds']:>12.2f} s{found['seconds'] / base:>7.1f}x{found['mib']:>8.0f} MiB"
              f"{found['size'] / 2**20:>8.1f} MiB")  # fmt: skip
        assert found["mib"] < LIMIT_MIB, f"{form} takes more than {LIMIT_MIB} MiB"


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
