"""One server of a controller for all tests of a module."""

from collections.abc import Iterator

import pytest
from parts.controlling import SECRET, Controller, serving


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
