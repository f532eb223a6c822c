"""What is merged is applied, what drifts is mended, and what is wrong with one organisation holds up no other."""

from datetime import timedelta
from pathlib import Path

import pytest
from parts.followed import Followed, followed, id_of, texts

SCHEDULE = "orgs/alfa/schedules/members.yaml"


@pytest.fixture
def two(tmp_path: Path, database_url: str) -> Followed:
    return followed(tmp_path, database_url, "alfa", "beta")


def test_a_commit_is_applied_and_the_next_round_finds_nothing_to_do(two: Followed) -> None:
    head = two.remote.git("rev-parse", "HEAD")
    two.settle()
    assert two.words() == {"alfa": "Applied", "beta": "Applied"}
    assert two.condition("alfa").applied == head
    assert two.condition("").message == f"follows {head[:10]}"
    before = two.rows("select name, version from reconciler.organizations order by name")
    two.settle()
    assert (
        two.rows("select name, version from reconciler.organizations order by name")
        == before
        == [("alfa", 1), ("beta", 1)]
    )


def test_only_what_a_commit_touches_is_looked_at(two: Followed) -> None:
    two.settle()
    earlier = two.condition("beta")
    head = two.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    two.settle()
    assert two.condition("alfa").applied == head
    assert two.condition("beta") == earlier


def test_a_commit_that_is_invalid_for_one_organisation_is_applied_to_the_others(two: Followed) -> None:
    two.settle()
    good = two.condition("alfa").applied
    both = texts("alfa") | texts("beta")
    bad = both["orgs/alfa/organization.yaml"].replace("language: nb", "language: xx")
    better = both["orgs/beta/organization.yaml"].replace("language: nb", "language: en")
    head = two.put({"orgs/alfa/organization.yaml": bad, "orgs/beta/organization.yaml": better})
    two.settle()
    alfa = two.condition("alfa")
    assert (alfa.reason, alfa.applied, alfa.attempted) == ("SpecsInvalid", good, head)
    assert alfa.findings[0].startswith("orgs/alfa/organization.yaml:")
    assert two.condition("beta").applied == head
    assert two.rows("select body ->> 'language' from reconciler.organizations order by name") == [("nb",), ("en",)]


def test_what_failed_is_tried_once_until_something_changes(two: Followed) -> None:
    two.change("orgs/alfa/organization.yaml", "language: nb", "language: xx")
    two.settle()
    first = two.condition("alfa")
    for _ in range(3):
        two.clock.wait(60)
        two.settle()
    assert two.condition("alfa").attempted_at == first.attempted_at
    two.change("orgs/alfa/organization.yaml", "language: xx", "language: en")
    two.settle()
    assert two.condition("alfa").reason == "Applied"


def test_drift_is_repaired_when_it_is_seen(two: Followed) -> None:
    two.settle()
    two.write("update reconciler.schedules set cron = '1 1 1 1 1' where organization_id = %s", id_of("alfa"))
    two.settle()
    assert two.rows("select distinct cron from reconciler.schedules where cron = '1 1 1 1 1'") == [("1 1 1 1 1",)]
    two.clock.wait(31)
    two.settle()
    assert two.rows("select distinct cron from reconciler.schedules where cron = '1 1 1 1 1'") == []
    assert two.condition("alfa").message.startswith("repaired: ")


def test_who_writes_back_what_was_repaired_is_not_fought_for_ever(two: Followed) -> None:
    two.settle()
    spoil = "update reconciler.schedules set cron = '1 1 1 1 1' where organization_id = %s"
    for _ in range(5):
        two.write(spoil, id_of("alfa"))
        two.clock.wait(31)
        two.settle()
        assert two.condition("alfa").reason == "Applied"
    two.write(spoil, id_of("alfa"))
    two.clock.wait(31)
    two.settle()
    assert two.condition("alfa").reason == "Fighting"
    assert two.condition("beta").reason == "Applied"
    two.clock.wait(timedelta(hours=1).total_seconds())
    two.settle()
    assert two.condition("alfa").reason == "Applied"


def test_a_folder_that_is_gone_deletes_nothing(two: Followed) -> None:
    two.settle()
    two.remote.git("rm", "-r", "-q", "orgs/alfa")
    two.put({})
    two.settle()
    assert two.condition("alfa").reason == "FolderGone"
    assert two.rows("select count(*) from reconciler.organizations") == [(2,)]
    assert two.rows(
        "select count(*) from public.organization_integrations where organization_id = %s", id_of("alfa")
    ) != [(0,)]


def test_a_tree_without_organisations_is_not_taken_for_a_wish(two: Followed) -> None:
    two.settle()
    two.remote.git("rm", "-r", "-q", "orgs")
    two.put({"README": "nothing"})
    two.settle()
    assert two.condition("").reason == "Empty"
    assert two.words() == {"alfa": "Applied", "beta": "Applied"}
