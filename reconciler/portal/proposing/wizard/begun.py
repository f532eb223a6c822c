"""What is set up in steps, whatever it is: answers that a draft keeps, files that follow from them, and what is done.

A link and a report differ in their steps and in what they ask; how answers are kept, files written and steps gone on
with is the same, and stands here. What somebody changed by hand meanwhile keeps what they wrote.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from reconciler.errors import Busy, UsageError
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.wizard.said import Answered, Step, Steps
from reconciler.portal.refusals import NotThere
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Visit
from reconciler.runs.draft import Draft, check_files
from reconciler.specs.become import become
from reconciler.specs.sentences import say
from reconciler.specs.yaml import Tree, read

Role = tuple[str, str]
"""Kind of a document, and the category that it is about where there is one of each."""
RULES = ("shared", "lines", "tests", "lookups")
"""What somebody may have written in a mapping by hand: it is theirs, until it is of another document."""


class Begun(Protocol):
    """Something that is being set up: a draft with its answers, and everything as it would have it."""

    @property
    def editing(self) -> Editing: ...
    @property
    def draft(self) -> Draft: ...
    @property
    def answers(self) -> Answered: ...
    @property
    def found(self) -> Checked: ...


@dataclass(frozen=True, slots=True)
class Composed:
    """A file as the answers say it."""

    path: str
    kind: str
    name: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def tree(self) -> Tree:
        return read(self.path, self.text.encode()).tree


Files = Mapping[Role, Composed]
D = TypeVar("D", bound=Begun)


@dataclass(frozen=True, slots=True)
class Way(Generic[D]):
    """How one sort of thing is set up. `desk` opens a draft, `done` says which steps are.

    `composed` gives the files that answers come to, `written` those that are written: none before the answers will do.
    """

    steps: Steps
    desk: Callable[[Editing, Draft], D]
    done: Callable[[D], Mapping[Step, bool]]
    composed: Callable[[D], Files]
    written: Callable[[D], Files]


def draft_of(steps: Steps, visit: Visit, draft: UUID, *, own: bool = True) -> tuple[Editing, Draft]:
    """A draft of this wizard. Raises NotThere, Blocked; `own` says that it has to be the visitor's."""
    editing = Editing(visit, visit.parts.house.copy)
    found = editing.own(draft) if own else editing.draft(draft)
    if found.kind != steps.kind or found.state != "open":
        raise NotThere
    return editing, found


def at_version(desk: Begun, version: int | None) -> None:
    """Raises Busy where the draft was saved since the form was made."""
    if version not in (None, desk.draft.version):
        raise Busy("the draft was changed meanwhile, from another page", "look at it as it is now, and try again")


def kept(way: Way[D], desk: D, said: D, here: Step, do: str) -> Done:
    """Save the answers of `said`, and the files as soon as they can be written; go on where the step is done."""
    draft = drafted(way, desk, said)
    ready = way.done(way.desk(desk.editing, draft))[here]
    onward = way.steps.after(here) if ready and do == "next" else here
    draft = replace(draft, answers={**draft.answers, "at": onward})
    desk.editing.drafts.save(draft, desk.editing.visit.now)
    return Done(
        ok=ready, said="wizard.kept" if ready else "wizard.kept-wrong", back=f"{way.steps.path}/{draft.id}/{onward}"
    )  # fmt: skip


def drafted(way: Way[D], desk: D, said: D) -> Draft:
    """The draft as it says the answers of `said`. Raises UsageError for too much, and for a file that is there."""
    new, answers, before = way.written(said), said.answers, desk.answers.made
    if not new:
        return replace(said.draft, answers=answers.model_dump(mode="json"))
    old = way.composed(desk)
    files = {path: text for path, text in desk.draft.files.items() if path not in before}
    for role, each in new.items():
        if each.path in desk.found.files and each.path not in before:
            raise UsageError(
                say("there is a file {file} already", file=each.path), "choose another name for the new link"
            )
        files[each.path] = _kept(desk, old.get(role), each)
    check_files(desk.editing.visit.organization.name, files)
    made = {each.path: _digest(each.text) for each in new.values()}
    return replace(said.draft, files=files, answers=answers.saying(made=made).model_dump(mode="json"))


def by_hand(desk: Begun, path: str) -> bool:
    """Whether a file is another than the one that was composed."""
    text, made = desk.draft.files.get(path), desk.answers.made.get(path)
    return text is not None and made is not None and _digest(text) != made


def _kept(desk: Begun, old: Composed | None, new: Composed) -> str:
    if old is None or not by_hand(desk, old.path):
        return new.text
    text = desk.draft.files[old.path] or ""
    tree = read(old.path, text.encode()).tree
    if not isinstance(tree, dict) or not isinstance(tree.get("spec"), dict):
        return new.text
    return become(text.encode(), _merged(tree, old.tree, new.tree)).decode("utf-8")


def _merged(tree: dict[str, Any], old: Tree, new: Tree) -> dict[str, Any]:
    """What an answer changed, over what was written by hand; rules stay while they are of the same document."""
    same = old["spec"].get("document") == new["spec"].get("document")
    changed = {
        key: value
        for key, value in new["spec"].items()
        if value != old["spec"].get(key) and not (same and key in RULES)
    }
    gone = [key for key in old["spec"] if key not in new["spec"] and not (same and key in RULES)]
    spec = {key: value for key, value in tree["spec"].items() if key not in gone}
    return {**tree, "metadata": {**tree["metadata"], "name": new["metadata"]["name"]}, "spec": {**spec, **changed}}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
