"""The host that an installation names: which kind, where, and who we are there. One line per kind in `KINDS`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconciler.clock import Clock
from reconciler.errors import UsageError
from reconciler.hosts import gitea, github, gitlab
from reconciler.hosts.client import Where, is_safe
from reconciler.hosts.logins import App, TokenFile
from reconciler.runs.pull_requests import ReviewingHost
from reconciler.specs.sentences import say

Make = Callable[[Where, TokenFile | App, Clock], ReviewingHost]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of host: what speaks with it, where its API is where nobody says otherwise (empty: it is everywhere
    somebody's own), an address for whoever named none, and how many folders a repository may stand in.
    """

    make: Make
    address: str
    example: str
    deepest: int = 1


KINDS: Mapping[str, Kind] = {
    "forgejo": Kind(gitea.host, "", "https://git.example.org/api/v1"),
    "gitea": Kind(gitea.host, "", "https://git.example.org/api/v1"),
    "github": Kind(github.host, github.ADDRESS, "https://github.example.org/api/v3"),
    "gitlab": Kind(gitlab.host, gitlab.ADDRESS, "https://gitlab.example.org/api/v4", deepest=20),
}
"""GitLab: "Subgroups can be nested up to 20 levels" (docs.gitlab.com, "Subgroups")."""
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
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


def open_host(named: Named, clock: Clock, ca_file: Path | None = None) -> ReviewingHost:
    """A host, which is not asked anything yet. Raises UsageError for what cannot be one."""
    if named.kind not in KINDS:
        raise UsageError(say("RECONCILER_HOST names '{kind}'", kind=named.kind[:40]), f"one of {', '.join(KINDS)}")
    kind = KINDS[named.kind]
    if not _is_repository(named.repository, kind.deepest):
        raise UsageError("RECONCILER_HOST_REPOSITORY cannot be read", "owner/name, such as hlf/integrations")
    where = Where(named.repository, named.address or kind.address, ca_file)
    if not where.address:
        raise UsageError("RECONCILER_HOST_URL is missing", f"where the host's API is, such as {kind.example}")
    if not is_safe(where.address):
        raise UsageError("RECONCILER_HOST_URL cannot be the address of an API", f"https://..., such as {kind.example}")
    login = _login(named.login)
    if isinstance(login, App) and kind.make is not github.host:
        raise UsageError("RECONCILER_HOST_LOGIN names an App, and only GitHub has those", "token:/whole/path")
    try:
        return kind.make(where, login, clock)
    except OSError as error:
        raise UsageError("the file of RECONCILER_CA_FILE cannot be read", "certificates, in PEM") from error


def _is_repository(path: str, deepest: int) -> bool:
    """Whether a path can be one: every part of it goes into an address as it stands."""
    *folders, name = path.split("/")
    return 1 <= len(folders) <= deepest and all(map(_PART.fullmatch, folders)) and _NAME.fullmatch(name) is not None


def _login(text: str) -> TokenFile | App:
    match text.split(":", 3):
        case ["token", *rest] if (path := ":".join(rest)).startswith(("/", "~")):
            return TokenFile(Path(path).expanduser())
        case ["app", identity, installation, path] if path.startswith(("/", "~")):
            if _ID.fullmatch(identity) and _NUMBER.fullmatch(installation):
                return App(identity, installation, Path(path).expanduser())
    hint = "token:/whole/path, or app:ID:INSTALLATION:/whole/path; a file, never a value"
    raise UsageError("RECONCILER_HOST_LOGIN cannot be read", hint)
