"""A page says what a document shall be: its text follows, and mistakes find the field that they are about."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from parts.proposing import ADMIN, proposing

from reconciler.database.scoped import Lines, Scope
from reconciler.errors import Blocked, Busy, UsageError
from reconciler.portal.house import House, Parts
from reconciler.portal.named import named
from reconciler.portal.proposing.editing import Editing, findings
from reconciler.portal.rights import RIGHTS
from reconciler.portal.visiting import Visit
from reconciler.runs.portal import Membership

SCHEDULE = ("SyncSchedule", "members")


@dataclass
class Visiting:
    """Two people of one organisation."""

    house: House
    scope: Scope
    organization_id: str

    def editing(self, account: str = ADMIN) -> Editing:
        whose = Membership(self.organization_id, "alfa", "Alfa", "Europe/Oslo", "nb", frozenset({"admin"}))
        parts = Parts(self.house, self.scope, account)
        visit = Visit(
            account=account,
            person=None,
            token=None,
            organization=whose,
            rights=frozenset(RIGHTS),
            language="nb",
            parts=parts,
        )
        return Editing(visit, self.house.copy)


@pytest.fixture(scope="module")
def visiting(tmp_path_factory: pytest.TempPathFactory, shared_url: str) -> Iterator[Visiting]:
    here = proposing(tmp_path_factory.mktemp("editing"), shared_url)
    way = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    settings = replace(here.one.settings, portal=way)
    lines = Lines(settings.database_url)
    scope = Scope(lines, here.one.world.applied.organization_id("alfa"))
    yield Visiting(
        House(settings, named(settings), lines, here.one.clock), scope, here.one.world.applied.organization_id("alfa")
    )
    scope.close()
    lines.close()


def first_schedule(editing: Editing, draft) -> tuple:
    found = editing.checked(draft)
    name = next(name for kind, name in found.own.documents if kind == "SyncSchedule")
    return found, editing.document(found, "SyncSchedule", name)


def test_another_time_of_a_schedule_is_one_line_of_its_file(visiting: Visiting) -> None:
    editing = visiting.editing()
    draft = editing.begin("schedule", "Earlier in the morning")
    _, schedule = first_schedule(editing, draft)
    after = editing.change(draft, schedule, {**schedule.spec, "cron": "15 5 * * *"})
    (text,) = after.files.values()
    before = schedule.content.decode().splitlines()
    assert len([each for each in text.splitlines() if each not in before]) == 1
    assert editing.checked(after).wrong == []
    assert editing.drafts.draft(draft.id).files == after.files


def test_a_mistake_stands_at_its_field(visiting: Visiting) -> None:
    editing = visiting.editing()
    draft = editing.begin("schedule", "A cron that is none")
    _, schedule = first_schedule(editing, draft)
    after = editing.change(draft, schedule, {**schedule.spec, "cron": "61 5 * * *"})
    found = editing.checked(after)
    wrong = [each for each in findings(found, schedule.file) if each.severity == "error"]
    assert [each.path for each in wrong] == [("spec", "cron")]
    assert editing.document(found, "SyncSchedule", schedule.name).spec["cron"] == "61 5 * * *"


def test_a_new_document_is_put_where_its_kind_is_and_never_over_another(visiting: Visiting) -> None:
    editing = visiting.editing()
    draft = editing.begin("exclusion", "No course fees")
    found = editing.checked(draft)
    spec = {"reason": "Course fees go another way", "categories": ["expense_claims"], "where": {"type": ["course"]}}
    after = editing.create(draft, found, "Exclusion", "course-fees", spec)
    assert list(after.files) == ["orgs/alfa/exclusions/course-fees.yaml"]
    with pytest.raises(UsageError, match="already"):
        editing.create(after, editing.checked(after), "Exclusion", "course-fees", spec)


def test_two_pages_of_one_draft_do_not_write_over_each_other(visiting: Visiting) -> None:
    editing = visiting.editing()
    draft = editing.begin("files", "A change in two windows")
    editing.save(draft, {"orgs/alfa/one.yaml": "a: b\n"})
    with pytest.raises(Busy):
        editing.save(draft, {"orgs/alfa/two.yaml": "a: b\n"})


def test_nobody_changes_the_draft_of_another(visiting: Visiting) -> None:
    draft = visiting.editing().begin("files", "Mine alone")
    assert visiting.editing("tore-alfa").draft(draft.id).title == "Mine alone"
    with pytest.raises(Blocked):
        visiting.editing("tore-alfa").own(draft.id)
