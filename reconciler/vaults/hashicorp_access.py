"""The way into a Vault: one token for the whole process, got when first needed and kept alive before calls, no threads.

At two thirds of its lease a token is renewed, or replaced where it cannot be (Vault: Lease, Renew, and Revoke).
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from reconciler.clock import Clock
from reconciler.errors import ReconcilerError, SecretGone, StoreForbidden
from reconciler.vaults.hashicorp_errors import TokenRefused, attempt, given
from reconciler.vaults.hashicorp_settings import AppRoleLogin, KubernetesLogin, TokenLogin, VaultSettings, one_value
from reconciler.vaults.secret import Secret

if TYPE_CHECKING:
    import requests

Answer = TypeVar("Answer")
Request = Callable[[Any], Answer]
"""Asks an `hvac.Client` and takes from the answer what is wanted."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A token and its times: `due` is two thirds of the way to `over`. A token without end has neither."""

    token: Secret
    renewable: bool = False
    due: datetime | None = None
    over: datetime | None = None


class Access:
    """Asks with a token that is good. Safe for several threads."""

    def __init__(self, settings: VaultSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._session: requests.Session | None = None

    def ask(self, request: Request[Answer]) -> Answer | ReconcilerError:
        """The answer, or what went wrong, as a value. A refused token is replaced once; what comes then stands."""
        lease = self._good()
        if isinstance(lease, ReconcilerError):
            return lease
        answer = self._attempt(request, lease)
        if isinstance(answer, TokenRefused):
            lease = self._instead_of(lease)
            return lease if isinstance(lease, ReconcilerError) else self._attempt(request, lease)
        return answer

    def close(self) -> None:
        """Close the connections and forget the token. A later call opens and logs in again."""
        with self._lock:
            session, self._session, self._lease = self._session, None, None
        if session is not None:
            session.close()

    def _good(self) -> Lease | ReconcilerError:
        with self._lock:
            lease, now = self._lease, self._clock.now()
            if lease is None or (lease.over is not None and now >= lease.over):
                return self._log_in()
            if lease.due is not None and now >= lease.due:
                return self._renew(lease)
            return lease

    def _instead_of(self, refused: Lease) -> Lease | ReconcilerError:
        with self._lock:
            # Another thread may have met the same refusal, and have logged in while this one waited.
            return self._log_in() if self._lease is refused or self._lease is None else self._lease

    def _renew(self, lease: Lease) -> Lease | ReconcilerError:
        if not lease.renewable:
            return self._log_in()
        renewed = self._attempt(lambda client: self._granted(client.auth.token.renew_self()), lease)
        if isinstance(renewed, StoreForbidden):
            return self._log_in()
        return self._keep(renewed)

    def _log_in(self) -> Lease | ReconcilerError:
        self._lease = None
        found = self._attempt(self._enter, None)
        if isinstance(found, SecretGone):
            return StoreForbidden("the secret store has no such way to log in", "look at the login's mount")
        return self._keep(found)

    def _keep(self, found: Lease | ReconcilerError) -> Lease | ReconcilerError:
        if isinstance(found, Lease):
            self._lease = found
        return found

    def _enter(self, client: Any) -> Lease:
        login = self._settings.login
        match login:
            case TokenLogin():
                return self._looked_up(Secret({"token": one_value(login.token)}))
            case AppRoleLogin():
                known = {"role_id": login.role_id, "secret_id": one_value(login.secret_id)}
                return self._granted(client.auth.approle.login(**known, use_token=False, mount_point=login.mount))
            case KubernetesLogin():
                known = {"role": login.role, "jwt": one_value(login.jwt_path)}
                return self._granted(client.auth.kubernetes.login(**known, use_token=False, mount_point=login.mount))
            case _:
                assert_never(login)

    def _looked_up(self, token: Secret) -> Lease:
        """The times of a token that somebody else made; one that may not look itself up is used as it is."""
        lease = Lease(token)
        found = self._attempt(lambda client: client.auth.token.lookup_self()["data"], lease)
        if isinstance(found, TokenRefused):
            return lease
        data = given(found)
        return self._lasting(token, data["ttl"], renewable=data.get("renewable", False))

    def _granted(self, answer: Mapping[str, Any]) -> Lease:
        auth = answer["auth"]
        token = Secret({"token": auth["client_token"]})
        return self._lasting(token, auth["lease_duration"], renewable=auth["renewable"])

    def _lasting(self, token: Secret, seconds: float, *, renewable: bool) -> Lease:
        if seconds <= 0:
            return Lease(token)
        now = self._clock.now()
        return Lease(token, renewable, now + timedelta(seconds=seconds * 2 / 3), now + timedelta(seconds=seconds))

    def _attempt(self, request: Request[Answer], lease: Lease | None) -> Answer | ReconcilerError:
        return attempt(lambda: request(self._client(lease)))

    def _client(self, lease: Lease | None) -> Any:
        """A client with this token, over the shared connections. Every argument that hvac would else read from the
        environment is given: address, token, certificate and authorities. A redirect is not followed: the token would
        go wherever it points.
        """
        import hvac

        settings = self._settings
        return hvac.Client(
            url=settings.address,
            token=one_value(lease.token) if lease else "",
            cert=(),
            verify=str(settings.ca_file) if settings.ca_file else True,
            timeout=(settings.connect_s, settings.answer_s),
            allow_redirects=False,
            session=self._connections(),
            namespace=settings.namespace or None,
        )

    def _connections(self) -> "requests.Session":
        import requests

        if self._session is None:
            session = requests.Session()
            session.trust_env = False  # no proxy, .netrc or authorities from the environment
            session.verify = str(self._settings.ca_file) if self._settings.ca_file else True
            self._session = session
        return self._session
