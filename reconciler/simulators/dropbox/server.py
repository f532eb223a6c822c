"""The SFTP side: a real SSH server over the folder, with the faults in between."""

import asyncio
import errno
from collections.abc import Callable
from typing import Any

import asyncssh

from reconciler.simulators.dropbox.state import State

HOST = "127.0.0.1"
Current = Callable[[], State]
"""The state as it is now: a reset puts another in its place."""


async def open_server(current: Current, port: int, key: asyncssh.SSHKey) -> asyncssh.SSHAcceptor:
    """Listen; whoever logs in sees the folder and nothing else of this machine."""
    return await asyncssh.create_server(
        lambda: _Door(current),
        HOST,
        port,
        server_host_keys=[key],
        sftp_factory=lambda channel: _Desk(channel, current()),
        allow_scp=False,
    )


class _Door(asyncssh.SSHServer):
    """Who may come in."""

    def __init__(self, current: Current) -> None:
        self._current = current

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """A user of now, unless a fault says no."""
        return self._let_in((username, password) in self._current().users)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """A key of the command line, unless a fault says no."""
        return self._let_in((username, key.get_fingerprint()) in self._current().options.keys)

    def _let_in(self, known: bool) -> bool:  # noqa: FBT001 - what was found out
        state = self._current()
        if not known or state.faults.take("reject_credential", "login"):
            return False
        state.logins += 1
        return True


class _Desk(asyncssh.SFTPServer):
    """What is asked of the folder."""

    def __init__(self, channel: Any, state: State) -> None:
        super().__init__(channel, chroot=str(state.path).encode())
        self._state = state

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """One piece of a file."""
        faults = self._state.faults
        if faults.take("disk_full", "write"):
            raise OSError(errno.ENOSPC, "No space left on device")
        if faults.take("forbidden", "write"):
            raise asyncssh.SFTPPermissionDenied("Permission denied")
        if faults.take("drop_on_write", "write"):
            await self._hang_up()
        if fault := faults.take("slow", "write"):
            await asyncio.sleep(fault.seconds)
        written = super().write(file_obj, offset, data)
        assert isinstance(written, int)
        return written

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """A file gets its name; that one is not overwritten is asyncssh's own doing, as SFTP 3 wants it."""
        faults = self._state.faults
        if faults.take("refuse_rename", "rename"):
            raise asyncssh.SFTPFailure("Failure")
        if faults.take("drop_before_rename", "rename"):
            await self._hang_up()
        if fault := faults.take("stall_before_rename", "rename"):
            await asyncio.sleep(fault.seconds)
        super().rename(oldpath, newpath)
        if fault := faults.take("stall_after_rename", "rename"):
            await asyncio.sleep(fault.seconds)
        if faults.take("drop_after_rename", "rename"):
            await self._hang_up()

    async def _hang_up(self) -> None:
        """Close the connection; nobody hears what follows."""
        self.channel.get_connection().abort()
        await asyncio.sleep(0)
        raise asyncssh.SFTPConnectionLost("nobody hears this")
