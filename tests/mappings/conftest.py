"""The small world of `parts.mapping` as fixtures."""

from collections.abc import Callable

import pytest
from parts.mapping import World


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def ids(world: World) -> Callable[..., list[str]]:
    """The ids of the findings about one line of rules."""
    return lambda *rules, **more: [identifier for identifier, _ in world.clashes(*rules, **more)]
