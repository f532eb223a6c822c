"""A week of the demo's organisations, by the real verbs on a staged clock: what there is to see when the portal opens.

Each colour has its cause in it. HLF's accounts are red, for their login was renewed at Business Central and nobody has
told us; one claim was refused before that, for an account that was missing and is there again. Blindeforbundet is
yellow by claims that need somebody. Consio is suspended, and "min side" only looks on.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Event

import click

from reconciler.demo.living import HLF, NHF, App, at
from reconciler.demo.stage import CLIENT, Stage
from reconciler.demo.typing import typed
from reconciler.errors import Bug
from reconciler.settings import Settings

Run = Callable[[Sequence[str], Settings], int]
MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=each) for each in range(1, 5))
NEXT = MONDAY + timedelta(days=7)
LOOKED_AT = at(NEXT, 8, 15)
"""When the portal opens: on Monday morning."""
DONE, REFUSED = 0, 6
"""Exit codes: all went; some documents were refused."""
KARI, OLA, INGRID = "kari-blindeforbundet", "ola-blindeforbundet", "ingrid-hlf"


@dataclass(slots=True)
class Week:
    """Carries out verbs at their moments, until `stopping`. `renewed` is the new secret of HLF's accounts."""

    run: Run
    scene: Stage
    renewed: str
    stopping: Event

    def verb(self, moment: datetime, by: str, *arguments: str, answer: str = "", ends: int = DONE) -> None:
        """One command line. Raises Bug with what was printed where it ends otherwise than it has to."""
        if self.stopping.is_set():
            return
        settings, out = replace(self.scene.settings, clock_start=moment, actor=by), io.StringIO()
        with typed(answer), redirect_stdout(out), redirect_stderr(out):
            code = self.run(arguments, settings)
        if code != ends:
            raise Bug(f"reconciler {' '.join(arguments)} ended with {code}: {out.getvalue()}")

    def night(self, day: date, hour: int, minute: int, where: tuple[str, str]) -> None:
        """A run by its schedule: it tells its outcome to the history of runs, and ends well whatever that is."""
        moment = at(day, hour, minute)
        self.verb(moment, "scheduler", "sync", *where, "--occurrence", moment.isoformat())

    @property
    def app(self) -> App:
        return App(self.scene.settings.database_url)


def lived(week: Week) -> None:
    """From Monday to Monday."""
    click.echo("Monday, 2 March: what git says is applied, credentials are set, the first syncs run ...")
    _begin(week)
    click.echo("Tuesday to Thursday: claims are approved by day and sent by night; an account is missing ...")
    _nights(week)
    click.echo("Friday to Sunday: a login was renewed at the outside system, and nobody has said so ...")
    _trouble(week)


def _begin(week: Week) -> None:
    scene, login = week.scene, f"{CLIENT}\n{week.scene.secret}"
    week.verb(at(MONDAY, 8), KARI, "apply", "--root", str(scene.repository))
    for by, organization, integration, answer in (
        (KARI, "blindeforbundet", "xledger", scene.token),
        (INGRID, "hlf", "accounts", login),
        (INGRID, "hlf", "min-side-activities", login),
        ("siri-nhf", "nhf", "cornerstone", scene.secret),
        ("siri-nhf", "nhf", "consio", login),
        ("lise-demoforeningen", "demoforeningen", "members", scene.secret),
    ):
        week.verb(at(MONDAY, 9), by, "credentials", "set", organization, integration, answer=answer)
    week.verb(at(MONDAY, 10), KARI, "sync", "blindeforbundet", "xledger", "--confirm", "186", ends=REFUSED)
    scene.post_staged()
    week.verb(at(MONDAY, 11), INGRID, "sync", "hlf", "accounts")
    week.verb(at(MONDAY, 11, 5), INGRID, "sync", "hlf", "min-side-activities")
    week.verb(at(MONDAY, 11, 10), "siri-nhf", "sync", "nhf", "cornerstone")
    week.verb(at(MONDAY, 11, 15), "siri-nhf", "sync", "nhf", "consio")
    week.verb(at(MONDAY, 11, 20), "lise-demoforeningen", "sync", "demoforeningen", "members")


def _nights(week: Week) -> None:
    accounts, xledger = ("hlf", "accounts"), ("blindeforbundet", "xledger")
    for day, expenses, trips in ((TUESDAY, 2, 1), (WEDNESDAY, 1, 2), (THURSDAY, 3, 1)):
        before = day - timedelta(days=1)
        week.app.approve(before, expenses, trips)
        week.app.hand_in(before, "travel", "Togbillett til fylkesmøte", 400 + 37 * day.day)
        week.app.log(before, HLF, 1)
        if day == WEDNESDAY:  # a claim for a meeting, and somebody has taken its account away
            week.scene.tell("business_central", "/_company", {"drop_account": "6860"})
            week.app.hand_in(before, "meeting", "Lokale og kaffe til årsmøtet", 1850)
        week.night(day, 3, 30, xledger)
        week.night(day, 3, 40, ("hlf", "min-side-activities"))
        week.night(day, 4, 10, accounts)
        week.scene.post_staged()
    week.night(THURSDAY, 5, 15, ("demoforeningen", "members"))
    week.app.change(THURSDAY)
    week.scene.tell("business_central", "/_company", {"account": "6860"})


def _trouble(week: Week) -> None:
    scene = week.scene
    scene.tell("business_central", "/_tokens", {"add": f"{CLIENT}:{week.renewed}"})
    scene.tell("business_central", "/_tokens", {"revoke": f"{CLIENT}:{scene.secret}", "expire": True})
    week.app.hand_in(THURSDAY, "materials", "Batterier til lydspillere", 329)
    week.app.approve(THURSDAY, 2, 2)
    week.verb(
        at(THURSDAY, 16), "jonas-nhf", "suspend", "nhf", "consio",
        "--reason", "Consio flytter til nye servere denne uken", "--until", "2026-03-11",
    )  # fmt: skip
    week.night(FRIDAY, 3, 30, ("blindeforbundet", "xledger"))
    scene.post_staged()
    week.app.hand_in(FRIDAY, "course", "Kursmateriell til likepersonkurs", 2490)
    week.app.log(FRIDAY, NHF, 2)
    for day in range(4, 8):
        week.night(MONDAY + timedelta(days=day), 3, 40, ("hlf", "min-side-activities"))
        week.night(MONDAY + timedelta(days=day), 4, 10, ("hlf", "accounts"))
    week.night(NEXT, 3, 30, ("blindeforbundet", "xledger"))
    week.night(NEXT, 4, 15, ("nhf", "cornerstone"))
    week.night(NEXT, 5, 15, ("demoforeningen", "members"))
    # Nothing is due when the portal opens: what then begins is what somebody asks for.
    week.night(NEXT, 3, 30, ("hlf", "min-side"))
    for organization in ("blindeforbundet", "demoforeningen", "hlf", "nhf"):
        week.verb(at(NEXT, 5, 30), "scheduler", "chores", "run", organization)
