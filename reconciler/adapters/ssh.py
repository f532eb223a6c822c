"""A way into an SSH server: its address, its pinned key, and the credential at the moment when it is asked for.

A server with another key never hears a password. Of this machine's own SSH settings nothing is read: configuration,
known hosts, agents, keys.
"""

import socket
from dataclasses import dataclass, field

import asyncssh
import httpcore

from reconciler.adapters.answers import text
from reconciler.adapters.edge import UNREACHABLE
from reconciler.adapters.folders import Failed
from reconciler.adapters.transport import Network, Resolve, Way
from reconciler.runs.keeping import Secret
from reconciler.runs.outcome import Unreachable

CONNECT_S = 3.0
PRIVATE_KEY = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, and the fingerprint of its key, `SHA256:...`; empty only for a simulator on this machine."""

    host: str
    port: int
    folder: str
    user: str
    fingerprint: str
    find: Resolve
    way: Way = field(default_factory=Way)


class Client(asyncssh.SSHClient):
    """Accepts the one key that is pinned, and gives the credential when it is asked for, once: no frame holds it."""

    def __init__(self, fingerprint: str, secret: Secret, field: str) -> None:
        self._fingerprint = fingerprint
        self._secret = secret
        self._field = field
        self._given = False
        self.shown = ""
        self.unreadable = False

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Whether this is the server; which key it showed is remembered."""
        self.shown = key.get_fingerprint()
        return self._fingerprint in ("", self.shown)

    def password_auth_requested(self) -> str | None:
        """The password, unless the credential is a key."""
        return None if self._is_key() or self._again() else self._secret.reveal()[self._field]

    def public_key_auth_requested(self) -> asyncssh.SSHKey | None:
        """The private key, unless the credential is a password or cannot be read as a key."""
        if not self._is_key() or self._again():
            return None
        try:
            return asyncssh.import_private_key(self._secret.reveal()[self._field])
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
            self.unreadable = True  # without its words: they may repeat the key
            return None

    def _is_key(self) -> bool:
        return self._secret.reveal()[self._field].lstrip().startswith(PRIVATE_KEY)

    def _again(self) -> bool:
        given, self._given = self._given, True
        return given


def connected(server: Server) -> socket.socket:
    """A connection to the first address of the server that takes one. Raises Failed: Unreachable."""
    try:
        line = Network(server.way, server.find, encrypted=True).connect_tcp(server.host, server.port, CONNECT_S)
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        words = f"{server.host}:{server.port}: {text(error)}"
        raise Failed(Unreachable(words, UNREACHABLE)) from error
    found: socket.socket = line.get_extra_info("socket")
    return found


async def logged_in(server: Server, client: Client, line: socket.socket) -> asyncssh.SSHClientConnection:
    """The connection, once both sides have proved who they are. Raises what the library raises."""
    return await asyncssh.connect(
        server.host,
        server.port,
        sock=line,
        client_factory=lambda: client,
        known_hosts=lambda _host, _address, _port: ([], [], []),  # none at all: the client above judges the key
        config=None,
        agent_path=None,
        gss_host=None,
        x509_trusted_certs=None,
        host_based_auth=False,
        kbdint_auth=False,
        username=server.user,
        password=None,
        client_keys=None,
    )
