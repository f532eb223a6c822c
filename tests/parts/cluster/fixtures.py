"""Clusters for tests. A conftest that wants them imports them by name."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from parts.cluster.standing import StandIn, StepClock, standing

REAL = "RECONCILER_TEST_KUBECONFIG"
"""The kubeconfig of a real cluster to run against; its namespace is in RECONCILER_TEST_NAMESPACE, or `default`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test makes its objects."""

    kubeconfig: Path
    namespace: str


@pytest.fixture
def standin() -> Iterator[StandIn]:
    """A stand-in of the test's own, whose clock stands still until it is stepped."""
    with standing(StandIn(clock=StepClock())) as cluster:
        yield cluster


def real_place() -> Place | None:
    """The real cluster that the environment names."""
    if found := os.environ.get(REAL):
        return Place(Path(found), os.environ.get("RECONCILER_TEST_NAMESPACE", "default"))
    return None


@pytest.fixture
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """The real cluster that the environment names, else a stand-in whose controllers live as those of a real one do."""
    if real := real_place():
        yield real
        return
    with standing() as cluster, cluster.living():
        yield Place(cluster.kubeconfig(tmp_path), cluster.namespace)
