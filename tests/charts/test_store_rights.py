"""Where credentials are Secrets of the namespace: the controller keeps them, a run reads them, by the chart's Roles."""

from collections.abc import Callable, Iterator

import pytest
from parts.chart import one
from parts.cluster.standing import StandIn, standing

from reconciler.errors import StoreForbidden
from reconciler.runs.credential import SecretPath
from reconciler.vaults.kubernetes import KubernetesStore
from reconciler.vaults.kubernetes_access import ClusterSettings
from reconciler.vaults.secret import Secret

PATH = SecretPath("c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26", "ledger")
PARTS = {part: one("kubernetes", "Role", f"-{part}")["rules"] for part in ("controller", "runner")}


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with standing(StandIn()) as found:
        yield found


@pytest.fixture
def store(standin: StandIn, tmp_path) -> Callable[[str], KubernetesStore]:
    """The store as a part of the release has it."""

    def opened(part: str) -> KubernetesStore:
        standin.user(part, PARTS[part])
        return KubernetesStore(ClusterSettings(standin.namespace, standin.kubeconfig(tmp_path, user=part)))

    return opened


def test_the_controller_writes_reads_and_destroys_and_each_right_is_used(standin, store):
    mine = store("controller")
    locator = mine.write(PATH, 1, Secret({"token": "a-token"}))
    assert mine.read(PATH, locator).reveal() == {"token": "a-token"}
    mine.destroy(PATH, locator)
    (rule,) = [each for each in PARTS["controller"] if each["resources"] == ["secrets"]]
    assert {verb for verb, resource in standin.counts if resource == "secrets"} == set(rule["verbs"])


def test_a_run_reads_and_may_neither_write_nor_destroy(standin, store):
    locator = store("controller").write(PATH, 1, Secret({"token": "a-token"}))
    run = store("runner")
    assert run.read(PATH, locator).reveal() == {"token": "a-token"}
    with pytest.raises(StoreForbidden):
        run.write(PATH, 2, Secret({"token": "another"}))
    with pytest.raises(StoreForbidden):
        run.destroy(PATH, locator)
    assert len(standin.hand.list("secrets")) == 1


@pytest.mark.parametrize("verb", ["create", "get", "delete"])
def test_without_one_right_the_controller_cannot_keep_them(standin, store, verb):
    mine = store("controller")
    locator = mine.write(PATH, 1, Secret({"token": "a-token"}))
    standin.take("controller", verb, "secrets")
    deeds = {
        "create": lambda: mine.write(PATH, 2, Secret({"token": "another"})),
        "get": lambda: mine.read(PATH, locator),
        "delete": lambda: mine.destroy(PATH, locator),
    }
    with pytest.raises(StoreForbidden):
        deeds[verb]()
