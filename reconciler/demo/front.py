"""`reconciler demo --portal`: the portal on the stage, after a week that left something to look at, until told to stop.

What is proposed is pushed to a bare repository that a controller follows; runs that are asked for are its children.
"""

import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import Event

import click

from reconciler.demo.stage import CLIENT, OWN_ENTITY, Stage, stage
from reconciler.demo.week import LOOKED_AT, Run, Week, lived
from reconciler.errors import Bug
from reconciler.portal.serving import served
from reconciler.settings import NamedRepository, Settings, handed_on

LISTEN = "RECONCILER_PORTAL_LISTEN"
USUAL = ("127.0.0.1", 8080)
PLATFORM = "petra-plattform"
PEOPLE: Sequence[tuple[str, str]] = (
    ("ingrid-hlf", "admin of HLF: the accounts are red since Friday, a new secret mends them"),
    ("anders-hlf", "accountant and reviewer of HLF"),
    ("kari-blindeforbundet", "admin of Blindeforbundet: three claims need somebody"),
    ("ola-blindeforbundet", "accountant of Blindeforbundet"),
    ("jonas-nhf", "operator of NHF: Consio is suspended until Thursday"),
    ("lise-demoforeningen", "admin of Demoforeningen: everything is green, and Xledger is yet to be set up"),
    ("tore-demoforeningen", "accountant of Demoforeningen"),
    (PLATFORM, "keeps the platform: sees all four"),
)
"""Accounts of the worked example, and what each of them sees first."""
MERGING = (
    (r"\{name: platform\}", "{name: platform, annotations: {overrides: builtin}}"),
    (r"\[admin, reviewer\]\}", "[admin, reviewer], merge: automatic}"),
    (r"^( +roles: .*)$(?!\n.*\n +merge:)", r"\1\n      merge: automatic"),
)
"""What is changed in the built-in rules, line by line."""
LOOK_S, STOP_S = 1, 30


def shown(run: Run, settings: Settings, stopping: Event) -> int:
    """Build it up, say where it is, and take it down again when told to stop."""
    click.echo("starting an embedded PostgreSQL, six simulators and a git repository of the worked example ...")
    with stage() as scene:
        _let_merge(scene)
        week = Week(run, scene, secrets.token_urlsafe(12), stopping)
        with ThreadPoolExecutor(1) as aside:  # the main thread hears when it is told to stop; verbs would listen too
            aside.submit(lived, week).result()
        if stopping.is_set():
            return 0
        portal = replace(
            scene.settings,
            repository=NamedRepository(str(scene.publish())),
            clock_start=LOOKED_AT,
            approvals="required",
            portal={
                LISTEN: settings.portal.get(LISTEN) or _free(*USUAL),
                "RECONCILER_PORTAL_LOGIN": "demo",
                "RECONCILER_PORTAL_OPERATORS": PLATFORM,
            },
        )
        with served(portal) as server, followed(portal, LOOKED_AT) as follower:
            _tell(server.address, week)
            while not stopping.wait(LOOK_S):
                if follower.poll() is not None:
                    raise Bug(f"the demo's controller has ended with {follower.returncode}")
            click.echo("taking everything down ...")
    return 0


def _let_merge(scene: Stage) -> None:
    """Nobody merges by hand here: what has its yes merges itself."""
    rules = scene.repository / "specs/approvals.yaml"
    text = rules.read_text(encoding="utf-8")
    for before, after in MERGING:
        text = re.sub(before, after, text, flags=re.MULTILINE)
    rules.write_text(text, encoding="utf-8")
    scene.commit("What is approved merges itself")


def _tell(address: str, week: Week) -> None:
    width = max(len(account) for account, _ in PEOPLE)
    click.echo()
    click.secho(f"The portal is at {address}", bold=True)
    click.echo(
        f"In it, it is {LOOKED_AT:%A, %-d %B %Y, %H:%M} in Oslo. Log in by the name of an account, without a password:"
    )
    for account, words in PEOPLE:
        click.echo(f"  {account:{width}}  {words}")
    click.echo("What HLF's accounts ask for, where a new login is set:")
    click.echo(f"  client {CLIENT}, secret {week.renewed}")
    click.echo("What Xledger asks for, where Demoforeningen sets it up:")
    click.echo(f"  entity {OWN_ENTITY}, token {week.scene.own_token}")
    click.echo("Ctrl-C ends it and leaves nothing behind.")


def _free(host: str, port: int) -> str:
    """The usual port, or a free one where somebody else has it."""
    try:
        with socket.create_server((host, port)):
            return f"{host}:{port}"
    except OSError:
        return f"{host}:0"


@contextmanager
def followed(settings: Settings, now: datetime) -> Iterator["subprocess.Popen[bytes]"]:
    """A controller as a process of its own, which starts runs as children."""
    command = [sys.executable, "-P", "-m", "reconciler.demo.follower"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=_environment(settings, now), stdin=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdin
        try:
            yield process
        finally:
            process.stdin.close()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _environment(settings: Settings, now: datetime) -> Mapping[str, str]:
    """The caller's, without settings of theirs."""
    assert settings.repository
    kept = {name: text for name, text in handed_on(settings, now).items() if not name.startswith("RECONCILER_")}
    return kept | {
        "RECONCILER_DATABASE_URL": settings.database_url,
        "RECONCILER_INSTALLATION": settings.installation,
        "RECONCILER_SIMULATORS": ",".join(f"{name}={address}" for name, address in settings.simulators.items()),
        "RECONCILER_HOME": str(settings.home),
        "RECONCILER_ACTOR": "controller",
        "RECONCILER_CLOCK_START": now.isoformat(),
        "RECONCILER_REPOSITORY": settings.repository.address,
        "RECONCILER_APPROVALS": settings.approvals,
        "RECONCILER_STOP_GRACE": "3s",
        "RECONCILER_LOG": "error",
        "RECONCILER_LOG_FORMAT": "console",
    }
