"""What modules share: an organisation that is let in and applied, and a server that can be seen and woken."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from parts.controlling import SECRET, Controller, serving
from parts.databases import database, disconnect, url_of
from parts.fixtures import books, simulator_process
from parts.merging import Merging, copied, merging

__all__ = ["books", "simulator_process"]


@pytest.fixture(scope="session")
def model(administration, server_url: str, template: str, tmp_path_factory) -> Iterator[tuple[str, Merging]]:
    """An organisation that is let in and applied, once for all tests; each works on a copy."""
    with database(administration, "approved", template) as name:
        found = merging(url_of(server_url, name), tmp_path_factory.mktemp("approved"))
        found.parts.clear()
        disconnect(administration, name)
        yield name, found


@pytest.fixture
def here(
    administration, url_for: Callable[[str], str], model: tuple[str, Merging], tmp_path: Path
) -> Iterator[Merging]:
    """An applied organisation of two people, in a repository of the test's own."""
    with database(administration, "approval", model[0]) as name:
        yield copied(model[1], url_for(name), tmp_path)


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    with serving(tmp_path_factory.mktemp("hooks")) as found:
        yield found


@pytest.fixture
def controller(_shared: Controller) -> Controller:
    """Nobody has woken it, and its secret is the first one."""
    _shared.secret_file.write_text(f"{SECRET}\n")
    _shared.wake.wait(0)
    return _shared


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A controller that is seen decides what this whole process logs: the tests after it log as they did."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {each: each.level for each in _loggers()}
    yield
    root.handlers[:] = handlers
    for each in _loggers():
        each.setLevel(levels.get(each, logging.NOTSET))


def _loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [logging.getLogger(), *(each for each in known if isinstance(each, logging.Logger))]
