"""The keys of an installation where none are: for who looks and decides, and neither opens nor seals anything."""

from collections.abc import Mapping
from typing import Any, NoReturn

from reconciler.errors import Blocked
from reconciler.vaults.keyring import Keyring
from reconciler.vaults.sealing import ValueSeal


def _refuse() -> NoReturn:
    hint = "do it where the key is: by command, or in a portal in which credentials are set"
    raise Blocked("this needs a key of the installation, and this process has none", hint)


class NoKey:
    """See KeyEncryptionKey: it wraps nothing."""

    id = "none"

    def wrap(self, key: bytes) -> bytes:
        """Raises Blocked."""
        _refuse()

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises Blocked."""
        _refuse()


class NoSeal(ValueSeal):
    """It seals and opens nothing."""

    def __init__(self) -> None:
        pass

    def seal(self, value: Any, organization_id: str, place: str) -> dict[str, str]:
        """Raises Blocked."""
        _refuse()

    def open(self, sealed: Mapping[str, str], organization_id: str, place: str) -> Any:
        """Raises Blocked."""
        _refuse()


class NoKeyring(Keyring):
    """It knows no secret and no person by a hash: what is not known is refused, and never guessed."""

    def __init__(self) -> None:
        super().__init__({})

    def fingerprint(self, plain: bytes) -> str:
        """Raises Blocked."""
        _refuse()

    def pseudonym(self, organization_id: str, subject: str) -> str:
        """Raises Blocked."""
        _refuse()

    def seal(self) -> ValueSeal:
        """What seals nothing."""
        return NoSeal()
