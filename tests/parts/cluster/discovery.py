"""What the server says of itself: /version, /api, /apis, resource lists, and as much OpenAPI as kubectl asks for."""

from typing import Any

from parts.cluster.kinds import GROUPS, KINDS, Kind
from parts.cluster.refusals import Refused

Object = dict[str, Any]
VERSION = {"major": "1", "minor": "36", "gitVersion": "v1.36.0", "gitCommit": "0" * 40, "gitTreeState": "clean",
           "buildDate": "2026-04-22T00:00:00Z", "goVersion": "go1.26.0", "compiler": "gc",
           "platform": "linux/amd64"}  # fmt: skip
HEALTH = ("/healthz", "/livez", "/readyz")


def described(path: str) -> Object | None:
    """The body for one of these paths; None for a path that is none of them. Raises `Refused` (404)."""
    parts = path.strip("/").split("/")
    match parts:
        case ["version"]:
            return VERSION
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(group) for group in GROUPS]}
        case ["apis", group] if group in GROUPS:
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(group)}
        case ["api", "v1"]:
            return _resources("/api/v1", "v1")
        case ["apis", group, "v1"] if group in GROUPS:
            return _resources(f"/apis/{group}/v1", f"{group}/v1")
        case ["openapi", "v3"]:
            prefixes = dict.fromkeys(prefix for prefix, _ in KINDS)
            return {"paths": {one[1:]: {"serverRelativeURL": f"/openapi/v3{one}"} for one in prefixes}}
        case ["openapi", "v3", *rest] if any(prefix == "/" + "/".join(rest) for prefix, _ in KINDS):
            return _openapi("/" + "/".join(rest))
        case ["openapi", "v2"]:
            raise Refused(404, "the server could not find the requested resource", "NotFound")
    return None


def _group(group: str) -> Object:
    version = {"groupVersion": f"{group}/v1", "version": "v1"}
    return {"name": group, "versions": [version], "preferredVersion": version}


def _resources(prefix: str, version: str) -> Object:
    found = []
    for kind in (kind for (at, _), kind in KINDS.items() if at == prefix):
        names = {"name": kind.plural, "singularName": kind.name.lower(), "kind": kind.name}
        verbs = {"namespaced": kind.namespaced, "verbs": list(kind.verbs), "shortNames": list(kind.short)}
        found.append(names | verbs)
        if kind.status:
            status = {"name": f"{kind.plural}/status", "singularName": "", "verbs": ["get", "patch", "update"]}
            found.append(status | {"kind": kind.name, "namespaced": kind.namespaced})
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": found}


def _openapi(prefix: str) -> Object:
    """The paths and the one parameter that kubectl looks for before it lets the server validate."""
    paths = {}
    for kind in (kind for (at, _), kind in KINDS.items() if at == prefix):
        middle = "/namespaces/{namespace}" if kind.namespaced else ""
        paths[f"{prefix}{middle}/{kind.plural}/{{name}}"] = {"patch": _operation(kind)}
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": VERSION["gitVersion"]}, "paths": paths}


def _operation(kind: Kind) -> Object:
    which = {"group": kind.group, "version": kind.version, "kind": kind.name}
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("dryRun", "fieldValidation")]
    return {"x-kubernetes-group-version-kind": which, "parameters": parameters, "responses": {}}
