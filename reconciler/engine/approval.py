"""Approval before apply: what git asks for between the commit applied last and the head needs a yes (design.md 4.2).

A way from the one to the other is approved as a whole, or step by step; both ways give the same rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.engine.operations import check_reason
from reconciler.engine.world import World
from reconciler.errors import PlanRefused, UsageError
from reconciler.plans.approval import Asked, Verdict, Voice, asked, asked_for_rules, judge
from reconciler.plans.intent import Intent, base_of, intent
from reconciler.plans.plan import Plan
from reconciler.plans.resource import Actual, Definition, Desired
from reconciler.runs.voice import rules_of
from reconciler.specs.models.approval_policy import ApprovalPolicy
from reconciler.specs.sentences import say

Voiced = Mapping[str, Sequence[Voice]]
LONGEST = 100
"""Characters of an account."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What git says of one organisation between the commit applied last and the head.

    `before` is that commit; None where it cannot be read, or there is none: then the rows stand for it. `steps` are the
    commits after it that touch the organisation, oldest first, the last one equal to the head; each is read when asked
    for. None of them where the history was rewritten, or is too long: then only the whole counts.
    """

    before: Desired | None
    steps: Iterable[Desired] = ()


Chains = Callable[[Plan], Chain]


@dataclass(frozen=True, slots=True)
class Judged:
    """A step, what it needs, what was said to it, and what came of it."""

    intent: Intent
    asked: Asked
    voices: tuple[Voice, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """One organisation's way to the head: the whole, and its steps where there are several that may be judged."""

    whole: Judged
    steps: tuple[Judged, ...] = ()

    @property
    def approved(self) -> bool:
        step_by_step = self.steps and all(each.verdict.approved for each in self.steps)
        return self.whole.verdict.approved or bool(step_by_step and not self.whole.verdict.held)

    @property
    def objections(self) -> list[str]:
        """What is missing, in words; by commit where there are several."""
        if self.approved:
            return []
        waiting = [each for each in self.steps if not each.verdict.approved]
        if len(self.steps) < 2 or not waiting:
            return self.whole.verdict.texts
        held = [text for text in self.whole.verdict.texts if text.startswith("held by ")]
        return [*held, *(f"{each.intent.revision[:10]}: {text}" for each in waiting for text in each.verdict.texts)]


def objections(world: World, plan: Plan, chains: Chains) -> list[str]:
    """What stands in the way of a plan; nothing where it may be applied. Only drift needs nobody.

    Raises Blocked where git cannot be read.
    """
    return review(world, plan, chains(plan)).objections if world.judges and not repairs(plan) else []


def advice(plan: Plan) -> str:
    """What to do about objections."""
    return f"reconciler approvals {plan.organization} says who may; they run reconciler approve {plan.organization}"


def repairs(plan: Plan) -> bool:
    """Whether git asks for what was applied last: whatever differs now, another hand has done."""
    wanted = {key: resource.digest for key, resource in plan.desired.resources.items()}
    return wanted == dict(plan.actual.applied)


def review(world: World, plan: Plan, chain: Chain) -> Review:
    """Judge a way, by the rules in force."""
    base = base_of(chain.before) if chain.before else plan.actual
    whole, rules = intent(base, plan.desired), world.voices.rules()
    steps = [each for each in _steps(base, chain.steps) if not each.empty]
    said = world.voices.voices(list({whole.digest, *(each.digest for each in steps)}))
    parts = [each for each in steps if each.stands_in(plan.desired) and each.digest != whole.digest]
    if len(steps) < 2:
        return Review(judged(whole, rules, said))
    return Review(_with_parts(whole, rules, said, parts), tuple(judged(each, rules, said) for each in steps))


def judged(found: Intent, rules: ApprovalPolicy, said: Voiced) -> Judged:
    """Judge one step by itself."""
    needs, voices = asked(found, rules), tuple(said[found.digest])
    return Judged(found, needs, voices, judge(needs, voices))


def _with_parts(whole: Intent, rules: ApprovalPolicy, said: Voiced, parts: Sequence[Intent]) -> Judged:
    """The whole: who wrote a part of it cannot approve it, and a part that is held holds it too."""
    needs, voices = asked(whole, rules), tuple(said[whole.digest])
    inner = [judge(asked(each, rules), said[each.digest]) for each in parts]
    authors = {voice.who for each in parts for voice in said[each.digest] if voice.word == "author"}
    found = judge(needs, voices, authors)
    held = tuple(dict.fromkeys([*found.held, *(voice for each in inner for voice in each.held)]))
    return Judged(whole, needs, voices, Verdict(found.missing, held, found.own))


def _steps(base: Actual, said: Iterable[Desired]) -> Iterator[Intent]:
    """Each commit against the one before it, so that the steps lead from the base to the head without a gap."""
    for each in said:
        yield intent(base, each)
        base = base_of(each)


def check_voice(voice: Voice) -> None:
    """Raises UsageError for a reason or an account that cannot be one."""
    check_reason(voice.reason)
    _check_account(voice.account)


def speak(world: World, voice: Voice) -> None:
    """Write a voice down, and have the controller look at once. Raises UsageError as `check_voice` does."""
    check_voice(voice)
    with world.points.around("speak"):
        world.voices.speak(voice)
    with world.points.around("ask_reconcile"):
        world.conditions.ask_reconcile(voice.organization, voice.account, world.clock.now())


def accept_rules(world: World, rules: Definition, reason: str) -> None:
    """Put rules in force, by the platform. Raises PlanRefused where who asks does not speak for it, or wrote them."""
    check_reason(reason)
    _check_account(world.actor)
    voice = rules_of(rules.digest, world.actor, world.clock.now(), reason)
    said = world.voices.voices([rules.digest])[rules.digest]
    found = judge(asked_for_rules(world.voices.rules(), rules.name), [*said, voice])
    if not found.approved:
        hint = "the accounts that `platform` of the rules in force names; nobody approves what is their own"
        raise PlanRefused(
            say("{actor} cannot put rules in force: {names}", actor=world.actor, names="; ".join(found.texts)), hint
        )
    with world.points.around("accept_rules"):
        world.voices.accept_rules(rules, voice)


def _check_account(account: str) -> None:
    if account in ("", "unknown") or len(account) > LONGEST or not account.isprintable() or "@" in account:
        raise UsageError("nobody knows who says it", "RECONCILER_ACTOR: the account at the host of git, no address")
