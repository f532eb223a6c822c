"""A controller's server on free ports of this machine, in this process, with the parts that it shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from reconciler.controller.inside import Inside
from reconciler.controller.metrics import Metrics
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.server import Server
from reconciler.controller.surfaces import Address, Surfaces

SECRET = "a-secret-of-the-hooks-of-these-tests"
BRANCH = "main"


@dataclass(slots=True)
class Controller:
    """A server that runs, its parts, and HTTP to it."""

    server: Server
    pulse: Pulse
    wake: Wake
    metrics: Metrics
    secret_file: Path
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False, verify=False))

    def get(self, path: str) -> httpx.Response:
        return self.client.get(self.server.url("observe") + path)

    def post(self, path: str, **more) -> httpx.Response:
        return self.client.post(self.server.url("hooks") + path, **more)

    def woken(self) -> bool:
        """Whether somebody woke the loop since this was last asked."""
        return "push" in self.wake.wait(0)

    def value(self, name: str, **labels: str) -> float | None:
        """A metric's value now."""
        return self.metrics.registry.get_sample_value(name, {"installation": "tests", **labels})


@contextmanager
def serving(folder: Path, probe: Callable[[], str] | None = None, life_s: float = 15) -> Iterator[Controller]:
    secret_file = folder / "hook-secrets"
    secret_file.write_text(f"{SECRET}\n")
    here = Address("127.0.0.1", 0)
    pulse, wake, metrics = Pulse(), Wake(), Metrics("tests")
    metrics.watch(pulse)
    surfaces = Surfaces(hooks=here, observe=here, secret_file=secret_file)
    server = Server(surfaces, Inside(pulse, wake, metrics, BRANCH, probe), life_s)
    server.start()
    found = Controller(server, pulse, wake, metrics, secret_file)
    try:
        yield found
    finally:
        found.client.close()
        server.stop()
