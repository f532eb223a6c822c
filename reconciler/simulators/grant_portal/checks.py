"""What this portal holds a package against. Every rule is ours; none is known of any real portal."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reconciler.simulators.grant_portal.counties import UNKNOWN, counties
from reconciler.simulators.grant_portal.report import Told, told
from reconciler.simulators.grant_portal.tables import Table, sheet_names, table, whole

Files = Mapping[str, bytes]
MANIFEST, ARCHIVE, WORKBOOK, PAPER = "MANIFEST", "report.json", "summary.xlsx", "report.pdf"
FIGURES, COUNTIES, AGES, MEMBERS = "Nøkkeltall", "Medlemmer per fylke", "Medlemmer per alder", "Antall medlemmer"
WANTED: Mapping[str, frozenset[str]] = {
    FIGURES: frozenset({FIGURES, "Verdi"}),
    COUNTIES: frozenset({"Fylkesnr", "Fylke", MEMBERS}),
    "Lokallag": frozenset({"Lokallag"}),
    "Likepersonsaktiviteter": frozenset({"Dato", "Aktivitetstype", "Tellende (ja/nei)"}),
}
"""The sheets that have to be there, each with the columns that it cannot do without; more are welcome."""
_LINE = re.compile(r"([0-9a-f]{64})  ([^/\x00]{1,200})")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code for programs, and for people in which file and what."""

    code: str
    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package that could be read: what it says of itself, and its tables by the names of their sheets."""

    told: Told
    tables: Mapping[str, Table]


def manifest(files: Files) -> Iterator[Problem]:
    """Every file is listed with its checksum, and every listed file is there."""
    if MANIFEST not in files:
        yield Problem("manifest", MANIFEST, "Manifestet mangler.")
        return
    lines = files[MANIFEST].decode("utf-8", "replace").splitlines()
    found = [_LINE.fullmatch(line) for line in lines]
    listed = {each[2]: each[1] for each in found if each}
    if not all(found) or len(listed) != len(lines):
        yield Problem("manifest", MANIFEST, "En linje i manifestet kan ikke leses, eller en fil står to ganger.")
    for name in sorted(listed.keys() | (files.keys() - {MANIFEST}) | {ARCHIVE, WORKBOOK, PAPER}):
        if name not in files:
            yield Problem("fil-mangler", name, "Filen mangler.")
        elif name not in listed:
            yield Problem("ikke-listet", name, "Filen står ikke i manifestet.")
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]:
            yield Problem("kontrollsum", name, "Kontrollsummen er en annen enn i manifestet.")


def parcel(files: Files) -> Parcel | Problem:
    """The package as it can be read, or the first thing that keeps it from being read."""
    name = ARCHIVE
    try:
        found, tables = told(files[ARCHIVE]), {}
        names = sorted(each for each in files if each.endswith(".csv"))
        for sheet, name in zip(found.sheets, names, strict=False):
            tables[sheet.name] = table(files[name])
        name = WORKBOOK
        if list(sheet_names(files[WORKBOOK])) != [sheet.name for sheet in found.sheets]:
            return Problem("ark", WORKBOOK, "Arkene er ikke de samme som i report.json.")
    except ValueError as problem:
        text = str(problem)
        return Problem("lesbarhet", name, f"{text[0].upper()}{text[1:]}.")
    if len(names) != len(found.sheets) or len(tables) != len(names):
        return Problem("ark", ARCHIVE, "Det er ikke én CSV-fil for hvert ark.")
    return Parcel(found, tables)


def signed(files: Files) -> Iterator[Problem]:
    """What is to be signed is a PDF. That somebody has signed it cannot be seen from here."""
    if not files[PAPER].startswith(b"%PDF-"):
        yield Problem("lesbarhet", PAPER, "Filen er ikke en PDF.")


def _sheets(given: Parcel) -> Iterator[Problem]:
    for sheet in given.told.sheets:
        found = given.tables[sheet.name]
        if list(found.headings) != list(sheet.headings) or len(found.rows) != sheet.rows:
            yield Problem("ark", sheet.name, "CSV-filen har andre kolonner eller rader enn report.json sier.")
    for name, columns in WANTED.items():
        if name not in given.tables:
            yield Problem("ark-mangler", name, "Arket mangler.")
        elif missing := sorted(columns - set(given.tables[name].headings)):
            yield Problem("kolonne-mangler", name, f"Kolonner mangler: {', '.join(missing)}.")


def _whose(given: Parcel) -> Iterator[Problem]:
    """The columns that repeat whose report it is say the same as its head."""
    wanted = {"Organisasjonsnummer": given.told.number, "Grunnlagsår": str(given.told.year)}
    for name, found in given.tables.items():
        for heading, value in wanted.items():
            if heading in found.headings and any(row[heading] != value for row in found.rows):
                yield Problem("hvem-og-når", name, f"{heading} er ikke det samme som i report.json.")


def _counties(given: Parcel) -> Iterator[Problem]:
    known, seen = counties(given.told.year), set()
    if not known:
        yield Problem("fylke", COUNTIES, f"Portalen kjenner ikke fylkene i {given.told.year}.")
        return
    for row in given.tables[COUNTIES].rows:
        code = row["Fylkesnr"]
        if code not in known and code not in UNKNOWN:
            yield Problem("fylke", COUNTIES, f"Fylkesnummeret {code[:10]!r} fantes ikke i {given.told.year}.")
        elif code in known and row["Fylke"] != known[code]:
            yield Problem("fylke", COUNTIES, f"Fylke {code} heter {known[code]} i {given.told.year}.")
        if code in seen:
            yield Problem("fylke", COUNTIES, f"Fylkesnummeret {code[:10]!r} står to ganger.")
        seen.add(code)


def _sums(given: Parcel) -> Iterator[Problem]:
    """Members by county, and by age, add up to their key figure; where numbers are kept back, to no more than it."""
    totals = [row["Verdi"] for row in given.tables[FIGURES].rows if row[FIGURES].casefold() == MEMBERS.casefold()]
    if len(totals) != 1 or (total := whole(totals[0])) is None:
        yield Problem("sum", FIGURES, f"Nøkkeltallet «{MEMBERS}» mangler, eller er ikke et helt tall.")
        return
    for name in (COUNTIES, AGES):
        if name not in given.tables or MEMBERS not in given.tables[name].headings:
            continue
        numbers = [whole(row[MEMBERS]) for row in given.tables[name].rows]
        added = sum(number or 0 for number in numbers)
        if added > total or (added < total and None not in numbers):
            yield Problem("sum", name, f"Medlemmene i arket er til sammen {added}, og nøkkeltallet er {total}.")


def _errors(given: Parcel) -> Iterator[Problem]:
    for message in given.told.findings:
        yield Problem("avvik", ARCHIVE, f"Rapporten har selv funnet en feil: {message[:200]}")


_READ: tuple[Callable[[Parcel], Iterator[Problem]], ...] = (_whose, _counties, _sums, _errors)


def content(given: Parcel) -> list[Problem]:
    """All that is wrong with what a package says. Sheets and columns are looked at first: the rest stands on them."""
    return list(_sheets(given)) or [problem for check in _READ for problem in check(given)]


def late(year: int, deadline: tuple[int, int], today: date) -> Problem | None:
    """The deadline is a day of the year after the one that is counted; that day itself is in time.

    Mid-September was the deadline in 2021, 2022 and 2024 (research 8.1); that it belongs to the year before is ours.
    """
    last = date(year + 1, *deadline)
    if today <= last:
        return None
    return Problem("frist", "", f"Fristen for grunnlagsåret {year} var {last:%d.%m.%Y}.")
