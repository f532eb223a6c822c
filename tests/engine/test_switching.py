"""Whoever dies while setting or ending a switch leaves it set or not set, never half."""

from dataclasses import replace

import pytest
from parts.installation import WHERE, Installation
from parts.staging import Points

from reconciler.engine.switching import release, turn
from reconciler.engine.world import World
from reconciler.runs.switch import Switch


class _Killed(BaseException):
    """As a kill: nothing catches it."""


def _die() -> None:
    raise _Killed


def _dying(world: World, place: str) -> World:
    return replace(world, points=Points(place, _die))


@pytest.mark.parametrize(("side", "left"), [("before", 0), ("after", 1)])
def test_a_switch_stands_or_does_not(installation: Installation, side: str, left: int) -> None:
    world = installation.world()
    wanted = Switch(WHERE[0], "stop", "the ledger is looked into", "", None)
    with pytest.raises(_Killed):
        turn(_dying(world, f"{side}:set_switch:1"), wanted)
    assert len(world.switches.switches()) == left
    turn(world, wanted)
    with pytest.raises(_Killed):
        release(_dying(world, f"{side}:end_switch:1"), WHERE[0])
    assert len(world.switches.switches()) == 1 - left
    assert installation.sql("select count(*) from reconciler.switches")[0][0] == 1 + left
