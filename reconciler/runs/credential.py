"""Versions of a credential as values: everything that may be known of them, which is all but the value."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from reconciler.errors import UsageError
from reconciler.specs.sentences import say

State = Literal["pending", "current", "previous", "revoked"]
REMINDERS = (30, 7, 1)
"""Days before a version expires on which somebody is reminded."""
UNUSED = timedelta(days=90)
BY_NUMBER = "version:"


@dataclass(frozen=True, slots=True)
class SecretPath:
    """Where a credential lives in a store: derived from the organisation's id and its name, never written in a spec.

    `organization_id` is a uuid as text; `name` has lower-case letters, digits, hyphen and underscore only.
    """

    organization_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.organization_id}/{self.name}"


@dataclass(frozen=True, slots=True)
class Place:
    """What a credential was tested against: the target (environment, type, identifying settings) and the origin.

    The origin is scheme, host and port: a secret never goes to an endpoint that it was not tested against.
    """

    target: str
    origin: str

    def __str__(self) -> str:
        return f"{self.target} at {self.origin}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `locator` is None while the value is being written, and after it was destroyed.

    A revoked version has a locator as long as its value may still be in the store; `by_number` where nobody knows more.
    """

    organization_id: str
    name: str
    version: int
    state: State
    store: str
    locator: str | None
    hint: str
    fingerprint: str
    place: Place | None
    created_by: str
    created_at: datetime
    tested_at: datetime | None
    last_used_at: datetime | None
    expires_at: datetime | None
    retire_at: datetime | None
    problem: str
    proof: str = ""
    """What was proved of it: a digest of the place and of the test that it passed there."""
    reaches: str = ""
    """Where documents end up with it, in the outside system's own words."""

    @property
    def path(self) -> SecretPath:
        return SecretPath(self.organization_id, self.name)

    @property
    def left_behind(self) -> bool:
        """Whether it has ended, and its value may still be in the store: whoever sets the next one destroys it."""
        return self.state == "revoked" and self.locator is not None


def written(fields: Mapping[str, str]) -> bytes:
    """The fields of a credential in the one form that fingerprints are made of."""
    return json.dumps(fields, sort_keys=True).encode()


def by_number(version: int) -> str:
    """What to destroy where the answer of `write` was lost: no `write` returns such a locator, and none reads by it."""
    return f"{BY_NUMBER}{version}"


def numbered(locator: str) -> int | None:
    """The version of a locator made by `by_number`; None for one that `write` returned."""
    number = locator.removeprefix(BY_NUMBER)
    return int(number) if number != locator and number.isascii() and number.isdigit() else None


def in_state(versions: Sequence[Version], state: State) -> Version:
    """The newest version in a state. Raises UsageError where there is none."""
    found = next((each for each in versions if each.state == state), None)
    if found is None:
        message = (
            "no version of this credential is in use"
            if state == "current"
            else say("there is no {state} version", state=state)
        )
        raise UsageError(message, "reconciler credentials status shows all; reconciler credentials set makes one")
    return found


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody should know of a version: a key of `credential_words.REMARKS`, and what stands in its words."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def warnings(version: Version, now: datetime) -> list[Remark]:
    """What somebody should know of a version."""
    if version.left_behind:
        return [Remark("left-behind")]
    if version.state != "current":
        return []
    found = []
    if version.expires_at is not None:
        found += _expiry(version.expires_at - now)
    if version.tested_at is None:
        found.append(Remark("untested"))
    if version.problem:
        found.append(Remark("failed", {"fault": version.problem}))
    if version.last_used_at is None and now - version.created_at > UNUSED:
        found.append(Remark("unused"))
    elif version.last_used_at is not None and now - version.last_used_at > UNUSED:
        found.append(Remark("last-used", {"day": version.last_used_at}))
    return found


def _expiry(left: timedelta) -> list[Remark]:
    if left <= timedelta(0):
        return [Remark("expired")]
    due = min((days for days in REMINDERS if left <= timedelta(days=days)), default=0)
    return [Remark("expires-1" if due == 1 else "expires", {"days": due})] if due else []
