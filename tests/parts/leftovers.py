"""What a run leaves behind: processes that know its temporary folder."""

import os
from pathlib import Path


def alive(temporary: str) -> list[str]:
    """Commands of the processes that have this folder in their environment or on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (entry / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if temporary in environment or temporary in command:
                found.append(command)
    return found
