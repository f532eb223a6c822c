"""The cluster as tests hold it: what it is made of, its users, its counters, its clock."""

import base64
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from parts.cluster.answers import Answers
from parts.cluster.cronjobs import CronJobs
from parts.cluster.deletion import Remover
from parts.cluster.faults import Faults
from parts.cluster.hands import Hand
from parts.cluster.jobs import Jobs
from parts.cluster.kinds import BY_PLURAL
from parts.cluster.kubelet import Executor, Kubelet
from parts.cluster.requests import Request
from parts.cluster.rights import Users
from parts.cluster.running import Life
from parts.cluster.server import Server, certificate
from parts.cluster.storage import Object, Store
from parts.cluster.watching import Watches
from parts.cluster.writes import Writer
from reconciler.clock import Clock, SystemClock

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TOKEN = "a-token-that-may"


class StepClock:
    """A clock that stands still until it is told the next time."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def set(self, to: datetime) -> None:
        self._now = max(self._now, to.astimezone(UTC))


class StandIn:
    """A whole cluster without machines. Its face is told in the package's docstring."""

    def __init__(self, namespaces: tuple[str, ...] = ("reconciler",), clock: Clock | None = None) -> None:
        self.namespace = namespaces[0]
        self.clock = clock or SystemClock()
        self.unknown: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.store = Store()
        self.writer = Writer(self.store, self.stamp)
        self.remover = Remover(self.writer)
        self.watches = Watches(self.store)
        self.users = Users()
        self.users.add("admin", None, "", TOKEN)
        self.hand = Hand(self.store, self.writer, self.remover, self.namespace)
        server = Server(None, self._noted, self.unknown.append)  # type: ignore[arg-type]  # set two lines below
        self.faults = Faults(self.store, self.watches, server.stop, server.start, server.cut)
        server.answers = Answers(self.store, self.writer, self.remover, self.watches, self.users, self.faults)
        self.server = server
        jobs = Jobs(self.store, self.writer, self.remover)
        kubelet = Kubelet(self.store, self.writer, self.remover, self.clock.now)
        cron_jobs = CronJobs(self.store, self.writer, self.remover)
        self.life = Life(cron_jobs, jobs, kubelet, self.clock.now, self._set_clock)
        for name in namespaces:
            self.hand.create("namespaces", {"metadata": {"name": name}})

    def step(self, to: datetime, executor: Executor | None = None, *, one_look: bool = False) -> None:
        self.life.step(to, executor, one_look=one_look)

    def settle(self) -> None:
        self.life.settle()

    def run_pods(self, executor: Executor) -> None:
        self.life.run_pods(executor)

    def living(self, executor: Executor | None = None, every_s: float = 0.2) -> AbstractContextManager[None]:
        return self.life.living(executor, every_s)

    def fire(self, name: str, at: datetime) -> Object:
        return self.life.fire(self.namespace, name, at)

    def evict(self, pod: str) -> None:
        self.life.kubelet.evict(self._pod(pod))
        self.settle()

    def lose_node(self, pod: str) -> None:
        self.life.kubelet.lose(self._pod(pod))
        self.settle()

    def _pod(self, name: str) -> Object:
        found = self.hand.get("pods", name)
        assert found, f"there is no pod {name}"
        return found

    def _set_clock(self, to: datetime) -> None:
        assert isinstance(self.clock, StepClock), "this cluster follows real time: `living` is for it"
        self.clock.set(to)

    def stamp(self) -> str:
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server.port}"

    @property
    def port(self) -> int:
        return self.server.port

    def kubeconfig(
        self, folder: Path, *, user: str = "admin", token: str = "", port: int = 0, namespace: str = ""
    ) -> Path:
        """A kubeconfig that leads here as that user (or with that token), or to another port of this machine."""
        authority = base64.b64encode(certificate()[0]).decode()
        server = f"https://127.0.0.1:{port or self.port}"
        cluster = {"name": "c", "cluster": {"server": server, "certificate-authority-data": authority}}
        person = {"name": "u", "user": {"token": token or self.users.named(user).token}}
        context = {"name": "x", "context": {"cluster": "c", "user": "u", "namespace": namespace or self.namespace}}
        whole = {"apiVersion": "v1", "kind": "Config", "current-context": "x"}
        file = folder / f"kubeconfig-{uuid.uuid4()}"
        file.write_text(json.dumps({**whole, "clusters": [cluster], "users": [person], "contexts": [context]}))
        return file

    def user(self, name: str, rules: list[Object] | None = None, namespace: str | None = None) -> str:
        """A new user's token; the rules hold in `namespace` (this cluster's first where left out, "" is everywhere)."""
        return self.users.add(name, rules, self.namespace if namespace is None else namespace).token

    def take(self, name: str, verb: str, resource: str) -> None:
        self.users.named(name).taken.add((verb, resource))

    def give(self, name: str, verb: str, resource: str) -> None:
        self.users.named(name).taken.discard((verb, resource))

    def quota(self, hard: dict[str, str], name: str = "a-quota", namespace: str = "") -> None:
        self.hand.at(namespace or self.namespace).create(
            "resourcequotas", {"metadata": {"name": name}, "spec": {"hard": hard}}
        )

    def terminate(self, namespace: str = "") -> None:
        """The namespace is going, and does not come to its end."""
        name = namespace or self.namespace
        found = self.hand.get("namespaces", name)
        assert found
        self.store.put(BY_PLURAL["namespaces"], ("", name), found | {"status": {"phase": "Terminating"}})

    def bookmark_every(self, seconds: float) -> None:
        self.watches.bookmark_every_s = seconds

    def forget_requests(self) -> None:
        self.requests.clear()
        self.counts.clear()

    def until(
        self, plural: str, condition: Callable[[list[Object]], bool], timeout_s: float = 20, namespace: str = ""
    ) -> list[Object]:
        """The objects when the condition holds. Raises AssertionError when the time is over."""
        ends, hand = time.monotonic() + timeout_s, self.hand.at(namespace or self.namespace)
        with self.store.changed:
            while not condition(found := hand.list(plural)):
                left = ends - time.monotonic()
                assert left > 0, (
                    f"{plural} did not become so in {timeout_s} s: {[one['metadata']['name'] for one in found]}"
                )
                self.store.changed.wait(min(left, 0.5))
        return found

    def _noted(self, request: Request) -> None:
        self.requests.append((request.method, request.url))
        self.counts[request.verb, request.resource] += 1


@contextmanager
def standing(cluster: StandIn | None = None) -> Iterator[StandIn]:
    """Serve; afterwards fail if something was asked that is not implemented."""
    cluster = cluster or StandIn()
    cluster.server.start()
    try:
        yield cluster
    finally:
        cluster.watches.closing.set()
        cluster.watches.end_all()
        cluster.server.stop()
        cluster.server.cut()
    assert not cluster.unknown, cluster.unknown
