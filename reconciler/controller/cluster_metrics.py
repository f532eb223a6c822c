"""What is counted of a cluster: CronJobs as they should be and as they are, requests, and how old what we know is."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, Metric

if TYPE_CHECKING:
    from reconciler.controller.keeping import Looked


def cluster_metrics(
    looked: "Looked | None", since_s: float, installation: str, family: Callable[..., Metric]
) -> Iterable[Metric]:
    """`since_s` ago was the newest look; without one (runs are no pods) the metrics are there, and have no values."""
    counts, ages = [], []
    requests = CounterMetricFamily(
        "reconciler_cluster_requests", "Requests to the API server, by verb.", labels=["installation", "verb"]
    )
    if looked is not None:
        kept = looked.kept
        states = {"wanted": kept.wanted, "present": kept.present, "conflict": kept.count("conflict")}
        states |= {"refused": kept.count("refused"), "fighting": kept.count("fighting")}
        counts = [((state,), float(count)) for state, count in states.items()]
        ages = [((kind,), -1.0 if age is None else age + since_s) for kind, age in looked.list_ages.items()]
        for verb, count in sorted(looked.requests.items()):
            requests.add_metric([installation, verb], count)
    yield family("cronjobs", "CronJobs of our organisations, by how they stand.", ("state",), counts)
    yield family("cluster_list_age_seconds", "Since a list of a kind was read; -1 before the first.", ("kind",), ages)
    yield requests
