"""Where a Vault or OpenBao is and how to log in. Nothing here prints a token: it is a Secret, or lies in a file."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.errors import UsageError
from reconciler.vaults.secret import Secret

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
"""Where Kubernetes puts the token of a pod's service account (Kubernetes: Configure Service Accounts for Pods)."""


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """A token that somebody else made, or the file in which an agent keeps a fresh one."""

    token: Secret | Path


@dataclass(frozen=True, slots=True)
class AppRoleLogin:
    """AppRole, mounted at `mount`."""

    role_id: str
    secret_id: Secret | Path
    mount: str = "approle"


@dataclass(frozen=True, slots=True)
class KubernetesLogin:
    """The pod's service account: its token is read anew for each login, since Kubernetes replaces it."""

    role: str
    jwt_path: Path = SERVICE_ACCOUNT
    mount: str = "kubernetes"


Login = TokenLogin | AppRoleLogin | KubernetesLogin


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """A KV v2 engine at `mount`, under `prefix` (`reconciler/<installation>` where none is given).

    `namespace` is sent with every request where given. `ca_file` replaces the system's authorities. `connect_s` and
    `answer_s` bound one request, in seconds. Raises UsageError for an address that would send tokens in the clear.
    """

    address: str
    login: Login
    installation: str
    mount: str = "secret"
    prefix: str = ""
    namespace: str = ""
    ca_file: Path | None = None
    connect_s: float = 3.0
    answer_s: float = 10.0

    def __post_init__(self) -> None:
        found = urlsplit(self.address)
        if found.scheme != "https" and not (found.scheme == "http" and found.hostname in LOOPBACK):
            raise UsageError("the address of the secret store is neither https nor on this machine")
        if found.username is not None or found.query or found.fragment:
            raise UsageError("the address of the secret store holds more than a server and a path")

    @property
    def root(self) -> str:
        """The folder of this installation inside the engine."""
        return (self.prefix or f"reconciler/{self.installation}").strip("/")


def one_value(source: Secret | Path) -> str:
    """The token that a Secret holds as its only field, or a file as its only line. Raises OSError, ValueError."""
    if isinstance(source, Path):
        return source.read_text(encoding="ascii").strip()
    (value,) = source.reveal().values()
    return value
