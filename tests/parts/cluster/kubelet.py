"""The machines of the cluster: what becomes of a pod when somebody runs it. Nothing here runs by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from parts.cluster.cronjobs import written
from parts.cluster.deletion import Remover
from parts.cluster.kinds import BY_PLURAL
from parts.cluster.storage import Object, Store
from parts.cluster.writes import Options, Writer

PODS = BY_PLURAL["pods"]
MANAGER, MERGE = "kubelet", "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a pod's one container ended. `reason`: Completed, Error, OOMKilled."""

    exit_code: int
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a container does not start: ImagePullBackOff, CreateContainerConfigError, ..."""

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What an executor gets: the pod, a folder of its own, the objects beside it, and whether it shall end."""

    pod: Object
    folder: Path
    find: Callable[[str, str], Object | None]
    """An object of the pod's namespace by plural and name."""
    stopping: Callable[[], bool]
    lost: Callable[[], bool]
    """Whether its machine is gone: whatever ran there runs no more."""


Executor = Callable[[Job], Ended | Waiting]


def said(exit_code: int, reason: str = "", message: str = "") -> Executor:
    """Nothing is run: the pod ended so."""
    return lambda job: Ended(exit_code, reason or ("Error" if exit_code else "Completed"), message)


def stuck(reason: str, message: str = "") -> Executor:
    """The pod does not start, and says why."""
    return lambda job: Waiting(reason, message)


@dataclass(frozen=True, slots=True)
class Kubelet:
    """Writes pods' statuses."""

    store: Store
    writer: Writer
    remover: Remover
    now: Callable[[], datetime]
    gone: set[str] = field(default_factory=set)
    """The uids of pods whose machine is gone."""

    def pending(self) -> list[Object]:
        """Pods that wait for a machine."""
        return [
            pod
            for pod in self.store.objects(PODS)
            if pod["status"].get("phase") == "Pending" and not pod["metadata"].get("deletionTimestamp")
        ]

    def run(self, pod: Object, executor: Executor, folder: Path) -> None:
        """Start the pod, wait for its end, and write down how it was."""
        namespace, name, uid = (pod["metadata"][key] for key in ("namespace", "name", "uid"))
        began = written(self.now())
        if not self._bind(pod) or not self._say(
            pod, "Running", {"running": {"startedAt": began}}, {"startTime": began}
        ):
            return

        def stopping() -> bool:
            live = self.store.get(PODS, (namespace, name))
            same = live is not None and live["metadata"]["uid"] == uid and live["status"].get("phase") == "Running"
            return not same or bool(live and live["metadata"].get("deletionTimestamp"))

        def find(plural: str, name: str) -> Object | None:
            return self.store.get(BY_PLURAL[plural], (namespace, name))

        end = executor(Job(pod, folder, find, stopping, lambda: uid in self.gone))
        with self.store.lock:
            self._ended(pod, end, began)

    def _ended(self, pod: Object, end: Ended | Waiting, began: str) -> None:
        match end:
            case Waiting(reason, message):
                self._say(pod, "Pending", {"waiting": {"reason": reason, "message": message}})
            case Ended(code, reason, message):
                times = {"startedAt": began, "finishedAt": written(self.now())}
                state = {"terminated": {"exitCode": code, "reason": reason, **times}}
                if message:
                    state["terminated"]["message"] = message
                self._say(pod, "Failed" if code else "Succeeded", state)
        live = self.store.get(PODS, (pod["metadata"]["namespace"], pod["metadata"]["name"]))
        if live and live["metadata"]["uid"] == pod["metadata"]["uid"] and live["metadata"].get("deletionTimestamp"):
            self._remove(pod)

    def _bind(self, pod: Object) -> bool:
        """The pod is given to a machine; False where it is gone by now."""
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        with self.store.lock:
            live = self.store.get(PODS, key)
            if live is None or live["metadata"]["uid"] != pod["metadata"]["uid"]:
                return False
            self.store.put(PODS, key, {**live, "spec": {**live["spec"], "nodeName": "a-node"}})
            return True

    def evict(self, pod: Object, message: str = "The node was low on resource: memory.") -> None:
        """Put out by the machine, and left as failed."""
        reason = {"reason": "Evicted", "message": message}
        state = {"terminated": {"exitCode": 137, "reason": "Error", "finishedAt": written(self.now())}}
        self._say(pod, "Failed", state, reason | self._disrupted("TerminationByKubelet", message))

    def lose(self, pod: Object) -> None:
        """The machine is gone; the pod's garbage collector gives it up and takes it away."""
        self.gone.add(pod["metadata"]["uid"])
        message = "PodGC: node no longer exists"
        self._say(pod, "Failed", None, {"reason": "NodeLost"} | self._disrupted("DeletionByPodGC", message))
        self._remove(pod)

    def _remove(self, pod: Object) -> None:
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        self.remover.delete(PODS, key, {"gracePeriodSeconds": 0}, Options("podgc"))

    def _disrupted(self, reason: str, message: str) -> Object:
        at = written(self.now())
        said = {"reason": reason, "message": message, "lastTransitionTime": at}
        return {"conditions": [{"type": "DisruptionTarget", "status": "True", **said}]}

    def _say(self, pod: Object, phase: str, state: Any, more: Object | None = None) -> bool:
        """Write the status of a pod that has not ended; False where it has, or is gone."""
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        status: Object = {"phase": phase} | (more or {})
        if state is not None:
            name, image = pod["spec"]["containers"][0]["name"], pod["spec"]["containers"][0]["image"]
            known = {"name": name, "image": image, "imageID": "", "restartCount": 0, "ready": "running" in state}
            status["containerStatuses"] = [{**known, "state": state}]
        with self.store.lock:
            live = self.store.get(PODS, key)
            if live is None or live["metadata"]["uid"] != pod["metadata"]["uid"]:
                return False
            if live["status"].get("phase") in ("Succeeded", "Failed"):
                return False
            self.writer.patch(PODS, key, {"status": status}, MERGE, Options(MANAGER, "status"))
            return True
