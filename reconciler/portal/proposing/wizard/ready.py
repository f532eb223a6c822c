"""How far a new link is: what each step is missing, whether its credential passed its test, and what objects to it."""

from collections.abc import Mapping
from datetime import date

from reconciler.database.credential_pages import CredentialPages
from reconciler.engine.trial import Trial, in_use
from reconciler.errors import Blocked
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.wizard.begun import Files, Way
from reconciler.portal.proposing.wizard.composing import composed, mapping_name, tested
from reconciler.portal.proposing.wizard.desk import Desk, desk_of
from reconciler.portal.proposing.wizard.fields import misnamed, problems
from reconciler.portal.proposing.wizard.said import LINK, Step
from reconciler.portal.refusals import NotDone
from reconciler.portal.visiting import Visit
from reconciler.runs.credential import Place, Version
from reconciler.runs.draft import Draft
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.models.integration import Credentials, Integration


def place_problems(desk: Desk) -> dict[str, str]:
    """What is wrong with the first step, as keys by field: `name`, `environment`, and each setting."""
    answers, kind = desk.answers, desk.kind
    found: dict[str, str] = {}
    if name := name_problem(desk):
        found["name"] = name
    if answers.environment not in allowed(desk):
        found["environment"] = "missing" if not answers.environment else "environment"
    return {**found, **problems(kind, answers.environment, answers.settings)}


def name_problem(desk: Desk) -> str:
    """What is wrong with the name, as a key. A credential is called as its integration: two must not share one."""
    name = desk.answers.name
    if misnaming := misnamed(name):
        return misnaming
    others = desk.others()
    theirs = {each.credentials.name for each in others.values()}
    file = desk.found.files.get(desk.file) is not None and desk.file not in desk.answers.made
    held = CredentialPages(desk.visit.parts.tables).holding(desk.visit.organization.id, name)
    return "taken" if name in others or name in theirs or file or held else ""


def allowed(desk: Desk) -> list[str]:
    """The environments of the type that this installation may go to."""
    settings = desk.visit.parts.house.settings
    return [
        name
        for name in desk.kind.environments
        if name in settings.environments and (name != "simulator" or desk.answers.type in settings.simulators)
    ]


def data_problems(desk: Desk) -> dict[str, str]:
    """What is wrong with what shall leave, as keys by category; `""` is about all of it."""
    found = {} if desk.answers.exports else {"": "missing"}
    for each in desk.answers.exports:
        if not _day(each.since):
            found[each.category] = "day"
        elif each.document not in desk.kind.documents:
            found[each.category] = "document"
    return found


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def trial(desk: Desk) -> Trial | None:
    """What a credential is tested with; None where the first step is not done."""
    answers, own = desk.answers, desk.found.own.organization
    if own is None or place_problems(desk):
        return None
    # What it exports is nobody's business yet: the test is about where it is.
    integration = Integration.model_construct(
        type=answers.type,
        environment=next(each for each in desk.kind.environments if each == answers.environment),
        settings={name: value for name, value in answers.settings.items() if value},
        credentials=Credentials(name=answers.name),
        mode=answers.mode,
        exports=[],
    )
    kind, said = desk.kind, desk.answers.exports
    document = said[0].document if said and said[0].document in kind.documents else next(iter(kind.documents))
    return Trial(
        desk.visit.organization.id, desk.organization, own.spec, answers.name, integration, kind, document
    )  # fmt: skip


def passed(desk: Desk) -> Version | None:
    """The credential that passed its test where the link leads now; None where none did."""
    found = trial(desk)
    if found is None:
        return None
    try:
        place = _place(desk.visit, found)
    except Blocked:
        return None
    living = CredentialPages(desk.visit.parts.tables).living(desk.visit.organization.id, [found.name])
    return in_use(living, place)


def _place(visit: Visit, found: Trial) -> Place:
    """Raises Blocked where this installation may not go there."""
    from reconciler.wiring.outside import place

    return place(visit.parts.house.settings, found.pinned)


def wrong(desk: Desk, *files: str) -> list[Diagnostic]:
    """The errors of these files of the draft; of all of them where none is named."""
    return [each for each in desk.found.wrong if not files or each.origin.file in files]


def data_wrong(desk: Desk) -> list[Diagnostic]:
    """The errors of the integration's own file; that a mapping is missing is the next step's matter."""
    return [each for each in wrong(desk, desk.file) if each.id != "mapping-missing"]


def done(desk: Desk) -> Mapping[Step, bool]:
    """Which steps are done."""
    answers = desk.answers
    mappings = [desk.path("mappings", mapping_name(answers, each.category)) for each in answers.exports]
    place, data = not place_problems(desk), not data_problems(desk)
    made = bool(mappings) and all(each in desk.draft.files for each in mappings)
    schedule = desk.path("schedules", answers.name)
    found: dict[Step, bool] = {
        "place": place,
        "credentials": place and passed(desk) is not None,
        "data": place and data and not data_wrong(desk),
        "mapping": place and data and made and not wrong(desk, *mappings),
        "schedule": answers.schedule is not None and not wrong(desk, schedule),
    }
    return {**found, "summary": all(found.values()) and not desk.found.wrong}


def objection(visit: Visit, draft: Draft) -> None:
    """Raises NotDone where a new link's credential has not passed its test: nobody is asked to review it yet."""
    if draft.kind != LINK.kind:
        return
    desk = desk_of(Editing(visit, visit.parts.house.copy), draft)
    if passed(desk) is None:
        raise NotDone("wizard.untested")


def _written(desk: Desk) -> Files:
    return {} if place_problems(desk) or data_problems(desk) else tested(desk)


WAY = Way(LINK, desk_of, done, composed, _written)
"""How a link is set up."""
