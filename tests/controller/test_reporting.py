"""What a controller that follows a branch tells of itself, in metrics and in its log."""

import logging
from pathlib import Path

import pytest
from parts.followed import Followed, followed, id_of

from reconciler.controller.metrics import Metrics
from reconciler.controller.reporting import Reporting

FILE = "orgs/alfa/organization.yaml"

_DRIFT = """
    update public.feature_flags set enabled = not enabled where organization_id = %s and feature = (
        select min(feature) from public.feature_flags)"""


class Seconds:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def metrics(seconds: Seconds) -> Metrics:
    return Metrics("tests", seconds)


@pytest.fixture
def one(tmp_path: Path, database_url: str, metrics: Metrics, seconds: Seconds) -> Followed:
    """A replica that has applied its first commit, and has told of it."""
    found = followed(tmp_path, database_url, "alfa", "beta")
    found.reported.append(Reporting(metrics, 1, seconds))
    found.settle()
    return found


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"reconciler_{name}", {"installation": "tests", **labels})


def latency(metrics: Metrics) -> tuple[float | None, float | None]:
    """How many commits were applied, and the sum of their seconds."""
    return value(metrics, "commit_to_applied_seconds_count"), value(metrics, "commit_to_applied_seconds_sum")


def test_a_commit_counts_from_the_fetch_before_it_to_its_being_applied(one, metrics, seconds):
    assert latency(metrics) == (0, 0), "nobody knows when the commit was pushed that was there at the start"
    one.settle()
    seconds.now += 20
    one.change(FILE, "language: nb", "language: en")
    one.settle()
    assert latency(metrics) == (1, 20)
    one.settle()
    assert latency(metrics) == (1, 20)


def test_a_hook_tells_more_precisely_when_it_was_pushed(one, metrics, seconds):
    one.settle()
    seconds.now += 20
    metrics.hooked("github", "woken")
    seconds.now += 3
    one.change(FILE, "language: nb", "language: en")
    one.settle()
    assert latency(metrics) == (1, 3)


def test_a_commit_that_cannot_be_applied_counts_for_nothing_until_it_is_mended(one, metrics, seconds, caplog):
    caplog.set_level(logging.INFO)
    one.settle()
    one.change(FILE, "language: nb", "langage: nb")
    one.settle()
    assert latency(metrics) == (0, 0)
    told = [each for each in caplog.records if each.name.endswith("reporting") and each.levelno == logging.ERROR]
    assert [(each.organization, each.reason) for each in told] == [("alfa", "SpecsInvalid")]
    one.settle()
    seconds.now += 5
    one.change(FILE, "langage: nb", "language: en")
    one.settle()
    assert latency(metrics) == (1, 5)


def test_drift_is_counted_where_it_is_found_and_where_it_is_repaired(one, metrics):
    one.settle()
    one.write(_DRIFT, id_of("alfa"))
    one.clock.wait(31)
    one.settle()
    assert value(metrics, "drift_found_total") == 1
    assert value(metrics, "drift_repaired_total") == 1
    assert value(metrics, "reconcile_seconds_count", condition="Ready") >= 3


def test_fetches_leases_and_what_waits_are_told_after_each_round(one, metrics, seconds):
    assert value(metrics, "fetches_total", outcome="ok") == 1
    assert (value(metrics, "shards_held"), value(metrics, "shards")) == (1, 1)
    assert value(metrics, "queue_depth") == 0
    seconds.now += 60
    one.remote.folder.rename(one.remote.folder.with_name("away"))
    one.settle()
    assert value(metrics, "fetches_total", outcome="failed") == 1
    assert value(metrics, "last_fetch_age_seconds") == 60
