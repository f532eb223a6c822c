"""Single values of a frozen document, sealed: they open again at their own place only, and their keyed hash is beside.

One key of the installation for all, because a batch of documents is frozen in milliseconds; a key-encryption key wraps
it, as it does the keys of fingerprints.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reconciler.errors import Blocked
from reconciler.vaults.envelope import NONCE_BYTES


class ValueSeal:
    """`hashed` makes the keyed hash of an organisation's value."""

    def __init__(self, key: bytes, hashed: Callable[[str, str], str]) -> None:
        self._cipher = AESGCM(key)
        self._hashed = hashed

    def seal(self, value: Any, organization_id: str, place: str) -> dict[str, str]:
        """`{"sealed": ..., "hash": ...}` of a JSON value."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        found = self._cipher.encrypt(nonce, json.dumps(value).encode(), _bound(organization_id, place))
        text = base64.b64encode(nonce + found).decode()
        return {"sealed": text, "hash": self._hashed(organization_id, f"value/{value}")}

    def open(self, sealed: Mapping[str, str], organization_id: str, place: str) -> Any:
        """The value. Raises Blocked where it was changed, moved, or sealed under another key."""
        try:
            found = base64.b64decode(sealed["sealed"], validate=True)
            plain = self._cipher.decrypt(found[:NONCE_BYTES], found[NONCE_BYTES:], _bound(organization_id, place))
        except (InvalidTag, binascii.Error, ValueError):
            pass  # what is raised below has nothing of it
        else:
            return json.loads(plain)
        message = "a sealed value of a frozen document does not open: it was changed, or moved from another document"
        raise Blocked(message, "compare export_payloads with a backup; nothing is sent before that")


def _bound(organization_id: str, place: str) -> bytes:
    return f"{organization_id}/{place}".encode()
