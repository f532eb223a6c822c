"""Who said yes to an intent, and what is still missing: the rules that fit its changes, held against voices. Pure."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from reconciler.plans.approvers import Needed, needed_for
from reconciler.plans.intent import Intent, People
from reconciler.specs.models.approval_policy import ApprovalPolicy
from reconciler.specs.sentences import joined, say

Word = Literal["author", "approve", "refuse", "withdraw"]
"""`withdraw` takes the account's last word back: a yes counts no more, a no holds nothing up any more."""
Source = Literal["cli", "host", "portal"]
PLATFORM = "platform"
SHARED = ""
"""In place of an organisation's name, for the rules themselves, which all share."""
MOST_OBJECTS = 4


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody said to an intent. `account` is that of the host of git, `host_id` its number there, where the host
    has told it itself.

    `as_platform`: whoever wrote it down answers for it that the account speaks for the platform. `spent`: the intent
    was applied after it, so that this yes is used up.
    """

    organization: str
    organization_id: str
    intent: str
    account: str
    word: Word
    source: Source
    revision: str
    reason: str
    at: datetime
    as_platform: bool = False
    spent: bool = False
    host_id: int | None = None

    @property
    def who(self) -> str:
        """The account as it is compared."""
        return self.account.strip().casefold()

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        said = {"intent": self.intent, "account": self.account, "voice": self.word, "as_platform": self.as_platform}
        origin = {"source": self.source, "revision": self.revision, "at": self.at.isoformat(), "spent": self.spent}
        return said | {"reason": self.reason} | origin


@dataclass(frozen=True, slots=True)
class Asked:
    """What a yes is asked for: the rules to satisfy, who has which role, and who are of the platform."""

    needs: tuple[Needed, ...]
    people: People
    platform: frozenset[str]

    def able(self, need: Needed) -> list[str]:
        """The accounts that may say yes, as far as they are known."""
        found = {who for who, roles in self.people.items() if roles & {*need.roles}}
        return sorted(found | (self.platform if PLATFORM in need.roles else frozenset()))

    def roles(self, voice: Voice) -> frozenset[str]:
        """The roles of whoever spoke; none of a stranger."""
        trusted = voice.who in self.platform or (voice.as_platform and not self.platform)
        return self.people.get(voice.who, frozenset()) | ({PLATFORM} if trusted else frozenset())

    def has(self, voice: Voice, need: Needed) -> bool:
        """Whether whoever spoke has a role that the rule asks for."""
        return bool(self.roles(voice) & {*need.roles})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of it. `missing` is in words that an admin reads; `own` are authors whose own yes does not count."""

    missing: tuple[str, ...]
    held: tuple[Voice, ...] = ()
    own: tuple[str, ...] = ()

    @property
    def approved(self) -> bool:
        return not self.missing and not self.held

    @property
    def texts(self) -> list[str]:
        """All that stands in the way."""
        return [
            *(say("held by {account}: {reason}", account=each.account, reason=each.reason) for each in self.held),
            *self.missing,
        ]


def asked(found: Intent, rules: ApprovalPolicy) -> Asked:
    """What a step needs by the rules in force. Of an organisation that is new only the platform decides: whom its own
    folder names as its people is part of what is judged.
    """
    needs = needed_for(found.changes, rules, found.rules, found.allows)
    if found.new:
        needs = [replace(each, roles=(PLATFORM,)) for each in needs]
    return Asked(tuple(needs), {} if found.new else found.people, platform(rules))


def asked_for_rules(rules: ApprovalPolicy, name: str) -> Asked:
    """What new rules need: somebody of the platform, by the rules in force."""
    need = Needed("the-rules", (PLATFORM,), 1, (f"ApprovalPolicy/{name}",), "Rules decide who may approve")
    return Asked((need,), {}, platform(rules))


def platform(rules: ApprovalPolicy) -> frozenset[str]:
    """The accounts of those who keep the platform."""
    return frozenset(each.strip().casefold() for each in rules.platform)


def judge(asked: Asked, voices: Sequence[Voice], others: AbstractSet[str] = frozenset()) -> Verdict:
    """Hold the rules against what was said, oldest first. `others` are authors of parts of it. A refusal counts from
    whoever has a role, or wrote it: a stranger holds nothing up, and nor does somebody who has left.
    """
    authors = {each.who: each for each in voices if each.word == "author"}
    last = {each.who: each for each in voices if each.word != "author"}
    barred = authors.keys() | others
    yes = [each for who, each in last.items() if each.word == "approve" and not each.spent and who not in barred]
    alone = _alone(authors.values(), others)
    missing = (said for need in asked.needs if (said := _missing(asked, need, yes, alone)))
    held = tuple(each for who, each in last.items() if each.word == "refuse" and (asked.roles(each) or who in barred))
    own = sorted(each.account for who, each in last.items() if each.word == "approve" and who in barred)
    return Verdict(tuple(missing), held, tuple(own) if asked.needs else ())


def _alone(authors: Iterable[Voice], others: AbstractSet[str]) -> list[Voice]:
    """The authors, where all of them are known. Whose word was used up by an apply has written the same before."""
    found = [each for each in authors if not each.spent]
    return found if others <= {each.who for each in found} else []


def _missing(asked: Asked, need: Needed, yes: Sequence[Voice], authors: Sequence[Voice]) -> str:
    """`1 more of admin, accountant: Integration/accounts (where-documents-go)`; empty where nothing is."""
    if need.approvals == 0 and authors and all(asked.has(each, need) for each in authors):
        return ""
    left = max(need.approvals, 1) - len({each.who for each in yes if asked.has(each, need)})
    more = len(need.objects) - MOST_OBJECTS
    objects = joined(
        [", ".join(need.objects[:MOST_OBJECTS]), *([say(" and {more} more", more=more)] if more > 0 else [])]
    )
    return (
        say(
            "{left} more of {roles}: {objects} ({rule})",
            left=left,
            roles=joined(need.roles, ", "),
            objects=objects,
            rule=need.rule,
        )
        if left > 0
        else ""
    )
