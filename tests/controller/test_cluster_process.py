"""A controller as a process, where runs are pods: killed behind a commit, and finished by the next one."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
from parts.cluster.fixtures import standin
from parts.cluster.standing import StandIn
from parts.followed import followed
from parts.in_cluster import TEMPLATE
from prometheus_client.parser import text_string_to_metric_families

__all__ = ["standin"]


def test_one_that_is_killed_between_commit_and_cronjob_is_finished_by_the_next(
    standin: StandIn, tmp_path: Path, database_url: str
) -> None:
    one = followed(tmp_path, database_url, "alfa")
    template = tmp_path / "runner.yaml"
    template.write_text(TEMPLATE)
    variables = {
        "PATH": os.defpath,
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "RECONCILER_DATABASE_URL": database_url,
        "RECONCILER_HOME": str(one.settings.home),
        "RECONCILER_REPOSITORY": str(one.remote.folder),
        "RECONCILER_OBSERVE": "127.0.0.1:0",
        "RECONCILER_RUNS": "cluster",
        "RECONCILER_KUBERNETES_NAMESPACE": standin.namespace,
        "RECONCILER_KUBECONFIG": str(standin.kubeconfig(tmp_path)),
        "RECONCILER_RUNNER_TEMPLATE": str(template),
    }
    command = [str(Path(sys.executable).with_name("reconciler")), "controller"]
    crash = {"RECONCILER_CRASH_AT": "after:apply"}
    dead = subprocess.run(command, env=variables | crash, timeout=120, check=False, capture_output=True)
    assert dead.returncode == -signal.SIGKILL
    assert one.rows("select count(*) from reconciler.schedules") == [(1,)]
    assert standin.hand.list("cronjobs") == []
    one.write("delete from reconciler.leases")  # those of the dead are over
    with subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            seen = next(said for line in process.stderr if "observe" in (said := json.loads(line)))
            [made] = standin.until("cronjobs", lambda found: len(found) == 1, timeout_s=60)
            standin.until("configmaps", lambda found: len(found) == 1)
            metrics = httpx.get(seen["observe"] + "/metrics", trust_env=False).text
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, process.stderr.read()
    assert made["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"][:3] == [
        "sync",
        "alfa",
        "members",
    ]
    samples = [each for family in text_string_to_metric_families(metrics) for each in family.samples]
    assert {each.labels["verb"] for each in samples if each.name == "reconciler_cluster_requests_total"} >= {"list"}
