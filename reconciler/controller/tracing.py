"""Spans of what a controller does, for a collector that speaks OTLP/HTTP; nothing at all where none is named.

OpenTelemetry is imported only where there is a collector. A span's attributes are names from specs, commits and words
of ours; what was raised leaves the name of its class, and none of its words.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, Protocol

from reconciler.controller.logs import clean
from reconciler.controller.surfaces import Surfaces
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

Name = Literal["pass", "fetch", "converge", "apply", "run"]
SEND_S = 5
"""Seconds that a collector may take. Spans leave from a thread of their own, and are dropped if nobody takes them."""
PARENT = "TRACEPARENT"
"""The variable that carries the open span to a child process, in the form of W3C's header of that name."""


class Traces(Protocol):
    """Where spans go."""

    def span(self, name: Name, **attributes: str | float) -> AbstractContextManager[None]:
        """Around a `with`, inside the span that is open in this thread, or else in that of whoever started us."""

    def environment(self) -> Mapping[str, str]:
        """What a child process has to be given so that its spans stand inside the open one."""

    def close(self) -> None:
        """Send what is left."""


class NoTraces:
    """There is no collector."""

    def span(self, name: Name, **attributes: str | float) -> AbstractContextManager[None]:
        return nullcontext()

    def environment(self) -> Mapping[str, str]:
        return {}

    def close(self) -> None:
        """Nothing is left."""


class CollectedTraces:
    """Spans that go to a collector."""

    def __init__(self, provider: "TracerProvider", parent: str) -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._tracer = provider.get_tracer("reconciler")
        self._propagator = TraceContextTextMapPropagator()
        self._parent = self._propagator.extract({"traceparent": parent}) if parent else None

    @contextmanager
    def span(self, name: Name, **attributes: str | float) -> Iterator[None]:
        """See Traces."""
        from opentelemetry import trace

        told = {f"reconciler.{key}": clean(each) if isinstance(each, str) else each for key, each in attributes.items()}
        outside = self._parent if not trace.get_current_span().get_span_context().is_valid else None
        with self._tracer.start_as_current_span(
            name, outside, attributes=told, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(trace.StatusCode.ERROR)
                raise

    def environment(self) -> Mapping[str, str]:
        """See Traces."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return {PARENT: carrier["traceparent"]} if "traceparent" in carrier else {}

    def close(self) -> None:
        """See Traces."""
        self._provider.shutdown()


def open_traces(surfaces: Surfaces, installation: str) -> Traces:
    """To the collector that `surfaces` names, if any. Raises UsageError where OpenTelemetry is not installed."""
    if not surfaces.traces:
        return NoTraces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        hint = "install it with the extra 'tracing': pip install 'reconciler[tracing]'"
        raise UsageError(f"traces need a package that is not here: {error.name}", hint) from error
    own = {"service.name": "reconciler", "service.version": version("reconciler")}
    provider = TracerProvider(resource=Resource.create({**own, "reconciler.installation": installation}))
    exporter = OTLPSpanExporter(endpoint=surfaces.traces, timeout=SEND_S)
    provider.add_span_processor(BatchSpanProcessor(exporter, export_timeout_millis=SEND_S * 1000))
    return CollectedTraces(provider, surfaces.parent)
