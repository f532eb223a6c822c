"""A controller that can be seen: its log, its traces, its pages, put together from the settings."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.controller.logs import set_up
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.surfaces import Surfaces, surfaces
from reconciler.controller.tracing import Traces, open_traces
from reconciler.errors import UsageError
from reconciler.settings import Settings

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from reconciler.controller.loop import Reported
    from reconciler.controller.metrics import Metrics
    from reconciler.controller.server import Server


@dataclass(frozen=True, slots=True)
class Observed:
    """Where a controller says what it does. Without an address nobody looks, and nothing is counted."""

    traces: Traces
    reported: "Sequence[Reported]" = ()
    metrics: "Metrics | None" = None
    server: "Server | None" = None


@contextmanager
def observed(settings: Settings, wake: Wake, pulse: Pulse) -> Iterator[Observed]:
    """While the body runs, the controller can be seen. Raises UsageError for settings that cannot be."""
    found = surfaces(settings.surfaces)
    set_up(found.form, found.level, settings.installation)
    traces = open_traces(found, settings.installation)
    try:
        if found.hooks is None and found.observe is None:
            yield Observed(traces)
            return
        metrics, server = _pages(settings, found, wake, pulse)
        server.start()
        log.info("it can be seen", extra={each: server.url(each) for each in server.listeners})
        try:
            yield Observed(traces, _reported(metrics, settings), metrics, server)
        finally:
            server.stop()
    finally:
        traces.close()


def _pages(settings: Settings, found: Surfaces, wake: Wake, pulse: Pulse) -> "tuple[Metrics, Server]":
    try:
        from reconciler.controller.inside import Inside
        from reconciler.controller.metrics import Metrics
        from reconciler.controller.probing import census, probe
        from reconciler.controller.server import Server
    except ModuleNotFoundError as error:
        hint = "install it with the extra 'server': pip install 'reconciler[server]'"
        raise UsageError(f"pages of a controller need a package that is not here: {error.name}", hint) from error
    metrics = Metrics(settings.installation)
    metrics.watch(pulse)
    metrics.ask(census(settings))
    branch = settings.repository.branch if settings.repository else "main"
    return metrics, Server(found, Inside(pulse, wake, metrics, branch, probe(settings)))


def _reported(metrics: "Metrics", settings: Settings) -> "Sequence[Reported]":
    from reconciler.controller.reporting import Reporting

    return (Reporting(metrics, settings.repository.shards if settings.repository else 1),)
