"""One installation with a planted credential, and everything that lets something out watched."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from parts.between import Between, between
from parts.canary import Canary, files, places, rows, typing
from parts.cluster.fixtures import anywhere
from parts.fixtures import Fork, books, config_repository, forking, installation, prepared, simulator_process
from parts.installation import TOKEN, WHERE, Books, Installation
from parts.watch import Watch, watching

__all__ = ["anywhere", "books", "config_repository", "forking", "installation", "prepared", "simulator_process"]

Give = Callable[..., int]


@pytest.fixture
def canary() -> Canary:
    return Canary()


@pytest.fixture
def server(books: Books, canary: Canary) -> Iterator[Between]:
    with between(books.url, TOKEN, canary.value) as found:
        yield found


@pytest.fixture
def here(installation: Installation, server: Between, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation whose simulator takes the canary, and whose temporary files stay in the test's folder."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return replace(installation, settings=replace(installation.settings, simulators={"xledger": server.url}))


@pytest.fixture
def fork(here: Installation, forking: str) -> Fork:
    """A verb in a process that had nothing to load."""
    return partial(here.fork, forking)


@pytest.fixture
def watch(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    with watching(capfd, monkeypatch) as found:
        yield found


@pytest.fixture
def give(here: Installation, watch: Watch, canary: Canary) -> Give:
    """Types the canary, or another text, into a verb of `credentials`; gives the exit code."""

    def typed(*arguments: str, text: str = "", installation: Installation = here) -> int:
        with typing((text or canary.value).encode() + b"\n") as descriptor:
            return watch.verb((*arguments, "--fd", str(descriptor)), installation._now())

    return typed


@pytest.fixture
def leaked(here: Installation, watch: Watch, canary: Canary, tmp_path: Path) -> Callable[[], list[str]]:
    """Where the canary is: in what was let out, in any row of the database, in any file of the test."""
    return lambda: places(canary, watch.seen, rows(here.settings.database_url), files(tmp_path))


@pytest.fixture
def planted(give: Give, here: Installation) -> Installation:
    """The installation once the canary is in use there."""
    assert give("credentials", "set", *WHERE) == 0
    return here
