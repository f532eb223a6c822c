"""A verb that a controller started, as a span inside the one that started it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reconciler.settings import Settings

PARENT = "TRACEPARENT"


@contextmanager
def traced(settings: Settings, arguments: Sequence[str]) -> Iterator[None]:
    """Around a verb; nothing where nobody gave us his span. Of the command line only the verb is told."""
    if PARENT not in settings.surfaces:
        yield
        return
    from reconciler.controller.surfaces import Surfaces, collector
    from reconciler.controller.tracing import open_traces

    traces = open_traces(
        Surfaces(traces=collector(settings.surfaces), parent=settings.surfaces[PARENT]), settings.installation
    )
    try:
        with traces.span("run", verb=arguments[0] if arguments else ""):
            yield
    finally:
        traces.close()
