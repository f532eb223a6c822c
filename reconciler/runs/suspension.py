"""Why an integration's runs stand still, as a value: a person said so, or its credential was refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from reconciler.runs.credential import Version

Cause = Literal["person", "credential"]


@dataclass(frozen=True, slots=True)
class Suspension:
    """Nothing runs (`person`), or nothing runs by itself (`credential`), until a moment where one is named.

    `version` is that of the credential that the outside system refused.
    """

    cause: Cause
    reason: str
    author: str
    since: datetime
    until: datetime | None = None
    version: int | None = None

    def holds(self, now: datetime, current: Version | None) -> bool:
        """Whether it still counts. One for a credential is over once another is in use, or this one passed a test."""
        if self.until is not None and self.until <= now:
            return False
        if self.cause == "person" or current is None:
            return True
        passed = current.tested_at is not None and current.tested_at > self.since and not current.problem
        return current.version == self.version and not passed

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "cause": self.cause,
            "reason": self.reason,
            "by": self.author,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
        }


class Suspensions(Protocol):
    """Why integrations stand still."""

    def suspensions(self, organization_id: str, integration: str) -> list[Suspension]:
        """All that are written down, that of a person first; whether they still hold is another question."""

    def suspend(self, organization_id: str, integration: str, suspension: Suspension) -> None:
        """Write one down, in place of an earlier one of the same cause."""

    def resume(
        self, organization_id: str, integration: str, causes: tuple[Cause, ...], actor: str, now: datetime
    ) -> list[Suspension]:
        """End those of these causes: what was ended."""
