"""A folder at the other end of SFTP, and what each failure of the library means."""

import asyncio
import stat
from collections.abc import Callable, Coroutine
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

import asyncssh

from reconciler.adapters.answers import text
from reconciler.adapters.credential import NoHeaders, cleaned
from reconciler.adapters.edge import NO_ANSWER, NO_TLS
from reconciler.adapters.folders import FORBIDDEN, FULL, MISSING, NO_FILE, REFUSED, Failed, below, too_large
from reconciler.adapters.ssh import Client, Server, connected, logged_in
from reconciler.adapters.transport import left_s
from reconciler.runs.keeping import Secret
from reconciler.runs.outcome import Answer, CredentialRefused, Stop, Unclear, Unreachable
from reconciler.specs.models.access import SshLogin

HOST_KEY = "host-key"
PIECE = 32_768
LONGEST_S = 3600.0
UNREADABLE_KEY = "the private key cannot be read: an OpenSSH or PEM key without a passphrase is wanted"
FAILURES = (asyncssh.Error, OSError, TimeoutError, ValueError)
"""What the library raises: its own, the system's, and ValueError for what it cannot decode."""
LATE = "the server did not answer in time"
T = TypeVar("T")

_REFUSALS: tuple[tuple[tuple[type[asyncssh.SFTPError], ...], str, str], ...] = (
    (
        (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory),
        "there is no such folder",
        MISSING,
    ),
    ((asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect), "it is not permitted there", FORBIDDEN),
    ((asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded), "the disk is full there", FULL),
)
_LOST = (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost, asyncssh.SFTPBadMessage)


class SftpFolder:
    """A folder of a server, over one connection that is made when it is first needed."""

    def __init__(self, server: Server, login: SshLogin, secret: Secret) -> None:
        self._server = server
        self._login = login
        self._secret = secret
        self._runner: asyncio.Runner | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None
        self._base = PurePosixPath(server.folder or "/")
        self.title = f"sftp://{server.host}:{server.port}{self._base}"

    def check(self, name: str) -> None:
        """See Folder. The server says where a name really leads."""
        path = self._path(name)

        async def ask(sftp: asyncssh.SFTPClient) -> tuple[bool, str, str]:
            attributes = await sftp.stat(path)
            whole = await sftp.realpath(path), await sftp.realpath(str(self._base))
            return stat.S_ISDIR(attributes.permissions or 0), str(whole[0]), str(whole[1])

        is_folder, real, base = self._do(name, ask)
        if not is_folder:
            raise Failed(Stop(f"{self._shown(name)}: a folder is wanted there", MISSING))
        if PurePosixPath(real) != PurePosixPath(base, *below(name)):
            raise Failed(Stop(f"{self._shown(name)} is a link, and links are not followed", FORBIDDEN))

    def read(self, name: str, most: int) -> bytes | None:
        """See Folder."""
        path = self._path(name)

        async def ask(sftp: asyncssh.SFTPClient) -> bytes | None:
            try:
                found = await sftp.lstat(path)
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return None
            if not stat.S_ISREG(found.permissions or 0):
                raise Failed(Stop(f"{self._shown(name)} is no plain file", NO_FILE))
            if (found.size or 0) > most:
                raise too_large(name, most)
            async with sftp.open(path, "rb") as file:
                return cast("bytes", await file.read(most + 1))  # a file that is opened as binary

        content = self._do(name, ask)
        if content is not None and len(content) > most:
            raise too_large(name, most)
        return content

    def exists(self, name: str) -> bool:
        """See Folder."""
        path = self._path(name)

        async def ask(sftp: asyncssh.SFTPClient) -> bool:
            try:
                await sftp.lstat(path)
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return False
            return True

        return self._do(name, ask)

    def write(self, name: str, content: bytes) -> None:
        """See Folder. Not every server can be told to write to its disk; one that cannot is believed."""
        path = self._path(name)

        async def ask(sftp: asyncssh.SFTPClient) -> None:
            async with sftp.open(path, "wb") as file:
                for start in range(0, len(content), PIECE):
                    await file.write(content[start : start + PIECE])
                try:
                    await file.fsync()
                except asyncssh.SFTPOpUnsupported:
                    return

        self._do(name, ask)

    def rename(self, old: str, new: str) -> None:
        """See Folder. The plain rename of SFTP 3 refuses to overwrite (draft-ietf-secsh-filexfer-02, 6.5)."""
        paths = self._path(old), self._path(new)

        async def ask(sftp: asyncssh.SFTPClient) -> None:
            await sftp.rename(*paths)

        self._do(new, ask)

    def remove(self, name: str) -> None:
        """See Folder."""
        path = self._path(name)

        async def ask(sftp: asyncssh.SFTPClient) -> None:
            await sftp.remove(path)

        self._do(name, ask)

    def close(self) -> None:
        """Hang up; whoever does not say goodbye in time is not waited for."""
        self._hang_up()
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _path(self, name: str) -> str:
        return str(self._base.joinpath(*below(name)))

    def _shown(self, name: str) -> str:
        return f"{self.title.rstrip('/')}/{name}"

    def _do(self, name: str, ask: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        """One operation. After a failure of the connection a later one begins with a new one."""
        sftp = self._sftp or self._connect()
        try:
            return self._run(ask(sftp))
        except FAILURES as error:
            answer = meaning(error, self._shown(name), self._said(error))
            if isinstance(answer, Unclear):
                self._hang_up()
            raise Failed(answer) from error

    def _connect(self) -> asyncssh.SFTPClient:
        """Log in. Whatever fails here, nothing was asked for yet."""
        line = connected(self._server)
        client = Client(self._server.fingerprint, self._secret, self._login.secret)
        try:
            self._connection = self._run(logged_in(self._server, client, line))
            self._sftp = self._run(self._session(self._connection))
        except asyncssh.PermissionDenied as error:
            words = UNREADABLE_KEY if client.unreadable else f"the server refuses the login: {self._said(error)}"
            raise Failed(CredentialRefused(words, "login")) from error
        except asyncssh.HostKeyNotVerifiable as error:
            words = f"the server shows the key {client.shown}, and {self._server.fingerprint} is expected: who is it?"
            raise Failed(Stop(words, HOST_KEY)) from error
        except FAILURES as error:
            self._hang_up()
            raise Failed(Unreachable(f"no SFTP with {self.title}: {self._said(error)}", NO_TLS)) from error
        finally:
            if self._connection is None:
                line.close()
        return self._sftp

    async def _session(self, connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
        return await connection.start_sftp_client()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Until the moment that `within` set, and no longer."""
        if self._runner is None:
            self._runner = asyncio.Runner()
            self._runner.get_loop().set_exception_handler(_left_behind)
        left = max(left_s(LONGEST_S), 0.0)  # here: the loop keeps the context that it began with
        return self._runner.run(self._bounded(work, left))

    async def _bounded(self, work: Coroutine[Any, Any, T], left: float) -> T:
        """Hangs up on whoever is late: leaving a file, the library asks for its end, and waits for an answer again."""
        task = asyncio.ensure_future(work)
        if not (await asyncio.wait({task}, timeout=left))[0]:
            if self._connection is not None:
                self._connection.abort()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise TimeoutError
        return task.result()

    def _hang_up(self) -> None:
        connection, self._connection, self._sftp = self._connection, None, None
        if connection is None or self._runner is None:
            return

        async def end() -> None:
            connection.abort()
            await connection.wait_closed()

        self._runner.run(end())

    def _said(self, error: BaseException) -> str:
        """What a failure says of itself: some repeat what the server said, and that may repeat the credential."""
        words = LATE if isinstance(error, TimeoutError) else getattr(error, "reason", "") or str(error)
        return f"{type(error).__name__}: {text(cleaned(str(words), NoHeaders(self._secret)))}"


def _left_behind(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The library's own tasks fail with the connection that we hung up on; whoever asked was told already."""
    if not isinstance(context.get("exception"), FAILURES):
        loop.default_exception_handler(context)


def meaning(error: Exception, where: str, said: str) -> Answer:
    """What a failed operation means. What the server has answered is definitive; anything else may have happened."""
    if isinstance(error, asyncssh.SFTPError) and not isinstance(error, _LOST):
        for kinds, words, code in _REFUSALS:
            if isinstance(error, kinds):
                return Stop(f"{where}: {words} ({said})", code)
        return Stop(f"{where}: {said}", REFUSED)
    if isinstance(error, asyncssh.ChannelOpenError):
        return Stop(f"{where}: the server opens no channel ({said})", REFUSED)
    return Unclear(f"{where}: {said}", NO_ANSWER)
