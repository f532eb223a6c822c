"""Spans, at a real collector on this machine that reads OTLP as it is published."""

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from reconciler.cli.main import run
from reconciler.controller.surfaces import Surfaces, surfaces
from reconciler.controller.tracing import NoTraces, open_traces
from reconciler.settings import read_settings


class Collector(ThreadingHTTPServer):
    """Takes spans by OTLP/HTTP in protobuf, and nothing else."""

    def __init__(self) -> None:
        self.spans: dict[str, Span] = {}
        self.resource: dict[str, str] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/traces"


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        assert (self.path, self.headers["content-type"]) == ("/v1/traces", "application/x-protobuf")
        for group in ExportTraceServiceRequest.FromString(content).resource_spans:
            self.server.resource |= {each.key: each.value.string_value for each in group.resource.attributes}
            self.server.spans |= {each.name: each for scope in group.scope_spans for each in scope.spans}
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nobody listens."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def told(span: Span) -> dict[str, object]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_spans_stand_inside_each_other_and_say_whose_they_are(collector):
    traces = open_traces(Surfaces(traces=collector.url), "production")
    with traces.span("pass", organizations=3), traces.span("converge", organization="hlf", commit="7e296ce"):
        pass
    traces.close()
    assert collector.resource["service.name"] == "reconciler"
    assert collector.resource["reconciler.installation"] == "production"
    outer, inner = collector.spans["pass"], collector.spans["converge"]
    assert inner.parent_span_id == outer.span_id
    assert told(outer) == {"reconciler.organizations": 3}
    assert told(inner) == {"reconciler.organization": "hlf", "reconciler.commit": "7e296ce"}


def test_what_was_raised_leaves_its_kind_and_none_of_its_words(collector):
    traces = open_traces(Surfaces(traces=collector.url), "tests")
    with pytest.raises(ValueError), traces.span("apply", note="of kari@example.org"):
        raise ValueError("15076500565 and ghp_0123456789abcdefABCDEF0123456789abcd")
    traces.close()
    span = collector.spans["apply"]
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert told(span) == {"reconciler.note": "of [taken out]", "error.type": "ValueError"}
    assert b"15076500565" not in span.SerializeToString()
    assert not span.events


def test_a_child_process_goes_on_where_its_parent_stands(collector):
    traces = open_traces(Surfaces(traces=collector.url), "tests")
    assert traces.environment() == {}
    with traces.span("run", integration="accounts"):
        handed = traces.environment()
        code = (
            "from reconciler.settings import read_settings\n"
            "from reconciler.controller.surfaces import surfaces\n"
            "from reconciler.controller.tracing import open_traces\n"
            "traces = open_traces(surfaces(read_settings().surfaces), 'tests')\n"
            "with traces.span('apply'): pass\n"
            "traces.close()\n"
        )
        variables = {"PATH": "/usr/bin", "PYTHONPATH": ":".join(sys.path), "RECONCILER_TRACES": collector.url, **handed}
        subprocess.run([sys.executable, "-c", code], env=variables, check=True, timeout=60)
    traces.close()
    parent, child = collector.spans["run"], collector.spans["apply"]
    assert (child.trace_id, child.parent_span_id) == (parent.trace_id, parent.span_id)


def test_a_collector_that_is_away_holds_nobody_up(monkeypatch):
    monkeypatch.setattr("reconciler.controller.tracing.SEND_S", 1)
    traces = open_traces(Surfaces(traces="http://127.0.0.1:1/v1/traces"), "tests")
    with traces.span("pass"):
        pass
    traces.close()


def test_without_a_collector_nothing_of_it_is_loaded():
    code = (
        "import sys; from reconciler.controller.tracing import open_traces\n"
        "from reconciler.controller.surfaces import Surfaces\n"
        "traces = open_traces(Surfaces(), 'tests')\n"
        "with traces.span('pass'): assert traces.environment() == {}\n"
        "traces.close(); assert not [each for each in sys.modules if each.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_collector_is_named_by_us_or_by_opentelemetrys_own_variables():
    def address(**variables: str) -> str:
        return surfaces(read_settings(variables).surfaces).traces

    assert address() == ""
    assert isinstance(open_traces(surfaces(read_settings({}).surfaces), "tests"), NoTraces)
    assert address(OTEL_EXPORTER_OTLP_ENDPOINT="http://c:4318/") == "http://c:4318/v1/traces"
    assert address(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="http://c:4318/x") == "http://c:4318/x"
    assert address(RECONCILER_TRACES="http://a/t", OTEL_EXPORTER_OTLP_ENDPOINT="http://c:4318") == "http://a/t"


def test_a_verb_that_a_controller_starts_is_a_span_inside_it(collector, capsys):
    traces = open_traces(Surfaces(traces=collector.url), "tests")
    with traces.span("pass"):
        found = {**traces.environment(), "RECONCILER_TRACES": collector.url}
        assert run(["validate", "--root", "/nonexistent/150765 00565"], read_settings(found)) == 2
    traces.close()
    outer, inner = collector.spans["pass"], collector.spans["run"]
    assert (inner.trace_id, inner.parent_span_id) == (outer.trace_id, outer.span_id)
    assert told(inner) == {"reconciler.verb": "validate", "error.type": "BadParameter"}


def test_a_span_of_nobody_is_no_reason_to_fail(collector, capsys):
    for parent in ("", "garbage", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "x" * 10_000):
        assert run(["--version"], read_settings({"TRACEPARENT": parent, "RECONCILER_TRACES": collector.url})) == 0
    assert run(["--version"], read_settings({"TRACEPARENT": "garbage"})) == 0
