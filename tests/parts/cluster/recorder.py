"""What controllers tell in events, one object for what is told again. Source: `client-go/tools/record`."""

import contextlib
import hashlib
from dataclasses import dataclass

from parts.cluster.kinds import BY_PLURAL
from parts.cluster.refusals import Refused
from parts.cluster.storage import Object
from parts.cluster.writes import Options, Writer

EVENTS = BY_PLURAL["events"]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Tells as one component of the cluster."""

    writer: Writer
    component: str

    def warn(self, about: Object, reason: str, message: str) -> None:
        """A warning about an object; a namespace that takes no events is not told."""
        metadata = about["metadata"]
        digest = hashlib.sha256(f"{metadata['uid']} {reason} {message}".encode()).hexdigest()[:16]
        key = (metadata["namespace"], f"{metadata['name']}.{digest}")
        live, now = self.writer.store.get(EVENTS, key), self.writer.now()
        with contextlib.suppress(Refused):
            if live:
                again = {"count": live["count"] + 1, "lastTimestamp": now}
                self.writer.patch(EVENTS, key, again, "application/merge-patch+json", Options(self.component))
                return
            self.writer.create(EVENTS, key[0], self._event(about, key[1], reason, message), Options(self.component))

    def _event(self, about: Object, name: str, reason: str, message: str) -> Object:
        now, metadata = self.writer.now(), about["metadata"]
        named = {
            "kind": about["kind"],
            "apiVersion": about["apiVersion"],
            "resourceVersion": metadata["resourceVersion"],
        }
        return {
            "metadata": {"name": name},
            "involvedObject": named | {key: metadata[key] for key in ("name", "namespace", "uid")},
            "reason": reason,
            "message": message,
            "type": "Warning",
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "source": {"component": self.component},
            "reportingComponent": self.component,
            "reportingInstance": "",
        }
