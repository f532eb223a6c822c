"""An organisation that is let in and applied, once for all tests; each works on a copy."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from parts.databases import database, disconnect, url_of
from parts.merging import Merging, copied, merging


@pytest.fixture(scope="session")
def model(administration, server_url: str, template: str, tmp_path_factory) -> Iterator[tuple[str, Merging]]:
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
