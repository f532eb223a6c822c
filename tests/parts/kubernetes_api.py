"""A small real Kubernetes API on loopback: objects in namespaces, over HTTP, as the API conventions say.

It knows the kinds in `KINDS`; whatever it does not know (a kind, a verb, a parameter, a media type) it answers with 501
and notes in `unknown`, and `running` fails the test. A new kind is a line in `KINDS`, and its rules a function.
Sources: Kubernetes docs, "API conventions" (Status, preconditions) and "API concepts" (paths, verbs, finalizers).
"""

import base64
import json
import os
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from reconciler.vaults.kubernetes_access import ClusterSettings

Object = dict
PATH = re.compile(r"/(api/v1|apis/[^/]+/[^/]+)/namespaces/([^/]+)/([a-z]+)(?:/([^/]+))?")
DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
DATA_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
REAL = "RECONCILER_TEST_KUBECONFIG"
"""The kubeconfig of a real cluster to run against; its namespace is in RECONCILER_TEST_NAMESPACE, or `default`."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MIB = 1024 * 1024
TIME = "2026-03-02T07:00:00Z"
REASONS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "AlreadyExists",
           422: "Invalid", 429: "TooManyRequests", 500: "InternalError", 501: "NotImplemented",
           503: "ServiceUnavailable"}  # fmt: skip


class Refused(Exception):
    """An answer that is a Status of failure."""

    def __init__(self, code: int, message: str, reason: str = "", **details: str) -> None:
        super().__init__(message)
        body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
        self.status = {**body, "reason": reason or REASONS[code], "details": details, "code": code}
        self.code = code


def secret_rules(new: Object, old: Object | None) -> None:
    """v1 Secret: keys, base64, 1 MiB, and what `immutable: true` keeps from changing."""
    data = new.get("data") or {}
    invalid("data", all(DATA_KEY.fullmatch(key) for key in data))
    try:
        size = sum(len(base64.b64decode(value, validate=True)) for value in data.values())
    except ValueError as error:
        raise Refused(400, "Secret in version v1 cannot be handled: illegal base64 data") from error
    invalid("data", size <= MIB)
    if old and old.get("immutable"):
        invalid("data: field is immutable when `immutable` is set", old.get("data") == new.get("data"))
        invalid("immutable: field is immutable when `immutable` is set", bool(new.get("immutable")))


def invalid(what: str, fine: bool) -> None:
    if not fine:
        raise Refused(422, f"{what} is invalid")


@dataclass(frozen=True)
class Kind:
    """One kind: its group and version as in a path, its names, and its rules (new object, old object or None)."""

    prefix: str
    plural: str
    name: str
    rules: Callable[[Object, Object | None], None]

    @property
    def api_version(self) -> str:
        return self.prefix.partition("/")[2]


KINDS = {(kind.prefix, kind.plural): kind for kind in [Kind("api/v1", "secrets", "Secret", secret_rules)]}


@dataclass
class KubernetesApi:
    """The cluster: who may do what where, what there is, and what was asked."""

    namespaces: tuple[str, ...] = ("reconciler",)
    token: str = "a-token-that-may"
    objects: dict[tuple[str, str, str], Object] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    faults: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    """Answered with before anything else, each once; one that writes nothing drops the connection."""
    revision: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def kubeconfig(self, folder: Path, *, token: str = "", port: int = 0) -> Path:
        """A kubeconfig that leads here, or to another port of this machine."""
        cluster = {"name": "c", "cluster": {"server": f"http://127.0.0.1:{port or self.port}"}}
        user = {"name": "u", "user": {"token": token or self.token}}
        context = {"name": "x", "context": {"cluster": "c", "user": "u", "namespace": self.namespaces[0]}}
        whole = {"apiVersion": "v1", "kind": "Config", "current-context": "x"}
        file = folder / f"kubeconfig-{uuid.uuid4()}"
        file.write_text(json.dumps({**whole, "clusters": [cluster], "users": [user], "contexts": [context]}))
        return file

    def answer(self, method: str, url: str, headers: Message, body: Object) -> tuple[int, Object]:
        """Code and body for one request."""
        try:
            kind, namespace, name, query = self._route(url, headers)
            verb = {"POST": self._create, "GET": self._get, "DELETE": self._delete}.get(method, self._write)
            if method in {"PUT", "PATCH"}:
                query["type"] = headers.get("Content-Type", "") if method == "PATCH" else "PUT"
            return verb(kind, (kind.plural, namespace, name), query, body)
        except Refused as refused:
            if refused.code == 501:
                self.unknown.append(f"{method} {url}: {refused}")
            return refused.code, refused.status

    def _route(self, url: str, headers: Message) -> tuple[Kind, str, str, dict[str, str]]:
        parts = urlsplit(url)
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if (scheme.lower(), token) != ("bearer", self.token):
            raise Refused(401, "Unauthorized")
        found = PATH.fullmatch(parts.path)
        kind = KINDS.get((found[1], found[3])) if found else None
        if found is None or kind is None:
            raise Refused(501, f"{parts.path} is not implemented here")
        if found[2] not in self.namespaces:
            raise Refused(403, f"cannot touch {kind.plural} in {found[2]}", kind=kind.plural)
        query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        return kind, found[2], unquote(found[4] or ""), query

    def _create(self, kind: Kind, at: tuple, query: dict[str, str], body: Object) -> tuple[int, Object]:
        only(query, {"fieldManager", "fieldValidation"}, bool(not at[2]))
        metadata = body.get("metadata", {})
        at = (at[0], at[1], metadata.get("name", ""))
        if at in self.objects:
            raise Refused(409, f'{kind.plural} "{at[2]}" already exists', kind=kind.plural, name=at[2])
        if metadata.get("namespace", at[1]) != at[1]:
            raise Refused(400, "the namespace of the object and of the request differ")
        given = {"namespace": at[1], "uid": str(uuid.uuid4()), "creationTimestamp": TIME}
        return 201, self._keep(kind, at, {**body, "metadata": {**metadata, **given}}, query)

    def _get(self, kind: Kind, at: tuple, query: dict[str, str], body: Object) -> tuple[int, Object]:
        if at[2]:
            only(query, set())
            return 200, self._there(kind, at)
        only(query, {"labelSelector"})
        wanted = [part.partition("=")[::2] for part in query.get("labelSelector", "").split(",") if part]
        if any(value.startswith("=") or re.search(r"[!() ]", key) for key, value in wanted):
            raise Refused(501, "of selectors only equality is implemented here")
        items = [found for key, found in self.objects.items() if key[:2] == at[:2] and has(found, wanted)]
        metadata = {"resourceVersion": str(self.revision)}
        return 200, {"apiVersion": kind.api_version, "kind": f"{kind.name}List", "metadata": metadata, "items": items}

    def _write(self, kind: Kind, at: tuple, query: dict[str, str], body: Object) -> tuple[int, Object]:
        how = query.pop("type")
        only(query, {"fieldManager"}, how in {"PUT", "application/merge-patch+json"})
        old = self._there(kind, at)
        new = body if how == "PUT" else merged(old, body)
        claimed = new.get("metadata", {}).get("resourceVersion", old["metadata"]["resourceVersion"])
        if claimed != old["metadata"]["resourceVersion"]:
            raise Refused(409, "the object has been modified", "Conflict", kind=kind.plural, name=at[2])
        fixed = {key: old["metadata"][key] for key in ("name", "namespace", "uid", "creationTimestamp")}
        kept = self._keep(kind, at, {**new, "metadata": {**new.get("metadata", {}), **fixed}}, query, old)
        if old["metadata"].get("deletionTimestamp") and not kept["metadata"].get("finalizers"):
            del self.objects[at]
        return 200, kept

    def _delete(self, kind: Kind, at: tuple, query: dict[str, str], body: Object) -> tuple[int, Object]:
        only(query, set(), not body.keys() - {"apiVersion", "kind", "preconditions"})
        found = self._there(kind, at)
        metadata = found["metadata"]
        if any(metadata[key] != value for key, value in body.get("preconditions", {}).items()):
            raise Refused(409, "the precondition does not hold", "Conflict", kind=kind.plural, name=at[2])
        if metadata.get("finalizers"):
            metadata["deletionTimestamp"] = TIME
            return 200, found
        del self.objects[at]
        details = {"name": at[2], "kind": kind.plural, "uid": metadata["uid"]}
        return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}

    def _there(self, kind: Kind, at: tuple) -> Object:
        if at not in self.objects:
            raise Refused(404, f'{kind.plural} "{at[2]}" not found', kind=kind.plural, name=at[2])
        return self.objects[at]

    def _keep(self, kind: Kind, at: tuple, new: Object, query: dict[str, str], old: Object | None = None) -> Object:
        metadata = new["metadata"]
        invalid("metadata.name", bool(DNS_NAME.fullmatch(metadata.get("name", ""))))
        labels = metadata.get("labels", {}).values()
        invalid("metadata.labels", all(LABEL_VALUE.fullmatch(value) for value in labels))
        if (new.get("apiVersion"), new.get("kind")) != (kind.api_version, kind.name):
            raise Refused(400, f"the object is no {kind.name} of {kind.api_version}")
        kind.rules(new, old)
        self.revision += 1
        entry = {"manager": query.get("fieldManager", "unknown"), "operation": "Update", "time": TIME}
        before = [one for one in metadata.get("managedFields", []) if one["manager"] != entry["manager"]]
        added = {"resourceVersion": str(self.revision), "managedFields": [*before, entry]}
        self.objects[at] = {**new, "metadata": {**metadata, **added}}
        return self.objects[at]


def only(query: dict[str, str], known: set[str], fine: bool = True) -> None:
    """Refuses what this server does not implement, rather than ignore it."""
    if not fine or query.keys() - known:
        raise Refused(501, f"not implemented here: {sorted(query.keys() - known)} or the form of the request")


def has(found: Object, wanted: list[tuple[str, str]]) -> bool:
    labels = found["metadata"].get("labels", {})
    return all(labels.get(key) == value for key, value in wanted)


def merged(old: Object, patch: Object) -> Object:
    """JSON Merge Patch (RFC 7396)."""
    new = dict(old)
    for key, value in patch.items():
        if value is None:
            new.pop(key, None)
        else:
            new[key] = merged(new.get(key) or {}, value) if isinstance(value, dict) else value
    return new


@contextmanager
def running(api: KubernetesApi) -> Iterator[KubernetesApi]:
    """Serve on a free port of loopback; afterwards fail if something was asked that is not implemented."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_request(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with api.lock:
                api.requests.append((self.command, self.path))
                if api.faults:
                    self.close_connection = True
                    api.faults.pop(0)(self)
                    return
                code, answer = api.answer(self.command, self.path, self.headers, json.loads(raw or b"{}"))
            say(self, code, json.dumps(answer).encode(), "application/json")

        def log_request(self, *arguments: object) -> None:
            """Silent."""

    for method in METHODS:
        setattr(Handler, f"do_{method}", Handler.handle_request)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert not api.unknown, api.unknown


def say(handler: BaseHTTPRequestHandler, code: int, body: bytes, media_type: str, **headers: str) -> None:
    handler.send_response(code)
    for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    if handler.close_connection:
        handler.send_header("Connection", "close")  # else the client may meet the closing with its next question
    handler.end_headers()
    handler.wfile.write(body)


def status(code: int, reason: str = "") -> Callable[[BaseHTTPRequestHandler], None]:
    """A fault: the next request is answered with this Status."""
    body = json.dumps(Refused(code, "armed by the test", reason).status).encode()
    return lambda handler: say(handler, code, body, "application/json")


def cluster_for(request: pytest.FixtureRequest, folder: Path) -> ClusterSettings:
    """The real cluster that the environment names, else a server of this test's own."""
    if real := os.environ.get(REAL):
        return ClusterSettings(os.environ.get("RECONCILER_TEST_NAMESPACE", "default"), Path(real))
    stack = ExitStack()
    request.addfinalizer(stack.close)
    api = stack.enter_context(running(KubernetesApi()))
    return ClusterSettings(api.namespaces[0], api.kubeconfig(folder))
