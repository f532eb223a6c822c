"""The installation's keys: key-encryption keys from a file or the environment, and what hangs off them.

The key file holds one key per line, 32 bytes in hexadecimal, mode 0600; the first seals, all open. Fingerprints and
pseudonyms have keys of their own, kept wrapped in the database, so that they outlive every key-encryption key.
"""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from reconciler.errors import Blocked
from reconciler.vaults.envelope import KEY_BYTES, LocalKey

PURPOSES = ("fingerprints", "subjects")


class Keyring:
    """Keyed hashes of one installation."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = keys

    def fingerprint(self, plain: bytes) -> str:
        """Says whether two secrets are equal, to nobody without the key."""
        return hmac.new(self._keys["fingerprints"], plain, hashlib.sha256).hexdigest()

    def pseudonym(self, organization_id: str, subject: str) -> str:
        """The keyed hash under which a person's payloads are kept (design.md 4.21)."""
        return hmac.new(self._keys["subjects"], f"{organization_id}/{subject}".encode(), hashlib.sha256).hexdigest()[
            :32
        ]


def load_keys(path: Path) -> list[LocalKey]:
    """The keys of the file. Raises Blocked where it is missing, readable by others, or holds no key."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = path.read_text(encoding="ascii").split()
    except FileNotFoundError as error:
        hint = "the first `reconciler credentials set` makes one; restore it from your backup if there was one"
        raise Blocked(f"there is no key file at {path}", hint) from error
    except (OSError, ValueError) as error:
        raise Blocked(f"the key file {path} cannot be read as a key", "restore it from your backup") from error
    if mode & 0o077:
        raise Blocked(f"the key file {path} can be read by others (mode {mode:04o})", f"chmod 600 {path}")
    return keys_of(lines, f"the key file {path}")


def keys_of(lines: Sequence[str], where: str) -> list[LocalKey]:
    """Keys from hexadecimal text. Raises Blocked; the message never holds the text."""
    try:
        found = [bytes.fromhex(line) for line in lines]
    except ValueError:
        found = []
    if not found or any(len(key) != KEY_BYTES for key in found):
        raise Blocked(f"{where} does not hold {KEY_BYTES} bytes in hexadecimal on each line", "restore it")
    return [LocalKey(key) for key in found]


def make_key_file(path: Path) -> None:
    """Make the file where there is none: complete before it has its name, so that a crash leaves no half a key."""
    if path.exists():
        return
    with _writing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = _write(path, secrets.token_hex(KEY_BYTES) + "\n")
        with suppress(FileExistsError):
            os.link(temporary, path)  # fails where another process was faster: then its key counts
        temporary.unlink()


def add_key(path: Path) -> None:
    """Put a fresh key before the others: it seals from now on, and the others still open."""
    load_keys(path)
    with _writing(path):
        old = path.read_text(encoding="ascii")
        _write(path, secrets.token_hex(KEY_BYTES) + "\n" + old).replace(path)


def _write(path: Path, text: str) -> Path:
    """The text in a file beside `path` that only its owner can read."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return temporary


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "give this user the right to write there, or choose another RECONCILER_HOME"
        raise Blocked(f"the key file {path} cannot be made: {error.strerror}", hint) from error
