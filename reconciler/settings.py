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
ON_THIS_MACHINE = (
    *("http://127.0.0.1", "http://localhost", "http://[::1]", "https://", "file:///"),
    *("sftp://127.0.0.1", "sftp://localhost", "sftp://[::1]"),
)
"""How the address of a simulator begins."""
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
class Settings:
    """An installation on this machine.

    `simulators` lead from an integration type's name to the address of its simulator; `clock_start` stages the clock
    (demo and tests); `crash_at` names a crash point at which the process kills itself (tests). New credentials go to
    `store`; `key` holds the local store's key where it does not come from a file. `endpoints` are the hosts that may be
    called, `*.example.org` for all below one; every host where none is named. `private_networks` may be connected to
    beside public addresses; `ca_file` holds authorities that count beside the system's. `folders` are those of this
    machine that files may be dropped into; none where none is named. Of documents that are sent once more, more than
    `second_person` need a second person. Where this machine starts runs itself, there are `concurrent_runs` at
    once; one is started at most `start_within_s` after its time, and told to stop after `run_deadline_s`; what is told
    to stop is ended after `stop_grace_s`.
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
    host: NamedHost | None = None
    concurrent_runs: int = 4
    start_within_s: int = 6 * 3600
    run_deadline_s: int = 2 * 3600
    stop_grace_s: int = 30

    @property
    def key_file(self) -> Path:
        """The key of the local secret store."""
        return self.home.expanduser() / "key"

    @property
    def validations(self) -> Path:
        """The folder of what `validate` found; it may be thrown away."""
        return self.home.expanduser() / "validations"

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
        host=_host(found),
        concurrent_runs=max(1, _count("RECONCILER_CONCURRENT_RUNS", found.get("RECONCILER_CONCURRENT_RUNS", "4"))),
        start_within_s=_span("RECONCILER_START_WITHIN", found.get("RECONCILER_START_WITHIN", "6h")),
        run_deadline_s=_span("RECONCILER_RUN_DEADLINE", found.get("RECONCILER_RUN_DEADLINE", "2h")),
        stop_grace_s=_span("RECONCILER_STOP_GRACE", found.get("RECONCILER_STOP_GRACE", "30s")),
    )


def handed_on(settings: Settings, now: datetime) -> dict[str, str]:
    """The environment of a child: this process's own, with a staged clock as far as it has come."""
    staged = {"RECONCILER_CLOCK_START": now.isoformat()} if settings.clock_start else {}
    return {**os.environ, **staged}  # noqa: TID251 - settings is the one reader


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
        raise UsageError(f"{name} is no number", "a whole number, such as 20")
    return int(text)


def _span(name: str, text: str) -> int:
    """Seconds of `90s`, `30m`, `6h` or `2d`."""
    found = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text.strip())
    if not found:
        raise UsageError(f"{name} is no length of time", "a number and s, m, h or d, such as 90s, 30m, 6h or 2d")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]


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
