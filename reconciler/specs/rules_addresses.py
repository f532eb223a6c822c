"""Addresses in specs: encrypted ones only, or folders, and of the hosts that the installation allows."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from reconciler.specs.collection import Catalog, Specs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.integration import Integration
from reconciler.specs.sentences import say
from reconciler.specs.wording import did_you_mean, quoted

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def check_addresses(specs: Specs, allowed: Collection[str] = ()) -> None:
    """Add to every organisation the addresses that its integrations may not call.

    `allowed` are hosts, `*.example.org` for all below one; empty where the installation allows every host. The address
    of an integration type is judged where somebody uses it, so that one organisation does not stop the others.
    """
    for organization in specs.organizations.values():
        told = {each.origin for each in organization.diagnostics}  # of one value, one thing is said
        for document in organization.of(Integration).values():
            found = [*_settings(document, allowed), *_endpoint(document, specs.catalog, allowed)]
            organization.diagnostics += [each for each in found if each.origin not in told]


def host_allowed(host: str, allowed: Collection[str]) -> bool:
    """Whether `host` is one of `allowed`, or below one that begins with `*.`; every host is where none is named."""
    low = host.lower().rstrip(".")
    return not allowed or any(
        low.endswith(each[1:]) if each.startswith("*.") else low == each for each in map(str.lower, allowed)
    )


def _settings(document: Document[Integration], allowed: Collection[str]) -> Iterator[Diagnostic]:
    for name, value in document.spec.settings.items():
        if _ADDRESS.match(value.strip()):
            yield from _address(document, ("settings", name), value.strip(), allowed)


def _endpoint(document: Document[Integration], catalog: Catalog, allowed: Collection[str]) -> Iterator[Diagnostic]:
    kind = catalog.types.get(document.spec.type)
    endpoint = kind.spec.environments.get(document.spec.environment) if kind else None
    if endpoint is not None and endpoint.url is not None:
        yield from _address(document, ("environment",), endpoint.url, allowed)


def _address(
    document: Document[Integration], path: tuple[str, ...], value: str, allowed: Collection[str]
) -> Iterator[Diagnostic]:
    if value.startswith("file:///"):
        return  # which folders of a machine are allowed is known where it runs: RECONCILER_FOLDERS
    host = _host(value)
    if not host:
        message = say("'{path}' is an address that is not https", path=path[-1])
        yield document.diagnostic("endpoint-insecure", path, message, "write an address that begins with https://")
    elif not host_allowed(host, allowed):
        near = did_you_mean(host, allowed) if path[0] == "settings" else ""
        hint = near or "use one that it allows, or have its operator add the host to RECONCILER_ENDPOINTS"
        message = say(
            "'{path}' leads to {host}, a host that this installation does not allow", path=path[-1], host=quoted(host)
        )
        yield document.diagnostic("endpoint-not-allowed", path, message, hint)


def _host(value: str) -> str:
    """The host of an address that is encrypted, by https or SFTP; empty for every other text."""
    try:
        url = urlsplit(value)
    except ValueError:  # brackets that do not match
        return ""
    return (url.hostname or "") if url.scheme.lower() in ("https", "sftp") else ""
