"""The suite on a real Gitea goes through a relay: here it is led to the one of the tests, as if that were real."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from contracts.hosts.bench import Bench
from contracts.hosts.makers import gitea
from parts.hosts.gitea import ADMIN, GiteaApi
from parts.hosts.serving import staged

from reconciler.clock import StagedClock
from reconciler.runs.host import Later, Status


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, clock: StagedClock) -> Iterator[Bench]:
    with staged() as far, staged() as near, tempfile.TemporaryDirectory() as folder:
        api = GiteaApi(Path(folder), clock)
        far.app = api.application()
        monkeypatch.setenv(gitea.URL, far.origin)
        monkeypatch.setenv(gitea.TOKEN, ADMIN)
        with gitea.ground(near) as ground, ExitStack() as ends:
            yield gitea.at(ends.callback, near, ground)
        assert (api.projects, set(api.users)) == ({}, {"admin"}), "everything is taken away again"


def test_a_real_host_is_asked_through_the_relay_which_has_the_faults(bench: Bench):
    status = Status("reconciler/production", "success")
    bench.lose("status")
    assert isinstance(bench.host.set_status(bench.base, status), Later)
    assert bench.host.set_status(bench.base, status) is None
    assert bench.posted() == 1
    bench.narrow(1)
    for name in ("a", "b"):
        bench.repository.push(name, {f"orgs/{name}.yaml": "b: 1\n"})
        bench.others.open("kari", name, "main", f"Change {name}")
    found = bench.host.open_pull_requests()
    assert isinstance(found, list)
    assert [each.branch for each in found] == ["a", "b"]
    bench.page(200)
    assert isinstance(bench.host.open_pull_requests(), Later)
