"""A PostgreSQL of our own for one machine: for trying the product, for the demo and for tests.

Our own `initdb` and `postgres` on the programs of a wheel (design.md, decision 7 says why not the wheel's own
launcher). No TCP; a private socket folder and a password. What it holds and who uses it is not known here.

The folder that the caller names holds: `data` (mode 0700, owned by whoever runs the server), `password` (0600),
`server.log` of the last start, and `lock`, held by the process that started the server.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from reconciler.database.embedded_binaries import find_binaries
from reconciler.database.embedded_postmaster import SOCKET_PREFIX, halt, is_ready
from reconciler.database.embedded_user import ENVIRONMENT, ServiceUser, choose_user, name_of, run, temporary_root
from reconciler.errors import DatabaseDown, UsageError

USER = DATABASE = "reconciler"
START_LIMIT_S = 60.0  # long enough for crash recovery of a small database
STOP_LIMIT_S = 15.0
LOG_LINES = 12

# The server's guardian. Its standard input is a pipe from us: when we end, however we end, the pipe closes and the
# server gets a fast shutdown. (A death signal from the kernel would be tied to the thread that started the server.)
_GUARDIAN = """
sockets=$1; shift; exec 3<&0
"$@" </dev/null 3<&- & server=$!
( read -r _ <&3; kill -INT "$server" ) & watcher=$!
exec 3<&-
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
rm -rf -- "$sockets"
exit "$code"
"""

_ALWAYS = ("listen_addresses=", "timezone=UTC", "log_timezone=UTC")
_THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


class EmbeddedPostgres:
    """A server for the life of this process, or of a `with` block; its data stay in `folder`.

    `folder` is made if it is missing; a folder that holds other things or belongs to another user is refused.
    `durable=False` trades safety against power loss for speed, for tests. As root the programs run as a system user.
    Whoever started the server may be killed: the server then stops too, and should it be left behind, the next start
    ends it first.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self._durable = durable
        self._data = self.folder / "data"
        self._lock: IO[bytes] | None = None
        self._sockets: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def url(self, database: str = DATABASE) -> str:
        """A libpq URL, password included; `DatabaseDown` when the server is not running."""
        if self._sockets is None:
            raise DatabaseDown(f"the embedded PostgreSQL in {self.folder} is not running", hint="start it first")
        name, password = quote(database, safe=""), quote(self._password(), safe="")
        return f"postgresql://{USER}:{password}@/{name}?host={quote(str(self._sockets))}&port=5432"

    def start(self) -> None:
        """Start the server and return when it takes connections; the first start makes the database.

        Does nothing when it runs already. Raises `UsageError` for a folder or machine that cannot serve, and
        `DatabaseDown` with the end of the server's log when it does not come up.
        """
        if self._lock is not None:
            return
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server: fast, after a bounded wait at once. Does nothing when it is not running."""
        if self._server is not None:
            halt(self._data)
            _end(self._server)
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
        self._server = self._sockets = self._lock = None

    def _start(self) -> None:
        _claim(self.folder)
        self.folder = self.folder.resolve()
        self._data = self.folder / "data"
        self._lock = _lock(self.folder)
        user = choose_user(self._data)
        binaries = find_binaries(user)
        halt(self._data)
        self._sockets = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=temporary_root(user)))
        password_file = self._lend_password(user)
        user.give(self._sockets)
        if not self._data.exists():
            self._initialize(binaries, user, password_file)
        password_file.unlink()
        self._server = self._launch(binaries, user)
        self._await()
        self._create_database()

    def _password(self) -> str:
        try:
            return (self.folder / "password").read_text().strip()
        except FileNotFoundError:
            raise UsageError(
                f"{self.folder} has lost its password file", hint="restore it, or remove the folder to start anew"
            ) from None

    def _lend_password(self, user: ServiceUser) -> Path:
        """The password in a file that `user` can read, in the socket folder while that is still ours alone."""
        assert self._sockets is not None
        if not self._data.exists() and not (self.folder / "password").exists():
            _write_private(self.folder / "password", secrets.token_urlsafe(24))
        lent = self._sockets / "password"
        _write_private(lent, self._password())
        user.give(lent)
        return lent

    def _initialize(self, binaries: Path, user: ServiceUser, password_file: Path) -> None:
        """Make the data folder under another name first: a start that is cut off leaves nothing that looks whole."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        user.give(draft)
        options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={password_file}"]
        # Stretching slows down whoever guesses a password; this one is random, and every connection pays for it.
        options += [] if self._durable else ["--no-sync", "--set=scram_iterations=1"]
        made = run([str(binaries / "initdb"), f"--pgdata={user.path_of(draft)}", *options], user, draft)
        if made.returncode:
            raise DatabaseDown(
                f"initdb failed for {self.folder}: {_tail(made.stdout)}", hint="look for space and rights"
            )
        draft.rename(self._data)

    def _launch(self, binaries: Path, user: ServiceUser) -> subprocess.Popen[bytes]:
        settings = [*_ALWAYS, f'unix_socket_directories="{self._sockets}"', *(() if self._durable else _THROWAWAY)]
        server = [str(binaries / "postgres"), "-D", user.path_of(self._data), "-p", "5432"]
        server += [word for setting in settings for word in ("-c", setting)]
        log = os.open(self.folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            return subprocess.Popen(  # noqa: S603 - our own text, and programs of the installation that we found
                ["/bin/sh", "-c", _GUARDIAN, "guardian", str(self._sockets), *server],
                cwd=self._data,
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                umask=0o077,
                start_new_session=True,  # an interrupt at the terminal is for us; we then stop the server in order
                **user.rights(),
            )
        finally:
            os.close(log)

    def _await(self) -> None:
        assert self._server is not None
        assert self._sockets is not None
        limit = time.monotonic() + START_LIMIT_S
        while not is_ready(self._data, self._sockets):
            if _has_ended(self._server, within_s=0.01) or time.monotonic() > limit:
                log = (self.folder / "server.log").read_text(errors="replace")
                raise DatabaseDown(
                    f"the embedded PostgreSQL in {self.folder} did not start: {_tail(log)}",
                    hint=f"the whole log is {self.folder / 'server.log'}",
                )

    def _create_database(self) -> None:
        import psycopg

        try:
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                if not connection.execute("select from pg_database where datname = %s", [DATABASE]).rowcount:
                    connection.execute(f"create database {DATABASE}")
        except psycopg.OperationalError as error:
            raise DatabaseDown(f"the embedded PostgreSQL in {self.folder} refuses us: {error}") from error


def _claim(folder: Path) -> None:
    """Make `folder` with mode 0700, or take it as it is: what exists keeps its mode, another's is refused."""
    try:
        for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            missing.mkdir(mode=0o700)
        if (owner := folder.stat().st_uid) != os.getuid():
            raise UsageError(f"{folder} belongs to {name_of(owner)}", hint="choose a folder of your own")
        held = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise UsageError(f"{folder} cannot hold a database: {error.strerror}", hint="choose another folder") from error
    if held and "lock" not in held:
        raise UsageError(f"{folder} holds other things than a database of ours", hint="choose an empty folder")


def _lock(folder: Path) -> IO[bytes]:
    """Hold the folder for as long as the file is open. A server without a holder is an orphan and may be ended."""
    # 0600: whoever can open a file can lock it.
    lock = os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise DatabaseDown(
            f"another process runs the embedded PostgreSQL in {folder}", hint="let it finish, or choose another folder"
        ) from None
    return lock


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _has_ended(server: subprocess.Popen[bytes], within_s: float) -> bool:
    try:
        server.wait(within_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    if not _has_ended(server, within_s=STOP_LIMIT_S):
        os.killpg(server.pid, 9)  # a server that never wrote its pid file; the guardian leads its process group
        server.wait(STOP_LIMIT_S)


def _tail(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[-LOG_LINES:]) or "it left no word"
