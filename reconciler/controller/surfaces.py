"""Where a controller can be seen and woken from: addresses, the secrets of its hooks, its log, its traces."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from reconciler.errors import UsageError

SHORTEST_SECRET = 16
"""Characters. Whoever guesses a hook's secret can make us look as often as they like."""
LEVELS = ("debug", "info", "warning", "error")
FORMS = ("json", "console")


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port of this machine; port 0 takes a free one."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Surfaces:
    """`hooks` and `observe` are listened on, where they are named. `secret_file` holds the hooks' secrets.

    `traces` is the address of an OTLP/HTTP collector; `parent` the span of whoever started this process (W3C
    traceparent).
    """

    hooks: Address | None = None
    observe: Address | None = None
    secret_file: Path | None = None
    level: str = "info"
    form: Literal["json", "console"] = "json"
    traces: str = ""
    parent: str = ""


def surfaces(found: Mapping[str, str]) -> Surfaces:
    """What `Settings.surfaces` says. Raises UsageError for what cannot be read, and for hooks that need no secret."""
    secret_file = found.get("RECONCILER_HOOK_SECRET_FILE", "")
    hooks = _address("RECONCILER_LISTEN", found)
    if hooks is not None:
        if not secret_file:
            hint = "name a file with the secret that the host of git signs its hooks with"
            raise UsageError("RECONCILER_LISTEN is set, and RECONCILER_HOOK_SECRET_FILE is not", hint)
        secrets(Path(secret_file))
    form: Literal["json", "console"] = (
        "console" if _one_of("RECONCILER_LOG_FORMAT", found, FORMS) == FORMS[1] else "json"
    )
    return Surfaces(
        hooks=hooks,
        observe=_address("RECONCILER_OBSERVE", found),
        secret_file=Path(secret_file) if secret_file else None,
        level=_one_of("RECONCILER_LOG", found, ("info", *LEVELS)),
        form=form,
        traces=collector(found),
        parent=found.get("TRACEPARENT", ""),
    )


def secrets(file: Path) -> tuple[bytes, ...]:
    """The secrets that count now, one to a line. Raises UsageError, which never shows one."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        hint = "RECONCILER_HOOK_SECRET_FILE names a file that this process may read"
        raise UsageError(f"the secrets of the hooks cannot be read: {error.strerror}", hint) from error
    found = tuple(line.strip() for line in lines if line.strip())
    if not found or any(len(each) < SHORTEST_SECRET for each in found):
        message = f"{file} has no secret of at least {SHORTEST_SECRET} characters in every line"
        raise UsageError(message, "make one with: openssl rand -hex 32")
    return found


def collector(found: Mapping[str, str]) -> str:
    """Where spans go; empty where nowhere. Raises UsageError for what is no address.

    Ours leads; then OpenTelemetry's own. The general one is a base, and traces go below it, as its spec says.
    """
    ours = found.get("RECONCILER_TRACES") or found.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
    base = found.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    url = ours or (f"{base.rstrip('/')}/v1/traces" if base else "")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise UsageError(
            "the address of the collector of traces cannot be read", "such as http://127.0.0.1:4318/v1/traces"
        )
    return url


def _address(name: str, found: Mapping[str, str]) -> Address | None:
    text = found.get(name, "")
    if not text:
        return None
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None or parts.netloc != text or parts.username is not None:
        raise UsageError(f"{name} is no address", "a host and a port, such as 127.0.0.1:8080 or [::]:8080")
    return Address(host, port)


def _one_of(name: str, found: Mapping[str, str], words: tuple[str, ...]) -> str:
    word = found.get(name, words[0]).lower()
    if word not in words:
        raise UsageError(f"{name} is '{word}'", f"one of {', '.join(dict.fromkeys(words))}")
    return word
