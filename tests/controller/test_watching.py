"""A commit to a repository on this machine wakes the loop at once; what is only written to disk does not."""

import threading
import time
from pathlib import Path

import pytest
from parts.remote import Remote

from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.watching import Watching
from reconciler.git.sources import git_folder


class Rounds(Pulse):
    """A pulse that counts."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def beat(self, name: str) -> None:
        super().beat(name)
        self.count += 1

    def more(self, rounds: int) -> None:
        """Wait until so many have begun and ended."""
        wanted, until = self.count + rounds + 1, time.monotonic() + 30
        while self.count < wanted:
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    found = Remote(tmp_path / "config")
    found.commit(orgs__a__organization_yaml="a: 1\n")
    return found


def test_a_commit_wakes_and_a_file_that_is_not_committed_does_not(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.controller.watching.ROUND_MS", 50)
    wake, rounds = Wake(), Rounds()
    watching = Watching(git_folder(remote.folder), "main")
    thread = threading.Thread(target=watching.run, args=(wake, rounds))
    thread.start()
    try:
        rounds.more(1)  # it looks by now
        (remote.folder / "orgs/a/organization.yaml").write_text("a: 2\n")
        rounds.more(2)
        assert wake.wait(0) == frozenset()
        remote.commit(orgs__a__organization_yaml="a: 3\n")
        assert wake.wait(30) == {"push"}
        remote.git("checkout", "--quiet", "-b", "another")
        remote.commit(orgs__a__organization_yaml="a: 4\n")
        rounds.more(2)
        assert wake.wait(0) == frozenset()
    finally:
        wake.stop()
        thread.join()
