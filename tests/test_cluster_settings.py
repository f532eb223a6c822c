"""Where runs are started, as the environment says it."""

from pathlib import Path

import pytest

from reconciler.errors import UsageError
from reconciler.settings import NamedCluster, read_settings


def test_runs_are_started_here_where_nothing_is_said() -> None:
    found = read_settings({})
    assert (found.runs, found.cluster) == ("here", None)


def test_a_controller_in_a_cluster_knows_its_namespace_and_the_template_of_a_run() -> None:
    named = {"RECONCILER_KUBERNETES_NAMESPACE": "sync", "RECONCILER_RUNNER_TEMPLATE": "/etc/reconciler/runner.yaml"}
    found = read_settings({"RECONCILER_RUNS": "cluster", **named})
    assert found.runs == "cluster"
    assert found.cluster == NamedCluster("sync", template=Path("/etc/reconciler/runner.yaml"))


def test_the_pod_of_a_run_knows_where_its_marks_are() -> None:
    found = read_settings({"RECONCILER_MARKS": "/var/run/reconciler/marks"})
    assert found.cluster == NamedCluster(marks=Path("/var/run/reconciler/marks"))


@pytest.mark.parametrize("name", ["RECONCILER_RUNNER_TEMPLATE", "RECONCILER_MARKS"])
def test_a_path_that_is_not_whole_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="names no whole path"):
        read_settings({name: "runner.yaml"})


def test_another_word_for_who_starts_runs_is_refused() -> None:
    with pytest.raises(UsageError, match="RECONCILER_RUNS is 'kubernetes'") as refused:
        read_settings({"RECONCILER_RUNS": "kubernetes"})
    assert "cluster" in refused.value.hint
