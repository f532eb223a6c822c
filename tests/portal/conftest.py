"""Parts for tests of the portal: an installation of their own, and a portal on it."""

from collections.abc import Iterator

import pytest
from parts.classes import class_process, make, register
from parts.fixtures import books, config_repository, fork, forking, installation, prepared, simulator_process
from parts.installation import Installation
from parts.models import models
from parts.portal import Opened, opened
from parts.synced import sent, sent_before, synced


@pytest.fixture
def portal(installation: Installation) -> Iterator[Opened]:
    with opened(installation) as found:
        yield found


__all__ = [
    "books", "class_process", "config_repository", "fork", "forking", "installation", "make", "models", "prepared",
    "register", "sent", "sent_before", "simulator_process", "synced",
]  # fmt: skip
