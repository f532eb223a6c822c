"""The pages of drafts and proposals: what changes, what it does, who may, and how far it is."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from parts.drafting import HOME, TWIN, Drafting, drafting
from parts.proposing import ACCOUNTANT, ADMIN, CLOSED, NAMED, ORGANIZATION

from reconciler.database.portal_drafts import DraftTable
from reconciler.database.scoped import Scope
from reconciler.runs.draft import Draft

LONGER = ("to: 2027-01-03", "to: 2027-01-04")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, shared_url: str) -> Iterator[Drafting]:
    """One for all tests: what they have merged last stands at the end."""
    with drafting(tmp_path_factory.mktemp("drafts"), shared_url) as found:
        yield found


def branches(stage: Drafting, path: str) -> str:
    """The branch of a draft, if it was proposed."""
    return stage.here.bare.git("branch", "--list", f"proposal/alfa-{path.rpartition('/')[2].replace('-', '')[:12]}")


def begun(stage: Drafting, *edit: str, account: str = ADMIN, title: str = "Closed a day earlier") -> str:
    """A draft with one edit (old, new) of the organisation's own document; its path in the portal."""
    house = stage.portal.server.house
    owner = stage.here.one.world.applied.organization_id("alfa")
    base = house.copy.head(fresh=True)
    text = house.copy.files("alfa", base)[ORGANIZATION].decode()
    assert edit[0] in text
    scope = Scope(house.lines, owner)
    files = {ORGANIZATION: text.replace(*edit)}
    now = house.now
    found = DraftTable(scope).begin(Draft(UUID(int=0), owner, account, "files", title, base, files, {}, now, now))
    scope.close()
    return f"/drafts/{found.id}"


def test_a_draft_shows_its_lines_and_what_it_does_before_anybody_else_sees_it(stage: Drafting) -> None:
    path, admin = begun(stage, *CLOSED, title="Closed before Christmas"), stage.portal.enter(ADMIN)
    twin = admin.get(TWIN + path).json()
    assert (twin["word"], twin["mine"], twin["wrong"]) == ("open", True, False)
    assert [line for mark, line in twin["files"][0]["lines"] if mark == "+"] == [
        "    - {from: 2026-12-23, to: 2027-01-03, reason: The office is closed over Christmas}"
    ]
    assert twin["report"]["organizations"][0]["name"] == "alfa"
    page = admin.get(HOME + path)
    assert page.status_code == 200
    assert "Foreslå endringen" in page.text
    assert branches(stage, path) == ""
    assert "Closed before Christmas" in admin.get(f"{HOME}/drafts").text


def test_a_change_waits_for_another_person_who_says_yes_in_the_portal(stage: Drafting) -> None:
    path, admin = begun(stage, *NAMED, title="The new name"), stage.portal.enter(ADMIN)
    admin.post(f"{HOME}{path}/propose")
    stage.round()
    waiting = admin.get(TWIN + path).json()
    assert (waiting["word"], waiting["own"]) == ("waiting", True)
    assert waiting["needed"]
    assert "ditt eget ja teller ikke" in admin.get(HOME + path).text
    other = stage.portal.enter(ACCOUNTANT)
    said = other.post(f"{HOME}{path}/say", word="approve", reason="Looked at it together", commit=waiting["commit"])
    assert said.status_code == 303
    assert [each["word"] for each in other.get(TWIN + path).json()["said"]] == ["author", "approve"]


def test_a_yes_is_to_the_commit_that_was_looked_at(stage: Drafting) -> None:
    path, admin = begun(stage, *NAMED), stage.portal.enter(ADMIN)
    admin.post(f"{HOME}{path}/propose")
    other = stage.portal.enter(ACCOUNTANT)
    answer = other.tell(f"{TWIN}{path}/say", {"word": "approve", "reason": "Looked at it", "commit": "0" * 40})
    assert answer.status_code == 409


def test_another_persons_draft_can_be_read_and_not_proposed(stage: Drafting) -> None:
    path = begun(stage, *CLOSED)
    other = stage.portal.enter(ACCOUNTANT)
    assert "Foreslå endringen" not in other.get(HOME + path).text
    assert other.post(f"{HOME}{path}/propose").status_code in (403, 303)
    assert other.tell(f"{TWIN}{path}/drop").status_code == 403
    assert branches(stage, path) == ""


def test_a_dropped_draft_is_gone_from_the_list_and_stays_to_be_read(stage: Drafting) -> None:
    path, admin = begun(stage, *CLOSED), stage.portal.enter(ADMIN)
    admin.post(f"{HOME}{path}/drop")
    assert path.rpartition("/")[2] not in [each["id"] for each in admin.get(f"{TWIN}/drafts").json()["drafts"]]
    assert admin.get(TWIN + path).json()["word"] == "dropped"


def test_no_draft_of_that_name(stage: Drafting) -> None:
    admin = stage.portal.enter(ADMIN)
    assert admin.get(f"{HOME}/drafts/{uuid4()}").status_code == 404
    assert admin.get(f"{HOME}/drafts/nothing").status_code == 404


def test_a_hostile_title_is_text(stage: Drafting) -> None:
    path, admin = begun(stage, *CLOSED, title="<script>alert(1)</script>"), stage.portal.enter(ADMIN)
    page = admin.get(HOME + path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_what_its_author_may_decide_alone_is_proposed_merged_and_live(stage: Drafting) -> None:
    path, admin = begun(stage, *CLOSED), stage.portal.enter(ADMIN)
    done = admin.post(f"{HOME}{path}/propose")
    assert done.headers["location"] == HOME + path
    assert "er foreslått" in admin.get(HOME + path).text
    stage.round()
    assert admin.get(TWIN + path).json()["word"] == "live"


def test_what_others_changed_meanwhile_is_shown_and_not_proposed(stage: Drafting) -> None:
    path, admin = begun(stage, *LONGER), stage.portal.enter(ADMIN)
    stage.here.push((ORGANIZATION, *NAMED))
    stage.portal.server.house.copy.head(fresh=True)
    assert admin.get(TWIN + path).json()["word"] == "conflict"
    assert ORGANIZATION in admin.get(HOME + path).text
    assert admin.tell(f"{TWIN}{path}/propose").status_code == 409


def closed_days(stage: Drafting) -> str:
    """The line of the closed days, as it is followed now."""
    house = stage.portal.server.house
    text = house.copy.files("alfa", house.copy.head(fresh=True))[ORGANIZATION].decode()
    return next(line for line in text.splitlines() if "closed over Christmas" in line)


def test_a_draft_is_begun_again_from_what_holds_now_and_goes_its_way(stage: Drafting) -> None:
    path, admin, was = begun(stage, *LONGER), stage.portal.enter(ADMIN), closed_days(stage)
    assert admin.tell(f"{TWIN}{path}/again").status_code == 409, "nothing was merged since"
    stage.here.push((ORGANIZATION, "language: nb", "language: en"))
    stage.portal.server.house.copy.head(fresh=True)
    assert "Begynn på nytt fra det som gjelder nå" in admin.get(HOME + path).text
    assert admin.post(f"{HOME}{path}/again").headers["location"] == HOME + path
    twin = admin.get(TWIN + path).json()
    assert (twin["word"], twin["left"]) == ("open", [])
    changed = [line for mark, line in twin["files"][0]["lines"] if mark in "+-"]
    assert changed == [was, was.replace(*LONGER)]
    assert "Begynn på nytt" not in admin.get(HOME + path).text
    assert admin.tell(f"{TWIN}{path}/propose").json()["said"] == "proposing.proposed"


def test_what_does_not_fit_any_more_is_named_and_what_others_wrote_stays(stage: Drafting) -> None:
    path, admin, was = begun(stage, *LONGER), stage.portal.enter(ADMIN), closed_days(stage)
    stage.here.push((ORGANIZATION, LONGER[0], "to: 2027-01-05"))
    stage.portal.server.house.copy.head(fresh=True)
    assert admin.tell(f"{TWIN}{path}/again").json()["said"] == "proposing.again-left"
    twin = admin.get(TWIN + path).json()
    assert (twin["word"], twin["files"]) == ("open", [])
    assert twin["left"] == [{"path": ORGANIZATION, "lines": [was.replace(*LONGER)]}]
    page = admin.get(HOME + path).text
    assert "Dette passet ikke lenger" in page
    assert "to: 2027-01-04" in page
    other = stage.portal.enter(ACCOUNTANT)
    assert other.tell(f"{TWIN}{path}/again").status_code == 403, "it is hers"
