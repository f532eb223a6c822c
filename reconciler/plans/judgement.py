"""What stands in a proposal's way, as one value: which rule covers each field, who is missing, who holds it. Pure.

A proposal is judged by the rules and people in force, never by what it brings itself; whoever opened it is its author.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from reconciler.plans.approval import PLATFORM, Asked, Verdict, Voice, asked, judge
from reconciler.plans.approvers import Covered, Needed, covered
from reconciler.plans.intent import Intent
from reconciler.specs.models.approval_policy import ApprovalPolicy
from reconciler.specs.sentences import joined, say

State = Literal["approved", "waiting", "held"]
THE_PLATFORM = "the platform"
"""Whoever speaks for it, where the rules name no accounts."""


@dataclass(frozen=True, slots=True)
class Brought:
    """Where a proposal comes from. `fork`: from another repository. `others` are accounts, in small letters, that wrote
    parts of it; `more` is what it changes beside the intent, in words, such as a file that is no spec. `parts` are what
    was said to each part that stands in it: whoever holds one holds the whole.
    """

    fork: bool = False
    others: frozenset[str] = frozenset()
    more: tuple[str, ...] = ()
    parts: tuple[tuple[Voice, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What a rule still asks for: `left` different people among `able`; the platform too, where nobody is named."""

    need: Needed
    left: int
    able: tuple[str, ...]
    text: str

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        need = self.need
        named = {"rule": need.rule, "roles": list(need.roles), "objects": list(need.objects), "reason": need.reason}
        return named | {"left": self.left, "able": list(self.able), "text": self.text}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`authors` are the accounts as they are written; nobody is known to have written it where there are none.

    `outsiders` says in words why nothing privileged is done for it (no record is read, nothing is merged); empty where
    its authors are admitted. `by_hand` says why a person merges it; empty where the controller may.
    `parts` are the voices on each part that stands in it.
    """

    intent: Intent
    asked: Asked
    voices: tuple[Voice, ...]
    verdict: Verdict
    authors: tuple[str, ...]
    covered: tuple[Covered, ...]
    missing: tuple[Missing, ...]
    outsiders: tuple[str, ...]
    by_hand: tuple[str, ...]
    parts: tuple[tuple[Voice, ...], ...] = ()

    @property
    def state(self) -> State:
        if self.verdict.held:
            return "held"
        return "approved" if self.verdict.approved else "waiting"

    @property
    def yes(self) -> tuple[str, ...]:
        """The accounts whose yes counts."""
        barred = {each.who for each in self.voices if each.word == "author"}
        last = {each.who: each for each in self.voices if each.word != "author"}
        said = (each for who, each in last.items() if each.word == "approve" and not each.spent and who not in barred)
        return tuple(each.account for each in said if self.asked.roles(each))

    @property
    def admitted(self) -> bool:
        """Whether anything may be looked up for it that not everybody may see."""
        return not self.outsiders

    @property
    def automatic(self) -> bool:
        """Whether the controller may merge it, as far as people and rules are concerned."""
        return self.verdict.approved and self.admitted and not self.by_hand

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is still needed, in words, who holds it first."""
        held = (
            say("held by {account}: {reason}", account=each.account, reason=each.reason) for each in self.verdict.held
        )
        return (*held, *(each.text for each in self.missing))

    def data(self) -> dict[str, Any]:
        """The stable JSON form."""
        step = self.intent
        return {
            "organization": step.organization,
            "revision": step.revision,
            "intent": step.digest,
            "new": step.new,
            "state": self.state,
            "authors": list(self.authors),
            "covered": [{"object": each.object, "field": each.field, "rules": each.rules} for each in self.covered],
            "missing": [each.data() for each in self.missing],
            "held": [each.data() for each in self.verdict.held],
            "own": list(self.verdict.own),
            "said": [each.data() for each in self.voices],
            "not_admitted": list(self.outsiders),
            "merge": "automatic" if not self.by_hand else "by-hand",
            "by_hand": list(self.by_hand),
        }


def judgement(
    found: Intent, rules: ApprovalPolicy, voices: Sequence[Voice], brought: Brought | None = None
) -> Judgement:
    """Judge a proposal's intent for one organisation, which has the people and rules in force (`in_force`).

    `rules` are the platform's in force; `voices` are those on the intent, the oldest first.
    """
    where = brought or Brought()
    needs = asked(found, rules)
    verdict = judge(needs, voices, where.others)
    parted = (each for said in where.parts for each in judge(needs, said).held)
    held = {each.who: each for each in (*parted, *verdict.held)}
    verdict = replace(verdict, held=tuple(held.values()))
    authors = tuple({each.who: each.account for each in voices if each.word == "author"}.values())
    return Judgement(
        intent=found,
        asked=needs,
        voices=tuple(voices),
        verdict=verdict,
        authors=authors,
        covered=tuple(covered(found.changes, rules, found.rules, found.allows)),
        missing=tuple(_missing(needs, verdict, voices, where.others)),
        outsiders=tuple(_outsiders(needs, voices, where)),
        by_hand=tuple(_by_hand(needs, where)),
        parts=where.parts,
    )


def able(asked: Asked, need: Needed, barred: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Who may still say yes: accounts, and the platform where a rule asks for it and names nobody."""
    unnamed = PLATFORM in need.roles and not asked.platform
    return (*sorted({*asked.able(need)} - barred), *([THE_PLATFORM] if unnamed else []))


def _missing(asked: Asked, verdict: Verdict, voices: Sequence[Voice], others: frozenset[str]) -> list[Missing]:
    """Who said yes already is not asked again."""
    barred = others | settled(voices)
    found = []
    for text in verdict.missing:
        need = next(each for each in asked.needs if text.endswith(f"({each.rule})"))
        found.append(Missing(need, int(text.partition(" ")[0]), able(asked, need, barred), text))
    return found


def settled(voices: Sequence[Voice]) -> frozenset[str]:
    """Who is not asked any more: who wrote it, and whose yes stands."""
    last = {each.who: each for each in voices if each.word != "author"}
    yes = {who for who, each in last.items() if each.word == "approve" and not each.spent}
    return frozenset(yes | {each.who for each in voices if each.word == "author"})


def _outsiders(asked: Asked, voices: Sequence[Voice], brought: Brought) -> list[str]:
    """Why nothing privileged is done for it. Somebody with a role who says yes lets in who has none."""
    if brought.fork:
        return ["it comes from another repository: push its branch to this one"]
    authors = [each for each in voices if each.word == "author"]
    if not authors:
        return ["nobody knows who wrote it"]
    last = {each.who: each for each in voices if each.word != "author"}
    yes = [each for each in last.values() if each.word == "approve" and not each.spent and asked.roles(each)]
    yes = [each for each in yes if each.who not in {one.who for one in authors} | brought.others]
    strangers = [each.account for each in authors if not asked.roles(each) and not yes]
    found: list[str] = [
        say("{account} has no role in the organisation: somebody who has one lets it in", account=account)
        for account in strangers
    ]
    for need in asked.needs if not strangers else ():
        if need.restrictive and not any(asked.has(each, need) for each in yes):
            without = [each.account for each in authors if not asked.has(each, need)]
            found += [
                say(
                    "{account} is none of {roles}, who propose this ({rule})",
                    account=each,
                    roles=joined(need.roles, ", "),
                    rule=need.rule,
                )
                for each in without
            ]
    return found


def _by_hand(asked: Asked, brought: Brought) -> list[str]:
    """Why a person merges it."""
    manual = [each.rule for each in asked.needs if not each.automatic]
    form = "the rules {rules} leave it to a person" if len(manual) > 1 else "the rule {rules} leaves it to a person"
    found: list[str] = [say(form, rules=", ".join(manual))] if manual else []
    if not asked.needs:
        found.append("no rule is about it")
    return [*found, *(["it comes from another repository"] if brought.fork else []), *brought.more]
