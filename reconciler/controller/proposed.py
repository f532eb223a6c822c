"""A proposal as git shows it: what it asks of each organisation, from where it left the branch, and what it is beside.

A commit that nobody merged is a stranger's: it is only parsed and compared, by this program and the rules in force.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.controller.declared import SHARED, Declared, Rules
from reconciler.controller.history import History
from reconciler.plans.change import Change, Create, resource_of
from reconciler.plans.intent import ORGANIZATION, Intent, base_of, in_force, intent
from reconciler.plans.judgement import Brought, Judgement, judgement
from reconciler.plans.resource import Actual, Desired
from reconciler.runs.voice import Voices
from reconciler.specs.diagnostic import errors
from reconciler.specs.paths import organization_of, read_yaml
from reconciler.specs.sentences import joined, say

MOST_ORGANIZATIONS, MOST_PARTS = 100, 30
"""Organisations that are judged one by one, and commits of a proposal whose authors are looked for."""
MOST_TOLD = 5
Applied = Callable[[str], Actual]
"""The rows of the organisation with an id in the app."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a proposal asks of one organisation, by git alone. `parts` are the intents of its earlier commits, each from
    where the proposal left the branch; `more` is what it changes there that no intent holds. `was` is the name of the
    folder that it was in before; `standing` are those of the parts of which something stands in the head.
    """

    intent: Intent
    parts: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    was: str = ""
    standing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal at the commit `head`, made on `fork`; `base` is the commit that is followed.

    `unusable` says of an organisation why nothing of the head could be applied to it. `more` is what it changes beside
    organisations' specs, in words.
    """

    head: str
    base: str
    fork: str
    steps: tuple[Step, ...] = ()
    unusable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: tuple[str, ...] = ()

    @property
    def digests(self) -> list[str]:
        """Of all intents that voices on it may be about."""
        return list(dict.fromkeys(each for step in self.steps for each in (step.intent.digest, *step.parts)))


@dataclass(frozen=True, slots=True)
class Reader:
    """`history` reads commits of the copy; `rules` are what specs are held against."""

    history: History
    rules: Rules

    def read(self, base: str, head: str, now: datetime) -> Proposed:
        """Raises Blocked where git cannot be read."""
        mirror = self.history.mirror
        fork = mirror.fork(base, head)
        if not fork:
            return Proposed(head, base, "", more=("it shares no history with the branch",))
        changed = mirror.changed(fork, head)
        names = self._names(changed, fork, head)
        if len(names) > MOST_ORGANIZATIONS:
            said = say("it changes {count} organisations, which are judged when it is merged", count=len(names))
            return Proposed(head, base, fork, more=(said, *_beside(changed)))
        declared = Declared(mirror.snapshot(head, [*(f"orgs/{name}" for name in names), SHARED]), self.rules)
        steps, unusable = list[Step](), dict[str, tuple[str, ...]]()
        for name in names:
            found = self._wrong(declared, name, now) or self._step(name, fork, head, changed)
            if isinstance(found, Step):
                steps.append(found)
            else:
                unusable[name] = tuple(found)
        for name in {each.was for each in steps} - declared.trees.keys():
            unusable.pop(name, None)  # it is not gone: it goes on under another name
        return Proposed(head, base, fork, tuple(steps), unusable, tuple(_beside(changed)))

    def _names(self, changed: Collection[str], fork: str, head: str) -> list[str]:
        """The organisations that it touches: all of them where it changes what they share."""
        names = {name for path in changed if (name := organization_of(path)) is not None}
        if any(path.startswith(f"{SHARED}/") for path in changed):
            mirror = self.history.mirror
            for commit in (fork, head):
                names |= {each.removeprefix("orgs/") for each in mirror.snapshot(commit).folders if each != SHARED}
        return sorted(names)

    def _wrong(self, declared: Declared, name: str, now: datetime) -> list[str]:
        """Why nothing of an organisation could be applied, so far as the head alone tells."""
        if name not in declared.trees:
            return [say("orgs/{name} is gone: an organisation goes by state: retired", name=name)]
        specs = declared.specs(name, declared.read(name), {}, now)
        found = [*errors(specs.catalog.diagnostics), *errors(specs.organizations[name].diagnostics)]
        return [*declared.unread(name), *(str(each) for each in found)]

    def _step(self, name: str, fork: str, head: str, changed: Collection[str]) -> Step | list[str]:
        after = self.history.said(head, (name,))
        if after is None:
            return [say("orgs/{name} cannot be used", name=name)]
        names = (name, after.resources[ORGANIZATION, after.organization].renamed_from or name)
        before = self.history.said(fork, names, after.organization_id)
        if before is None and self.history.has(fork, names) and self.history.said(fork, names) is None:
            return [
                say(
                    "orgs/{name} cannot be used at {fork}, which the proposal was made on: merge the mending first",
                    name=name,
                    fork=fork[:10],
                )
            ]
        base = base_of(before) if before else Actual()
        found = intent(base, after)
        commits = self.history.mirror.touching(fork, head, [f"orgs/{each}" for each in names], MOST_PARTS + 1)
        said = (self.history.said(each, names, after.organization_id) for each in commits if each != head)
        parts = [intent(base, each) for each in said if each is not None]
        standing = tuple(each.digest for each in parts if each.stands_in(after) and each.digest != found.digest)
        was, digests = before.organization if before else "", tuple(each.digest for each in parts)
        return Step(found, digests, tuple(_more(found, before, changed)), was, standing)


def judged(found: Proposed, voices: Voices, applied: Applied, *, fork: bool = False) -> list[Judgement]:
    """Judge it by the rules and the people in force now, and by what was said to it so far."""
    rules, said = voices.rules(), voices.voices(found.digests)
    judgements = []
    for step in found.steps:
        others = {each.who for part in step.parts for each in said[part] if each.word == "author"}
        parts = tuple(tuple(said[each]) for each in step.standing)
        brought = Brought(fork, frozenset(others), (*found.more, *step.more), parts)
        standing = in_force(step.intent, applied(step.intent.organization_id))
        judgements.append(judgement(standing, rules, said[step.intent.digest], brought))
    return judgements


def _beside(changed: Collection[str]) -> Iterator[str]:
    """What is nobody's spec."""
    known = set(read_yaml(changed))
    if any(path.startswith(f"{SHARED}/") for path in changed):
        yield say("it changes what all share ({shared}/)", shared=SHARED)
    strange = sorted(path for path in changed if path not in known or (organization_of(path) is None))
    if other := [path for path in strange if not path.startswith(f"{SHARED}/")]:
        yield say("it changes what is no organisation's spec: {names}", names=_listed(other))


def _more(found: Intent, before: Desired | None, changed: Collection[str]) -> Iterator[str]:
    """What it changes in the folder beside resources: texts, and yeses to what a guard refuses."""
    touched = {path for change in found.changes for path in _files(change)}
    folders = [f"orgs/{each}/" for each in {found.organization, before.organization if before else ""} if each]
    mine = {path for path in changed if path.startswith(tuple(folders))}
    if silent := sorted(mine - touched):
        yield say("it changes files that nothing is applied from: {names}", names=_listed(silent))


def _files(change: Change) -> Iterator[str]:
    """Where an object is and was written."""
    yield resource_of(change).origin().rsplit(":", 2)[0]
    if not isinstance(change, Create):
        yield change.before.origin().rsplit(":", 2)[0]


def _listed(names: Sequence[str]) -> str:
    shown = ["".join(sign if sign.isprintable() else "?" for sign in each)[:200] for each in names[:MOST_TOLD]]
    more = len(names) - MOST_TOLD
    return joined([", ".join(shown), *([say(" and {more} more", more=more)] if more > 0 else [])])
