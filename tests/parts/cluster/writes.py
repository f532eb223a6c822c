"""Create, replace, patch and apply, as the generic registry of the API server does them.

Sources: Kubernetes docs, "API Concepts" and "Server-Side Apply"; `apiserver/pkg/registry/generic/registry/store.go`.
"""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from parts.cluster import admission, ownership, patches
from parts.cluster.defaults import defaulted, owned_by_job
from parts.cluster.kinds import Kind
from parts.cluster.ownership import Manager, Owners
from parts.cluster.refusals import Refused, already_exists, conflict, invalid, invalid_options, not_found
from parts.cluster.shapes import Shape, decoded, shape
from parts.cluster.storage import Key, Object, Store
from parts.cluster.validation import checked
from parts.cluster.views import kept, seen

FIXED = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
         "generation", "generateName")  # fmt: skip
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(slots=True)
class Options:
    """How a write is meant. `warnings` are filled by the write, and go into the answer's headers."""

    manager: str = "unknown"
    subresource: str = ""
    dry_run: bool = False
    validation: Literal["Strict", "Warn", "Ignore"] = "Warn"
    force: bool = False
    warnings: list[str] = field(default_factory=list)
    may_create: Callable[[], None] = lambda: None
    """Raises `Refused` where the one who applies may not create."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes into a store. `now` gives the time as it stands in objects."""

    store: Store
    now: Callable[[], str]

    def create(self, kind: Kind, namespace: str, body: Any, options: Options) -> Object:
        new = kept(self._decoded(kind, body, options), kind)
        new.setdefault("metadata", {})
        if new["metadata"].get("namespace", namespace) != namespace:
            raise Refused(400, "the namespace of the provided object does not match the namespace sent on the request")
        if new["metadata"].get("resourceVersion"):
            raise Refused(500, "resourceVersion should not be set on objects to be created", "")
        with self.store.lock:
            return self._created(kind, namespace, new, options, lambda one: self._by_update(None, one, kind, options))

    def _created(
        self, kind: Kind, namespace: str, new: Object, options: Options, whose: Callable[[Object], Owners]
    ) -> Object:
        new = self._born(kind, namespace, new)
        name = new["metadata"].get("name", "")
        admission.living(self.store, kind, namespace, name)
        new = defaulted(new)
        if new["kind"] == "Job":
            owned_by_job(new)
        checked(kind, new, None)
        admission.within_quota(self.store, kind, namespace, name)
        if self.store.get(kind, (namespace, name)):
            raise already_exists(kind, name)
        new = ownership.stamped(new, whose(new), None, self.now())
        if new["kind"] == "Job":
            new = defaulted(new)  # as it is read from the storage: it now has a template with labels, and takes them
        return seen(new if options.dry_run else self.store.put(kind, (namespace, name), new), kind)

    def _born(self, kind: Kind, namespace: str, new: Object) -> Object:
        metadata = {key: value for key, value in new["metadata"].items() if not key.startswith("deletion")}
        if not metadata.get("name") and (base := metadata.get("generateName")):
            metadata["name"] = base[:58] + "".join(secrets.choice(ALPHABET) for _ in range(5))
        metadata |= {"namespace": namespace} if kind.namespaced else {}
        metadata |= {"uid": str(uuid.uuid4()), "creationTimestamp": self.now()}
        metadata |= {"generation": 1} if kind.generation else {}
        bare = {key: value for key, value in new.items() if not (key == "status" and kind.status)}
        return bare | {"metadata": metadata} | ({"status": {}} if kind.status else {})

    def replace(self, kind: Kind, key: Key, body: Any, options: Options) -> Object:
        new = kept(self._decoded(kind, body, options), kind)
        new.setdefault("metadata", {}).setdefault("name", key[1])
        if new["metadata"]["name"] != key[1]:
            said = f"the name of the object ({new['metadata']['name']}) does not match the name on the URL ({key[1]})"
            raise Refused(400, said)
        if new["metadata"].get("namespace", key[0]) != key[0]:
            raise Refused(400, "the namespace of the provided object does not match the namespace sent on the request")
        with self.store.lock:
            live = self._live(kind, key)
            if kind.plural == "leases" and not new["metadata"].get("resourceVersion"):
                problem = ("metadata.resourceVersion", "Invalid value", "0: must be specified for an update")
                raise invalid(kind, key[1], [problem])
            return self._changed(kind, key, live, new, options, None)

    def patch(self, kind: Kind, key: Key, patch: Any, media_type: str, options: Options) -> tuple[Object, bool]:
        """The object, and whether it was created by this."""
        if media_type == patches.APPLY:
            return self._apply(kind, key, patch, options)
        if options.force:
            raise invalid_options("PatchOptions", "force", "Forbidden", "may not be specified for non-apply patch")
        with self.store.lock:
            live = self._live(kind, key)
            whole = patches.patched(seen(live, kind), patch, media_type, shape(kind.model))
            new = kept(self._decoded(kind, whole, options), kind)
            name = new.setdefault("metadata", {}).get("name", "")
            if name != key[1]:
                raise Refused(400, f"the name of the object ({name}) does not match the name on the URL ({key[1]})")
            return self._changed(kind, key, live, new, options, None), False

    def _apply(self, kind: Kind, key: Key, patch: Any, options: Options) -> tuple[Object, bool]:
        if not options.manager:
            raise invalid_options("PatchOptions", "fieldManager", "Required value", "is required for apply patch")
        given = self._decoded(kind, patch, options, applying=True)
        if given.get("metadata", {}).pop("managedFields", None):
            raise Refused(400, "metadata.managedFields must be nil")
        if given.setdefault("metadata", {}).get("name", key[1]) != key[1]:
            name = given["metadata"]["name"]
            raise Refused(400, f"the name of the object ({name}) does not match the name on the URL ({key[1]})")
        if kind.status:
            given.pop("spec" if options.subresource == "status" else "status", None)
        who = Manager(options.manager, "Apply", kind.api_version, options.subresource)
        with self.store.lock:
            live = self.store.get(kind, key)
            if live is None:
                return self._applied_anew(kind, key, given, who, options), True
            before = seen(live, kind)
            new, held = ownership.applied(before, given, who, _shape(kind), force=options.force)
            return self._changed(kind, key, live, kept(new, kind), options, held), False

    def _applied_anew(self, kind: Kind, key: Key, given: Object, who: Manager, options: Options) -> Object:
        if options.subresource:
            raise not_found(kind, key[1])
        if uid := given["metadata"].get("uid"):
            raise conflict(
                kind, key[1], f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            )
        options.may_create()
        given["metadata"]["name"] = key[1]
        mine = set(ownership.owned(given, _shape(kind)))
        return self._created(kind, key[0], kept(given, kind), options, lambda _: {who: mine})

    def _changed(
        self, kind: Kind, key: Key, live: Object, new: Object, options: Options, held: Owners | None
    ) -> Object:
        _same_object(kind, key, live, new)
        metadata = {name: value for name, value in new["metadata"].items() if name not in FIXED}
        metadata |= {name: live["metadata"][name] for name in FIXED if name in live["metadata"]}
        new = defaulted(_only_its_part(kind, live, {**new, "metadata": metadata}, options.subresource))
        checked(kind, new, live)
        if kind.generation and new.get("spec") != live.get("spec"):
            new["metadata"]["generation"] = live["metadata"].get("generation", 1) + 1
        if held is None:
            held = self._by_update(live, new, kind, options)
        new = ownership.stamped(new, held, live, self.now())
        new["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
        if options.dry_run or _alike(new, live):
            return seen(new if options.dry_run else live, kind)
        kept_now = self.store.put(kind, key, new)
        if new["metadata"].get("deletionTimestamp") and not new["metadata"].get("finalizers"):
            self.store.remove(kind, key)
        return seen(kept_now, kind)

    def _by_update(self, live: Object | None, new: Object, kind: Kind, options: Options) -> Owners:
        who = Manager(options.manager, "Update", kind.api_version, options.subresource)
        return ownership.updated(seen(live, kind) if live else None, seen(new, kind), who, _shape(kind))

    def _live(self, kind: Kind, key: Key) -> Object:
        found = self.store.get(kind, key)
        if found is None:
            raise not_found(kind, key[1])
        return found

    def _decoded(self, kind: Kind, body: Any, options: Options, *, applying: bool = False) -> Object:
        """The body as an object of the kind; unknown fields as the options say."""
        if not isinstance(body, dict):
            raise Refused(400, "the object provided is unrecognized (must be of type Object)")
        body = {"apiVersion": kind.api_version, "kind": kind.name} | body
        if (body["apiVersion"], body["kind"]) != (kind.api_version, kind.name):
            got = f"{body['apiVersion']}, Kind={body['kind']}"
            raise Refused(400, f"{got} in the data does not match the expected {kind.api_version}, Kind={kind.name}")
        unknown: list[str] = []
        what = f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}'
        try:
            found: Object = decoded(body, shape(kind.model), "", unknown)
        except Refused as refused:
            raise Refused(400, f"{what}: {refused}") from refused
        said = [f'unknown field "{path}"' for path in unknown]
        if said and applying:
            metadata = body.get("metadata") or {}
            name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
            why = f".{unknown[0]}: field not declared in schema"
            raise Refused(
                500, f"failed to create typed patch object ({name}; {kind.api_version}, Kind={kind.name}): {why}", ""
            )
        if said and options.validation == "Strict":
            raise Refused(400, f"{what}: strict decoding error: {', '.join(said)}")
        options.warnings += said if options.validation == "Warn" else []
        return found


def _shape(kind: Kind) -> Shape:
    return shape(kind.model)


def _same_object(kind: Kind, key: Key, live: Object, new: Object) -> None:
    """Raises `Refused` (409) where the one who writes has seen another version, or another object of that name."""
    claimed, there = new["metadata"].get("uid"), live["metadata"]["uid"]
    if claimed and claimed != there:
        raise conflict(
            kind, key[1], f"Precondition failed: UID in precondition: {claimed}, UID in object meta: {there}"
        )
    claimed = new["metadata"].get("resourceVersion")
    if claimed and claimed != live["metadata"]["resourceVersion"]:
        raise conflict(kind, key[1])


def _only_its_part(kind: Kind, live: Object, new: Object, subresource: str) -> Object:
    """A write of the object leaves its status alone, one of its status leaves the rest alone."""
    if not kind.status:
        return new
    if subresource == "status":
        return {**live, "metadata": new["metadata"], "status": new.get("status") or {}}
    return {**new, "status": live.get("status") or {}}


def _alike(new: Object, live: Object) -> bool:
    """Whether a write would change nothing: it is then not written, and keeps its version."""
    return new == live
