"""What is proposed is judged by what is in force, and merged by itself where rules and people let it; else it waits."""

from pathlib import Path

import pytest
from parts.proposing import (
    ACCOUNTANT,
    ADMIN,
    CLOSED,
    NAMED,
    ORGANIZATION,
    Proposing,
    looked,
    proposing,
)

from reconciler.controller.proposals import Proposals


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Proposing:
    return proposing(tmp_path, database_url)


@pytest.fixture
def thread(here: Proposing) -> Proposals:
    return Proposals(here.desk())


def test_what_people_may_change_by_themselves_is_merged_and_applied(here: Proposing, thread: Proposals) -> None:
    head = here.propose("proposal/closed", (ORGANIZATION, *CLOSED))
    looked(thread, here)
    assert here.main != head
    here.say(head, ADMIN, "author", source="portal")
    looked(thread, here)
    assert here.main == head
    here.settle()
    assert here.one.condition("alfa").applied == head
    assert here.one.words() == {"alfa": "Applied"}


def test_what_nobody_wrote_a_rule_about_waits_for_another_and_a_person_merges_it(
    here: Proposing, thread: Proposals
) -> None:
    head = here.propose("proposal/named", (ORGANIZATION, *NAMED))
    here.say(head, ACCOUNTANT, "author", source="portal")
    looked(thread, here)
    found = here.judgement(head)
    assert (found.state, found.texts) == ("waiting", ("1 more of admin, reviewer: Organization/alfa (default)",))
    here.say(head, ADMIN)
    looked(thread, here)
    assert here.judgement(head).state == "approved"
    assert here.main != head
