"""Every proposal of an organisation stands in one list, wherever it was begun, and people decide on it there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.drafting import HOME, TWIN, Drafting, drafting
from parts.followed import texts
from parts.proposing import ACCOUNTANT, ADMIN, CLOSED, NAMED, ORGANIZATION, OWN

from reconciler.plans.approval import Word
from tests.portal.proposing.test_drafts import LONGER, begun

HOSTILE = "<script>alert(1)</script>"
WHY = "Looked at it together"


@pytest.fixture
def alone(tmp_path: Path, database_url: str) -> Iterator[Drafting]:
    """One of its own, for a test that looks at all that is there."""
    with drafting(tmp_path, database_url, OWN.replace("approvals: 0", "approvals: 1")) as found:
        yield found


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, shared_url: str) -> Iterator[Drafting]:
    """One for tests that look at a proposal of their own; what is merged comes last."""
    with drafting(tmp_path_factory.mktemp("stage"), shared_url, OWN.replace("approvals: 0", "approvals: 1")) as found:
        yield found


def elsewhere(
    stage: Drafting, *edits: tuple[str, str, str], name: str = "proposal/elsewhere", word: Word = "author"
) -> str:
    """The path of a proposal that ADMIN made with git, and not in the portal."""
    head = stage.here.propose(name, *(edits or ((ORGANIZATION, *CLOSED),)))
    stage.here.one.source.fetch()
    stage.here.say(head, ADMIN, word)
    stage.portal.server.house.pulls.listed(fresh=True)
    rows = stage.portal.enter(ADMIN).get(f"{TWIN}/proposals").json()["open"]
    return next(each["page"] for each in rows if each["title"] == name)


def test_who_wrote_it_cannot_approve_it_and_a_viewer_says_nothing(stage: Drafting) -> None:
    path, admin = elsewhere(stage, (ORGANIZATION, *LONGER), name="proposal/own"), stage.portal.enter(ADMIN)
    page = admin.get(TWIN + path).json()
    assert page["own"]
    shown = admin.get(HOME + path).text
    assert "ditt eget ja teller ikke" in shown
    assert 'value="approve"' not in shown
    admin.post(f"{HOME}{path}/say", word="approve", reason=WHY, commit=page["commit"])
    after = admin.get(TWIN + path).json()
    assert (after["word"], after["own_yes"]) == ("waiting", [ADMIN])
    stale = admin.tell(f"{TWIN}{path}/say", {"word": "approve", "reason": WHY, "commit": "0" * 40})
    assert stale.status_code == 409
    assert (
        admin.tell(f"{TWIN}{path}/say", {"word": "approve", "reason": "x", "commit": page["commit"]}).status_code == 422
    )


def test_drafts_open_ones_and_those_that_are_over_each_have_their_place(alone: Drafting) -> None:
    draft, proposed, admin = begun(alone, *CLOSED), begun(alone, *NAMED, title="A name"), alone.portal.enter(ADMIN)
    admin.post(f"{HOME}{proposed}/propose")
    twin = admin.get(f"{TWIN}/proposals").json()
    assert [each["page"] for each in twin["drafts"]] == [draft]
    assert [(each["page"], each["word"]) for each in twin["open"]] == [(proposed, "waiting")]
    assert alone.portal.enter(ACCOUNTANT).get(f"{TWIN}/proposals").json()["drafts"] == []
    alone.here.push((ORGANIZATION, "title: Demoforeningen", "title: Laget"))
    alone.portal.server.house.copy.head(fresh=True)
    twin = admin.get(f"{TWIN}/proposals").json()
    assert [(each["page"], each["word"]) for each in (*twin["drafts"], *twin["open"])] == [
        (draft, "conflict"), (proposed, "conflict")
    ]  # fmt: skip
    branch = admin.get(TWIN + proposed).json()["branch"]
    alone.here.bare.git("update-ref", "-d", f"refs/heads/{branch}")
    alone.portal.server.house.pulls.listed(fresh=True)
    assert [(each["page"], each["word"]) for each in admin.get(f"{TWIN}/proposals").json()["done"]] == [
        (proposed, "closed")
    ]


def test_of_a_proposal_about_several_each_sees_its_own_part(stage: Drafting) -> None:
    beta = dict(texts("beta"))
    head = stage.here.propose("proposal/both", (ORGANIZATION, *CLOSED), files=beta)
    stage.here.one.source.fetch()
    stage.portal.server.house.pulls.listed(fresh=True)
    admin = stage.portal.enter(ADMIN)
    [row] = [each for each in admin.get(f"{TWIN}/proposals").json()["open"] if each["title"] == "proposal/both"]
    page = admin.get(TWIN + row["page"])
    assert (page.json()["whole"], page.json()["commit"]) == (False, head)
    assert "beta" not in page.text.replace("alfabeta", "")
    assert "beta" not in admin.get(HOME + row["page"]).text
    stage.here.propose("proposal/theirs", files=beta)
    listed = stage.portal.server.house.pulls.listed(fresh=True).pulls
    assert "proposal/theirs" not in [each["title"] for each in admin.get(f"{TWIN}/proposals").json()["open"]]
    answers = {each.branch: admin.get(f"{HOME}/proposals/{each.number}").status_code for each in listed}
    assert (answers["proposal/both"], answers["proposal/theirs"]) == (200, 404)
    assert admin.get(f"{HOME}/proposals/7").status_code == 404


def test_a_reviewer_finds_reads_and_approves_what_was_not_begun_in_the_portal(stage: Drafting) -> None:
    path, other = elsewhere(stage), stage.portal.enter(ACCOUNTANT)
    [row] = [each for each in other.get(f"{TWIN}/proposals").json()["open"] if each["page"] == path]
    assert (row["word"], row["accounts"], row["here"], row["mine"]) == ("waiting", [ADMIN], False, False)
    assert (row["able"], row["roles"]) == ([ACCOUNTANT], ["admin", "accountant"])
    page = other.get(TWIN + path).json()
    assert [each["path"] for each in page["files"]] == [ORGANIZATION]
    assert page["report"]["organizations"][0]["name"] == "alfa"
    assert (page["own"], page["by_hand"]) == (False, [])
    for word, stands in (("refuse", "held"), ("withdraw", "waiting"), ("comment", "waiting"), ("approve", "approved")):
        done = other.post(f"{HOME}{path}/say", word=word, reason=f"{WHY} {HOSTILE}", commit=page["commit"])
        assert done.headers["location"] == HOME + path
        assert other.get(TWIN + path).json()["word"] == stands
    shown = other.get(HOME + path).text
    assert "kommenterte" in shown
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown
    stage.round()
    after = other.get(TWIN + path).json()
    assert after["word"] == "live"
    assert after["lived_s"] is not None
    assert "etter det siste som ble sagt" in other.get(HOME + path).text
    trail = [each["action"] for each in other.get(f"{TWIN}/audit").json()["entries"]]
    assert {"proposal-commented", "intent-approve", "intent-refuse", "intent-withdraw"} <= set(trail)
