"""Secret objects beyond the contract of all stores. On a real cluster where the environment names one."""

import base64
import json
import logging
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from parts.kubernetes_api import KubernetesApi, cluster_for, running, say, status

from reconciler.errors import ReconcilerError, SecretGone, StoreConflict, StoreDown, StoreForbidden
from reconciler.vaults.kubernetes import FIELD_MANAGER, KubernetesStore
from reconciler.vaults.kubernetes_access import Cluster, ClusterSettings
from reconciler.vaults.secret import Secret
from reconciler.vaults.store import SecretPath

VALUE = "sentinel-91bc-never-to-be-seen"
SECRET = Secret({"token": VALUE})


@pytest.fixture
def path() -> SecretPath:
    return SecretPath(str(uuid.uuid4()), "book-keeping_2")


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> ClusterSettings:
    return cluster_for(request, tmp_path)


@pytest.fixture
def store(settings: ClusterSettings) -> Iterator[KubernetesStore]:
    store = KubernetesStore(settings)
    yield store
    store.close()


@pytest.fixture
def raw(settings: ClusterSettings) -> Iterator["Raw"]:
    """The same cluster, past the store."""
    raw = Raw(settings)
    yield raw
    raw.api.api_client.rest_client.close()


@pytest.fixture
def api() -> Iterator[KubernetesApi]:
    """A server whose faults and books are at hand: always the small one."""
    with running(KubernetesApi()) as api:
        yield api


@pytest.fixture
def faulty(api: KubernetesApi, tmp_path: Path) -> Iterator[KubernetesStore]:
    """A store on it."""
    store = KubernetesStore(ClusterSettings("reconciler", api.kubeconfig(tmp_path)))
    yield store
    store.close()


class Raw:
    """Objects as other programs see them."""

    def __init__(self, settings: ClusterSettings) -> None:
        from kubernetes.client import CoreV1Api
        from kubernetes.config import new_client_from_config

        self.namespace = settings.namespace
        self.api = CoreV1Api(new_client_from_config(str(settings.kubeconfig)))

    def get(self, name: str) -> dict:
        answer = self.api.read_namespaced_secret(name, self.namespace, _preload_content=False)
        return json.loads(answer.data)

    def patch(self, name: str, **body: object) -> None:
        patch = {"_content_type": "application/merge-patch+json", "_preload_content": False}
        self.api.patch_namespaced_secret(name, self.namespace, body, **patch).data  # noqa: B018  reading ends the request

    def names(self, **labels: str) -> list[str]:
        selector = ",".join(f"reconciler/{key}={value}" for key, value in labels.items())
        answer = self.api.list_namespaced_secret(self.namespace, label_selector=selector, _preload_content=False)
        return [item["metadata"]["name"] for item in json.loads(answer.data)["items"]]


def test_an_object_says_whose_it_is_and_can_never_change(store, raw, path):
    from kubernetes.client import ApiException

    name = store.write(path, 1, SECRET)
    found = raw.get(name)
    metadata = found["metadata"]
    assert (found["type"], found["immutable"]) == ("Opaque", True)
    assert metadata["labels"] == {
        "app.kubernetes.io/managed-by": "reconciler",
        "reconciler/organization": path.organization_id,
        "reconciler/credential": path.name,
        "reconciler/version": "1",
    }
    assert metadata["annotations"] == {"reconciler/path": str(path)}
    assert [entry["manager"] for entry in metadata["managedFields"]] == [FIELD_MANAGER]
    for change in ({"data": {"fields": base64.b64encode(b"{}").decode()}}, {"immutable": False}):
        with pytest.raises(ApiException, match="Invalid"):
            raw.patch(name, **change)
    assert store.read(path, name).reveal() == {"token": VALUE}
    store.destroy(path, name)


@pytest.mark.parametrize("credential", ["x" * 200, "_" * 5, "-a_", "a_b", "7"])
def test_every_name_of_a_credential_becomes_a_dns_label(store, credential):
    path = SecretPath(str(uuid.uuid4()), credential)
    for version in (1, 99_999_999_999):
        name = store.write(path, version, SECRET)
        assert len(name) <= 63
        assert name.startswith("reconciler-")
        assert name.endswith(f"-v{version}")
        assert store.read(path, name).reveal() == {"token": VALUE}
        store.destroy(path, name)


def test_names_that_look_alike_in_a_dns_label_are_different_objects(store, path):
    alike = SecretPath(path.organization_id, path.name.replace("_", "-"))
    first, second = store.write(path, 1, SECRET), store.write(alike, 1, Secret({"token": "two"}))
    assert store.read(path, first).reveal() == {"token": VALUE}
    assert store.read(alike, second).reveal() == {"token": "two"}
    store.destroy(path, first)
    store.destroy(alike, second)


def test_the_versions_of_an_organisation_are_found_by_label(store, raw, path):
    other = SecretPath(str(uuid.uuid4()), path.name)
    names = [store.write(path, 1, SECRET), store.write(path, 2, SECRET)]
    elsewhere = store.write(other, 1, SECRET)
    assert sorted(raw.names(organization=path.organization_id)) == sorted(names)
    assert raw.names(organization=path.organization_id, version="2") == names[1:]
    for name in names:
        store.destroy(path, name)
    store.destroy(other, elsewhere)
    assert raw.names(organization=path.organization_id) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"labels": {"app.kubernetes.io/managed-by": "helm"}}, id="of somebody else"),
        pytest.param({"labels": {"reconciler/organization": "another"}}, id="of another organisation"),
        pytest.param({"annotations": {"reconciler/path": "another/path"}}, id="of another path"),
        pytest.param({"annotations": None}, id="of no path"),
    ],
)
def test_an_object_that_is_not_marked_as_ours_is_neither_read_nor_deleted(store, raw, path, change):
    name = store.write(path, 1, SECRET)
    before = raw.get(name)["metadata"]
    raw.patch(name, metadata=change)
    with pytest.raises(SecretGone):
        store.read(path, name)
    store.destroy(path, name)
    raw.patch(name, metadata={"labels": before["labels"], "annotations": before["annotations"]})
    assert store.read(path, name).reveal() == {"token": VALUE}
    store.destroy(path, name)
    assert raw.names(organization=path.organization_id) == []


def test_an_object_that_a_finalizer_keeps_is_gone_all_the_same(store, raw, path):
    name = store.write(path, 1, SECRET)
    raw.patch(name, metadata={"finalizers": ["reconciler.test/keep"]})
    store.destroy(path, name)
    assert raw.get(name)["metadata"]["deletionTimestamp"]
    with pytest.raises(SecretGone):
        store.read(path, name)
    store.destroy(path, name)
    raw.patch(name, metadata={"finalizers": None})
    assert raw.names(organization=path.organization_id) == []


@pytest.mark.parametrize("data", [None, {}, {"fields": "e30"}, {"fields": "W10="}, {"fields": "eyJhIjogMX0="}])
def test_an_object_that_holds_something_else_is_gone(faulty, api, path, data):
    name = faulty.write(path, 1, SECRET)
    api.objects["secrets", "reconciler", name]["data"] = data
    with pytest.raises(SecretGone, match="that opens"):
        faulty.read(path, name)


def test_an_object_that_was_replaced_between_look_and_deletion_stays(faulty, api, path):
    name = faulty.write(path, 1, SECRET)
    found = api.objects["secrets", "reconciler", name]
    seen = json.dumps({**found, "metadata": {**found["metadata"], "uid": str(uuid.uuid4())}}).encode()
    api.faults.append(lambda handler: say(handler, 200, seen, "application/json"))
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
        api.faults.append(status(code))
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
        api.faults.append(lambda handler: say(handler, 404, b"<h1>Not Found</h1>", "text/html"))
        with pytest.raises(StoreDown):
            ask()
    assert faulty.read(path, name).reveal() == {"token": VALUE}


@pytest.mark.parametrize("body", [b"<h1>Welcome</h1>", b"[]", b"\xff", b""])
def test_an_answer_that_is_no_object_is_not_taken_for_one(faulty, api, path, body):
    api.faults.append(lambda handler: say(handler, 200, body, "application/json"))
    with pytest.raises(StoreDown):
        faulty.read(path, "x")


def test_a_write_is_sent_once_even_if_the_connection_breaks_or_leads_elsewhere(faulty, api, path):
    elsewhere = {"Location": f"http://127.0.0.1:{api.port}/elsewhere"}
    api.faults.append(lambda handler: None)
    api.faults.append(lambda handler: say(handler, 307, b"", "text/plain", **elsewhere))
    api.faults.append(lambda handler: say(handler, 503, b"", "text/plain", **{"Retry-After": "0"}))
    for _ in range(3):
        with pytest.raises(StoreDown):
            faulty.write(path, 1, SECRET)
    assert [method for method, _ in api.requests] == ["POST"] * 3


def test_a_server_that_does_not_answer_in_time_is_down(api, tmp_path, path):
    over = threading.Event()
    api.faults.append(lambda handler: over.wait(20))
    store = KubernetesStore(ClusterSettings("reconciler", api.kubeconfig(tmp_path), read_timeout_s=0.2))
    with pytest.raises(StoreDown):
        store.read(path, "x")
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


def test_another_namespace_is_forbidden(settings, api, tmp_path, path):
    store = KubernetesStore(ClusterSettings("kube-system", api.kubeconfig(tmp_path)))
    with pytest.raises(StoreForbidden):
        store.write(path, 1, SECRET)
    store.close()


def test_no_log_holds_a_value(store, path, caplog):
    caplog.set_level(logging.DEBUG)
    name = store.write(path, 1, SECRET)
    store.read(path, name)
    with pytest.raises(StoreConflict):
        store.write(path, 1, SECRET)
    store.destroy(path, name)
    packed = base64.b64encode(VALUE.encode()).decode()[4:-4]
    inside = base64.b64encode(json.dumps({"token": VALUE}).encode()).decode()
    assert any(name in record.getMessage() for record in caplog.records)
    assert [text for text in (VALUE, packed, inside) if text in caplog.text] == []


def test_a_closed_store_opens_again(store, path):
    name = store.write(path, 1, SECRET)
    store.close()
    assert store.read(path, name).reveal() == {"token": VALUE}
    store.destroy(path, name)


def test_the_client_is_loaded_only_where_a_cluster_is_asked():
    check = "import sys, reconciler.vaults.kubernetes; sys.exit('kubernetes' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_small_server_fails_the_test_that_asks_what_it_does_not_know():
    with pytest.raises(AssertionError, match="pods"):
        ask_for_pods()


def ask_for_pods() -> None:
    with running(KubernetesApi()) as api:
        url = f"http://127.0.0.1:{api.port}/api/v1/namespaces/reconciler/pods"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {api.token}"}, trust_env=False)
        assert (answer.status_code, answer.json()["reason"]) == (501, "NotImplemented")
