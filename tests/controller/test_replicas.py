"""Two controllers on one database: one writes for an organisation at a time, and the other goes on when it is gone."""

from dataclasses import replace
from pathlib import Path

import pytest
from parts.followed import Followed, followed, id_of

from reconciler.errors import Busy, EnvironmentRefused
from reconciler.runs.shard import shard_of

NAMES = ("alfa", "beta", "gamma", "delta", "epsilon", "zeta")


@pytest.fixture
def one(tmp_path: Path, database_url: str) -> Followed:
    return followed(tmp_path, database_url, *NAMES[:2])


def test_the_second_replica_waits_and_goes_on_when_the_first_is_gone(one: Followed) -> None:
    other = one.twin("other")
    one.settle()
    other.settle()
    assert not other.shards.mine("alfa")
    one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    other.settle()
    assert other.condition("alfa").applied != one.remote.git("rev-parse", "HEAD")
    one.clock.wait(31)  # it says nothing any more: killed
    other.settle()
    assert other.condition("alfa").applied == one.remote.git("rev-parse", "HEAD")


def test_who_stops_gives_way_at_once(one: Followed) -> None:
    other = one.twin("other")
    one.settle()
    one.shards.give_back()
    other.settle()
    assert other.shards.mine("alfa")


def test_shards_are_shared_and_nobody_holds_another_s(tmp_path: Path, database_url: str) -> None:
    one = followed(tmp_path, database_url, *NAMES)
    one.shards_count = 4
    one.__post_init__()
    one.settle()
    other = one.twin("other")
    for _ in range(3):
        other.settle()
        one.settle()
    held = [{name for name in NAMES if each.shards.mine(name)} for each in (one, other)]
    assert held[0] | held[1] == set(NAMES)
    assert not held[0] & held[1]
    assert all(len(each.shards.hold(each.clock.now())) == 2 for each in (one, other))
    assert len({shard_of(name, 4) for name in NAMES}) > 1


def test_a_lease_that_ends_in_mid_apply_lets_nothing_be_written(one: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    one.settle()
    other = one.twin("other")
    head = one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    observe = one.world.config.observe

    def slow(organization_id: str):
        """The first replica falls asleep between looking and writing, and the other takes over."""
        found = observe(organization_id)
        monkeypatch.setattr(one.world.config, "observe", observe)
        one.clock.wait(31)
        other.settle()
        return found

    monkeypatch.setattr(one.world.config, "observe", slow)
    one.settle()
    assert one.rows(
        "select actor, version from reconciler.applied_revisions where organization_id = %s order by version",
        id_of("alfa"),
    ) == [("controller", 1), ("controller", 2)]
    assert one.condition("alfa").applied == head
    assert not one.shards.mine("alfa")
    assert other.shards.mine("alfa")


def test_a_write_behind_a_lost_lease_is_refused_by_the_database(one: Followed) -> None:
    one.settle()
    lease = one.shards.lease_of("alfa")
    condition = one.condition("alfa")
    one.clock.wait(31)
    one.twin("other").settle()
    with pytest.raises(Busy, match="was lost"):
        one.world.conditions.keep_condition(condition, lease, one.clock.now())
    with pytest.raises(Busy, match="was lost"):
        one.world.conditions.verified(["alfa"], lease, one.clock.now())


def test_two_installations_on_one_database_the_second_is_refused(one: Followed) -> None:
    one.settle()
    stranger = Followed(one.remote, replace(one.settings, installation="staging"), one.clock, "stranger")
    one.shards.give_back()
    with pytest.raises(EnvironmentRefused, match="belongs to the installation 'local'"):
        stranger.settle()
    assert one.rows("select count(*) from reconciler.applied_revisions") == [(2,)]


def test_an_installation_looks_after_the_organisations_that_it_names_and_no_other(
    tmp_path: Path, database_url: str
) -> None:
    one = followed(tmp_path, database_url, *NAMES)
    one.settings = replace(one.settings, organizations=("beta", "*eta"))
    one.__post_init__()
    one.settle()
    assert one.words() == dict.fromkeys(("beta", "zeta"), "Applied")
    assert one.rows("select name from reconciler.organizations order by name") == [("beta",), ("zeta",)]
