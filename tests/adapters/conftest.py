"""A register as a process, and a system in YAML that is reached there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from parts.clubhouse import CLIENT, KEY, PASSWORD, Clubhouse
from parts.dataverse import dataverse, environment
from parts.simulator import Simulator

__all__ = ["dataverse", "environment"]


@pytest.fixture(scope="session")
def _register() -> Iterator[Simulator]:
    logins = ("--token", KEY, "--client", f"app:{CLIENT}", "--user", f"app:{PASSWORD}")
    simulator = Simulator("register", *logins, "--rate", "10000/1")
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def register(_register: Simulator) -> Simulator:
    """An empty register that accepts a key, a client and a user."""
    _register.control("/_reset")
    return _register


@pytest.fixture
def at() -> Iterator[Callable[..., Clubhouse]]:
    """The system at an address; its adapters are closed afterwards."""
    made: list[Clubhouse] = []

    def one(url: str, **more: Any) -> Clubhouse:
        made.append(Clubhouse(url, **more))
        return made[-1]

    yield one
    for each in made:
        each.close()


@pytest.fixture
def club(register: Simulator, at: Callable[..., Clubhouse]) -> Clubhouse:
    return at(register.base)
