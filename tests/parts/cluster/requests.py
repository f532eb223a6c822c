"""One request, read: the verb as RBAC names it, the kind, and where."""

import json
import re
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from parts.cluster.kinds import KINDS, Kind
from parts.cluster.refusals import Refused, missing

PATH = re.compile(
    r"(?P<prefix>/api/v1|/apis/[^/]+/v1)(?:/namespaces/(?P<namespace>[^/]+))?/(?P<plural>[a-z]+)"
    r"(?:/(?P<name>[^/]+))?(?:/(?P<subresource>[a-z]+))?"
)
NAMESPACE = re.compile(r"/api/v1/namespaces(?:/(?P<name>[^/]+)(?:/(?P<subresource>status|finalize))?)?")
PROTOBUF = "application/vnd.kubernetes.protobuf"
VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get"}


@dataclass(frozen=True, slots=True)
class Request:
    """`kind` is None for what is no resource (discovery, health)."""

    method: str
    url: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes
    verb: str
    kind: Kind | None = None
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def resource(self) -> str:
        """As it is counted: `jobs`, `jobs/status`, or the path of what is no resource."""
        if self.kind is None:
            return self.path
        return f"{self.kind.plural}/{self.subresource}" if self.subresource else self.kind.plural

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip()

    def parsed(self) -> Any:
        """The body: JSON, or YAML where the media type says so. Raises `Refused` (400, 415)."""
        if not self.body:
            return {}
        if self.media_type == PROTOBUF:
            raise missing(f"{PROTOBUF} in {self.method} {self.path}")
        if self.media_type not in ("", "application/json", "application/yaml") and "patch+" not in self.media_type:
            known = "application/json, application/yaml"
            raise Refused(
                415, f"the body of the request was in an unknown format - accepted media types include: {known}"
            )
        try:
            return json.loads(self.body)
        except ValueError as error:
            if not self.media_type.endswith("yaml"):
                raise Refused(400, f"error decoding: {error}") from error
        return _yaml(self.body)


def _yaml(body: bytes) -> Any:
    import yaml

    try:
        return yaml.safe_load(body)
    except yaml.YAMLError as error:
        raise Refused(400, f"error decoding YAML: {str(error).splitlines()[0]}") from error


def read(method: str, url: str, headers: Message, body: bytes) -> Request:
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
    found = NAMESPACE.fullmatch(parts.path) or PATH.fullmatch(parts.path)
    if not found:
        return Request(method, url, parts.path, query, headers, body, VERBS.get(method, method.lower()))
    group = found.groupdict()
    prefix, plural = group.get("prefix") or "/api/v1", group.get("plural") or "namespaces"
    name = unquote(group["name"] or "")
    return Request(
        method=method,
        url=url,
        path=parts.path,
        query=query,
        headers=headers,
        body=body,
        verb=_verb(method, name, query),
        kind=KINDS.get((prefix, plural)),
        namespace=unquote(group.get("namespace") or ""),
        name=name,
        subresource=group.get("subresource") or "",
    )


def _verb(method: str, name: str, query: dict[str, str]) -> str:
    if method == "GET" and not name:
        return "watch" if query.get("watch") in ("true", "1") else "list"
    if method == "DELETE" and not name:
        return "deletecollection"
    return VERBS.get(method, method.lower())


def only(request: Request, known: set[str]) -> None:
    """Refuses parameters that this server does not implement, rather than ignore them."""
    if unknown := request.query.keys() - known:
        raise missing(f"the parameter {sorted(unknown)} of {request.method} {request.path}")
