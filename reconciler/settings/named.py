"""What the environment names outside this process, each as one value; no secret is among them but as dots."""

from dataclasses import dataclass
from pathlib import Path


class Sealed:
    """A setting that is a secret: it prints as dots."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> dict[str, str]:
        """The value, as `key`."""
        return {"key": self._value}

    def __repr__(self) -> str:
        return "••••••••"


@dataclass(frozen=True, slots=True)
class NamedVault:
    """A Vault or OpenBao, as the environment names it; `login` names files, never a token."""

    address: str
    login: str
    mount: str = "secret"
    namespace: str = ""
    ca_file: Path | None = None
    transit_key: str = ""


@dataclass(frozen=True, slots=True)
class NamedProxy:
    """A proxy for outside systems; the hosts of `direct` do without it."""

    host: str
    port: int
    login: Sealed | None = None
    direct: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedHost:
    """The host of git that statuses and proposals go to; `login` names files, never a token."""

    kind: str
    repository: str
    login: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class NamedRepository:
    """The config repository that a controller follows: an address or a folder, and how often it looks by itself.

    `token_file` holds a token for HTTPS. `poll_s` and `verify_s` are the seconds between two fetches, and between two
    looks at what the database holds.
    """

    address: str
    branch: str = "main"
    token_file: Path | None = None
    poll_s: int = 60
    verify_s: int = 30
    shards: int = 1


@dataclass(frozen=True, slots=True)
class NamedMail:
    """The mail server; TLS from the start where `encrypted`, else STARTTLS. `login` is a file with `user:password`."""

    host: str
    port: int
    encrypted: bool
    sender: str
    login: Path | None = None


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """Where runs are pods. Without `kubeconfig` the process's own service account logs in.

    `template` is the file of the pod template of a run; `marks` the folder in which a pod finds the high-water marks of
    its organisation. A controller needs namespace and template, a pod its marks.
    """

    namespace: str = ""
    kubeconfig: Path | None = None
    template: Path | None = None
    marks: Path | None = None
