"""Where the values of credentials are kept, and which version is in which state: ports of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from reconciler.runs.credential import Place, SecretPath, Version


class Secret(Protocol):
    """A value that prints as dots."""

    def reveal(self) -> dict[str, str]:
        """The fields of the credential."""

    @property
    def hint(self) -> str:
        """`••••••••abcd`."""


class SecretStore(Protocol):
    """Holds values by version. Every error is of `reconciler.errors`, and none repeats a value.

    States of versions are not its business: they are kept in one place for all stores (`CredentialVersions`), so that a
    flip is one transaction. Raises StoreDown (cannot be reached, sealed, overloaded) and StoreForbidden everywhere.
    """

    def write(self, path: SecretPath, version: int, secret: Secret) -> str:
        """Store the fields of `version` beside all others; its locator, which is what `read` needs besides the path.

        Never overwrites. Raises StoreConflict where that version is there already, or somebody else wrote meanwhile.
        """

    def read(self, path: SecretPath, locator: str) -> Secret:
        """The fields of one version. Raises SecretGone where they are deleted, destroyed or were never there."""

    def destroy(self, path: SecretPath, locator: str) -> None:
        """Make the value of one version unreadable for ever; twice is once.

        `locator` is what `write` returned, or `by_number(version)` where its answer was lost.
        """

    def close(self) -> None:
        """Let go of connections, and of anything that is renewed."""


class CredentialVersions(Protocol):
    """Which version of a credential is in which state, whatever store holds the values."""

    def reserve(
        self, organization_id: str, name: str, store: str, actor: str, now: datetime
    ) -> tuple[int, list[Version]]:
        """Begin a pending version: its number, and abandoned ones to destroy. Raises Busy where one is pending."""

    def stored(self, version: Version, locator: str, fingerprint: str, hint: str, expires_at: datetime | None) -> None:
        """The value is written; where, and what it looks like from outside."""

    def promote(self, version: Version, place: Place, actor: str, now: datetime) -> None:
        """Make a tested version the current one, for this place; the current one becomes the previous."""

    def discard(self, version: Version, actor: str, reason: str, now: datetime) -> None:
        """End a version; everything else stays as it was.

        Its locator stays, or becomes `by_number`, until `revoke` says that the value is destroyed.
        """

    def revoke(self, version: Version, actor: str, reason: str, now: datetime) -> None:
        """The value of an ended version is destroyed: forget its locator."""

    def used(self, version: Version, actor: str, purpose: str, now: datetime) -> None:
        """Write down that a version was used, and what for."""

    def tested(self, version: Version, actor: str, problem: str, now: datetime) -> None:
        """Write down a test of the version in use; `problem` is empty where it passed."""

    def proved(self, version: Version, proof: str, reaches: str) -> None:
        """Remember what a test proved of a version: runs ask no more before they send with it."""

    def versions(self, organization_id: str, name: str = "") -> Sequence[Version]:
        """Every version, newest first."""

    def current(self, organization_id: str, name: str, place: Place) -> Version:
        """The version in use. Raises CredentialRefused where there is none, or none for this place."""
