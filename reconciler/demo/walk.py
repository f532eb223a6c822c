"""`make demo`: the real verbs, one after the other, on the stage, with what each step is for."""

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import timedelta

import click
import psycopg

from reconciler.demo.stage import CLIENT, Stage, stage
from reconciler.demo.typing import typed
from reconciler.errors import Bug
from reconciler.settings import Settings

Run = Callable[[Sequence[str], Settings], int]
WHERE = ("blindeforbundet", "xledger")
MAPPING = "orgs/blindeforbundet/mappings/mileage-claims.yaml"
LOOKUP = 'departments: {Oslo: "310",'
MENDED = 'departments: {Hamar: "310", Oslo: "310",'
REGISTERED = {"cornerstone": 2, "consio": 2, "rest": 4, "dynamics": 2, "business_central": 3}
"""What the registers must hold in the end."""
REPORTS = ("blindeforbundet", "hlf", "nhf")
ROOTED = ("validate", "plan", "apply")
"""Verbs that read the config repository."""


class Walk:
    """Carries out steps, and remembers whether each ended as it should."""

    def __init__(self, run: Run, scene: Stage) -> None:
        self._run = run
        self._scene = scene
        self._minutes = 0
        self._step = 0
        self.surprises: list[str] = []

    def title(self, text: str) -> None:
        """What comes next, and why."""
        self._step += 1
        click.echo()
        click.secho(f"-- {self._step}. {text} ", bold=True, fg="cyan")

    def verb(self, *arguments: str, expect: int = 0, answer: str = "", minutes: int = 5) -> None:
        """One command line, as an admin would type it, some minutes after the last one."""
        self._minutes += minutes
        click.secho(f"$ reconciler {' '.join(arguments)}", bold=True)
        rooted = [*arguments, "--root", str(self._scene.repository)] if arguments[0] in ROOTED else arguments
        with typed(answer):
            code = self._run(rooted, self._settings())
        if code != expect:
            self.surprises.append(f"reconciler {' '.join(arguments)}: exit {code}, expected {expect}")
        if code:
            click.secho(f"(exit {code})", dim=True)

    def asked(self, *arguments: str) -> str:
        """The next step that a refused command names, read from its JSON twin as a script would."""
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            self._run([*arguments, "--format", "json"], self._settings())
        return str(json.loads(out.getvalue())["error"]["hint"])

    def _settings(self) -> Settings:
        start = self._scene.settings.clock_start
        assert start
        return replace(self._scene.settings, clock_start=start + timedelta(minutes=self._minutes))


def walk(run: Run) -> int:
    """The whole job. Exit code 0 where every step, and the books at the end, are as they should be."""
    click.echo("starting an embedded PostgreSQL, six simulators and a git repository of the worked example ...")
    with stage() as scene:
        walker = Walk(run, scene)
        records = sum(scene.filled.values())
        click.echo(f"the demo app holds {records} records; it is {scene.settings.clock_start:%Y-%m-%d %H:%M} in Oslo")
        configure(walker)
        connect(walker, scene)
        send(walker, scene)
        mend(walker, scene)
        others(walker, scene)
        reports(walker, scene)
        problems = [*walker.surprises, *_check_books(walker, scene)]
    for problem in problems:
        click.secho(f"not as it should be: {problem}", fg="red", err=True)
    return 70 if problems else 0


def configure(walker: Walk) -> None:
    """Git to database."""
    walker.title("What people wrote is checked: names, types, mappings and the tests inside them")
    walker.verb("validate")
    walker.title("The plan: what apply would change, from git alone")
    walker.verb("plan")
    walker.title("Apply, in one transaction; the next plan is empty")
    walker.verb("apply")
    walker.verb("plan")


def connect(walker: Walk, scene: Stage) -> None:
    """Credentials and a preview."""
    walker.title("The credential: a wrong one is refused, a right one shows what it reaches before it is used")
    walker.verb("credentials", "set", *WHERE, answer="not-the-token-of-anybody", expect=5)
    walker.verb("credentials", "set", *WHERE, answer=scene.token)
    walker.title("A preview: what would go, what is held back and why, and a claim as the voucher it becomes")
    walker.verb("preview", *WHERE, "--category", "mileage_claims", "--records", "1")


def send(walker: Walk, scene: Stage) -> None:
    """The first sync, what became of it, and a second one."""
    walker.title("The first sync to a target asks for a yes to its size")
    walker.verb("sync", *WHERE, expect=4)
    walker.verb("sync", *WHERE, "--confirm", _due(walker), expect=6)
    posted = scene.post_staged()
    click.secho(f"(Xledger's import job posts {posted['posted']} vouchers)", dim=True)
    walker.title("A second sync sends nothing, and learns what was posted")
    walker.verb("sync", *WHERE, minutes=20)
    walker.title("Status: health, and who needs somebody")
    walker.verb("status", expect=0)


def mend(walker: Walk, scene: Stage) -> None:
    """One line of YAML changes, and exactly the record that it concerns goes."""
    walker.title("Why has that claim from Hamar not gone? A line is missing in a lookup; it is added in git")
    walker.verb("why", WHERE[0], _rejected(scene))
    path = scene.repository / MAPPING
    path.write_text(path.read_text(encoding="utf-8").replace(LOOKUP, MENDED), encoding="utf-8")
    scene.commit("Hamar belongs to Oslo's cost centre")
    walker.verb("plan")
    walker.verb("apply")
    walker.verb("sync", *WHERE)


def others(walker: Walk, scene: Stage) -> None:
    """Other organisations, other systems, the same verbs: everything that differs is one YAML file per system."""
    walker.title("Three more organisations: to registers, a member portal on Dynamics, and Business Central")
    for organization, integration, login in (
        ("nhf", "cornerstone", scene.secret),
        ("nhf", "consio", f"{CLIENT}\n{scene.secret}"),
        ("demoforeningen", "members", scene.secret),
        ("hlf", "min-side-activities", f"{CLIENT}\n{scene.secret}"),
        ("hlf", "accounts", f"{CLIENT}\n{scene.secret}"),
    ):
        walker.verb("credentials", "set", organization, integration, answer=login)
        walker.verb("sync", organization, integration)
        walker.verb("sync", organization, integration, minutes=20)
    held = {name: scene.register(name) for name in REGISTERED}
    click.echo(f"the registers hold {', '.join(f'{count} ({name})' for name, count in held.items())} records")
    if held != REGISTERED:
        walker.surprises.append(f"the registers hold {held}")


def reports(walker: Walk, scene: Stage) -> None:
    """What is counted, not sent: a yearly report for each of three organisations, and a change after it was frozen."""
    walker.title(
        "Yearly reports: what counts by the rules, what does not and why, and what must be known before signing"
    )
    walker.verb("report", "check", REPORTS[0], "bufdir")
    walker.title("Each organisation's package is built, frozen, and as it was frozen when it is compared")
    for organization in REPORTS:
        walker.verb("report", "build", organization, "bufdir", "--into", str(scene.reports / organization))
        walker.verb("report", "freeze", organization, "bufdir")
        walker.verb("report", "compare", organization, "bufdir")
    walker.title("It is handed over; an activity is changed in the app afterwards, and shows as a difference")
    walker.verb("report", "handed-over", REPORTS[0], "bufdir", "--receipt", "2026-117")
    scene.change_an_activity()
    walker.verb("report", "compare", REPORTS[0], "bufdir", expect=3)
    walker.verb("status", REPORTS[0])
    for organization in REPORTS:
        files = sorted(each.name for each in (scene.reports / organization).iterdir())
        click.echo(f"{organization}: {len(files)} files, frozen with their checksums: {', '.join(files)}")


def _check_books(walker: Walk, scene: Stage) -> Iterator[str]:
    """The simulator's books against the ledger: each document exactly once."""
    walker.title("The books: every document once")
    booked = Counter(str(reference) for each in scene.books() for reference in set(_references(each)))
    sent = {reference for reference, state in scene.ledger("xledger") if state in {"sent", "accepted", "posted"}}
    doubled = [reference for reference, times in booked.items() if times > 1]
    click.echo(f"{len(booked)} vouchers in Xledger's books, {len(sent)} in the ledger, {len(doubled)} of them twice")
    if set(booked) != sent or doubled:
        yield "the books and the ledger differ"


def _references(voucher: dict[str, object]) -> list[str]:
    found = voucher["extIdentifiers"]
    assert isinstance(found, list)
    return [str(each) for each in found]


def _due(walker: Walk) -> str:
    """The count that the first sync wants confirmed."""
    hint = walker.asked("sync", *WHERE)
    _, found, count = hint.rpartition("--confirm ")
    if not found:
        raise Bug(f"the first sync asks for no confirmation: {hint}")
    return count


def _rejected(scene: Stage) -> str:
    """The record that our own mapping refuses."""
    with psycopg.connect(scene.settings.database_url) as connection:
        row = connection.execute("select record_id from reconciler.exports where code = 'mapping'").fetchone()
    assert row
    return str(row[0])
