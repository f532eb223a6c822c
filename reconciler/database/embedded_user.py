"""Who runs the embedded PostgreSQL: ourselves, or a system user when we are root, because PostgreSQL refuses root.

Here stands every start of one of its programs. What is started and why is the business of `embedded`.
"""

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.errors import UsageError

SYSTEM_USERS = ("postgres", "nobody")
WORKING_FOLDER = Path("/proc/self/cwd")
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}

# A Unix socket's path ends at 104 bytes (macOS) or 108 (Linux); what we add to this folder takes 27.
_LONGEST_TEMPORARY = 70


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """The account that the server's programs run as; it is the owner of the data folder."""

    uid: int
    gid: int
    name: str

    @property
    def is_ourselves(self) -> bool:
        """Whether the programs run with our own rights."""
        return self.uid == os.getuid()

    def rights(self) -> dict[str, Any]:
        """What `subprocess` must be told so that a child runs as this user, with no group but its own."""
        return {} if self.is_ourselves else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def path_of(self, data: Path) -> str:
        """How a program that is started *in* `data` names that folder.

        A folder of root's lies mostly where the system user cannot go (a home, a temporary folder of mode 0700), and
        we change no modes that are not ours. The kernel's link to the working folder leads there all the same.
        """
        return str(data) if self.is_ourselves else str(WORKING_FOLDER)

    def give(self, path: Path) -> None:
        """Make this user the owner of `path`, which is ours until now."""
        if not self.is_ourselves:
            os.chown(path, self.uid, self.gid)


def choose_user(data: Path) -> ServiceUser:
    """Ourselves, or for root the system user that owns `data`, else the first of `SYSTEM_USERS` that exists.

    Raises `UsageError` when `data` exists and belongs to somebody whom we cannot or may not be.
    """
    if os.getuid() == 0 and not WORKING_FOLDER.exists():
        raise UsageError("the embedded PostgreSQL runs as root on Linux only", hint="run as an ordinary user")
    fit = [_system_user(name) for name in SYSTEM_USERS] if os.getuid() == 0 else [_ourselves()]
    known = [user for user in fit if user is not None]
    if not known:
        raise UsageError(
            f"PostgreSQL refuses to run as root, and this machine has no user {' or '.join(SYSTEM_USERS)}",
            hint="run as an ordinary user, or set RECONCILER_DATABASE_URL",
        )
    if not data.exists():
        return known[0]
    owner = data.stat().st_uid
    for user in known:
        if user.uid == owner:
            return user
    raise UsageError(
        f"the database in {data.parent} was written by {name_of(owner)}, and would now run as {known[0].name}",
        hint=f"start it as {name_of(owner)}, or choose another folder",
    )


def name_of(uid: int) -> str:
    """The account's name for a message; its number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"


def run(command: list[str], user: ServiceUser, within: Path = Path("/")) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as `user` in the folder `within`; output is joined in `stdout`, nothing is checked."""
    return subprocess.run(  # noqa: S603 - programs of the installation that we found or copied, or /bin/sh with our text
        command,
        check=False,
        cwd=within,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        umask=0o077,
        **user.rights(),
    )


def is_open(user: ServiceUser, folder: Path) -> bool:
    """Whether `user` can go into `folder`."""
    return run(["/bin/sh", "-c", 'cd "$1"', "enter", str(folder)], user).returncode == 0


def temporary_root(user: ServiceUser) -> Path:
    """A folder for temporary files that `user` can enter, with a path short enough for a socket in it."""
    for folder in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - mkdtemp follows
        usable = len(os.fsencode(folder)) <= _LONGEST_TEMPORARY and os.access(folder, os.W_OK | os.X_OK)
        if usable and (user.is_ourselves or is_open(user, folder)):
            return folder
    raise UsageError(
        f"{user.name} can enter no folder for temporary files", hint="set TMPDIR to a short path it can enter"
    )


def _system_user(name: str) -> ServiceUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServiceUser(entry.pw_uid, entry.pw_gid, name)


def _ourselves() -> ServiceUser:
    try:
        entry = pwd.getpwuid(os.getuid())
    except KeyError:
        raise UsageError(
            f"user id {os.getuid()} has no name on this machine, and PostgreSQL asks for one",
            hint="give it an entry in /etc/passwd, or set RECONCILER_DATABASE_URL",
        ) from None
    return ServiceUser(entry.pw_uid, os.getgid(), entry.pw_name)
