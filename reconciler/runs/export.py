"""The ledger's rows as values: what is claimed, frozen, recorded, and asked for."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

from reconciler.runs.outcome import Outcome

PREFIX = "RCN-"
"""Every reference of ours in an outside system begins so."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Where one category's documents go: the part of the ledger that a run works on."""

    organization_id: str
    integration: str
    target: str
    category: str


@dataclass(frozen=True, slots=True)
class Span:
    """The year of a record's date `field`: from its first local midnight to that of the next."""

    field: str
    year: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record to be claimed; `known` where the ledger has a row of it already."""

    record_id: str
    known: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The `limit` records that come after one, in the order in which they go: its cut-over date, and its id."""

    limit: int
    at: date | datetime
    record_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A record that this run may send, once, before `until`: `attempt` is the fencing token of its row."""

    id: int
    record_id: str
    attempt: int
    reference: str
    number: int
    until: datetime
    claimed_at: datetime | None = None
    purpose: str = "document"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A document as it will be sent, whatever changes meanwhile."""

    claim: Claim
    payload: Mapping[str, Any]
    amount: Decimal | None
    subject: str
    record_digest: str
    batch: str = ""
    """The reference of the request that it is packed into, see `batch_of`."""
    sealed: frozenset[str] = frozenset()
    """Target fields that hold national identity numbers: the ledger keeps them sealed."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A record that we refuse ourselves: nothing is sent. `origin` is the mapping line, `code` who refused it."""

    claim: Claim
    message: str
    field: str
    origin: str
    subject: str
    record_digest: str
    code: str = "mapping"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one claimed document; `origin` is the mapping line of the field that was refused."""

    claim: Claim
    outcome: Outcome
    origin: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A row whose fate is not final: unknown, or sent and not yet posted.

    No request for it can have begun after `sent_before`; `first_absent_at` is the first lookup that did not find it.
    """

    id: int
    category: str
    record_id: str
    attempt: int
    reference: str
    number: int
    state: str
    amount: Decimal | None
    target_ids: tuple[str, ...]
    sent_before: datetime
    first_absent_at: datetime | None
    lines: int
    batch: str = ""
    """The reference of the request that carried it. Where a request was halved, the halves had references of their own:
    whoever repeats one makes sure first that `batch_of` of its documents is this.
    """
    code: str = ""
    mapping: str = ""
    """The digest of the mapping and the definitions by which it was made."""
    began_at: datetime | None = None
    """No request with this content began earlier."""
    answered: int = 0
    """How many repeats of it had an answer, and an unclear one."""
    next_attempt_at: datetime | None = None
    again_at: datetime | None = None
    """Where it is proved absent: when it may go again; None is at once."""
    purpose: str = "document"

    @property
    def amount_there(self) -> Decimal | None:
        """The amount as it is found there: a reversal is a balanced document, whose positive lines are summed."""
        return abs(self.amount) if self.amount is not None and self.purpose == "reversal" else self.amount


def batch_of(references: Sequence[str]) -> str:
    """The reference of a whole request: the same documents, in the order of their numbers, have the same one."""
    return "B" + hashlib.sha256("\n".join(references).encode()).hexdigest()[:20].upper()


def reference(stream: Stream, record_id: str, epoch: int, purpose: str = "document") -> str:
    """The reference that is written into the target: from the key alone, never from the payload (design.md 5).

    Twenty base32 characters are a hundred bits; the alphabet is `[A-Z2-7-]`, which every system can address.
    """
    more = "" if purpose == "document" else f", {json.dumps(purpose)}"
    # One JSON list, as `json.dumps` writes it.
    key = f"{_beginning(stream)}, {encode_basestring_ascii(record_id)}, {epoch}{more}]"
    return PREFIX + base64.b32encode(hashlib.sha256(key.encode()).digest()[:15]).decode()[:20]


@lru_cache(maxsize=64)
def _beginning(stream: Stream) -> str:
    return json.dumps([stream.organization_id, stream.target, stream.category])[:-1]
