"""Kubernetes Events about an organisation: `kubectl get events` shows what became of its commits and its CronJobs.

They are a courtesy, kept for an hour by the API server; what counts is in the database. Each regards the ConfigMap of
the organisation's marks. The same is not said twice within a while, and no more than a few a minute.
Source: Kubernetes API reference, "Event v1 events.k8s.io" (lengths; a note has at most 1 kB).
"""

import hashlib
import logging
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from reconciler.cluster import names
from reconciler.cluster.names import Object
from reconciler.cluster.objects import Objects
from reconciler.errors import ClusterDown, ClusterRefused
from reconciler.specs.personal import impersonal

Word = Literal["Applied", "Refused", "Drifted", "Failed"]
AGAIN = timedelta(minutes=10)
"""The same is said again after so long."""
MOST, MOST_AN_HOUR = 200, 30
"""Events that wait to be told, and of one organisation in an hour."""
NOTE = 1000
WARNINGS = ("Refused", "Drifted", "Failed")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """Something about an organisation. `note` is a sentence that holds no data of records and no secret."""

    word: Word
    organization: str
    note: str


class Events:
    """Said by any thread, told by one."""

    def __init__(self, installation: str, objects: Objects, now: Callable[[], datetime]) -> None:
        self._installation, self._objects, self._now = installation, objects, now
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Said, datetime]] = deque()
        self._last: dict[Said, datetime] = {}
        self._dropped = 0
        self._trouble = ""

    def say(self, said: Said) -> None:
        """Let it be told soon."""
        now = self._now()
        with self._lock:
            self._last = {each: at for each, at in self._last.items() if abs(now - at) < timedelta(hours=1)}
            again = said in self._last and abs(now - self._last[said]) < AGAIN
            often = sum(each.organization == said.organization for each in self._last) >= MOST_AN_HOUR
            if again or often or len(self._waiting) >= MOST:
                self._dropped += not again
                return
            self._last[said] = now
            self._waiting.append((said, now))

    def tell(self) -> None:
        """Tell what waits. What cannot be told for good is dropped; where the API server is away, it waits."""
        while True:
            with self._lock:
                if not self._waiting:
                    break
                said, at = self._waiting[0]
            try:
                self._objects.create(self._event(said, at))
                self._trouble = ""
            except ClusterDown:
                return
            except ClusterRefused as error:
                if error.reason != "conflict" and error.message != self._trouble:
                    self._trouble = error.message
                    log.warning("an event could not be told: %s", error.message, extra={"next": error.hint})
            with self._lock:
                self._waiting.popleft()
        if self._dropped:
            log.warning("%s events were not told: there were too many", self._dropped)
            self._dropped = 0

    def _event(self, said: Said, at: datetime) -> Object:
        name = names.marks_name(self._installation, said.organization)
        # The same at the same moment is one event, also where the answer to the first was lost.
        digest = hashlib.sha256(f"{said.word}\n{said.note}\n{at.isoformat()}".encode()).hexdigest()[:12]
        return {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {
                "name": f"{name}.{digest}",
                "namespace": self._objects.cluster.namespace,
                "labels": names.labels(self._installation, said.organization),
            },
            "eventTime": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "reportingController": "reconciler/controller",
            "reportingInstance": socket.gethostname()[:128] or "controller",
            "action": "Reconcile",
            "reason": said.word,
            "type": "Warning" if said.word in WARNINGS else "Normal",
            "note": _plain(said.note),
            "regarding": regarding(self._objects.cluster.namespace, name),
        }


def regarding(namespace: str, name: str) -> Mapping[str, str]:
    """The organisation's ConfigMap, as an event names it."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "namespace": namespace, "name": name}


def _plain(note: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in impersonal(note))
    return shown.encode()[:NOTE].decode(errors="ignore")
