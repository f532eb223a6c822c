"""From variables to what they name. Each raises UsageError for what cannot be meant."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from reconciler.errors import UsageError
from reconciler.settings.named import (
    NamedCluster,
    NamedHost,
    NamedMail,
    NamedProxy,
    NamedRepository,
    NamedVault,
    Sealed,
)
from reconciler.settings.words import hosts_of, number_of, whole_path, word_of_runs

_SENDER = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")


def named_repository(found: Mapping[str, str]) -> NamedRepository | None:
    if not found.get("RECONCILER_REPOSITORY"):
        return None
    token_file = found.get("RECONCILER_REPOSITORY_TOKEN_FILE", "")
    return NamedRepository(
        found["RECONCILER_REPOSITORY"],
        found.get("RECONCILER_BRANCH", "main"),
        Path(token_file) if token_file else None,
        poll_s=number_of(found, "RECONCILER_POLL_S", "60"),
        verify_s=number_of(found, "RECONCILER_VERIFY_S", "30"),
        shards=number_of(found, "RECONCILER_SHARDS", "1"),
    )


def named_host(found: Mapping[str, str]) -> NamedHost | None:
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


def named_mail(found: Mapping[str, str]) -> NamedMail | None:
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


def named_vault(found: Mapping[str, str]) -> NamedVault | None:
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


def named_proxy(found: Mapping[str, str]) -> NamedProxy | None:
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
    return NamedProxy(host, port, login, hosts_of("RECONCILER_NO_PROXY", found))


def named_cluster(found: Mapping[str, str]) -> NamedCluster | None:
    """Where runs are pods, or this process is one of them; None on a machine by itself."""
    file = found.get("RECONCILER_KUBECONFIG", "")
    named = NamedCluster(
        namespace=found.get("RECONCILER_KUBERNETES_NAMESPACE", ""),
        kubeconfig=Path(file).expanduser() if file else None,
        template=whole_path("RECONCILER_RUNNER_TEMPLATE", found),
        marks=whole_path("RECONCILER_MARKS", found),
    )
    within = word_of_runs(found.get("RECONCILER_RUNS", "here")) == "cluster"
    return named if within or named.template is not None or named.marks is not None else None
