"""A resource is one object of effective configuration: kind, name, and a JSON body that is all that is compared."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str]
"""(kind, name)"""
Body = Mapping[str, Any]
KINDS = ("Organization", "Integration", "FieldMapping", "SyncSchedule", "Exclusion", "Report", "Feature")
"""Every kind of resource, in the order in which they are created; deletes go the other way."""
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def canonical(value: object) -> str:
    """JSON with its keys sorted, no blanks, numbers as Python writes them: what digests are made of."""
    return _ENCODER.encode(value)


def digest(value: object) -> str:
    """SHA-256 over the canonical JSON of `value`."""
    return digest_of(canonical(value))


def digest_of(text: str) -> str:
    """SHA-256 over what is canonical JSON already."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Resource:
    """One object. `origins` lead from dotted paths of the body to `file:line:column`, and are never compared."""

    kind: str
    name: str
    body: Body
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    renamed_from: str | None = field(default=None, compare=False)

    @property
    def key(self) -> Key:
        return self.kind, self.name

    @property
    def title(self) -> str:
        """`Integration/accounts`, as messages name it."""
        return f"{self.kind}/{self.name}"

    @property
    def digest(self) -> str:
        return digest(self.body)

    def origin(self, path: str = "") -> str:
        """Where the value at the dotted `path`, or the nearest enclosing one, was written; empty if nowhere."""
        while path and path not in self.origins:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.origins.get(path, "")


@dataclass(frozen=True, slots=True)
class Definition:
    """A shared document at one version, pinned by its digest: an integration type, a category, a reference table."""

    kind: str
    name: str
    body: Body

    @property
    def digest(self) -> str:
        return digest([self.kind, self.name, self.body])


@dataclass(frozen=True, slots=True)
class Desired:
    """What git says about one organisation at one revision."""

    organization: str
    organization_id: str
    revision: str
    resources: Mapping[Key, Resource]
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    approvals: tuple["Approved", ...] = ()


@dataclass(frozen=True, slots=True)
class Approved:
    """An Approval document: a yes to one rule about one object, until `expires`, a local day, inclusive."""

    rule: str
    object: str
    expires: str

    @property
    def title(self) -> str:
        """As messages name it."""
        return f"Approval/{self.rule} of {self.object} until {self.expires}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the ledger holds for one integration and target: documents sent and their sum, and those unresolved."""

    integration: str
    target: str
    documents: int
    amount: str
    unresolved: int


@dataclass(frozen=True, slots=True)
class Actual:
    """What the database holds for one organisation, read whole.

    `version` counts applies; `applied` are the digests of what the last apply wrote, so that drift can be told from
    intent; `conflicts` are objects of somebody else that stand where ours would. `approvals` are known of a commit
    that stands for the database; rows hold none.
    """

    version: int = 0
    resources: Mapping[Key, Resource] = field(default_factory=dict)
    applied: Mapping[Key, str] = field(default_factory=dict)
    revision: str = ""
    sent: tuple[Sent, ...] = ()
    conflicts: Mapping[Key, str] = field(default_factory=dict)
    approvals: tuple[Approved, ...] = ()
