"""Installations that nobody uses but to be copied: each is made when it is first asked for, and then cheap to have.

To apply the example, to fill a database and to test a secret takes half a second; a copy of all that takes a tenth.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from parts.databases import database, disconnect, url_of
from parts.installation import Installation, copied

Made = TypeVar("Made", bound=Installation)
Build = Callable[[str, Path], Made]
"""Makes an installation on a migrated, empty database (its URL) and in an empty folder."""


@dataclass(slots=True)
class Models:
    """The models of one run of tests; `kept` ends with it. The simulator that a model knows lives as long."""

    administration: psycopg.Connection
    server_url: str
    template: str
    folders: pytest.TempPathFactory
    kept: ExitStack
    _made: dict[str, tuple[str, Installation]] = field(default_factory=dict)

    @contextmanager
    def own(self, key: str, build: Build[Made], folder: Path, url_for: Callable[[str], str]) -> Iterator[Made]:
        """A copy of the model `key`: database, home and config repository, as long as the block lasts."""
        name, made = self._model(key, build)
        shutil.copytree(made.settings.home, folder / "home")
        copied(made.repository, folder / "config")
        with database(self.administration, "own", name) as own:
            settings = replace(made.settings, database_url=url_for(own), home=folder / "home")
            yield replace(made, settings=settings, repository=folder / "config")

    def _model(self, key: str, build: Build[Made]) -> tuple[str, Made]:
        if key not in self._made:
            name = self.kept.enter_context(database(self.administration, "model", self.template))
            made = build(url_of(self.server_url, name), self.folders.mktemp("model"))
            disconnect(self.administration, name)
            self._made[key] = name, made
        return self._made[key]


@pytest.fixture(scope="session")
def models(
    administration: psycopg.Connection, server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Models]:
    with ExitStack() as kept:
        yield Models(administration, server_url, template, tmp_path_factory, kept)
