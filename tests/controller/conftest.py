"""An organisation that is let in and applied, once for all tests; each works on a copy."""

from collections.abc import Iterator

import pytest
from parts.databases import database, disconnect, url_of
from parts.merging import Merging, merging


@pytest.fixture(scope="session")
def model(administration, server_url: str, template: str, tmp_path_factory) -> Iterator[tuple[str, Merging]]:
    with database(administration, "approved", template) as name:
        found = merging(url_of(server_url, name), tmp_path_factory.mktemp("approved"))
        found.parts.clear()
        disconnect(administration, name)
        yield name, found
