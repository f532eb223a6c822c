"""How the store of Secret objects fails, on a server whose faults and books are at hand."""

import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.cluster import StandIn, drop, raw, standing, status

from reconciler.errors import ReconcilerError, SecretGone, StoreConflict, StoreDown, StoreForbidden
from reconciler.runs.credential import SecretPath
from reconciler.vaults.kubernetes import KubernetesStore
from reconciler.vaults.kubernetes_access import Cluster, ClusterSettings
from reconciler.vaults.secret import Secret

VALUE = "sentinel-91bc-never-to-be-seen"
SECRET = Secret({"token": VALUE})


@pytest.fixture
def path() -> SecretPath:
    return SecretPath(str(uuid.uuid4()), "book-keeping_2")


@pytest.fixture
def api() -> Iterator[StandIn]:
    """The small server, even where there is a real cluster."""
    with standing() as api:
        yield api


@pytest.fixture
def faulty(api: StandIn, tmp_path: Path) -> Iterator[KubernetesStore]:
    """A store on it."""
    store = KubernetesStore(ClusterSettings("reconciler", api.kubeconfig(tmp_path)))
    yield store
    store.close()


@pytest.mark.parametrize("data", [None, {}, {"fields": "e30"}, {"fields": "W10="}, {"fields": "eyJhIjogMX0="}])
def test_an_object_that_holds_something_else_is_gone(faulty, api, path, data):
    name = faulty.write(path, 1, SECRET)
    api.hand.corrupt("secrets", name, data=data)
    with pytest.raises(SecretGone, match="that opens"):
        faulty.read(path, name)


def test_an_object_that_was_replaced_between_look_and_deletion_stays(faulty, api, path):
    name = faulty.write(path, 1, SECRET)
    found = api.hand.get("secrets", name)
    seen = json.dumps({**found, "metadata": {**found["metadata"], "uid": str(uuid.uuid4())}}).encode()
    api.faults.once(raw(200, seen))
    with pytest.raises(StoreConflict):
        faulty.destroy(path, name)
    assert faulty.read(path, name).reveal() == {"token": VALUE}


@pytest.mark.parametrize(
    ("code", "expected"),
    [(400, StoreForbidden), (401, StoreForbidden), (403, StoreForbidden), (409, StoreConflict), (422, StoreForbidden),
     (429, StoreDown), (500, StoreDown), (503, StoreDown)],
)  # fmt: skip
def test_a_refusal_is_sorted_by_its_status_and_its_words_are_left_out(faulty, api, path, code, expected):
    for ask in (lambda: faulty.write(path, 1, SECRET), lambda: faulty.read(path, "x")):
        api.faults.once(status(code))
        with pytest.raises(ReconcilerError) as raised:
            ask()
        assert type(raised.value) is expected
        assert "armed by the test" not in f"{raised.value} {raised.value.hint}"
    assert len(api.requests) == 2


def test_every_error_of_the_client_and_of_its_transport_has_its_place(api, tmp_path):
    import urllib3.exceptions
    from kubernetes.client import exceptions

    cluster = Cluster(ClusterSettings("reconciler", api.kubeconfig(tmp_path)))
    named = [kind for kind in vars(urllib3.exceptions).values() if raisable(kind, Warning)]
    transport = [kind for kind in named if kind.__module__ == urllib3.exceptions.__name__]
    # Not these: they say that this program called the client wrongly, which is a bug of ours.
    wrong_call = (TypeError, ValueError, AttributeError, KeyError)
    client = [kind for kind in vars(exceptions).values() if raisable(kind, wrong_call)]
    assert len(transport) > 20
    assert len(client) > 6
    errors = [kind.__new__(kind) for kind in transport]
    errors += [kind(status=0, reason=VALUE) for kind in client if kind is not exceptions.OpenApiException]
    for error in errors:
        with pytest.raises(StoreDown, match="cannot be reached"):
            cluster.ask(lambda api, limits, error=error: throw(error))
    cluster.close()


def raisable(kind: object, but: type | tuple[type, ...]) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, but)


def throw(error: Exception) -> None:
    raise error


def test_a_404_of_something_in_between_is_not_an_absence(faulty, api, path):
    name = faulty.write(path, 1, SECRET)
    for ask in (lambda: faulty.read(path, name), lambda: faulty.destroy(path, name)):
        api.faults.once(raw(404, b"<h1>Not Found</h1>", "text/html"))
        with pytest.raises(StoreDown):
            ask()
    assert faulty.read(path, name).reveal() == {"token": VALUE}


@pytest.mark.parametrize("body", [b"<h1>Welcome</h1>", b"[]", b"\xff", b""])
def test_an_answer_that_is_no_object_is_not_taken_for_one(faulty, api, path, body):
    api.faults.once(raw(200, body))
    with pytest.raises(StoreDown):
        faulty.read(path, "x")


def test_a_write_is_sent_once_even_if_the_connection_breaks_or_leads_elsewhere(faulty, api, path):
    elsewhere = {"Location": f"{api.url}/elsewhere"}
    api.faults.once(drop())
    api.faults.once(raw(307, b"", "text/plain", **elsewhere))
    api.faults.once(raw(503, b"", "text/plain", **{"Retry-After": "0"}))
    for _ in range(3):
        with pytest.raises(StoreDown):
            faulty.write(path, 1, SECRET)
    assert [method for method, _ in api.requests] == ["POST"] * 3


def test_a_server_that_does_not_answer_in_time_is_down(api, tmp_path, path):
    over, ended = threading.Event(), []
    api.faults.once(lambda exchange: ended.append(over.wait(20)))
    store = KubernetesStore(ClusterSettings("reconciler", api.kubeconfig(tmp_path), read_timeout_s=0.2))
    with pytest.raises(StoreDown):
        store.read(path, "x")
    assert ended == []
    over.set()
    store.close()


def test_no_login_is_said_before_anything_is_asked(api, tmp_path, path):
    broken = tmp_path / "broken"
    broken.write_text("users: [")
    empty = tmp_path / "empty"
    empty.write_text("{}")
    for kubeconfig in (None, tmp_path / "missing", broken, empty):
        store = KubernetesStore(ClusterSettings("reconciler", kubeconfig))
        with pytest.raises(StoreForbidden, match="no usable login"):
            store.read(path, "x")
        store.close()
    assert api.requests == []


def test_another_namespace_is_forbidden(api, tmp_path, path):
    store = KubernetesStore(ClusterSettings("kube-system", api.kubeconfig(tmp_path)))
    with pytest.raises(StoreForbidden):
        store.write(path, 1, SECRET)
    store.close()
