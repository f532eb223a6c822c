"""Every store with the libraries below it at their loudest: no log line, no print and no error holds a value."""

import uuid
from collections.abc import Callable

import pytest
from contracts.conftest import MAKERS
from parts.canary import Canary, places
from parts.watch import Watch, everything, louden

from reconciler.errors import ReconcilerError
from reconciler.runs.credential import SecretPath
from reconciler.runs.keeping import SecretStore
from reconciler.vaults.secret import Secret


def attempts(store: SecretStore, path: SecretPath, secret: Secret, locator: str) -> list[Callable[[], object]]:
    return [
        lambda: store.write(path, 1, secret),
        lambda: store.read(path, locator),
        lambda: store.read(path, "nonsense"),
        lambda: store.destroy(path, locator),
        lambda: store.read(path, locator),
    ]


def failure(attempt: Callable[[], object]) -> str:
    """Everything about the error that it raises; empty where it raises none."""
    try:
        attempt()
    except ReconcilerError as error:
        return everything(error)
    return ""


@pytest.mark.parametrize("name", MAKERS)
def test_a_store_says_nothing_of_a_value(
    name: str, request: pytest.FixtureRequest, watch: Watch, canary: Canary, capfd
) -> None:
    bench = MAKERS[name](request)
    path, secret = SecretPath(str(uuid.uuid4()), "book-keeping"), Secret({"token": canary.value, "user": canary.first})
    with pytest.raises(ReconcilerError):
        bench.store.read(path, "nonsense")  # the client is made, and may set the levels of its logs
    louden()
    locator = bench.store.write(path, 1, secret)
    assert bench.store.read(path, locator).reveal() == secret.reveal()
    stores = (bench.store, bench.down(), bench.forbidden())
    failures = [failure(attempt) for store in stores for attempt in attempts(store, path, secret, locator)]
    assert sum(map(bool, failures)) >= 10
    out, err = capfd.readouterr()
    assert any(name.startswith("log ") for name, _ in watch.seen)
    assert (
        places(canary, watch.seen, [(f"failure {each[:60]}", each) for each in failures], [("printed", out + err)])
        == []
    )
