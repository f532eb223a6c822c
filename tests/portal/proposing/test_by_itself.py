"""From a click in the portal to what is applied: the controller is asked through the database, and looks at once."""

from collections.abc import Iterator

import pytest
from parts.drafting import HOME, TWIN, Drafting, drafting
from parts.editing import editor
from parts.proposing import ACCOUNTANT, ADMIN, CLOSED, ORGANIZATION, OWN, looked
from parts.running import Rounds, running, until

from reconciler.controller.asking import Asking
from tests.portal.proposing.test_drafts import begun

MOST = 12
"""Rounds of the loop from a click to what comes of it: two seconds lie between two of them where nothing happens."""
SCHEDULE = "/schedules/members/edit"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, shared_url: str) -> Iterator[Drafting]:
    """One for all tests: threads of their own are the last to look at it."""
    with drafting(tmp_path_factory.mktemp("alone"), shared_url, OWN.replace("approvals: 0", "approvals: 1")) as found:
        yield found


def stands(stage: Drafting, path: str, *words: str) -> bool:
    return stage.portal.entered[0].get(TWIN + path).json()["word"] in words


def soon(stage: Drafting, rounds: Rounds, path: str, word: str) -> None:
    began = rounds.count
    until(lambda: stands(stage, path, word))
    assert rounds.count - began <= MOST, rounds


def test_what_stands_beside_a_schedule_waits_with_it(stage: Drafting) -> None:
    schedule = ("orgs/alfa/schedules/members.yaml", "15 5", "20 5")
    head = stage.here.propose("proposal/both", schedule, (ORGANIZATION, *CLOSED))
    stage.here.one.source.fetch()
    stage.here.say(head, ADMIN, "author", source="portal")
    looked(stage.proposals, stage.here)
    assert stage.here.main != head
    assert [each.need.rule for each in stage.here.judgement(head).missing] == ["own/closed-days"]
    alone = stage.here.propose("proposal/alone", schedule)
    stage.here.one.source.fetch()
    stage.here.say(alone, ADMIN, "author", source="portal")
    looked(stage.proposals, stage.here)
    assert stage.here.main == alone


def test_what_another_replica_has_answered_already_is_news_all_the_same(stage: Drafting) -> None:
    conditions, now = stage.here.one.world.conditions, stage.here.one.clock.now()
    asking = Asking(conditions)
    assert not asking.news()
    asked = conditions.ask_reconcile("alfa", ADMIN, now)
    conditions.handle_asked([asked], now)
    assert asking.news()
    assert not asking.news()


def test_a_schedule_a_yes_and_a_no_that_is_taken_back_are_acted_on_at_once(stage: Drafting) -> None:
    admin, other = editor(stage), stage.portal.enter(ACCOUNTANT)
    closed = begun(stage, *CLOSED)
    with running(stage) as rounds:
        path = admin.saved(admin.form(SCHEDULE).put("cron", "45 5 * * 1,4"), "propose")
        soon(stage, rounds, path, "live")
        assert stage.here.one.rows("select cron from reconciler.schedules") == [("45 5 * * 1,4",)]
        admin.visitor.post(f"{HOME}{closed}/propose")
        soon(stage, rounds, closed, "waiting")
        commit = other.get(TWIN + closed).json()["commit"]
        for said, word in (("refuse", "held"), ("withdraw", "waiting"), ("approve", "live")):
            other.post(f"{HOME}{closed}/say", word=said, reason="Looked at it together", commit=commit)
            soon(stage, rounds, closed, word)
