"""The port of every secret store: a place for values, by version. States of versions are not its business.

Which version is pending, current or previous, who set it and what it was tested against is kept in one place for all
stores (the runtime database), so that a flip is one transaction whatever store holds the values.
"""

from dataclasses import dataclass
from typing import Protocol

from reconciler.vaults.secret import Secret


@dataclass(frozen=True, slots=True)
class SecretPath:
    """Where a credential lives: derived from the organisation's id and its name, never written in a spec.

    `organization_id` is a uuid as text; `name` has lower-case letters, digits, hyphen and underscore only.
    """

    organization_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.organization_id}/{self.name}"


class SecretStore(Protocol):
    """Holds values. Every error is of `reconciler.errors`, and none repeats a value.

    Raises StoreDown (cannot be reached, sealed, overloaded: try again later) and StoreForbidden everywhere.
    """

    def write(self, path: SecretPath, version: int, secret: Secret) -> str:
        """Store the fields of `version` beside all others and return its locator: what `read` needs besides the path.

        Never overwrites. Raises StoreConflict where that version is there already, or somebody else wrote meanwhile.
        """

    def read(self, path: SecretPath, locator: str) -> Secret:
        """The fields of one version. Raises SecretGone where they are deleted, destroyed or were never there."""

    def destroy(self, path: SecretPath, locator: str) -> None:
        """Make the value of one version unreadable for ever; twice is once."""

    def close(self) -> None:
        """Let go of connections, and of anything renewed in the background."""
