"""Single words of the environment: numbers, lists, flags, moments. Each raises UsageError for what cannot be meant."""

import re
from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, get_args

from reconciler.errors import UsageError

_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*")
ON_THIS_MACHINE = (
    *("http://127.0.0.1", "http://localhost", "http://[::1]", "https://", "file:///"),
    *("sftp://127.0.0.1", "sftp://localhost", "sftp://[::1]"),
)
"""How the address of a simulator begins."""
FLAGS = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
SIGNED = ("head", "each")
"""Which commits of the branch have to be signed: its head, or every one since the last that was verified."""
Runs = Literal["here", "cluster", "elsewhere"]
ENVIRONMENTS = ("simulator", "sandbox", "production")


def word_of_approvals(text: str) -> str:
    if text not in ("", "required", "off"):
        raise UsageError(
            f"RECONCILER_APPROVALS is '{text[:40]}'", "required, or off: then the host's branch rules decide"
        )
    return text


def flag(name: str, found: Mapping[str, str]) -> bool:
    """Whether a setting is on. A word that is neither on nor off is refused: it was meant to say something."""
    text = found.get(name, "").strip().lower()
    if text not in FLAGS:
        raise UsageError(f"{name} is neither on nor off", "1 or 0")
    return FLAGS[text]


def whole_path(name: str, found: Mapping[str, str]) -> Path | None:
    """A file by its whole path: a service has no folder of its own that anybody would think of."""
    if not found.get(name):
        return None
    path = Path(found[name]).expanduser()
    if not path.is_absolute():
        raise UsageError(f"{name} names no whole path", "such as /etc/reconciler/signers")
    return path


def word_of_signed(text: str) -> str:
    if text not in SIGNED:
        raise UsageError(f"RECONCILER_SIGNED is '{text[:40]}'", f"one of {', '.join(SIGNED)}")
    return text


def environments_of(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := [name for name in names if name not in ENVIRONMENTS]:
        message = f"RECONCILER_ENVIRONMENTS names '{unknown[0]}'"
        raise UsageError(message, f"a list of {', '.join(ENVIRONMENTS)}, with commas")
    return names


def hosts_of(name: str, found: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in found.get(name, "").split(",") if host.strip())
    if any(not _HOST.fullmatch(host) for host in hosts):
        raise UsageError(f"{name} cannot be read", "hosts with commas, such as api.example.org,*.example.net")
    return hosts


def networks_of(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError as error:
        hint = "networks with commas, such as 10.20.0.0/16,fd12:3456::/32"
        raise UsageError(f"RECONCILER_PRIVATE_NETWORKS cannot be read: {error}", hint) from error


def folders_of(text: str) -> tuple[Path, ...]:
    folders = tuple(Path(name.strip()) for name in text.split(",") if name.strip())
    if any(not each.is_absolute() or ".." in each.parts for each in folders):
        raise UsageError("RECONCILER_FOLDERS cannot be read", "whole paths with commas, such as /srv/outgoing")
    return folders


def count_of(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise UsageError(f"{name} is no number", "a whole number, such as 20")
    return int(text)


def number_of(found: Mapping[str, str], name: str, default: str) -> int:
    text = found.get(name, default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 100_000):
        raise UsageError(f"{name} is no number that can be meant", f"a whole number from 1 on, such as {default}")
    return int(text)


def span_of(name: str, text: str) -> int:
    """Seconds of `90s`, `30m`, `6h` or `2d`."""
    found = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text.strip())
    if not found:
        raise UsageError(f"{name} is no length of time", "a number and s, m, h or d, such as 90s, 30m, 6h or 2d")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]


def pairs_of(text: str) -> dict[str, str]:
    pairs = [item.strip().partition("=") for item in text.split(",") if item.strip()]
    if any(not name or not url.startswith(ON_THIS_MACHINE) for name, _, url in pairs):
        hint = "type=address, with commas; an address on this machine, or https"
        raise UsageError("RECONCILER_SIMULATORS cannot be read", hint)
    return {name: url for name, _, url in pairs}


def instant_of(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("RECONCILER_CLOCK_START is not an instant", "such as 2026-03-02T08:00:00+01:00") from error
    if found.tzinfo is None:
        raise UsageError("RECONCILER_CLOCK_START has no offset", "such as 2026-03-02T08:00:00+01:00")
    return found


def word_of_runs(text: str) -> Runs:
    """Who starts runs: a controller as its own children, the cluster as pods, or something else."""
    for each in get_args(Runs):
        if text == each:
            return each  # type: ignore[no-any-return]  # one of the words, as get_args cannot say
    hint = "here; cluster: Kubernetes does, as pods; or elsewhere: then something else starts runs"
    raise UsageError(f"RECONCILER_RUNS is '{text[:40]}'", hint)
