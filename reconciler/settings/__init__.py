"""The environment, read once and here only. Every variable is listed in docs/reference/settings.md."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from reconciler.settings.named import (
    NamedCluster,
    NamedHost,
    NamedMail,
    NamedProxy,
    NamedRepository,
    NamedVault,
    Sealed,
)
from reconciler.settings.naming import (
    named_cluster,
    named_host,
    named_mail,
    named_proxy,
    named_repository,
    named_vault,
)
from reconciler.settings.words import (
    Runs,
    count_of,
    environments_of,
    flag,
    folders_of,
    hosts_of,
    instant_of,
    networks_of,
    pairs_of,
    span_of,
    whole_path,
    word_of_approvals,
    word_of_runs,
    word_of_signed,
)

__all__ = [
    "PORTAL", "SURFACES", "NamedCluster", "NamedHost", "NamedMail", "NamedProxy", "NamedRepository", "NamedVault",
    "Sealed", "Settings",
    "handed_on", "read_settings",
]  # fmt: skip

SURFACES = (
    *("RECONCILER_LISTEN", "RECONCILER_OBSERVE", "RECONCILER_HOOK_SECRET_FILE"),
    *("RECONCILER_LOG", "RECONCILER_LOG_FORMAT", "RECONCILER_TRACES"),
    *("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "TRACEPARENT"),
)
"""What `controller/surfaces.py` reads; nobody else has to be bothered by a mistake in one."""
PORTAL = (
    *("RECONCILER_PORTAL_LISTEN", "RECONCILER_PORTAL_ADDRESS", "RECONCILER_PORTAL_LOGIN"),
    *("RECONCILER_PORTAL_ISSUER", "RECONCILER_PORTAL_CLIENT", "RECONCILER_PORTAL_CLIENT_SECRET_FILE"),
    *("RECONCILER_PORTAL_CLAIM", "RECONCILER_PORTAL_SCOPES"),
    *("RECONCILER_PORTAL_PROXY_HEADER", "RECONCILER_PORTAL_PROXY_FROM"),
    *("RECONCILER_PORTAL_OPERATORS", "RECONCILER_PORTAL_CREDENTIALS"),
)
"""What `portal/named.py` reads."""


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
    Where `detect_only`, configuration is looked at and never applied. `signers`
    and `keyring` are files of the keys that may sign commits; `signed` says which commits have to be.
    `surfaces` and `portal` are those variables of SURFACES and PORTAL that are set, unread.
    `runs` says who starts runs (`here`, `cluster`, `elsewhere`), and `cluster` where they are pods. Where a controller
    starts them itself, there are `concurrent_runs` at
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
    approvals: str = ""
    host: NamedHost | None = None
    surfaces: Mapping[str, str] = field(default_factory=dict)
    portal: Mapping[str, str] = field(default_factory=dict)
    repository: NamedRepository | None = None
    organizations: tuple[str, ...] = ()

    detect_only: bool = False
    signers: Path | None = None
    keyring: Path | None = None
    signed: str = "head"
    mail: NamedMail | None = None
    runs: Runs = "here"
    cluster: NamedCluster | None = None
    concurrent_runs: int = 4
    start_within_s: int = 6 * 3600
    run_deadline_s: int = 2 * 3600
    stop_grace_s: int = 30

    def selects(self, organization: str) -> bool:
        """Whether a controller of this installation looks after an organisation: after all where none is named."""
        return not self.organizations or any(fnmatchcase(organization, each) for each in self.organizations)

    @property
    def judges(self) -> bool:
        """Whether what was merged waits for approval: it does wherever something real can be reached, if nobody has
        said otherwise.
        """
        return self.approvals == "required" if self.approvals else {*self.environments} != {"simulator"}

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
        environments=environments_of(found.get("RECONCILER_ENVIRONMENTS", "simulator")),
        simulators=pairs_of(found.get("RECONCILER_SIMULATORS", "")),
        home=Path(found.get("RECONCILER_HOME", "~/.local/state/reconciler")),
        actor=found.get("RECONCILER_ACTOR") or found.get("USER") or "unknown",
        clock_start=instant_of(found.get("RECONCILER_CLOCK_START", "")),
        crash_at=found.get("RECONCILER_CRASH_AT", ""),
        store=found.get("RECONCILER_STORE", "local"),
        key=Sealed(found["RECONCILER_KEY"]) if found.get("RECONCILER_KEY") else None,
        vault=named_vault(found),
        kubernetes_namespace=found.get("RECONCILER_KUBERNETES_NAMESPACE", ""),
        endpoints=hosts_of("RECONCILER_ENDPOINTS", found),
        private_networks=networks_of(found.get("RECONCILER_PRIVATE_NETWORKS", "")),
        ca_file=Path(found["RECONCILER_CA_FILE"]) if found.get("RECONCILER_CA_FILE") else None,
        proxy=named_proxy(found),
        folders=folders_of(found.get("RECONCILER_FOLDERS", "")),
        second_person=count_of("RECONCILER_SECOND_PERSON", found.get("RECONCILER_SECOND_PERSON", "20")),
        approvals=word_of_approvals(found.get("RECONCILER_APPROVALS", "")),
        host=named_host(found),
        surfaces={name: found[name] for name in SURFACES if found.get(name)},
        portal={name: found[name] for name in PORTAL if found.get(name)},
        repository=named_repository(found),
        organizations=tuple(
            each.strip() for each in found.get("RECONCILER_ORGANIZATIONS", "").split(",") if each.strip()
        ),
        detect_only=flag("RECONCILER_DETECT_ONLY", found),
        signers=whole_path("RECONCILER_SIGNERS", found),
        keyring=whole_path("RECONCILER_KEYRING", found),
        signed=word_of_signed(found.get("RECONCILER_SIGNED", "head")),
        mail=named_mail(found),
        runs=word_of_runs(found.get("RECONCILER_RUNS", "here")),
        cluster=named_cluster(found),
        concurrent_runs=max(1, count_of("RECONCILER_CONCURRENT_RUNS", found.get("RECONCILER_CONCURRENT_RUNS", "4"))),
        start_within_s=span_of("RECONCILER_START_WITHIN", found.get("RECONCILER_START_WITHIN", "6h")),
        run_deadline_s=span_of("RECONCILER_RUN_DEADLINE", found.get("RECONCILER_RUN_DEADLINE", "2h")),
        stop_grace_s=span_of("RECONCILER_STOP_GRACE", found.get("RECONCILER_STOP_GRACE", "30s")),
    )


def handed_on(settings: Settings, now: datetime) -> dict[str, str]:
    """The environment of a child: this process's own, with a staged clock as far as it has come."""
    staged = {"RECONCILER_CLOCK_START": now.isoformat()} if settings.clock_start else {}
    return {**os.environ, **staged}  # noqa: TID251 - settings is the one reader
