"""What a person has said about applying configuration: leave it, only look, or stay at one commit. Never in git: who
may merge is not who may stop (design.md 4.17).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

What = Literal["stop", "detect", "pin"]
STRENGTH: tuple[What, ...] = ("stop", "detect", "pin")
"""The stronger one first: what forbids more wins, whoever said it and whenever."""
REASON = 10
"""Characters of a reason, at least."""
EVERYBODY = ""
"""The name of the scope that is every organisation of the installation."""


@dataclass(frozen=True, slots=True)
class Switch:
    """`stop` leaves an organisation's configuration as it is; `detect` looks, says what differs, and writes nothing;
    `pin` applies the commit `revision` while the branch moves on. Syncs go on under each of them.

    `organization` is the name, `EVERYBODY` for all; `organization_id` its id in the app, empty for all. `since` is None
    where the settings say so instead of a person. It is over from `until` on.
    """

    organization: str
    what: What
    reason: str
    author: str
    since: datetime | None
    until: datetime | None = None
    revision: str = ""
    organization_id: str = ""

    def holds(self, now: datetime) -> bool:
        """Whether its time is not over."""
        return self.until is None or self.until > now

    def is_for(self, organization: str, organization_id: str = "") -> bool:
        """Whether it speaks of this organisation. A folder that got another name is known by its id."""
        everybody = self.organization == EVERYBODY
        same = bool(organization_id) and self.organization_id == organization_id
        return everybody or self.organization == organization or same

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "organization": self.organization or None,
            "what": self.what,
            "revision": self.revision or None,
            "reason": self.reason,
            "by": self.author,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class Ended:
    """A switch of earlier: who ended it, and when. One that ran out has neither."""

    switch: Switch
    at: datetime | None
    by: str


def standing(switches: Iterable[Switch], organization: str, now: datetime, organization_id: str = "") -> Switch | None:
    """The one that counts for an organisation now: stop before detect before pin, that of all before its own.

    Give `organization_id`, as its spec says, wherever it is known: a folder's new name frees nobody.
    """
    found = [each for each in switches if each.holds(now) and each.is_for(organization, organization_id)]
    return min(found, key=lambda each: (STRENGTH.index(each.what), each.organization != EVERYBODY), default=None)


class Switches(Protocol):
    """The switches of one installation."""

    def switches(self) -> Sequence[Switch]:
        """All that nobody has ended; whether their time is over is another question."""

    def set_switch(self, switch: Switch) -> Switch | None:
        """Write one down in place of the one of the same scope and kind: which one that was."""

    def end_switch(self, organization_id: str, whats: Sequence[What], actor: str, now: datetime) -> list[Switch]:
        """End those of an organisation (all organisations where empty) of these kinds: what was ended."""

    def switched(self, organization_id: str, limit: int) -> Sequence[Ended]:
        """What stood and does not any more, of an organisation and of all, the newest first."""
