"""Killed with SIGKILL before and after everything that the loop writes, it is finished by the next replica."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from parts.followed import Followed, followed, id_of

from reconciler.wiring import KillAt

POINTS = [
    "hold",
    "take_control",
    "apply",
    "keep_condition",
    "verified",
    "note_commit",
    "handle_asked",
    "forget_condition",
]
SIDES = ["before", "after"]
ALFA = "orgs/alfa/organization.yaml"


@pytest.fixture
def one(tmp_path: Path, database_url: str) -> Followed:
    """Applied once; then a bad commit and a good one came, somebody asks, and a folder that was never applied went."""
    found = followed(tmp_path, database_url, "alfa", "beta")
    found.put({"orgs/gamma/organization.yaml": "kind: Organization\n"})
    found.settle()
    found.shards.give_back()
    found.write("update reconciler.installation set controlled_since = null")
    found.change(ALFA, "language: nb", "language: xx")
    found.put({"orgs/gamma/organization.yaml": None})
    found.change(ALFA, "language: xx", "language: en")
    found.world.conditions.ask_reconcile("beta", "kari", found.clock.now())
    return found


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("point", POINTS)
def test_a_leader_killed_at_a_point_is_finished_by_another(one: Followed, point: str, side: str) -> None:
    head = one.remote.git("rev-parse", "HEAD")
    bad = one.remote.git("rev-parse", "HEAD~2")
    assert killed(one, f"{side}:{point}") == -signal.SIGKILL
    other = one.twin("other")
    other.clock.wait(93)  # the leases of the dead are over
    other.settle()
    other.settle()
    said = other.world.conditions.conditions()
    assert {name: (each.reason, each.applied) for name, each in said.items()} == {
        "": ("Applied", head), "alfa": ("Applied", head), "beta": ("Applied", said["beta"].applied),
    }  # fmt: skip
    assert other.rows("select body ->> 'language' from reconciler.organizations order by name") == [("en",), ("nb",)]
    versions = "select version from reconciler.applied_revisions where organization_id = %s order by version"
    assert other.rows(versions, id_of("alfa")) == [(1,), (2,)]
    assert [each.attempted for each in other.world.conditions.history("alfa", 50)].count(bad) == 1
    assert other.world.conditions.asked() == []
    taken = "select count(*) from reconciler.audit where action = 'controller took over'"
    assert other.rows(taken) == [(2,)]


def killed(one: Followed, place: str) -> int:
    """How a process ended that leads until it is killed there."""
    child = os.fork()
    if not child:
        leader = replace(one, replica="leader")  # with connections of its own
        parts = leader.loop._parts
        leader.loop._parts = replace(parts, world=replace(parts.world, points=KillAt(place)))
        leader.settle()
        leader.clock.wait(31)
        leader.settle()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
