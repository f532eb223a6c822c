"""The installation's keys: key-encryption keys from a file or the environment, and what hangs off them.

The key file holds one key per line, 32 bytes in hexadecimal, mode 0600; the first seals, all open. Fingerprints and
pseudonyms have keys of their own, kept wrapped in the database, so that they outlive every key-encryption key.
"""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from reconciler.errors import Blocked
from reconciler.specs.sentences import say
from reconciler.vaults.envelope import KEY_BYTES, LocalKey
from reconciler.vaults.sealing import ValueSeal

PURPOSES = ("fingerprints", "subjects", "payloads")


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

    def seal(self) -> ValueSeal:
        """What seals single values of frozen documents."""
        return ValueSeal(self._keys["payloads"], self.pseudonym)


def load_keys(path: Path) -> list[LocalKey]:
    """The keys of the file. Raises Blocked where it is missing, readable by others, or holds no key."""
    keys: list[LocalKey] | None = None
    mode = 0
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        keys = _keys(path.read_text(encoding="ascii").split())
    except FileNotFoundError as error:
        hint = "the first `reconciler credentials set` makes one; restore it from your backup if there was one"
        raise Blocked(say("there is no key file at {path}", path=path), hint) from error
    except OSError as error:
        raise _unreadable(path) from error
    except UnicodeDecodeError:
        pass  # it holds what was read: what is raised below has nothing of it
    if keys is None:
        raise _unreadable(path)
    if mode & 0o077:
        raise Blocked(
            say("the key file {path} can be read by others (mode {mode:04o})", path=path, mode=mode),
            f"chmod 600 {path}",
        )
    return _some(keys, f"the key file {path}")


def keys_of(lines: Sequence[str], where: str) -> list[LocalKey]:
    """Keys from hexadecimal text. Raises Blocked; neither the message nor a frame of the error holds the text."""
    keys, lines = _keys(lines), ()
    return _some(keys, where)


def _keys(lines: Sequence[str]) -> list[LocalKey]:
    """A key for every line; none at all where one of them is no key."""
    try:
        found = [bytes.fromhex(line) for line in lines]
    except ValueError:
        return []
    return [LocalKey(key) for key in found] if all(len(key) == KEY_BYTES for key in found) else []


def _some(keys: list[LocalKey], where: str) -> list[LocalKey]:
    if not keys:
        raise Blocked(
            say(
                "{where} does not hold {key_bytes} bytes in hexadecimal on each line", where=where, key_bytes=KEY_BYTES
            ),
            "restore it",
        )
    return keys


def _unreadable(path: Path) -> Blocked:
    return Blocked(say("the key file {path} cannot be read as a key", path=path), "restore it from your backup")


def make_key_file(path: Path) -> None:
    """Make the file where there is none: complete before it has its name, so that a crash leaves no half a key."""
    if path.exists():
        return
    with _writing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = _write(path, _fresh)
        with suppress(FileExistsError):
            os.link(temporary, path)  # fails where another process was faster: then its key counts
        temporary.unlink()


def add_key(path: Path) -> None:
    """Put a fresh key before the others: it seals from now on, and the others still open."""
    load_keys(path)
    with _writing(path):
        _write(path, lambda: _fresh() + path.read_text(encoding="ascii")).replace(path)


def _fresh() -> str:
    return secrets.token_hex(KEY_BYTES) + "\n"


def _write(path: Path, text: Callable[[], str]) -> Path:
    """The text in a file beside `path` that only its owner can read. Called late: a full disk's error is without it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text())
        file.flush()
        os.fsync(file.fileno())
    return temporary


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "give this user the right to write there, or choose another RECONCILER_HOME"
        raise Blocked(
            say("the key file {path} cannot be made: {strerror}", path=path, strerror=error.strerror), hint
        ) from error
