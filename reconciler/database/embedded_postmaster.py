"""The server process of a data folder, known by the `postmaster.pid` that it writes there: is it alive, and end it.

The lines of the file: pid, data folder, start time, port, socket folder, listen address, shared memory, status
(PostgreSQL `miscadmin.h`, LOCK_FILE_LINE_*).
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from reconciler.clock import SystemClock
from reconciler.database.embedded_user import ENVIRONMENT

SOCKET_PREFIX = "rc-"
PATIENCE_S = 10.0

_PID, _SOCKET_FOLDER, _STATUS = 0, 4, 7


def is_ready(data: Path, socket_folder: Path) -> bool:
    """Whether the server that listens in `socket_folder` takes connections (a file left by an older one does not)."""
    lines = _lines(data)
    if len(lines) <= _STATUS:
        return False
    return lines[_SOCKET_FOLDER] == str(socket_folder) and lines[_STATUS].strip() == "ready"


def halt(data: Path, patience_s: float = PATIENCE_S) -> None:
    """End the server of `data`, if one runs: fast shutdown, then immediate, then kill, `patience_s` after each.

    A pid file that names a living process which is no server of this folder is removed: the number was given away
    again, mostly by a restarted container, and PostgreSQL would refuse to start. Any other stale file is left, since
    PostgreSQL also reads from it whether old backends still hold the shared memory.
    """
    lines = _lines(data)
    pid = int(lines[_PID]) if lines and lines[_PID].strip().isdigit() else 0
    if not _is_alive(pid):
        return
    if not is_server(pid, data):
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if _ended(pid, data, number, patience_s):
            break
    _forget_sockets(lines)


def is_server(pid: int, data: Path) -> bool:
    """Whether process `pid` is a `postgres` of the data folder `data`; a zombie is not."""
    command = _command(pid)
    if not command or Path(command[0]).name != "postgres":
        return False
    return str(data) in command or _works_in(pid, data)


def _ended(pid: int, data: Path, number: signal.Signals, patience_s: float) -> bool:
    clock, limit = SystemClock(), time.monotonic() + patience_s
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return True
    while is_server(pid, data):
        if time.monotonic() > limit:
            return False
        clock.wait(0.01)
    return True


def _lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command(pid: int) -> list[str]:
    """The arguments of a process: from /proc where there is one, else as `ps` prints them."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
        except OSError:
            return []
    command = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
    told = subprocess.run(command, check=False, capture_output=True, text=True, env=ENVIRONMENT)  # noqa: S603 - a number
    return told.stdout.split()


def _works_in(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return False


def _forget_sockets(lines: list[str]) -> None:
    """Remove the private socket folder of a server that nobody is left to clean up after."""
    folder = Path(lines[_SOCKET_FOLDER]) if len(lines) > _SOCKET_FOLDER else Path()
    if folder.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
