"""Where an organisation's configuration stands between git and the database: one word, one reason, one sentence.

The words are those of Kubernetes' status conventions (kstatus); the reasons are a closed list, so that alerts and pages
can be written against them. `Ready` is as declared; `Reconciling` gets there by itself, or waits for a moment that is
known; `Stalled` waits for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, Protocol, get_args

from reconciler.runs.outcome import Lease
from reconciler.specs.languages import Language

Ready = Literal["Applied", "Pinned"]
Reconciling = Literal["Progressing", "Retrying", "Frozen", "Suspended", "DetectOnly"]
Stalled = Literal[
    "SpecsInvalid", "NotApproved", "PlanRefused", "EnvironmentRefused", "Fighting", "FolderGone", "Empty", "Unsigned",
    "Fault",
]  # fmt: skip
Reason = Ready | Reconciling | Stalled
Word = Literal["Ready", "Reconciling", "Stalled"]
REPOSITORY = ""
"""The name of the repository's own condition, beside those of the organisations."""
MOST_FINDINGS = 50
_WORDS: Mapping[str, Word] = {
    **dict.fromkeys(get_args(Ready), "Ready"),
    **dict.fromkeys(get_args(Reconciling), "Reconciling"),
    **dict.fromkeys(get_args(Stalled), "Stalled"),
}


def word(reason: Reason) -> Word:
    """The word that a reason belongs to; one that a newer program has written down waits for a person."""
    return _WORDS.get(reason, "Stalled")


@dataclass(frozen=True, slots=True)
class Condition:
    """Of one organisation, or of the repository. Holds no value of a credential and no personal data.

    `attempted` and `applied` are commits: the one that was looked at last, and the last one that the database was found
    or made equal to. `verified_at` is when the rows were last seen to be as applied. `findings` are diagnostics with
    their places. `fingerprint` and `mark` are digests of what the last attempt rested on, in git and in the database.
    `claim` is the organisation's id in the app, as its spec says. `repairs` are when drift was repaired lately.
    `failures` counts attempts in vain, one after the other; the next is not made before `not_before`.
    """

    organization: str
    reason: Reason
    message: str
    since: datetime
    hint: str = ""
    attempted: str = ""
    attempted_at: datetime | None = None
    applied: str = ""
    applied_at: datetime | None = None
    verified_at: datetime | None = None
    findings: tuple[str, ...] = ()
    fingerprint: str = ""
    mark: str = ""
    claim: str = ""
    repairs: tuple[datetime, ...] = ()
    failures: int = 0
    not_before: datetime | None = None
    handled_at: datetime | None = None

    @property
    def word(self) -> Word:
        return word(self.reason)

    def after(self, before: "Condition | None") -> "Condition":
        """The same, standing since `before` where that said the same; what is Ready is so since it became it."""
        if before is None or before.reason != self.reason:
            return self
        same = self.word == "Ready" or before.message == self.message
        return replace(self, since=before.since) if same else self

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        moments = ("since", "attempted_at", "applied_at", "verified_at", "not_before", "handled_at")
        inner = ("fingerprint", "mark", "claim", "repairs")
        found = {name: value for name, value in asdict(self).items() if name not in inner}
        found |= {name: found[name].isoformat() if found[name] else None for name in moments}
        return {"condition": self.word} | found


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody's "reconcile now"; `organization` is empty for all."""

    id: int
    organization: str
    by: str
    at: datetime
    handled_at: datetime | None = None


class Conditions(Protocol):
    """What is known of every organisation, and what was. Nothing here holds a value of a credential."""

    def conditions(self) -> Mapping[str, Condition]:
        """By organisation; the repository's own under `REPOSITORY`."""

    def keep_condition(self, condition: Condition, lease: Lease | None, now: datetime) -> None:
        """Write one down, and into the history where it tells something new. Raises Busy where the lease was lost."""

    def verified(self, organizations: Sequence[str], lease: Lease, now: datetime) -> None:
        """Write down that their rows were seen to be as applied. Raises Busy where the lease was lost."""

    def forget_condition(self, organization: str, lease: Lease, now: datetime) -> None:
        """Of a folder that is gone and was never applied. Raises Busy where the lease was lost."""

    def history(self, organization: str, limit: int) -> Sequence[Condition]:
        """The newest first."""

    def note_commit(
        self, organization: str, revision: str, reason: Reason, findings: Sequence[str], now: datetime
    ) -> None:
        """What a superseded commit would have come to, once per commit."""

    def marks(self, only: str = "") -> Mapping[str, str]:
        """By the organisation's id in the app, of all or of one: a digest of what the configuration tables hold."""

    def was_applied(self, organization_id: str, digests: Mapping[str, str]) -> bool:
        """Whether exactly these resources (`Kind/name` to digest) were an organisation's configuration once."""

    def languages(self) -> Mapping[str, Language]:
        """By applied organisation: the language that its people read."""

    def ask_reconcile(self, organization: str, by: str, now: datetime) -> int:
        """Write down that somebody wants it looked at now."""

    def asked(self, ids: Sequence[int] = ()) -> Sequence[Asked]:
        """Those not handled yet; or these."""

    def last_asked(self) -> int:
        """The number of the newest, handled or not; 0 where there are none. Numbers grow."""

    def handle_asked(self, ids: Sequence[int], now: datetime) -> None:
        """Say that they were."""


class Control(Protocol):
    """Whether a controller keeps this database."""

    def take_control(self, actor: str, now: datetime) -> None:
        """Write it down. Raises EnvironmentRefused where the database is another installation's."""

    def let_go(self, actor: str, now: datetime) -> bool:
        """Write down that none does any more; False where none did."""

    def controlled_since(self) -> datetime | None:
        """Since when one does; None where none does."""
