"""What became of a document, and what an answer to a request means. Values, never exceptions.

The table of signals is research/exports.md 2.5: what is definitive, what may have happened, and what did not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.mappings.columns import Column


@dataclass(frozen=True, slots=True)
class Sent:
    """The outside system has it; `target_ids` are its own ids of the lines."""

    target_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """Definitively refused; `message` is the outside system's own, `field` and `value` what it complains of."""

    message: str
    code: str = ""
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class NotApplied:
    """Nothing happened there; it may be sent again."""

    message: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened. Never sent again before the outside system was asked."""

    message: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """It may have happened, and nobody can be asked: a person decides. `code` is of `idempotency.HELD_FOR`."""

    message: str
    code: str


Outcome = Sent | Rejected | NotApplied | Unknown | Held
EXISTS = "exists"
"""The code of an answer by which a document with our key is there already: never a success before it was compared."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer that says what became of each document, by reference, and how long to stay away before the next."""

    outcomes: Mapping[str, Outcome]
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """A definitive refusal of the whole request: nothing in it happened.

    `guilty`: what it says of documents that it names by their place in the request, by reference.
    """

    rejection: Rejected
    guilty: Mapping[str, Rejected] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing happened; ask again after `pause_s` seconds."""

    message: str
    code: str
    pause_s: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing happened, and nothing will for a while: the integration stops. `until` where the system says so.

    `spent`: an allowance is used up, which whoever else asks with this credential would meet too; `at` is `until` as a
    moment, where it could be read.
    """

    message: str
    code: str
    until: str = ""
    spent: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CredentialRefused:
    """Nothing happened: the outside system does not accept the credential. No record is at fault."""

    message: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """The request may have been carried out: every document in it is unknown."""

    message: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The request never left, or nobody was there: nothing happened."""

    message: str
    code: str = ""


Answer = Settled | RequestRefused | Wait | Stop | CredentialRefused | Unclear | Unreachable


@dataclass(frozen=True, slots=True)
class Found:
    """A document found again in the outside system: what that proves, its lines' ids, and what they sum to."""

    proves: str
    target_ids: tuple[str, ...]
    amount: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """A complete answer to a lookup, by reference. What is in neither was not there.

    `unread`: what is said of these is there and cannot be understood, and why; nothing follows from it.
    """

    found: Mapping[str, Found] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookupFailed:
    """The outside system could not be asked everywhere. Unread is not absent: nothing follows from this."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a connection test: what is at fault, and what was really found.

    `findings` are sentences about fields that the outside system will refuse: no fault of the credential.
    """

    ok: bool
    fault: str
    message: str
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    reaches: str = ""
    """Where documents end up with this credential, in the outside system's own words."""
    columns: Mapping[str, Column] | None = None
    """What the outside system asks of the document's fields; None where it was not read."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to sync one integration: nobody else holds it while `fence` is the newest and it has not expired."""

    name: str
    holder: str
    fence: int
    expires_at: datetime
