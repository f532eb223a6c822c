"""How the Kubernetes API is asked: the login, time limits, no retries, and the place where its failures become ours."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.errors import ReconcilerError, StoreConflict, StoreDown, StoreForbidden
from reconciler.specs.sentences import say

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api

UNREACHED = 0
"""In place of an HTTP status: no connection, no certificate to trust, or no answer in time."""


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """Which cluster, and where in it. Without `kubeconfig` the pod's own service account logs in."""

    namespace: str
    kubeconfig: Path | None = None
    context: str | None = None
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 10.0


class Cluster:
    """One connection pool to the API server, opened when first needed.

    Answers are read as bytes, and failures raised anew outside the handler: the client's own errors and models print
    what they hold.
    """

    def __init__(self, settings: ClusterSettings) -> None:
        self._settings = settings

    def close(self) -> None:
        """Close the connections; the next question opens new ones."""
        if api := self.__dict__.pop("_api", None):
            api.api_client.rest_client.close()

    def ask(self, question: Callable[["CoreV1Api", dict[str, Any]], Any], *, absent: bool = False) -> Any:
        """The answer's JSON; None where `absent` is an answer and the object is not there."""
        from kubernetes.client import ApiException
        from kubernetes.config import ConfigException
        from urllib3.exceptions import HTTPError, ProxySchemeUnsupported

        limits = {
            "_preload_content": False,
            "_request_timeout": (self._settings.connect_timeout_s, self._settings.read_timeout_s),
        }
        api = self._api
        try:
            response = question(api, limits)
            status, answer = int(response.status), _json(response.data)
        except ApiException as error:
            status, answer = int(error.status or UNREACHED), _json(error.body or "")
        except (HTTPError, ProxySchemeUnsupported, ConfigException, OSError):  # the last two: no new token
            status, answer = UNREACHED, None
        if 200 <= status < 300 and isinstance(answer, dict):
            return answer
        if absent and _says_absent(status, answer):
            return None
        failure = refusal(status, _kind(answer))
        # What the server said may hold values: it does not stay beside the error.
        response = answer = None
        raise failure

    @cached_property
    def _api(self) -> "CoreV1Api":
        from kubernetes.client import ApiClient, Configuration, CoreV1Api

        configuration = Configuration(proxy="")  # the cluster's address is not for a proxy from the environment
        _log_in(self._settings, configuration)
        # False is urllib3's "no retries, no redirects": a create that is sent again would refuse itself.
        configuration.retries = False
        return CoreV1Api(ApiClient(configuration))


def _log_in(settings: ClusterSettings, configuration: Any) -> None:
    import yaml  # type: ignore[import-untyped]  # the client's own parser of kubeconfigs; only its error is wanted
    from kubernetes import config

    load: Any = config  # the client types its API, and not how it logs in
    try:
        if settings.kubeconfig is None:
            load.load_incluster_config(client_configuration=configuration)
        else:
            file = str(settings.kubeconfig)
            load.load_kube_config(file, settings.context, client_configuration=configuration, persist_config=False)
    except (config.ConfigException, yaml.YAMLError, OSError, ValueError):
        failure = StoreForbidden("there is no usable login to the cluster", "check the kubeconfig or service account")
    else:
        return
    raise failure


def refusal(status: int, kind: str) -> ReconcilerError:
    """Ours for an HTTP status; `kind` is what the answer's Status speaks of, empty where it is not a Status.

    The answer's own words are left out: an admission hook may quote what it refuses.
    """
    match status:
        case 0:  # UNREACHED
            return StoreDown("the cluster cannot be reached", "check its address and certificate")
        case 401:
            return StoreForbidden("the cluster refuses the login", "check the token of the service account")
        case 403:
            hint = "bind the role that may create, get and delete secrets in the namespace; look at its quota"
            return StoreForbidden("the cluster refuses the right, or the quota", hint)
        case 404 if kind:
            return StoreForbidden(say("the cluster knows no such {kind}", kind=kind), "make the namespace first")
        case 409:
            return StoreConflict("the cluster has another object there", "nothing was changed; try again")
        case 400 | 405 | 406 | 413 | 415 | 422:
            return StoreForbidden(
                say("the cluster refuses the object ({status})", status=status), "look at its admission policies"
            )
        case _:
            return StoreDown(
                say("the cluster cannot answer now ({status})", status=status), "check that its API server is up"
            )


def _json(data: bytes | str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _kind(answer: Any) -> str:
    if not isinstance(answer, dict) or answer.get("kind") != "Status":
        return ""
    details = answer.get("details")
    kind = details.get("kind") if isinstance(details, dict) else None
    return str(kind) if kind in ("secrets", "namespaces") else "object"


def _says_absent(status: int, answer: Any) -> bool:
    """Only the API server's own word counts: a 404 of something in between is not an absence."""
    return status == 404 and _kind(answer) == "secrets" and answer.get("reason") == "NotFound"
