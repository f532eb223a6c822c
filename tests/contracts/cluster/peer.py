"""An API server as bytes and statuses: the official client's login and connections, and nothing of its models."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from parts.cluster.fixtures import Place

Object = dict[str, Any]
MERGE, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
ROOTS = {"cronjobs": "/apis/batch/v1", "jobs": "/apis/batch/v1", "leases": "/apis/coordination.k8s.io/v1",
         "new-events": "/apis/events.k8s.io/v1"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `body` is its JSON, {} where there is none."""

    code: int
    body: Object
    headers: dict[str, str]

    @property
    def status(self) -> tuple[int, str, str]:
        """Of a Status: code, reason, message; and it says of itself what the HTTP status says."""
        assert (self.body["kind"], self.body["apiVersion"]) == ("Status", "v1"), self.body
        assert self.body.get("code", self.code) == self.code
        return self.code, self.body.get("reason", ""), self.body.get("message", "")


@dataclass
class Peer:
    """A cluster, one namespace of it, and what this test has made there. `close` removes that."""

    place: Place
    made: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        from kubernetes.config import new_client_from_config

        self.client = new_client_from_config(str(self.place.kubeconfig))
        self.namespace = self.place.namespace

    def path(self, plural: str, name: str = "") -> str:
        root = ROOTS.get(plural, "/api/v1")
        resource = "events" if plural == "new-events" else plural
        return f"{root}/namespaces/{self.namespace}/{resource}" + (f"/{name}" if name else "")

    def ask(
        self, method: str, path: str, body: Any = None, media_type: str = "application/json", **query: str | int
    ) -> Reply:
        answer = self._request(method, path, query, body, media_type, preload=True)
        try:
            found = json.loads(answer.data or b"{}")
        except ValueError:
            found = {}
        return Reply(answer.status, found, {name.lower(): value for name, value in answer.headers.items()})

    def _request(self, method: str, path: str, query: Object, body: Any, media_type: str, *, preload: bool) -> Any:
        configuration = self.client.configuration
        headers = {"Accept": "application/json", "Content-Type": media_type, "User-Agent": "contract/1"}
        self.client.update_params_for_auth(headers, [], ["BearerToken"], path, method, body)
        url = f"{configuration.host}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body)
        pool = self.client.rest_client.pool_manager
        options = {"preload_content": preload, "retries": False, "timeout": 30}
        return pool.request(method, url, body=data, headers=headers, **options)

    def create(self, plural: str, body: Object, **query: str | int) -> Object:
        """What was made; it is removed in the end."""
        reply = self.ask("POST", self.path(plural), body, **query)
        assert reply.code == 201, reply.body
        self.made.append((plural, reply.body["metadata"]["name"]))
        return reply.body

    def apply(self, plural: str, body: Object, manager: str, **query: str | int) -> Reply:
        name = body["metadata"]["name"]
        self.made.append((plural, name))
        return self.ask("PATCH", self.path(plural, name), body, APPLY, fieldManager=manager, **query)

    def merge(self, plural: str, name: str, body: Object, **query: str | int) -> Reply:
        return self.ask("PATCH", self.path(plural, name), body, MERGE, **query)

    def get(self, plural: str, name: str) -> Reply:
        return self.ask("GET", self.path(plural, name))

    def delete(self, plural: str, name: str, policy: str = "Background") -> Reply:
        return self.ask("DELETE", self.path(plural, name), {"propagationPolicy": policy})

    @contextmanager
    def watch(self, plural: str, **query: str | int) -> Iterator[Iterator[Object]]:
        """The events of a watch, as they come; it ends by itself after `timeoutSeconds` (10)."""
        whole = {"watch": "true", "timeoutSeconds": 10, **query}
        answer = self._request("GET", self.path(plural), whole, None, "application/json", preload=False)
        assert answer.status == 200
        try:
            yield _lines(answer)
        finally:
            answer.close()

    def pause(self) -> None:
        """Between two looks at something that a controller of the cluster does in its own time."""
        threading.Event().wait(0.2)

    def close(self) -> None:
        for plural, name in dict.fromkeys(self.made):
            self.delete(plural, name)
        self.client.rest_client.pool_manager.clear()


def _lines(answer: Any) -> Iterator[Object]:
    rest = b""
    for chunk in answer.stream(amt=None):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (json.loads(line) for line in whole if line.strip())


def unique(stem: str = "contract") -> str:
    return f"{stem}-{uuid.uuid4().hex[:10]}"


def config_map(name: str = "", **metadata: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name or unique(), **metadata},
        "data": {"a": "1"},
    }


def template(**spec: Any) -> Object:
    container = {"name": "run", "image": "registry.invalid/run:1", "args": ["sync"]}
    return {"spec": {"restartPolicy": "Never", "containers": [container], **spec}}


def cron_job(name: str = "", metadata: Object | None = None, **spec: Any) -> Object:
    """One that never starts anything."""
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name or unique(), **(metadata or {})},
        "spec": {"schedule": "30 3 * * *", "suspend": True, "jobTemplate": {"spec": {"template": template()}}, **spec},
    }


def job(name: str = "", metadata: Object | None = None, **spec: Any) -> Object:
    """One that the cluster's own Job controller leaves alone."""
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name or unique(), **(metadata or {})},
        "spec": {"template": template(), "managedBy": "contract.invalid/by-hand", **spec},
    }
