"""A key-encryption key that never leaves Vault: its transit engine wraps and unwraps the keys of the local store.

Source: Vault API docs, "Transit secrets engine": encrypt and decrypt take and give base64.
"""

import base64
from typing import Any

from reconciler.clock import Clock
from reconciler.errors import Blocked
from reconciler.specs.sentences import say
from reconciler.vaults.hashicorp_access import Access
from reconciler.vaults.hashicorp_errors import given
from reconciler.vaults.hashicorp_settings import VaultSettings


class TransitKey:
    """The KeyEncryptionKey port on a named key of the transit engine. Raises StoreDown and StoreForbidden as well."""

    def __init__(self, settings: VaultSettings, name: str, clock: Clock, mount: str = "transit") -> None:
        self._access = Access(settings, clock)
        self._name, self._mount = name, mount

    @property
    def id(self) -> str:
        """`transit:` and the key's name. Its versions are the engine's business: a wrapped key names its own."""
        return f"transit:{self._name}"

    def wrap(self, key: bytes) -> bytes:
        """The ciphertext text of the engine, such as `vault:v1:...`."""
        plain = base64.b64encode(key).decode()
        answer = self._access.ask(lambda client: self._engine(client).encrypt_data(plaintext=plain, **self._where()))
        wrapped: str = given(answer)["data"]["ciphertext"]
        return wrapped.encode()

    def unwrap(self, wrapped: bytes) -> bytes:
        """See the port."""
        text = wrapped.decode("ascii", "replace")
        answer = self._access.ask(lambda client: self._engine(client).decrypt_data(ciphertext=text, **self._where()))
        if isinstance(answer, Blocked):
            raise Blocked(
                say("a wrapped key does not open with {id}: {message}", id=self.id, message=answer.message), answer.hint
            )
        return base64.b64decode(given(answer)["data"]["plaintext"])

    def close(self) -> None:
        """Hang up."""
        self._access.close()

    def _where(self) -> dict[str, str]:
        return {"name": self._name, "mount_point": self._mount}

    @staticmethod
    def _engine(client: Any) -> Any:
        return client.secrets.transit
