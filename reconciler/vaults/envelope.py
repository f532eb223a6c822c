"""Envelope encryption: every value under a key of its own, every such key wrapped by a key-encryption key.

So rotating the key-encryption key re-wraps 32 bytes per value, and a stolen row is worth nothing without it.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reconciler.errors import Blocked
from reconciler.specs.sentences import say

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyEncryptionKey(Protocol):
    """A key that wraps keys. `id` says which one, and nothing about it."""

    @property
    def id(self) -> str:
        """Stable, and different for different keys."""

    def wrap(self, key: bytes) -> bytes:
        """The wrapped form of 32 bytes."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The 32 bytes. Raises Blocked where they were not wrapped by this key."""


class LocalKey:
    """A key-encryption key of 32 bytes in memory, from a file or the environment."""

    def __init__(self, key: bytes) -> None:
        self._id = hashlib.sha256(b"reconciler key id" + key).hexdigest()[:16]
        self._key = AESGCM(key)

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of a hash of the key."""
        return self._id

    def wrap(self, key: bytes) -> bytes:
        """AES-256-GCM, the nonce before the ciphertext."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._key.encrypt(nonce, key, b"reconciler wrapped key")

    def unwrap(self, wrapped: bytes) -> bytes:
        """See the port."""
        try:
            return self._key.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], b"reconciler wrapped key")
        except InvalidTag as error:
            raise Blocked("a wrapped key does not open: it was changed, or belongs to another key") from error

    def __repr__(self) -> str:
        return f"LocalKey({self._id})"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value at rest. `key_id` names the key-encryption key that wrapped its key."""

    ciphertext: bytes
    nonce: bytes
    wrapped_key: bytes
    key_id: str


class Envelopes:
    """Seals under the first key, opens under any. Raises Blocked with the id of a key that is not here."""

    def __init__(self, keys: Sequence[KeyEncryptionKey]) -> None:
        self._first = keys[0]
        self._keys: Mapping[str, KeyEncryptionKey] = {key.id: key for key in keys}

    @property
    def key_id(self) -> str:
        """The id of the key that seals from now on."""
        return self._first.id

    def seal(self, plain: bytes, bound_to: bytes) -> Sealed:
        """Opens again only together with the same `bound_to`."""
        return self.sealing()(plain, bound_to)

    def sealing(self) -> Callable[[bytes, bytes], Sealed]:
        """`seal` for one value. All that may fail is over when it returns, so that no failure has the value near it."""
        key, wrapped = self.new_key()
        return partial(_seal, AESGCM(key), wrapped, self._first.id)

    def open(self, sealed: Sealed, bound_to: bytes) -> bytes:
        """The plain bytes. Raises Blocked where anything was changed, moved, or sealed under an unknown key."""
        cipher = AESGCM(self._key(sealed.key_id).unwrap(sealed.wrapped_key))
        try:
            return cipher.decrypt(sealed.nonce, sealed.ciphertext, bound_to)
        except InvalidTag as error:
            message = "a stored credential does not open: it was changed, or moved from another row"
            raise Blocked(message, "set it again") from error

    def new_key(self) -> tuple[bytes, bytes]:
        """(32 fresh bytes, their wrapped form)."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, self._first.wrap(key)

    def unwrap(self, wrapped: bytes, key_id: str) -> bytes:
        """The key that was wrapped under `key_id`."""
        return self._key(key_id).unwrap(wrapped)

    def rewrap(self, wrapped: bytes, key_id: str) -> bytes:
        """The same key, wrapped by the first key-encryption key."""
        return self._first.wrap(self.unwrap(wrapped, key_id))

    def _key(self, key_id: str) -> KeyEncryptionKey:
        if key_id not in self._keys:
            message = say("credentials are encrypted under the key {key_id}, which is not here", key_id=key_id)
            raise Blocked(message, f"here are {', '.join(self._keys)}; restore the right key file")
        return self._keys[key_id]


def _seal(cipher: AESGCM, wrapped_key: bytes, key_id: str, plain: bytes, bound_to: bytes) -> Sealed:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(cipher.encrypt(nonce, plain, bound_to), nonce, wrapped_key, key_id)
