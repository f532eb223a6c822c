"""A draft becomes its author's commit, a branch, and a word about whose it is; then it is a proposal as others are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from parts.proposing import ADMIN, CLOSED, NAMED, ORGANIZATION, Proposing, looked, proposing

from reconciler.controller.proposals import Proposals
from reconciler.database.portal_drafts import DraftTable
from reconciler.database.scoped import Lines, Scope
from reconciler.errors import SpecsInvalid, UsageError
from reconciler.portal.house import House, Parts
from reconciler.portal.named import named
from reconciler.portal.proposing.copy import Copy
from reconciler.portal.proposing.proposing import Conflict, Proposer, propose
from reconciler.runs.draft import Draft

NIL = UUID(int=0)


@dataclass
class Desk:
    """The parts of somebody's visit, and the proposals that a controller watches."""

    here: Proposing
    proposer: Proposer
    drafts: DraftTable
    organization_id: str

    def draft(self, *edits: tuple[str, str, str]) -> Draft:
        """A draft with edits (path, old, new), on what is followed now."""
        base = self.proposer.copy.head(fresh=True)
        files = self.proposer.copy.files("alfa", base)
        changed: dict[str, str] = {}
        for path, old, new in edits:
            text = changed.get(path) or files[path].decode()
            assert old in text
            changed[path] = text.replace(old, new)
        now = self.here.one.clock.now()
        found = Draft(NIL, self.organization_id, ADMIN, "files", "Closed a day earlier", base, changed, {}, now, now)
        return self.drafts.begin(found)

    @property
    def branches(self) -> str:
        """All that were proposed."""
        return self.here.bare.git("branch", "--list", "proposal/*")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, shared_url: str) -> Iterator[Desk]:
    """One for all tests: what they have merged last stands at the end."""
    here = proposing(tmp_path_factory.mktemp("desk"), shared_url)
    way = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    settings = replace(here.one.settings, portal=way)
    lines = Lines(settings.database_url)
    house = House(settings, named(settings), lines, here.one.clock)
    owner = here.one.world.applied.organization_id("alfa")
    scope = Scope(lines, owner)
    parts = Parts(house, scope, ADMIN)
    yield Desk(here, Proposer(Copy(settings, here.one.clock), parts.world(), "alfa", None), DraftTable(scope), owner)
    scope.close()
    lines.close()


def test_what_needs_somebody_else_waits_for_them_and_proposed_twice_it_is_one_branch_and_one_word(desk: Desk) -> None:
    draft, before = desk.draft((ORGANIZATION, *NAMED)), desk.branches.split()
    found, again = propose(desk.proposer, draft), propose(desk.proposer, draft)
    looked(Proposals(desk.here.desk()), desk.here)
    judgement = desk.here.judgement(found.head)
    assert desk.here.main != found.head
    assert found == again
    assert set(desk.branches.split()) - set(before) == {found.branch}
    assert [(each.account, each.word, each.source) for each in judgement.voices] == [(ADMIN, "author", "portal")]
    assert judgement.missing


def test_other_files_that_changed_meanwhile_are_no_conflict(desk: Desk) -> None:
    draft = desk.draft((ORGANIZATION, *NAMED))
    head = desk.here.push(files={"orgs/alfa/README.md": "ours"})
    found = propose(desk.proposer, draft)
    assert desk.here.bare.git("rev-parse", f"{found.branch}^") == head


def test_a_try_that_nobody_wrote_down_is_gone_on_with_and_what_was_changed_since_has_a_branch_of_its_own(
    desk: Desk,
) -> None:
    draft, before = desk.draft((ORGANIZATION, *NAMED)), set(desk.branches.split())
    first = propose(desk.proposer, draft)
    desk.here.push(files={"orgs/alfa/README.md": "ours, and yours"})
    assert propose(desk.proposer, draft) == first
    assert set(desk.branches.split()) - before == {first.branch}
    named = {path: str(text).replace(NAMED[1], "title: Laget") for path, text in draft.files.items()}
    changed = replace(draft, files=named)
    second = propose(desk.proposer, changed)
    assert propose(desk.proposer, changed) == second
    assert set(desk.branches.split()) - before == {first.branch, second.branch}
    assert "title: Laget" in desk.here.bare.git("show", f"{second.branch}:{ORGANIZATION}")


def test_a_draft_that_cannot_be_used_is_not_proposed(desk: Desk) -> None:
    before = desk.branches
    with pytest.raises(SpecsInvalid):
        propose(desk.proposer, desk.draft((ORGANIZATION, "title: Demoforeningen", "titel: Laget")))
    assert desk.branches == before


@pytest.mark.parametrize(
    "path", ["orgs/beta/organization.yaml", "specs/approvals.yaml", "orgs/alfa/../beta/x.yaml", "orgs/alfa/x.sh"]
)
def test_files_of_others_are_refused(desk: Desk, path: str) -> None:
    draft, before = replace(desk.draft((ORGANIZATION, *CLOSED)), files={path: "kind: Organization\n"}), desk.branches
    with pytest.raises(UsageError):
        propose(desk.proposer, draft)
    assert desk.branches == before


def test_what_its_author_may_decide_alone_is_live_without_anybody_else(desk: Desk) -> None:
    desk.here.settle()
    draft = desk.draft((ORGANIZATION, *CLOSED))
    found = propose(desk.proposer, draft)
    author = desk.here.bare.git("log", "-1", "--format=%an %s", found.branch)
    assert author == f"{ADMIN} alfa: Closed a day earlier"
    watching = Proposals(desk.here.desk())
    looked(watching, desk.here)
    assert desk.here.main == found.head
    desk.here.settle()
    assert desk.here.one.words() == {"alfa": "Applied"}
    assert desk.here.one.condition("alfa").applied == found.head


def test_what_somebody_changed_meanwhile_is_a_conflict_and_nothing_is_proposed(desk: Desk) -> None:
    draft, before = desk.draft((ORGANIZATION, "to: 2027-01-03", "to: 2027-01-04")), desk.branches
    desk.here.push((ORGANIZATION, "title: Demoforeningen", "title: Laget"))
    with pytest.raises(Conflict) as caught:
        propose(desk.proposer, draft)
    assert caught.value.paths == [ORGANIZATION]
    assert desk.branches == before
