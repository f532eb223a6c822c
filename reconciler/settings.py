"""The environment, read once and here only. Every variable is listed in docs/reference/settings.md."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from reconciler.errors import UsageError

_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*")
_SENDER = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
ON_THIS_MACHINE = (
    *("http://127.0.0.1", "http://localhost", "http://[::1]", "https://", "file:///"),
    *("sftp://127.0.0.1", "sftp://localhost", "sftp://[::1]"),
)
"""How the address of a simulator begins."""
FLAGS = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
SIGNED = ("head", "each")
"""Which commits of the branch have to be signed: its head, or every one since the last that was verified."""
SURFACES = (
    *("RECONCILER_LISTEN", "RECONCILER_OBSERVE", "RECONCILER_HOOK_SECRET_FILE"),
    *("RECONCILER_LOG", "RECONCILER_LOG_FORMAT", "RECONCILER_TRACES"),
    *("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "TRACEPARENT"),
)
"""What `controller/surfaces.py` reads; nobody else has to be bothered by a mistake in one."""
ENVIRONMENTS = ("simulator", "sandbox", "production")


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
class Settings:
    """An installation on this machine.

    `simulators` lead from an integration type's name to the address of its simulator; `clock_start` stages the clock
    (demo and tests); `crash_at` names a crash point at which the process kills itself (tests). New credentials go to
    `store`; `key` holds the local store's key where it does not come from a file. `endpoints` are the hosts that may be
    called, `*.example.org` for all below one; every host where none is named. `private_networks` may be connected to
    beside public addresses; `ca_file` holds authorities that count beside the system's. `folders` are those of this
    machine that files may be dropped into; none where none is named. Of documents that are sent once more, more than
    `second_person` need a second person. `approvals` is `required` or `off`; by the environments where it is empty.
    `second_person` need a second person. Where `detect_only`, configuration is looked at and never applied. `signers`
    and `keyring` are files of the keys that may sign commits; `signed` says which commits have to be.
    `surfaces` are those variables of SURFACES that are set, unread.
    """

    database_url: str = ""
    installation: str = "local"
    environments: tuple[str, ...] = ("simulator",)
    simulators: Mapping[str, str] = field(default_factory=dict)
    home: Path = Path("~/.local/state/reconciler")
    actor: str = "unknown"
    clock_start: datetime | None = None
    crash_at: str = ""
    store: str = "local"
    key: Sealed | None = None
    vault: NamedVault | None = None
    kubernetes_namespace: str = ""
    endpoints: tuple[str, ...] = ()
    private_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    ca_file: Path | None = None
    proxy: NamedProxy | None = None
    folders: tuple[Path, ...] = ()
    second_person: int = 20
    approvals: str = ""
    host: NamedHost | None = None
    surfaces: Mapping[str, str] = field(default_factory=dict)
    repository: NamedRepository | None = None

    @property
    def judges(self) -> bool:
        """Whether what was merged waits for approval: it does wherever something real can be reached, if nobody has
        said otherwise.
        """
        return self.approvals == "required" if self.approvals else {*self.environments} != {"simulator"}

    detect_only: bool = False
    signers: Path | None = None
    keyring: Path | None = None
    signed: str = "head"
    mail: NamedMail | None = None

    @property
    def key_file(self) -> Path:
        """The key of the local secret store."""
        return self.home.expanduser() / "key"

    @property
    def validations(self) -> Path:
        """The folder of what `validate` found; it may be thrown away."""
        return self.home.expanduser() / "validations"

    @property
    def mirror(self) -> Path:
        """The copy of the config repository; it may be thrown away."""
        return self.home.expanduser() / "repository.git"

    @property
    def high_water_file(self) -> Path:
        """What was sent, written down outside the database."""
        return self.home.expanduser() / "high-water.json"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that `environment` (the process's own by default) gives. Raises UsageError for a bad value."""
    found = os.environ if environment is None else environment  # noqa: TID251 - settings is the one reader
    return Settings(
        database_url=found.get("RECONCILER_DATABASE_URL", ""),
        installation=found.get("RECONCILER_INSTALLATION", "local"),
        environments=_environments(found.get("RECONCILER_ENVIRONMENTS", "simulator")),
        simulators=_pairs(found.get("RECONCILER_SIMULATORS", "")),
        home=Path(found.get("RECONCILER_HOME", "~/.local/state/reconciler")),
        actor=found.get("RECONCILER_ACTOR") or found.get("USER") or "unknown",
        clock_start=_instant(found.get("RECONCILER_CLOCK_START", "")),
        crash_at=found.get("RECONCILER_CRASH_AT", ""),
        store=found.get("RECONCILER_STORE", "local"),
        key=Sealed(found["RECONCILER_KEY"]) if found.get("RECONCILER_KEY") else None,
        vault=_vault(found),
        kubernetes_namespace=found.get("RECONCILER_KUBERNETES_NAMESPACE", ""),
        endpoints=_hosts("RECONCILER_ENDPOINTS", found),
        private_networks=_networks(found.get("RECONCILER_PRIVATE_NETWORKS", "")),
        ca_file=Path(found["RECONCILER_CA_FILE"]) if found.get("RECONCILER_CA_FILE") else None,
        proxy=_proxy(found),
        folders=_folders(found.get("RECONCILER_FOLDERS", "")),
        second_person=_count("RECONCILER_SECOND_PERSON", found.get("RECONCILER_SECOND_PERSON", "20")),
        approvals=_approvals(found.get("RECONCILER_APPROVALS", "")),
        host=_host(found),
        surfaces={name: found[name] for name in SURFACES if found.get(name)},
        repository=_repository(found),
        detect_only=_flag("RECONCILER_DETECT_ONLY", found),
        signers=_file("RECONCILER_SIGNERS", found),
        keyring=_file("RECONCILER_KEYRING", found),
        signed=_signed(found.get("RECONCILER_SIGNED", "head")),
        mail=_mail(found),
    )


def _repository(found: Mapping[str, str]) -> NamedRepository | None:
    if not found.get("RECONCILER_REPOSITORY"):
        return None
    token_file = found.get("RECONCILER_REPOSITORY_TOKEN_FILE", "")
    return NamedRepository(
        found["RECONCILER_REPOSITORY"],
        found.get("RECONCILER_BRANCH", "main"),
        Path(token_file) if token_file else None,
        poll_s=_number(found, "RECONCILER_POLL_S", "60"),
        verify_s=_number(found, "RECONCILER_VERIFY_S", "30"),
        shards=_number(found, "RECONCILER_SHARDS", "1"),
    )


def _approvals(text: str) -> str:
    if text not in ("", "required", "off"):
        raise UsageError(
            f"RECONCILER_APPROVALS is '{text[:40]}'", "required, or off: then the host's branch rules decide"
        )
    return text


def _flag(name: str, found: Mapping[str, str]) -> bool:
    """Whether a setting is on. A word that is neither on nor off is refused: it was meant to say something."""
    text = found.get(name, "").strip().lower()
    if text not in FLAGS:
        raise UsageError(f"{name} is neither on nor off", "1 or 0")
    return FLAGS[text]


def _file(name: str, found: Mapping[str, str]) -> Path | None:
    """A file by its whole path: a service has no folder of its own that anybody would think of."""
    if not found.get(name):
        return None
    path = Path(found[name]).expanduser()
    if not path.is_absolute():
        raise UsageError(f"{name} names no whole path", "such as /etc/reconciler/signers")
    return path


def _signed(text: str) -> str:
    if text not in SIGNED:
        raise UsageError(f"RECONCILER_SIGNED is '{text[:40]}'", f"one of {', '.join(SIGNED)}")
    return text


def _host(found: Mapping[str, str]) -> NamedHost | None:
    return (
        NamedHost(
            kind=found["RECONCILER_HOST"],
            repository=found.get("RECONCILER_HOST_REPOSITORY", ""),
            login=found.get("RECONCILER_HOST_LOGIN", ""),
            address=found.get("RECONCILER_HOST_URL", ""),
        )
        if found.get("RECONCILER_HOST")
        else None
    )


def _mail(found: Mapping[str, str]) -> NamedMail | None:
    if not found.get("RECONCILER_MAIL"):
        return None
    try:
        url = urlsplit(found["RECONCILER_MAIL"])
        host, port = url.hostname, url.port
    except ValueError:
        host = port = None
    ports = {"smtp": 587, "smtps": 465}
    if not host or url.scheme not in ports or url.username or url.path.strip("/") or url.query or url.fragment:
        hint = "smtp://mail.example.org:587 (STARTTLS) or smtps://mail.example.org:465; the login is a file of its own"
        raise UsageError("RECONCILER_MAIL cannot be read", hint)
    sender = found.get("RECONCILER_MAIL_FROM", "")
    if not _SENDER.fullmatch(sender):
        raise UsageError("RECONCILER_MAIL_FROM cannot be read", "the address that mails come from, name@example.org")
    login = Path(found["RECONCILER_MAIL_LOGIN"]) if found.get("RECONCILER_MAIL_LOGIN") else None
    return NamedMail(host, port or ports[url.scheme], url.scheme == "smtps", sender, login)


def _vault(found: Mapping[str, str]) -> NamedVault | None:
    address = found.get("RECONCILER_VAULT_ADDRESS", "")
    if not address:
        return None
    ca_file = found.get("RECONCILER_VAULT_CA_FILE", "")
    return NamedVault(
        address=address,
        login=found.get("RECONCILER_VAULT_LOGIN", ""),
        mount=found.get("RECONCILER_VAULT_MOUNT", "secret"),
        namespace=found.get("RECONCILER_VAULT_NAMESPACE", ""),
        ca_file=Path(ca_file) if ca_file else None,
        transit_key=found.get("RECONCILER_VAULT_TRANSIT_KEY", ""),
    )


def _environments(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := [name for name in names if name not in ENVIRONMENTS]:
        message = f"RECONCILER_ENVIRONMENTS names '{unknown[0]}'"
        raise UsageError(message, f"a list of {', '.join(ENVIRONMENTS)}, with commas")
    return names


def _hosts(name: str, found: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in found.get(name, "").split(",") if host.strip())
    if any(not _HOST.fullmatch(host) for host in hosts):
        raise UsageError(f"{name} cannot be read", "hosts with commas, such as api.example.org,*.example.net")
    return hosts


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError as error:
        hint = "networks with commas, such as 10.20.0.0/16,fd12:3456::/32"
        raise UsageError(f"RECONCILER_PRIVATE_NETWORKS cannot be read: {error}", hint) from error


def _proxy(found: Mapping[str, str]) -> NamedProxy | None:
    """No error shows the value: it may hold a login."""
    if not found.get("RECONCILER_PROXY"):
        return None
    try:
        url = urlsplit(found["RECONCILER_PROXY"])
        host, port = url.hostname, url.port
    except ValueError:
        host = port = None
    if not host or not port or url.scheme != "http" or url.path.strip("/") or url.query or url.fragment:
        hint = "http://proxy.example.org:3128, or http://user:password@proxy.example.org:3128"
        raise UsageError("RECONCILER_PROXY cannot be read", hint)
    login = Sealed(f"{unquote(url.username)}:{unquote(url.password or '')}") if url.username else None
    return NamedProxy(host, port, login, _hosts("RECONCILER_NO_PROXY", found))


def _folders(text: str) -> tuple[Path, ...]:
    folders = tuple(Path(name.strip()) for name in text.split(",") if name.strip())
    if any(not each.is_absolute() or ".." in each.parts for each in folders):
        raise UsageError("RECONCILER_FOLDERS cannot be read", "whole paths with commas, such as /srv/outgoing")
    return folders


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise UsageError(f"{name} is no number", "a number of documents, such as 20; 0 for every one")
    return int(text)


def _number(found: Mapping[str, str], name: str, default: str) -> int:
    text = found.get(name, default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 100_000):
        raise UsageError(f"{name} is no number that can be meant", f"a whole number from 1 on, such as {default}")
    return int(text)


def _pairs(text: str) -> dict[str, str]:
    pairs = [item.strip().partition("=") for item in text.split(",") if item.strip()]
    if any(not name or not url.startswith(ON_THIS_MACHINE) for name, _, url in pairs):
        hint = "type=address, with commas; an address on this machine, or https"
        raise UsageError("RECONCILER_SIMULATORS cannot be read", hint)
    return {name: url for name, _, url in pairs}


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("RECONCILER_CLOCK_START is not an instant", "such as 2026-03-02T08:00:00+01:00") from error
    if found.tzinfo is None:
        raise UsageError("RECONCILER_CLOCK_START has no offset", "such as 2026-03-02T08:00:00+01:00")
    return found
