"""The hosts that the contract suite runs over."""

from collections.abc import Callable, Iterator

import pytest
from contracts.hosts.bench import Bench
from contracts.hosts.makers import gitea, github, gitlab
from parts.hosts.serving import Stage, staged

MAKERS: dict[str, Callable[[pytest.FixtureRequest], Bench]] = {
    # One line per host, in the order of the alphabet; its module stands in `contracts/hosts/makers`.
    "gitea": gitea.make,
    "github": github.make,
    "gitlab": gitlab.make,
}


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A server for the APIs of the tests."""
    with staged() as stage:
        yield stage


@pytest.fixture(scope="session")
def gitea_ground(stage: Stage) -> Iterator[gitea.Ground]:
    """A Gitea with people in it."""
    with gitea.ground(stage) as ground:
        yield ground


@pytest.fixture(params=sorted(MAKERS))
def bench(request: pytest.FixtureRequest) -> Bench:
    """One host of each kind, in turn."""
    return MAKERS[request.param](request)
