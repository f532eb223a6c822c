"""What operators see over HTTP: alive, ready, and metrics that Prometheus reads."""

import pytest
from parts.controlling import serving
from prometheus_client.parser import text_string_to_metric_families


def test_health_says_which_part_is_silent(tmp_path):
    with serving(tmp_path) as controller:
        assert controller.get("/healthz").json() == {"alive": True, "silent": {}}
        controller.pulse.expect("loop", 0.0)
        controller.pulse.expect("chores", 3600)
        answer = controller.get("/healthz")
        assert answer.status_code == 503
        assert list(answer.json()["silent"]) == ["loop"]


def test_it_is_ready_when_the_first_pass_is_done_and_the_database_is_there(tmp_path):
    state = ["the database"]
    with serving(tmp_path, probe=lambda: state[0]) as controller:
        controller.pulse.expect("loop", 60, waits_for="the first pass")
        answer = controller.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["waiting"] == {"loop": "the first pass", "database": "the database"}
        controller.pulse.ready("loop")
        controller.pulse.ready("database")
        controller.pulse.beat("database")
        assert controller.get("/readyz").json() == {"ready": True, "waiting": {}}


def test_a_database_that_was_not_reached_lately_is_not_ready(tmp_path, monkeypatch):
    monkeypatch.setattr("reconciler.controller.seen.REACHED_S", -1.0)
    with serving(tmp_path, probe=lambda: "") as controller:
        assert controller.get("/readyz").status_code == 503


def test_metrics_are_read_by_prometheus_own_parser(controller):
    controller.metrics.applied(12.5)
    controller.metrics.fetched(ok=True)
    controller.pulse.expect("loop", 60)
    answer = controller.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {each.name: each for each in text_string_to_metric_families(answer.text)}
    assert families["reconciler_commit_to_applied_seconds"].type == "histogram"
    parts = {each.labels["part"] for each in families["reconciler_beat_age_seconds"].samples}
    assert parts == {"server", "loop"}
    samples = [each for family in families.values() for each in family.samples]
    assert {each.labels["installation"] for each in samples} == {"tests"}


@pytest.mark.parametrize("path", ["/hooks/github", "/", "/metrics/"])
def test_the_pages_of_operators_answer_nothing_else(controller, path):
    answer = controller.client.post(controller.server.url("observe") + path)
    assert answer.status_code in (404, 405)
    assert answer.content == b""


def test_nothing_is_started_where_nothing_is_named(tmp_path):
    from reconciler.controller.inside import Inside
    from reconciler.controller.metrics import Metrics
    from reconciler.controller.pulse import Pulse, Wake
    from reconciler.controller.server import Server
    from reconciler.controller.surfaces import Surfaces

    pulse = Pulse()
    server = Server(Surfaces(), Inside(pulse, Wake(), Metrics("tests"), "main"))
    server.start()
    assert pulse.ages() == {}
    server.stop()


def test_an_address_that_is_taken_is_a_usage_error(controller, tmp_path):
    from reconciler.controller.inside import Inside
    from reconciler.controller.metrics import Metrics
    from reconciler.controller.pulse import Pulse, Wake
    from reconciler.controller.server import Server
    from reconciler.controller.surfaces import Address, Surfaces
    from reconciler.errors import UsageError

    taken = Address("127.0.0.1", int(controller.server.url("observe").rpartition(":")[2]))
    with pytest.raises(UsageError) as caught:
        Server(Surfaces(observe=taken), Inside(Pulse(), Wake(), Metrics("tests"), "main"))
    assert "cannot be listened on" in caught.value.message
    assert "RECONCILER_OBSERVE" in caught.value.hint
