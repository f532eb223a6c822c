"""From the answers about a new link to the files that say them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

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
from reconciler.portal.proposing.wizard.begun import Composed, Role
from reconciler.portal.proposing.wizard.desk import Desk
from reconciler.portal.proposing.wizard.said import Answers, Export, told


def composed(desk: Desk) -> dict[Role, Composed]:
    """Every file, by its role; nothing before it is known what shall leave, and whither."""
    answers = desk.answers
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


def tested(desk: Desk) -> dict[Role, Composed]:
    """The files; each mapping with a test of what it makes of the category's first sample."""
    found = composed(desk)
    if not any(kind == "FieldMapping" for kind, _ in found):
        return found
    files = {each.path: each.text for each in found.values()}
    rest = {path: text for path, text in desk.draft.files.items() if path not in desk.answers.made}
    checked = desk.editing.checked(replace(desk.draft, files=rest | files))
    day = local_day(checked.own, desk.visit.now)
    if day is None:
        return found

    def with_test(each: Composed) -> Composed:
        made = expected(checked.specs, desk.organization, each.name, day)
        return replace(each, lines=(*each.lines, *tested_lines(made)))

    return {role: with_test(each) if role[0] == "FieldMapping" else each for role, each in found.items()}


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
