"""What there is of one kind: a list read in pages and a watch after it, kept by a thread; and whether that is complete.

The list is read as the newest (no resourceVersion), and believed only where every page came and none is older than what
was seen before. The watch goes on from there: bookmarks keep its place, a 410 begins anew, and a connection that says
nothing for `silence_s` (a server sends a bookmark each minute) is taken for dead. A resync reads the list once more.
Sources: Kubernetes docs, "API concepts" (efficient detection of changes, retrieving large results in chunks, resource
versions, which are compared as numbers since 1.35 and are such since ever).
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.cluster.access import Cluster, Request
from reconciler.cluster.kinds import Kind
from reconciler.cluster.names import Object, name_of
from reconciler.errors import ClusterDown, ClusterRefused, ReconcilerError
from reconciler.runs.backoff import retry

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

PAGE = 250
LONGEST_LINE = 8 * 1024 * 1024
"""Bytes of one event; the API server takes objects of 1.5 MiB at most."""
FIRST_S, MOST_S = 1.0, 30.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: so long a watch may say nothing, so often the list is read once more, so long what was seen counts."""

    silence_s: float = 70.0
    resync_s: float = 600.0
    fresh_s: float = 180.0


@dataclass(frozen=True, slots=True)
class View:
    """What there is, by name. Where it is not `complete`, what is not in it may be there all the same.

    `listed_at` is when the newest complete list began, in monotonic seconds; `trouble` what stands in the way of more.
    """

    objects: Mapping[str, Object]
    complete: bool
    listed_at: float | None
    version: int
    trouble: ReconcilerError | None = None


@dataclass(slots=True)
class Watched:
    """One kind with one selector (all objects of the namespace where it is empty). `start`, look at `view`, `stop`.

    `changed` is called from the thread after each change; `keep` makes an object smaller before it is held.
    """

    cluster: Cluster
    kind: Kind
    selector: str = ""
    changed: Callable[[], None] = lambda: None
    keep: Callable[[Object], Object] = lambda found: found
    patience: Patience = field(default_factory=Patience)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _objects: dict[str, Object] = field(default_factory=dict, init=False)
    _listed_at: float | None = field(default=None, init=False)
    _heard_at: float = field(default=0.0, init=False)
    _newest: str = field(default="", init=False)
    _version: int = field(default=0, init=False)
    _trouble: ReconcilerError | None = field(default=None, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _open: "BaseHTTPResponse | None" = field(default=None, init=False)

    def start(self) -> None:
        """Begin to look."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=f"watch {self.kind.plural}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns soon."""
        self._stopping.set()
        with self._lock:
            if self._open is not None:
                _hang_up(self._open)
        if self._thread is not None:
            self._thread.join(self.cluster.access.read_s)

    def view(self) -> View:
        """As of now. The objects are not to be changed."""
        with self._lock:
            fresh = time.monotonic() - self._heard_at < self.patience.fresh_s
            complete = self._listed_at is not None and fresh
            return View(dict(self._objects), complete, self._listed_at, self._version, self._trouble)

    def put(self, found: Object) -> None:
        """What the API server answered when we wrote: it is known before the watch tells it."""
        self._take("MODIFIED", found)

    def drop(self, found: Object) -> None:
        """We have seen it deleted."""
        self._take("DELETED", found)

    # The thread -------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        failures, position = 0, ""
        while not self._stopping.is_set():
            try:
                position = self._watch(position or self._list())
                failures = 0
            except (ClusterRefused, ClusterDown) as error:
                # Also after a silence: who said nothing for so long may have forgotten us, and says nothing again.
                position, failures = "", failures + 1
                self._rest(error, failures)
            except Exception as error:
                log.exception("an error of ours ended a watch of %s; it begins anew", self.kind.plural)
                position, failures = "", failures + 1
                self._rest(ClusterDown(f"an error of ours: {type(error).__name__}"), failures)

    def _rest(self, error: ClusterDown | ClusterRefused, failures: int) -> None:
        if self._stopping.is_set():
            return
        if isinstance(error, ClusterRefused) and error.reason == "forgotten" and failures < 2:
            return  # the list is read anew at once
        known = self._trouble is not None and self._trouble.message == error.message
        with self._lock:
            self._trouble = error
        log.log(logging.DEBUG if known else logging.WARNING, "%s are not seen: %s", self.kind.plural, error.message)
        after_s = error.after_s if isinstance(error, ClusterDown) else 0.0
        wait_s = retry(self.kind.plural, min(failures - 1, 10), FIRST_S, MOST_S).total_seconds()
        self._stopping.wait(max(wait_s, after_s))

    def _list(self) -> str:
        """Read every page; the version from which a watch goes on. Raises where any page did not come."""
        began, found, query = time.monotonic(), dict[str, Object](), self._query() | {"limit": str(PAGE)}
        newest, versions = self._newest, set[str]()
        while True:
            page = self.cluster.ask(Request("list", self.kind, query=query))
            metadata, items = page.get("metadata"), page.get("items")
            if page.get("kind") != f"{self.kind.name}List" or not isinstance(metadata, dict):
                raise ClusterDown(
                    f"what should list {self.kind.plural} is something else", "look at what is in between"
                )
            versions.add(version := str(metadata.get("resourceVersion", "")))
            self._check(versions, newest)
            # Items of a list do not repeat their kind.
            for each in items or ():
                found[name_of(each)] = self.keep({"apiVersion": self.kind.api_version, "kind": self.kind.name, **each})
            if not metadata.get("continue"):
                break
            query = self._query() | {"limit": str(PAGE), "continue": str(metadata["continue"])}
            if self._stopping.is_set():
                raise ClusterDown("it was told to stop")
        with self._lock:
            self._objects = self._merged(found, version)
            self._listed_at, self._heard_at = began, time.monotonic()
            self._newest = self._newest if _older(version, self._newest) else version
            self._trouble = None
            self._version += 1
        self.changed()
        return version

    def _merged(self, listed: dict[str, Object], version: str) -> dict[str, Object]:
        """The list; and what we were answered when we wrote while it was read."""
        written = {name: each for name, each in self._objects.items() if _older(version, _version(each))}
        return listed | written

    def _check(self, versions: set[str], newest: str) -> None:
        """Pages of one list have one version, and none that is older than what was known when it began."""
        if len(versions) > 1:
            raise ClusterDown(f"the list of {self.kind.plural} changed while it was read")
        if any(_older(each, newest) for each in versions):
            message = f"the API server lists {self.kind.plural} older than it has shown them before"
            raise ClusterDown(message, "if it was restored from a backup, restart the controller")

    def _query(self) -> dict[str, str]:
        return {"labelSelector": self.selector} if self.selector else {}

    def _watch(self, position: str) -> str:
        """Follow until the connection ends; the version from which to go on, empty where a list is to be read."""
        lasts = min(self.patience.resync_s, 300.0) * (0.9 + 0.1 * (hash((self.kind.plural, position)) % 100) / 100)
        query = self._query() | {
            "watch": "1",
            "resourceVersion": position,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(max(1, int(lasts))),
        }
        began = time.monotonic()
        with self.cluster.watched(Request("watch", self.kind, query=query), self.patience.silence_s) as response:
            self._hold(response)
            try:
                for line in _lines(response):
                    position = self._event(line) or position
                    if self._stopping.is_set():
                        return position
            finally:
                self._hold(None)
        listed_at = self._listed_at or 0.0
        due = time.monotonic() - listed_at >= self.patience.resync_s
        if time.monotonic() - began < FIRST_S:
            self._stopping.wait(FIRST_S)  # a server that hangs up at once is not asked at once
        return "" if due else position

    def _hold(self, response: "BaseHTTPResponse | None") -> None:
        with self._lock:
            self._open = response
            if response is not None:
                self._heard_at, self._trouble = time.monotonic(), None
                if self._stopping.is_set():
                    _hang_up(response)

    def _event(self, line: bytes) -> str:
        """Take one in; the version that it brings us to. Raises ClusterRefused `forgotten`, ClusterDown."""
        try:
            event = json.loads(line)
            word, found = event["type"], event["object"]
            version = str(found["metadata"]["resourceVersion"]) if word != "ERROR" else ""
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ClusterDown(f"a watch of {self.kind.plural} says what cannot be read") from error
        if word == "ERROR":
            if found.get("code") == 410:
                raise ClusterRefused("forgotten", f"the API server has forgotten where we were in {self.kind.plural}")
            raise ClusterDown(f"the watch of {self.kind.plural} failed ({found.get('code')})")
        if word in ("ADDED", "MODIFIED", "DELETED"):
            self._take(word, found)
        with self._lock:
            self._heard_at = time.monotonic()
            if word == "BOOKMARK":
                self._newest = self._newest if _older(version, self._newest) else version
        return version

    def _take(self, word: str, found: Object) -> None:
        name = name_of(found)
        with self._lock:
            held = self._objects.get(name)
            if held is not None and _older(_version(found), _version(held)):
                return
            self._newest = self._newest if _older(_version(found), self._newest) else _version(found)
            if word == "DELETED":
                self._objects.pop(name, None)
            else:
                self._objects[name] = kept = self.keep(found)
                if held is not None and _but_version(held) == _but_version(kept):
                    return  # only what nobody here looks at has changed
            self._version += 1
        self.changed()


def _version(found: Object) -> str:
    return str((found.get("metadata") or {}).get("resourceVersion", ""))


def _but_version(found: Object) -> Object:
    return {**found, "metadata": {**found["metadata"], "resourceVersion": ""}}


def _older(one: str, other: str) -> bool:
    """Whether the first is older; versions that are no numbers are never."""
    both = one.isascii() and one.isdigit() and other.isascii() and other.isdigit()
    return both and int(one) < int(other)


def _lines(response: "BaseHTTPResponse") -> Iterator[bytes]:
    kept = b""
    for chunk in _chunks(response):
        *whole, kept = (kept + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())
        if len(kept) > LONGEST_LINE:
            raise ClusterDown("a watch says a line without an end")


def _chunks(response: Any) -> Iterator[bytes]:
    """As they come: urllib3's own `read` would wait until it has as much as it was asked for."""
    if getattr(response, "chunked", False):
        yield from response.read_chunked(decode_content=True)
        return
    while chunk := response.read1(65536):
        yield chunk


def _hang_up(response: Any) -> None:
    """End a read that another thread waits in."""
    with suppress(ValueError, RuntimeError, OSError):  # it is over already
        response.shutdown()
