"""The installation's key: a file of mode 0600 that encrypts credentials and keys every fingerprint and pseudonym."""

import hashlib
import hmac
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reconciler.errors import Blocked

BYTES = 32
NONCE = 12


class Keyring:
    """Keys derived from one file, one per purpose, so that none can stand in for another."""

    def __init__(self, key: bytes) -> None:
        self.id = hashlib.sha256(b"reconciler key id" + key).hexdigest()[:16]
        self._encryption = AESGCM(_derive(key, b"credentials"))
        self._fingerprint = _derive(key, b"fingerprints")
        self._pseudonym = _derive(key, b"subjects")

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        """Read the key file. Raises Blocked where it is missing, readable by others, or not a key."""
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = path.read_text(encoding="ascii").strip()
            key = bytes.fromhex(text)
        except FileNotFoundError as error:
            hint = "the first `reconciler credentials set` makes one; restore it from your backup if there was one"
            raise Blocked(f"there is no key file at {path}", hint) from error
        except (OSError, ValueError) as error:
            raise Blocked(f"the key file {path} cannot be read as a key", "restore it from your backup") from error
        if mode & 0o077:
            raise Blocked(f"the key file {path} can be read by others (mode {mode:04o})", f"chmod 600 {path}")
        if len(key) != BYTES:
            raise Blocked(f"the key file {path} does not hold {BYTES} bytes in hexadecimal", "restore it")
        return cls(key)

    @classmethod
    def load_or_make(cls, path: Path) -> "Keyring":
        """Read the key file, or make it: complete before it has its name, so that a crash leaves no half a key."""
        try:
            if not path.exists():
                _make(path)
        except OSError as error:
            hint = "give this user the right to write there, or choose another RECONCILER_HOME"
            raise Blocked(f"the key file {path} cannot be made: {error.strerror}", hint) from error
        return cls.load(path)

    def encrypt(self, plain: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
        """(ciphertext, nonce) by AES-256-GCM; opens only together with the same `bound_to`."""
        nonce = secrets.token_bytes(NONCE)
        return self._encryption.encrypt(nonce, plain, bound_to), nonce

    def decrypt(self, ciphertext: bytes, nonce: bytes, bound_to: bytes) -> bytes:
        """The plain bytes. Raises cryptography's InvalidTag where anything was changed or moved."""
        return self._encryption.decrypt(nonce, ciphertext, bound_to)

    def fingerprint(self, plain: bytes) -> str:
        """Says whether two secrets are equal, to nobody without the key."""
        return hmac.new(self._fingerprint, plain, hashlib.sha256).hexdigest()

    def pseudonym(self, organization_id: str, subject: str) -> str:
        """The keyed hash under which a person's payloads are kept (design.md 4.21)."""
        return hmac.new(self._pseudonym, f"{organization_id}/{subject}".encode(), hashlib.sha256).hexdigest()[:32]


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(temporary, path)  # fails where another process was faster: then its key counts
    temporary.unlink()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=b"reconciler/" + purpose).derive(key)
