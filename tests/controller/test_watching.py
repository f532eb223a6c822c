"""A commit to a repository on this machine wakes the loop at once; what is only written to disk does not."""

import threading
from pathlib import Path

import pytest
from parts.remote import Remote

from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.watching import Watching
from reconciler.git.sources import git_folder


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    found = Remote(tmp_path / "config")
    found.commit(orgs__a__organization_yaml="a: 1\n")
    return found


def test_a_commit_wakes_and_a_file_that_is_not_committed_does_not(remote: Remote) -> None:
    wake = Wake()
    watching = Watching(git_folder(remote.folder), "main")
    thread = threading.Thread(target=watching.run, args=(wake, Pulse()))
    thread.start()
    try:
        wake.wait(2.0)  # it looks by now
        (remote.folder / "orgs/a/organization.yaml").write_text("a: 2\n")
        assert wake.wait(1.5) == frozenset()
        remote.commit(orgs__a__organization_yaml="a: 3\n")
        assert wake.wait(30) == {"push"}
        remote.git("checkout", "--quiet", "-b", "another")
        remote.commit(orgs__a__organization_yaml="a: 4\n")
        assert wake.wait(2.5) == frozenset()
    finally:
        wake.stop()
        thread.join()
