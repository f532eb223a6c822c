"""What people said to intents, and the rules in force, as a port. A voice is never taken back: a later one counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from reconciler.plans.approval import Voice
from reconciler.plans.resource import Definition
from reconciler.specs.models.approval_policy import ApprovalPolicy


class Voices(Protocol):
    """Who said what, and by which rules it is judged."""

    def voices(self, intents: Sequence[str]) -> Mapping[str, Sequence[Voice]]:
        """By intent, the oldest first. A yes that was given before its intent was applied last is spent."""

    def spoken(self, organization: str, limit: int) -> Sequence[Voice]:
        """The newest of one organisation, or of all where it is empty."""

    def known_as(self, account: str) -> int | None:
        """The number at the host of whoever spoke there first under a login; None where nobody did."""

    def speak(self, voice: Voice) -> None:
        """Write one down, and into the audit trail."""

    def rules(self) -> ApprovalPolicy:
        """The rules in force: those that were accepted last, or else the program's own."""

    def accept_rules(self, rules: Definition, voice: Voice) -> None:
        """Put rules in force, by a voice of the platform; they are kept for ever."""


def rules_of(digest: str, account: str, at: datetime, reason: str) -> Voice:
    """A yes to rules, which are no organisation's."""
    return Voice("", "", digest, account, "approve", "cli", "", reason, at, as_platform=True)
