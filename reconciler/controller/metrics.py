"""What Prometheus reads. Every metric stands in docs/operations/observing.md, with what it is good for.

What this process does is counted here, by plain calls from any thread; what is true of the whole installation is asked
of the database when somebody looks (`Census`). No label holds more than names from specs and words of ours.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from reconciler.controller.census_metrics import census_metrics
from reconciler.controller.cluster_metrics import cluster_metrics
from reconciler.errors import ReconcilerError
from reconciler.runs.health import IntegrationState

if TYPE_CHECKING:
    from reconciler.controller.keeping import Looked
    from reconciler.controller.pulse import Pulse
    from reconciler.database.census import Census

APPLIED_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
"""A commit is to be applied within 60 s (the SLI's bound), so that must be one of them."""
WORK_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
LATE_S = (1, 5, 15, 30, 60, 120, 300, 900, 3600)
FRESH_S = 10.0
"""For so long a census serves everybody who looks."""
MOST_INTEGRATIONS = 5000
ONE = ("installation",)
log = logging.getLogger(__name__)


class Metrics:
    """A registry of our own, for one installation; safe to call from any thread."""

    def __init__(self, installation: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.registry = CollectorRegistry()
        self._installation = installation
        self._monotonic = monotonic
        self._fetched_at = monotonic()
        self.woken_at = -math.inf
        """When a hook last woke the loop, in monotonic seconds."""
        self._integrations: Sequence[IntegrationState] = ()
        self._looked: tuple[Looked | None, float] = (None, 0.0)
        self._pulse: Pulse | None = None
        self._count: Callable[[], Census] | None = None
        self._census: tuple[Census, float] | None = None
        self._asked_at = -math.inf
        self._counting = threading.Lock()
        self._applied = self._histogram(
            "commit_to_applied_seconds", "From a commit's push to its being applied to an organisation.", APPLIED_S
        )
        self._pass = self._histogram("pass_seconds", "One pass over all organisations.", WORK_S)
        self._reconcile = self._histogram("reconcile_seconds", "One organisation looked at.", WORK_S, "condition")
        self._late = self._histogram("schedule_lateness_seconds", "From due to begun, of runs begun here.", LATE_S)
        self._found = self._counter("drift_found", "Times that another hand changed an organisation's rows.")
        self._repaired = self._counter("drift_repaired", "Times that they were made as applied again.")
        self._fetches = self._counter("fetches", "Fetches from the remote, by outcome.", "outcome")
        self._hooks = self._counter("hooks", "Deliveries to the hooks, by host of git and outcome.", "host", "outcome")
        self._queue = self._gauge("queue_depth", "Organisations that get there by themselves, and have not yet.")
        self._held = self._gauge("shards_held", "Shards that this replica holds the lease of.")
        self._shards = self._gauge("shards", "Shards that there are.")
        self._gauge("info", "The version of the program.", "version").labels(installation, version("reconciler")).set(1)
        for outcome in ("ok", "failed"):
            self._fetches.labels(installation, outcome)
        self.registry.register(self)

    def watch(self, pulse: "Pulse") -> None:
        """Show how long ago each part got round."""
        self._pulse = pulse

    def ask(self, count: "Callable[[], Census]") -> None:
        """Show what `count` finds in the database, asked at most every FRESH_S, and only when somebody looks."""
        self._count = count

    def applied(self, latency_s: float) -> None:
        """A commit is applied to an organisation, so long after it was pushed."""
        self._applied.labels(self._installation).observe(max(0.0, latency_s))

    def passed(self, duration_s: float) -> None:
        """A pass is over."""
        self._pass.labels(self._installation).observe(duration_s)

    def reconciled(self, duration_s: float, word: str) -> None:
        """One organisation was looked at in full; `word` is its condition's."""
        self._reconcile.labels(self._installation, word).observe(duration_s)

    def drift(self, found: int, repaired: int) -> None:
        """So many organisations' rows were changed by another hand, and so many are as applied again."""
        self._found.labels(self._installation).inc(found)
        self._repaired.labels(self._installation).inc(repaired)

    def began_late(self, lateness_s: float) -> None:
        """A run of a schedule began so long after it was due."""
        self._late.labels(self._installation).observe(max(0.0, lateness_s))

    def fetched(self, *, ok: bool) -> None:
        """The remote was asked for news."""
        self._fetches.labels(self._installation, "ok" if ok else "failed").inc()
        if ok:
            self._fetched_at = self._monotonic()

    def hooked(self, host: str, outcome: str) -> None:
        """A delivery was answered."""
        self._hooks.labels(self._installation, host, outcome).inc()
        if outcome == "woken":
            self.woken_at = self._monotonic()

    def queued(self, organizations: int) -> None:
        """So many get there by themselves, and have not yet."""
        self._queue.labels(self._installation).set(organizations)

    def leases(self, held: int, of: int) -> None:
        """How many of all the shards this replica holds."""
        self._held.labels(self._installation).set(held)
        self._shards.labels(self._installation).set(of)

    def integrations(self, states: Iterable[IntegrationState]) -> None:
        """How all integrations stand, in the place of what was said before: one that is gone is not shown any more."""
        self._integrations = sorted(states, key=lambda each: each.colour in ("green", "grey"))[:MOST_INTEGRATIONS]

    def kept(self, looked: "Looked") -> None:
        """What the newest look at the cluster came to."""
        self._looked = (looked, self._monotonic())

    def exposed(self) -> tuple[bytes, str]:
        """All of it in Prometheus' text format, and that format's content type."""
        return generate_latest(self.registry), CONTENT_TYPE_PLAIN_0_0_4

    def collect(self) -> Iterable[Metric]:
        """For the registry: what is found out when somebody looks."""
        yield self._family("last_fetch_age_seconds", "Since the last fetch that succeeded, or since the start.", (),
                           [((), self._monotonic() - self._fetched_at)])  # fmt: skip
        yield from self._of_integrations()
        looked, at = self._looked
        yield from cluster_metrics(looked, self._monotonic() - at, self._installation, self._family)
        if self._pulse is not None:
            ages = [((part,), age) for part, age in self._pulse.ages().items()]
            yield self._family("beat_age_seconds", "Since a part of the controller last got round.", ("part",), ages)
        census = self._counted()
        age = -1.0 if census is None else self._monotonic() - census[1]
        yield self._family(
            "census_age_seconds", "Of what is told from the database; -1 before the first.", (), [((), age)]
        )
        if census is not None:
            yield from census_metrics(census[0], self._family)

    def _of_integrations(self) -> Iterable[Metric]:
        states, names = self._integrations, ("organization", "integration")
        health = [((each.organization, each.integration, each.colour), 1.0) for each in states]
        yield self._family("integration_health", "1 for the colour that it has.", (*names, "colour"), health)
        backlog = [((each.organization, each.integration), float(each.backlog)) for each in states]
        yield self._family("integration_backlog", "Records that wait to be sent.", names, backlog)
        left = [((each.organization, each.integration), each.quota_left) for each in states]
        quota = [(labels, value) for labels, value in left if value is not None]
        yield self._family("integration_quota_left_ratio", "Of the month's requests, what is left.", names, quota)

    def _counted(self) -> "tuple[Census, float] | None":
        """The newest census, asked anew where it is old; where the database is away, the last one with its age."""
        if self._count is None:
            return None
        # One that hangs keeps nobody else waiting: they are told what was found last.
        if not self._counting.acquire(blocking=False):
            return self._census
        try:
            # Also where it failed: a database that is away is not asked, and waited for, at every look.
            if self._monotonic() - self._asked_at > FRESH_S:
                self._asked_at = self._monotonic()
                try:
                    self._census = (self._count(), self._monotonic())
                except ReconcilerError as error:
                    log.warning("the metrics could not ask the database: %s", error.message)
            return self._census
        finally:
            self._counting.release()

    def _family(
        self, name: str, text: str, labels: Sequence[str], values: "Iterable[tuple[Sequence[str], float]]"
    ) -> Metric:
        found = GaugeMetricFamily(f"reconciler_{name}", text, labels=[*ONE, *labels])
        for each, value in values:
            found.add_metric([self._installation, *each], value)
        return found

    def _histogram(self, name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
        made = Histogram(f"reconciler_{name}", text, [*ONE, *labels], registry=self.registry, buckets=buckets)
        if not labels:
            made.labels(self._installation)
        return made

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        made = Counter(f"reconciler_{name}", text, [*ONE, *labels], registry=self.registry)
        if not labels:
            made.labels(self._installation)
        return made

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        made = Gauge(f"reconciler_{name}", text, [*ONE, *labels], registry=self.registry)
        if not labels:
            made.labels(self._installation)
        return made
