"""The host that an installation names: which kind, where, and who we are there. One line per kind in `KINDS`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from reconciler.clock import Clock
from reconciler.errors import UsageError
from reconciler.hosts.client import Where, is_safe
from reconciler.hosts.github import GitHub
from reconciler.hosts.github_repository import API
from reconciler.hosts.logins import App, TokenFile
from reconciler.runs.host import Host

Make = Callable[[Where, TokenFile | App, Clock], Host]
KINDS: Mapping[str, tuple[str, Make]] = {"github": (API, GitHub)}
"""Where each kind of host has its API where nobody says otherwise, and what speaks with it."""
_REPOSITORY = re.compile(r"(?!.*/\.{1,2}$)[A-Za-z0-9][A-Za-z0-9-]{0,99}/[A-Za-z0-9._-]{1,100}")
_ID = re.compile(r"[A-Za-z0-9._-]{1,60}")
_NUMBER = re.compile(r"[0-9]{1,20}")


class Named(Protocol):
    """A host as the settings name it: `login` is `token:FILE` or `app:ID:INSTALLATION:FILE`, `address` may be empty."""

    @property
    def kind(self) -> str: ...
    @property
    def repository(self) -> str: ...
    @property
    def login(self) -> str: ...
    @property
    def address(self) -> str: ...


def open_host(named: Named, clock: Clock, ca_file: Path | None = None) -> Host:
    """A host, which is not asked anything yet. Raises UsageError for what cannot be one."""
    if named.kind not in KINDS:
        raise UsageError(f"RECONCILER_HOST names '{named.kind[:40]}'", f"one of {', '.join(KINDS)}")
    if not _REPOSITORY.fullmatch(named.repository):
        raise UsageError("RECONCILER_HOST_REPOSITORY cannot be read", "owner/name, such as hlf/integrations")
    address, make = KINDS[named.kind]
    where = Where(named.repository, named.address or address, ca_file)
    if not is_safe(where.address):
        hint = "https://..., such as https://github.example.org/api/v3"
        raise UsageError("RECONCILER_HOST_URL cannot be the address of an API", hint)
    try:
        return make(where, _login(named.login), clock)
    except OSError as error:
        raise UsageError("the file of RECONCILER_CA_FILE cannot be read", "certificates, in PEM") from error


def _login(text: str) -> TokenFile | App:
    match text.split(":", 3):
        case ["token", *rest] if (path := ":".join(rest)).startswith(("/", "~")):
            return TokenFile(Path(path).expanduser())
        case ["app", identity, installation, path] if path.startswith(("/", "~")):
            if _ID.fullmatch(identity) and _NUMBER.fullmatch(installation):
                return App(identity, installation, Path(path).expanduser())
    hint = "token:/whole/path, or app:ID:INSTALLATION:/whole/path; a file, never a value"
    raise UsageError("RECONCILER_HOST_LOGIN cannot be read", hint)
