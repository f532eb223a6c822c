"""From a request to its answer: who asks, whether they may, and which part of the server does it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parts.cluster import discovery, lists, patches, rights
from parts.cluster.deletion import OPTIONS, Remover
from parts.cluster.faults import Answer, Faults
from parts.cluster.kinds import KINDS
from parts.cluster.refusals import Refused, missing, not_found
from parts.cluster.requests import Request, only
from parts.cluster.rights import User, Users
from parts.cluster.storage import Object, Store
from parts.cluster.views import seen
from parts.cluster.watching import Watches
from parts.cluster.writes import Options, Writer

WRITE = {"fieldManager", "fieldValidation", "dryRun", "force", "pretty", "timeout"}
DELETE = {"propagationPolicy", "gracePeriodSeconds", "dryRun", "pretty", "timeout", "orphanDependents"}
Stream = Iterator[Object | None]


@dataclass(slots=True)
class Answers:
    """The server without its sockets."""

    store: Store
    writer: Writer
    remover: Remover
    watches: Watches
    users: Users
    faults: Faults

    def to(self, request: Request) -> Answer | Stream:
        """The answer; for a watch its events. Raises `Refused`."""
        if request.kind is None:
            return _json(200, self._of_itself(request)) if request.path not in discovery.HEALTH else Answer(200, b"ok")
        user = self.users.of(request.headers.get("Authorization", ""))
        _accepted(request)
        if request.subresource and not (request.kind.status and request.subresource == "status"):
            raise missing(f"the sub-resource {request.subresource} of {request.kind.plural}")
        where = (request.namespace, request.name)
        rights.authorize(user, request.verb, request.kind, request.subresource, where)
        if request.kind.namespaced and not request.namespace and request.verb not in ("list", "watch"):
            raise missing(f"{request.method} {request.path}, without a namespace")
        match request.verb:
            case "watch":
                only(request, lists.LIST_OPTIONS)
                return self.watches.start(request.kind, request.namespace, request.query)
            case "list":
                only(request, lists.LIST_OPTIONS)
                return _json(200, self._listed(request))
            case "get":
                only(request, {"pretty", "timeout", "resourceVersion"})
                return _json(200, self._got(request))
            case "delete" | "deletecollection":
                return self._deleted(request)
            case "create" | "update" | "patch":
                return self._written(request, user)
        raise missing(f"{request.method} {request.path}")

    def _of_itself(self, request: Request) -> Object:
        self.users.of(request.headers.get("Authorization", ""))
        found = discovery.described(request.path)
        if found is None:
            raise missing(f"{request.method} {request.path}")
        return found

    def _listed(self, request: Request) -> Object:
        assert request.kind
        revision = self.faults.cached(request.query)
        if revision is None:
            return lists.listed(self.store, request.kind, request.namespace, request.query)
        old = {"resourceVersion": str(revision), "resourceVersionMatch": "Exact"}
        return lists.listed(self.store, request.kind, request.namespace, request.query | old)

    def _got(self, request: Request) -> Object:
        assert request.kind
        found = self.store.get(request.kind, _key(request))
        if found is None:
            raise not_found(request.kind, request.name)
        return seen(found, request.kind)

    def _deleted(self, request: Request) -> Answer:
        assert request.kind
        only(request, DELETE | (lists.LIST_OPTIONS if request.verb == "deletecollection" else set()))
        how = request.parsed() | {
            key: value for key, value in request.query.items() if key in DELETE - {"pretty", "timeout"}
        }
        if unknown := how.keys() - OPTIONS:
            raise missing(f"DeleteOptions with {sorted(unknown)}")
        options = Options(dry_run=bool(how.get("dryRun")))
        if request.verb == "delete":
            code, body = self.remover.delete(request.kind, _key(request), how, options)
            return _json(code, seen(body, request.kind) if body["kind"] != "Status" else body, options.warnings)
        query = {key: value for key, value in request.query.items() if key not in DELETE}
        found = lists.listed(self.store, request.kind, request.namespace, query)
        for one in found["items"]:
            metadata = one["metadata"]
            self.remover.delete(request.kind, (metadata.get("namespace", ""), metadata["name"]), how, options)
        return _json(200, found, options.warnings)

    def _written(self, request: Request, user: User) -> Answer:
        assert request.kind
        only(request, WRITE)
        body, options = self._body(request), self._options(request, user)
        if request.kind.plural == "selfsubjectaccessreviews":
            return _json(201, rights.reviewed(user, {**body}, KINDS))
        if request.verb == "create":
            return _json(201, self.writer.create(request.kind, request.namespace, body, options), options.warnings)
        if request.verb == "update":
            done, created = self.writer.replace(request.kind, _key(request), body, options), False
        else:
            done, created = self.writer.patch(request.kind, _key(request), body, request.media_type, options)
        return _json(201 if created else 200, done, options.warnings)

    def _body(self, request: Request) -> Any:
        if request.method == "PATCH" and request.media_type not in patches.ACCEPTED:
            known = ", ".join(patches.ACCEPTED)
            raise Refused(
                415, f"the body of the request was in an unknown format - accepted media types include: {known}"
            )
        return request.parsed()

    def _options(self, request: Request, user: User) -> Options:
        query, kind = request.query, request.kind
        assert kind
        chosen = query.get("fieldValidation") or "Warn"
        if chosen not in ("Strict", "Warn", "Ignore"):
            raise Refused(
                422, f'PatchOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "{chosen}"'
            )
        applying = request.media_type == patches.APPLY
        agent = request.headers.get("User-Agent", "").partition("/")[0] or "unknown"
        return Options(
            manager=query.get("fieldManager") or ("" if applying else agent),
            subresource=request.subresource,
            dry_run=bool(query.get("dryRun")),
            validation=chosen,  # type: ignore[arg-type]  # one of the three, as was just asked
            force=query.get("force") == "true",
            may_create=lambda: rights.authorize(user, "create", kind, "", (request.namespace, request.name)),
        )


def _key(request: Request) -> tuple[str, str]:
    return request.namespace if request.kind and request.kind.namespaced else "", request.name


def _accepted(request: Request) -> None:
    """Raises `Refused` (406) where plain JSON is not among what the client takes."""
    wanted = request.headers.get("Accept", "") or "*/*"
    for one in wanted.split(","):
        kind, *parameters = [part.strip() for part in one.split(";")]
        if kind in ("*/*", "application/*", "application/json") and not any(
            part.startswith("as=") for part in parameters
        ):
            return
    raise Refused(406, "only the following media types are accepted: application/json")


def _json(code: int, body: Object, warnings: list[str] | None = None) -> Answer:
    headers = tuple(("Warning", f'299 - "{quoted}"') for one in warnings or [] if (quoted := one.replace('"', '\\"')))
    return Answer(code, json.dumps(body).encode(), headers=headers)


def refusal(refused: Refused) -> Answer:
    retry = (refused.status.get("details") or {}).get("retryAfterSeconds")
    headers = (("Retry-After", str(retry)),) if retry else ()
    return Answer(refused.code, json.dumps(refused.status).encode(), headers=headers)
