"""A controller whose runs are pods has a thread that keeps the cluster, in place of the one that starts runs."""

from dataclasses import replace
from pathlib import Path

import pytest
from parts.followed import followed
from parts.in_cluster import TEMPLATE

from reconciler.controller.threads import Listeners, threads
from reconciler.errors import Blocked, UsageError
from reconciler.settings import NamedCluster, Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    template = tmp_path / "runner.yaml"
    template.write_text(TEMPLATE)
    return replace(
        followed(tmp_path, database_url).settings, runs="cluster", cluster=NamedCluster("sync", None, template)
    )


def test_the_cluster_is_kept_where_runs_are_pods(settings: Settings) -> None:
    names = {each.name for each in threads(settings, Listeners())}
    assert ("cluster" in names, "scheduler" in names) == (True, True), "the second for what CronJobs leave over"
    names = {each.name for each in threads(replace(settings, runs="here"), Listeners())}
    assert ("cluster" in names, "scheduler" in names) == (False, True)
    names = {each.name for each in threads(replace(settings, runs="elsewhere"), Listeners())}
    assert ("cluster" in names, "scheduler" in names) == (False, False)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (None, "no namespace is named"),
        (NamedCluster(), "no namespace is named"),
        (NamedCluster("sync"), "no pod template"),
    ],
)
def test_it_does_not_begin_without_what_it_needs(settings: Settings, named: NamedCluster | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        threads(replace(settings, cluster=named), Listeners())


def test_it_does_not_begin_with_a_template_that_it_cannot_read(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Blocked, match="cannot be read"):
        threads(replace(settings, cluster=NamedCluster("sync", None, tmp_path / "none.yaml")), Listeners())
