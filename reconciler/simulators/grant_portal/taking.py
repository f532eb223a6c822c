"""A package is taken, or turned away with all that is wrong; the portal never takes half of one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.simulators.grant_portal import checks
from reconciler.simulators.grant_portal.books import Submission, Turned
from reconciler.simulators.grant_portal.checks import Files, Parcel, Problem
from reconciler.simulators.grant_portal.report import Told
from reconciler.simulators.grant_portal.state import State

_MOST = 50


@dataclass
class Refused(Exception):
    """It was not taken: a status, what is wrong, and the receipt that stands in the way."""

    status: int
    problems: Sequence[Problem]
    receipt: str = ""


def take(state: State, files: Files, corrects: str) -> Submission:
    """Take one package. `corrects` is the receipt of the submission that it replaces, or empty. Raises Refused."""
    if wrong := list(checks.manifest(files)):
        raise _turned(state, "", Refused(422, wrong[:_MOST]))
    found = checks.parcel(files)
    if isinstance(found, Problem):
        raise _turned(state, "", Refused(422, [found]))
    told, now = found.told, state.now()
    wrong = [*checks.signed(files), *checks.content(found)]
    if late := checks.late(told.year, state.options.deadline, now.date()):
        wrong.append(late)
    if wrong:
        raise _turned(state, told.number, Refused(422, wrong[:_MOST]))
    _one_a_year(state, told, corrects)
    return _booked(state, found, files, corrects)


def _one_a_year(state: State, told: Told, corrects: str) -> None:
    """A second one for the same organisation and year has to say which it corrects: the one that counts now."""
    before = state.books.latest(told.number, told.year)
    if before is None and not corrects:
        return
    if before is None:
        problem = Problem("retter-ukjent", "", "Det finnes ingen innsending å rette for organisasjonen og året.")
        raise _turned(state, told.number, Refused(422, [problem]))
    message = ""
    if not corrects:
        message = f"Organisasjonen har alt levert for {told.year}. Oppgi kvitteringen som rettes."
    elif corrects != before.receipt:
        message = "Kvitteringen som rettes, er ikke den som gjelder."
    elif told.version <= before.version:
        message = f"En retting har et høyere versjonsnummer enn {before.version}."
    if message:
        raise _turned(state, told.number, Refused(409, [Problem("levert-før", "", message)], before.receipt))


def _booked(state: State, found: Parcel, files: Files, corrects: str) -> Submission:
    told = found.told
    figures = found.tables[checks.FIGURES].rows
    members = next(row["Verdi"] for row in figures if row[checks.FIGURES].casefold() == checks.MEMBERS.casefold())
    submission = Submission(
        receipt=state.books.next_receipt(told.year),
        received=state.now(),
        organization=told.organization,
        number=told.number,
        year=told.year,
        version=told.version,
        checksum=hashlib.sha256(files[checks.MANIFEST]).hexdigest(),
        files=len(files),
        members=members,
        corrects=corrects,
    )
    state.books.submissions.append(submission)
    return submission


def _turned(state: State, whose: str, refused: Refused) -> Refused:
    codes = [problem.code for problem in refused.problems]
    words = [f"{each.file}: {each.message}" if each.file else each.message for each in refused.problems]
    state.books.turned.append(Turned(state.now(), whose, codes, words))
    return refused
