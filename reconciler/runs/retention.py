"""What the ledger holds of people: how long, where copies of it are, and what is left once it is taken out.

Taken out are payloads and messages. Key, hash, state, amount, target ids and history stay: without them a document
could go twice (docs/decisions/0027).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from reconciler.specs.languages import Vocabulary
from reconciler.specs.models.retention import DEFAULT
from reconciler.specs.scalars import seconds

PERIOD = timedelta(seconds=seconds(DEFAULT))
"""How long content is kept where a category says nothing."""
UNRESOLVED = ("sending", "unknown", "held")
"""States in which the content may still be needed to find out whether a document arrived, or to send it again."""
OVER = ("posted", "rejected", "drifted", "voided")
"""States in which nobody waits for a document. `sent` and `accepted` are over once they are not looked for any more."""
COPIED = ("sent", "accepted", "posted", "rejected_late", "drifted", "voided")
"""States in which a copy was taken there, or may stand there still."""
REMOVED: Vocabulary = {
    "expired": {
        "en": "its content was removed when its period of retention was over",
        "nb": "innholdet ble fjernet da lagringstiden var ute",
    },
    "erased": {"en": "its content was erased on request", "nb": "innholdet ble slettet på forespørsel"},
    "": {"en": "its content was removed", "nb": "innholdet er fjernet"},
}
"""Why there is no content, in words: the document cannot be shown, compared or reversed by its lines any more."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One document of a subject. `holds` says whether the ledger still has its content or a message about it."""

    integration: str
    target: str
    category: str
    record_id: str
    epoch: int
    reference: str
    number: int
    state: str
    target_ids: tuple[str, ...]
    sent_at: datetime | None
    holds: bool

    @property
    def copied(self) -> bool:
        """Whether the target may have a copy, which only somebody there can take out."""
        return self.state in COPIED

    @property
    def unresolved(self) -> bool:
        """Whether its content may still be needed."""
        return self.state in UNRESOLVED


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did. `entry` is its number in the audit trail; `documents` those that lost their content."""

    at: datetime
    entry: int
    documents: int
    traces: Sequence[Trace]


@dataclass(frozen=True, slots=True)
class Kept:
    """A category in the ledger of an organisation: the periods that its applied definitions and the organisation name,
    each a `Duration`, and how many of its documents hold content.
    """

    category: str
    declared: Sequence[str]
    shortened: str
    documents: int


class Retention(Protocol):
    """The content of the ledger."""

    def traces(self, organization_id: str, subject: str) -> list[Trace]:
        """Every document of the subject (a keyed hash), oldest first."""

    def erase(self, organization_id: str, subject: str, confirmed: int, actor: str, now: datetime) -> Erased:
        """Take out what is held of the subject, in one transaction.

        Raises Blocked where one of its documents is unresolved, and UsageError where not `confirmed` of them hold
        something; then nothing is changed.
        """

    def kept(self, organization_id: str) -> list[Kept]:
        """Every category that the organisation's ledger knows, by name."""

    def expired(self, organization_id: str, before: Mapping[str, datetime]) -> dict[str, int]:
        """How many documents of each category were over before its moment and still hold content."""

    def purge(self, organization_id: str, before: Mapping[str, datetime], actor: str, now: datetime) -> dict[str, int]:
        """Take out the content of those documents, in transactions of a bounded size; how many of each category."""
