"""From answers to the files that say them. What somebody changed by hand meanwhile keeps what they wrote.

A file is composed anew from the answers as long as it is as it was composed; else only what an answer changed since is
changed in it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.errors import UsageError
from reconciler.mappings.suggest import Suggestion, suggest, taken
from reconciler.plans.beginning import (
    NewIntegration,
    expected,
    export,
    head,
    integration_lines,
    mapping_lines,
    tested_lines,
)
from reconciler.plans.compile import local_day
from reconciler.portal.proposing.editing import written
from reconciler.portal.proposing.editors.schedule_form import fresh
from reconciler.portal.proposing.wizard.desk import Desk
from reconciler.portal.proposing.wizard.said import Answers, Export, told
from reconciler.runs.draft import Draft, check_files
from reconciler.specs.become import become
from reconciler.specs.sentences import say
from reconciler.specs.yaml import Tree, read

Role = tuple[str, str]
"""Kind of a document, and the category that it is about where there is one of each."""
RULES = ("shared", "lines", "tests", "lookups")
"""What somebody may have written in a mapping by hand: it is theirs, until it is of another document."""


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


def composed(desk: Desk, answers: Answers) -> dict[Role, Composed]:
    """Every file, by its role; nothing before it is known what shall leave, and whither."""
    if not (answers.exports and answers.name and answers.environment):
        return {}
    return {
        ("Integration", ""): _integration(desk, answers),
        **dict(_mappings(desk, answers)),
        **_schedule(desk, answers),
    }


def mapping_name(answers: Answers, category: str) -> str:
    """The name of the mapping of a category."""
    return f"{answers.name}-{category.replace('_', '-')}"[:63].rstrip("-_")


def suggestion_of(desk: Desk, said: Export) -> Suggestion | None:
    """What is suggested for a category; None where its document is none of the type's."""
    document, category = desk.kind.documents.get(said.document), desk.categories.get(said.category)
    return suggest(document, category) if document is not None and category is not None else None


def drafted(desk: Desk, answers: Answers) -> Draft:
    """The draft as it says the answers. Raises UsageError for too much."""
    new = _with_tests(desk, answers)
    if not new:
        return replace(desk.draft, answers=answers.model_dump(mode="json"))
    old = composed(desk, desk.answers)
    files = {path: text for path, text in desk.draft.files.items() if path not in desk.answers.made}
    for role, each in new.items():
        if each.path in desk.found.files and each.path not in desk.answers.made:
            raise UsageError(
                say("there is a file {file} already", file=each.path), "choose another name for the new link"
            )
        files[each.path] = _kept(desk, old.get(role), each)
    check_files(desk.organization, files)
    made = {each.path: _digest(each.text) for each in new.values()}
    return replace(desk.draft, files=files, answers=answers.saying(made=made).model_dump(mode="json"))


def by_hand(desk: Desk, path: str) -> bool:
    """Whether a file is another than the one that was composed."""
    text, made = desk.draft.files.get(path), desk.answers.made.get(path)
    return text is not None and made is not None and _digest(text) != made


def _kept(desk: Desk, old: Composed | None, new: Composed) -> str:
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


def _with_tests(desk: Desk, answers: Answers) -> dict[Role, Composed]:
    """The files; each mapping with a test of what it makes of the category's first sample."""
    found = composed(desk, answers)
    if not any(kind == "FieldMapping" for kind, _ in found):
        return found
    files = {each.path: each.text for each in found.values()}
    rest = {path: text for path, text in desk.draft.files.items() if path not in desk.answers.made}
    checked = desk.editing.checked(replace(desk.draft, files=rest | files))
    day = local_day(checked.own, desk.visit.now)
    if day is None:
        return found

    def tested(each: Composed) -> Composed:
        made = expected(checked.specs, desk.organization, each.name, day)
        return replace(each, lines=(*each.lines, *tested_lines(made)))

    return {role: tested(each) if role[0] == "FieldMapping" else each for role, each in found.items()}


def _integration(desk: Desk, answers: Answers) -> Composed:
    path, kind = desk.path("integrations", answers.name), desk.kind
    exports = tuple(
        export(each.category, each.since, desk.categories[each.category])
        for each in answers.exports
        if each.category in desk.categories
    )
    new = NewIntegration(
        organization=desk.organization,
        name=answers.name,
        type=answers.type,
        environment=answers.environment,
        environments=list(kind.environments),
        settings={name: value for name, value in answers.settings.items() if value},
        exports=exports,
        mode=answers.mode,
    )
    lines = (*head(path, "Integration", answers.name), *integration_lines(new))
    return Composed(path, "Integration", answers.name, lines)


def _mappings(desk: Desk, answers: Answers) -> Iterator[tuple[Role, Composed]]:
    for each in answers.exports:
        found = suggestion_of(desk, each)
        if found is None:
            continue
        name = mapping_name(answers, each.category)
        path, category = desk.path("mappings", name), desk.categories[each.category]
        rules = told(each, {field: taken(field, category) for field in category.fields})
        lines = mapping_lines(answers.name, each.category, each.document, (found, rules))
        made = Composed(path, "FieldMapping", name, (*head(path, "FieldMapping", name), *lines))
        yield ("FieldMapping", each.category), made


def _schedule(desk: Desk, answers: Answers) -> Mapping[Role, Composed]:
    if answers.schedule is None:
        return {}
    path = desk.path("schedules", answers.name)
    text = written(path, "SyncSchedule", answers.name, fresh(answers.name, answers.schedule))
    return {("SyncSchedule", ""): Composed(path, "SyncSchedule", answers.name, tuple(text.splitlines()))}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
