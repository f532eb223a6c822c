"""A portal on a config repository of a test's own: alfa is applied, and beta, where alfa's admin is somebody too."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from parts.followed import START, texts
from parts.portal import Opened, answering
from parts.proposing import ADMIN, Proposing, proposing

BETA_ADMIN = "lise-beta"
"""Somebody of another organisation, who is nothing in alfa."""
READER = "per-alfa"
"""Somebody who may look and not propose."""
PEOPLE = "  people:\n"


@dataclass
class Changing:
    """`portal` is what people see, `here` what it is about."""

    portal: Opened
    here: Proposing


@contextmanager
def changing(
    folder: Path,
    database_url: str,
    *edits: tuple[str, str, str],
    beta: bool = True,
    simulators: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> Iterator[Changing]:
    """`edits` (path, old, new), and `more` whole files of alfa, are pushed last. `beta` is another organisation in the
    same repository; without it everything is a little faster.
    """
    here = proposing(folder, database_url, own="")
    files = {"orgs/alfa/organization.yaml": _with(texts("alfa")["orgs/alfa/organization.yaml"], READER, "viewer")}
    if beta:
        own = texts("beta")
        own["orgs/beta/organization.yaml"] = _with(own["orgs/beta/organization.yaml"], ADMIN, "viewer")
        files |= own
    here.judging[0] = False
    here.push(files=files)
    if edits or more:
        here.push(*edits, files=more)
    here.settle()
    here.judging[0] = True
    listening = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    settings = replace(here.one.settings, portal=listening, clock_start=START, simulators=dict(simulators or {}))
    with answering(settings) as portal:
        yield Changing(portal, here)


def _with(text: str, account: str, role: str) -> str:
    return text.replace(PEOPLE, f"{PEOPLE}    - {{account: {account}, roles: [{role}]}}\n")
