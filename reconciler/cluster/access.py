"""How the API server is asked: the official client's login, certificates and connections, and JSON as it is.

The client's models cost time and memory, and drop what they do not know; its informer lists without pages and knows no
silence (docs/decisions/0038). No request is repeated here: a look that failed begins anew.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from reconciler.cluster import names
from reconciler.cluster.kinds import Kind
from reconciler.cluster.names import Object
from reconciler.cluster.pace import Pace
from reconciler.cluster.refusals import Asked, refusal, unreached
from reconciler.errors import ClusterDown, ClusterRefused

if TYPE_CHECKING:
    from kubernetes.client import ApiClient
    from urllib3 import BaseHTTPResponse

LARGEST = 64 * 1024 * 1024
"""Bytes of one answer; a page of 250 objects has at most a few."""
JSON, APPLY, JSON_PATCH = "application/json", "application/apply-patch+yaml", "application/json-patch+json"
METHODS = {"list": "GET", "watch": "GET", "get": "GET", "create": "POST", "patch": "PATCH", "delete": "DELETE"}


@dataclass(frozen=True, slots=True)
class Access:
    """Which cluster, and where in it. Without `kubeconfig` the pod's own service account logs in."""

    namespace: str
    kubeconfig: Path | None = None
    connect_s: float = 5.0
    read_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Request:
    """`verb` as in a Role's rules; `query` and `body` as the API server takes them."""

    verb: str
    kind: Kind
    name: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    media_type: str = JSON


class Cluster:
    """One pool of connections to the API server, for all threads of a process; opened when first needed."""

    def __init__(self, access: Access, pace: Pace | None = None) -> None:
        self.access = access
        self.pace = pace or Pace()

    @property
    def namespace(self) -> str:
        return self.access.namespace

    def close(self) -> None:
        """Close the connections; the next question opens new ones."""
        if client := self.__dict__.pop("_client", None):
            client.rest_client.close()

    def ask(self, request: Request) -> Object:
        """The answer's JSON. Raises ClusterDown, ClusterRefused."""
        asked = Asked(request.verb, request.kind, self.namespace)
        with self._sent(request, asked, self.access.read_s) as response:
            status, answer = response.status, _json(response.read(LARGEST + 1))
            headers = dict(response.headers)
        if 200 <= status < 300 and isinstance(answer, dict):
            return answer
        raise self._refused(asked, status, answer, headers)

    @contextmanager
    def watched(self, request: Request, silence_s: float) -> Iterator["BaseHTTPResponse"]:
        """The open answer of a watch; reading it raises ClusterDown after `silence_s` without a word.

        Raises ClusterDown, ClusterRefused.
        """
        asked = Asked(request.verb, request.kind, self.namespace)
        with self._sent(request, asked, silence_s) as response:
            if response.status != 200:
                answer = _json(response.read(LARGEST))
                raise self._refused(asked, response.status, answer, dict(response.headers))
            yield response

    def _refused(self, asked: Asked, status: int, answer: Any, headers: Mapping[str, str]) -> Exception:
        found = refusal(asked, status, answer, headers)
        if status == 429 and isinstance(found, ClusterDown):
            self.pace.hold(found.after_s)
        return found

    @contextmanager
    def _sent(self, request: Request, asked: Asked, read_s: float) -> Iterator["BaseHTTPResponse"]:
        from kubernetes.client import ApiException
        from kubernetes.config import ConfigException
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        self.pace.turn(request.verb)
        response = None
        failure: ClusterDown
        try:
            response = self._open(request, read_s)
            yield response
        except ReadTimeoutError:
            failure = unreached(asked, f"said nothing for {read_s:g} s")
        except (HTTPError, ApiException, ConfigException, OSError):
            failure = unreached(asked, "cannot be reached")
        else:
            return
        finally:
            if response is not None:
                response.close()  # one that was read to its end has given its connection back
        raise failure  # without the client's own error, which prints what it holds

    def _open(self, request: Request, read_s: float) -> "BaseHTTPResponse":
        client = self._client
        query = f"?{urlencode(request.query)}" if request.query else ""
        rest: Any = client.rest_client  # the client types its API, and not this
        found = rest.request(
            METHODS[request.verb],
            f"{client.configuration.host}{request.kind.path(self.namespace, request.name)}{query}",
            headers={**client.default_headers, **_login(client), "Accept": JSON, "Content-Type": request.media_type},
            body=request.body,
            _request_timeout=(self.access.connect_s, read_s),
        )
        response: BaseHTTPResponse = found.response
        return response

    @cached_property
    def _client(self) -> "ApiClient":
        from kubernetes.client import ApiClient, Configuration

        configuration = Configuration(proxy="")  # the cluster's address is not for a proxy from the environment
        _log_in(self.access, configuration)
        configuration.retries = False  # urllib3's "no retries, no redirects"
        configuration.connection_pool_maxsize = 8
        client = ApiClient(configuration)
        client.user_agent = names.MANAGER
        return client


def _login(client: "ApiClient") -> dict[str, str]:
    """As it is now: the token of a pod is changed every hour."""
    token = client.configuration.auth_settings().get("BearerToken")
    return {"Authorization": str(token["value"])} if token else {}


def _log_in(access: Access, configuration: Any) -> None:
    import yaml  # type: ignore[import-untyped]  # the client's own parser of kubeconfigs; only its error is wanted
    from kubernetes import config

    load: Any = config  # the client types its API, and not how it logs in
    try:
        if access.kubeconfig is None:
            load.load_incluster_config(client_configuration=configuration)
        else:
            load.load_kube_config(str(access.kubeconfig), client_configuration=configuration, persist_config=False)
    except (config.ConfigException, yaml.YAMLError, OSError, ValueError):
        hint = "run in the cluster with a service account, or name a kubeconfig (RECONCILER_KUBECONFIG)"
        failure = ClusterRefused("login", "there is no usable login to the cluster", hint)
    else:
        return
    raise failure


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
