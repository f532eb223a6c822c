"""Secret objects beyond the contract of all stores. On a real cluster where the environment names one."""

import base64
import json
import logging
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest
from parts.cluster.fixtures import Place

from reconciler.errors import SecretGone, StoreConflict
from reconciler.runs.credential import SecretPath
from reconciler.vaults.kubernetes import FIELD_MANAGER, KubernetesStore
from reconciler.vaults.kubernetes_access import ClusterSettings
from reconciler.vaults.secret import Secret

VALUE = "sentinel-91bc-never-to-be-seen"
SECRET = Secret({"token": VALUE})


@pytest.fixture
def path() -> SecretPath:
    return SecretPath(str(uuid.uuid4()), "book-keeping_2")


@pytest.fixture
def settings(anywhere: Place) -> ClusterSettings:
    return ClusterSettings(anywhere.namespace, anywhere.kubeconfig)


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
