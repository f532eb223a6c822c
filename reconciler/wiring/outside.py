"""The way to outside systems: where they are, whether this installation may go there, and what speaks with them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.clock import Clock, never
from reconciler.errors import EnvironmentRefused
from reconciler.settings import Settings
from reconciler.specs.sentences import say

if TYPE_CHECKING:
    from reconciler.adapters.transport import Way
    from reconciler.database.connection import Database
    from reconciler.engine.pinned import Pinned
    from reconciler.engine.world import Connect, Outlet
    from reconciler.ports import Guarded
    from reconciler.runs.credential import Place
    from reconciler.runs.keeping import Secret
    from reconciler.vaults.keyring import Keyring


def place(settings: Settings, pinned: "Pinned") -> "Place":
    """Where an integration's credential is used: what identifies the target, and the origin of the endpoint."""
    from urllib.parse import urlsplit

    from reconciler.runs.credential import Place

    url = urlsplit(endpoint(settings, pinned))
    return Place(pinned.place, f"{url.scheme}://{url.netloc}")


def endpoint(settings: Settings, pinned: "Pinned") -> str:
    """Where an integration's environment is. Raises EnvironmentRefused where this installation may not go there."""
    from urllib.parse import unquote, urlsplit

    from reconciler.adapters.protocols import allowed_folder
    from reconciler.specs.rules_addresses import host_allowed

    environment, name = pinned.integration.environment, pinned.integration.type
    if environment not in settings.environments:
        message = say(
            "installation '{installation}' does not allow the environment {environment}",
            installation=settings.installation,
            environment=environment,
        )
        raise EnvironmentRefused(message, f"it allows {', '.join(settings.environments)} (RECONCILER_ENVIRONMENTS)")
    if environment == "simulator":
        if name not in settings.simulators:
            hint = f"start one (reconciler simulators start {name}), and set RECONCILER_SIMULATORS={name}=ADDRESS"
            raise EnvironmentRefused(say("no simulator of {name} is named", name=name), hint)
        return settings.simulators[name]
    declared = pinned.kind.environments[environment]
    url = pinned.integration.settings.get(declared.setting) if declared.setting else declared.url
    if url is None:
        raise EnvironmentRefused(
            say("{name} declares no address for {environment}", name=name, environment=environment), ""
        )
    if url.startswith("file:"):
        allowed_folder(Path(unquote(urlsplit(url).path)), settings.folders)
        return url
    if not host_allowed(urlsplit(url).hostname or "", settings.endpoints):
        message = say(
            "installation '{installation}' does not allow the host of {name} {environment}",
            installation=settings.installation,
            name=name,
            environment=environment,
        )
        raise EnvironmentRefused(message, f"it allows {', '.join(settings.endpoints)} (RECONCILER_ENDPOINTS)")
    return url


def connector(
    settings: Settings, tables: "Database", now: Clock, keys: "Keyring", stopping: Callable[[], bool] = never
) -> "Connect":
    from reconciler.adapters.edges import Edges
    from reconciler.adapters.guard import GuardedAdapter
    from reconciler.adapters.pace import PATIENCE_S, QUICK_S, Gate
    from reconciler.adapters.protocols import Opening, adapter
    from reconciler.database.allowances import AllowanceRow, allowance_name
    from reconciler.runs.credential import written
    from reconciler.vaults.secret import Secret as Concealed

    staged = now.now if settings.clock_start else None
    edges = Edges()
    gates: dict[tuple[object, ...], Gate] = {}

    def connect(pinned: "Pinned", export: "Outlet", secret: "Secret", *, quick: bool) -> "Guarded":
        url = endpoint(settings, pinned)
        name = allowance_name(tables, place(settings, pinned).origin, keys.fingerprint(written(secret.reveal())))
        fresh = Gate(AllowanceRow(tables, name, pinned.allowed, staged), now, QUICK_S if quick else PATIENCE_S)
        fresh.stopping = stopping
        # The same gate each time: who shares an edge shares what it asks before a request.
        gate = gates.setdefault((name, pinned.allowed, quick), fresh)
        simulated = pinned.integration.environment == "simulator"
        opening = Opening(
            url,
            gate.turn,
            now,
            Concealed,
            quick=quick,
            simulated=simulated,
            way=way(settings),
            edges=edges,
            folders=settings.folders,
            done=gate.done,
        )
        return GuardedAdapter(adapter(pinned.kind, export.document, pinned.integration.settings, secret, opening), gate)

    return connect


def way(settings: Settings) -> "Way":
    """How this installation gets to outside systems. Raises EnvironmentRefused where its authorities cannot be read."""
    from reconciler.adapters.proxy import Proxy
    from reconciler.adapters.reach import Reach
    from reconciler.adapters.transport import Way

    named = settings.proxy
    proxy = Proxy(named.host, named.port, named.login, named.direct) if named else None
    found = Way(Reach(settings.private_networks), proxy, settings.ca_file)
    try:
        if settings.ca_file is not None:
            found.context()
    except OSError as error:
        hint = "a file of certificates as PEM, that this process may read"
        raise EnvironmentRefused("the file of authorities cannot be read (RECONCILER_CA_FILE)", hint) from error
    return found
