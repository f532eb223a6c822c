"""A report as an organisation has one: counties, branches, activities, and figures that agree with them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from reconciler.reports.document import Cell, Column, Figure, Finding, Report, Sheet

NUMBER, NAME = "988077917", "Demoforeningen for blåbær & ærlighet"
COUNTIES = (
    ("03", "Oslo"), ("11", "Rogaland"), ("15", "Møre og Romsdal"), ("18", "Nordland"), ("31", "Østfold"),
    ("32", "Akershus"), ("33", "Buskerud"), ("34", "Innlandet"), ("39", "Vestfold"), ("40", "Telemark"),
    ("42", "Agder"), ("46", "Vestland"), ("50", "Trøndelag"), ("55", "Troms"), ("56", "Finnmark"),
)  # fmt: skip
"""Of 2024 and later."""
WHOSE = (Column("Organisasjonsnummer"), Column("Organisasjon"), Column("Grunnlagsår"))
ACTIVITY = (
    *WHOSE, Column("Aktivitets-ID"), Column("Dato", "date"), Column("Sted"), Column("Aktivitetstype"),
    Column("Likeperson (anonym ID)"), Column("Antall deltakere", "whole", summed=True),
    Column("Varighet (min)", "whole", summed=True), Column("Timer", "decimal", summed=True),
    Column("Tellende (ja/nei)", "boolean"), Column("Årsak ikke tellende", tallied=True), Column("Merknad"),
)  # fmt: skip
MEMBERS = Column("Antall medlemmer", "whole", summed=True)
BRANCH = (*WHOSE, *map(Column, ("Fylkesnr", "Kommunenr", "Lokallag", "Lokallag orgnr")), MEMBERS)
OSLO = ("03", "0301", "Oslo lokallag", "974760673", 100)
REASONS = ("", "", "", "færre enn tre deltakere", "kortere enn 45 minutter")


def report(activities: int = 12, year: int = 2025, **more: Any) -> Report:
    """A report whose sums agree; `more` replaces what it says of itself."""
    members = [100 + 37 * place for place in range(len(COUNTIES))]
    base = Report(
        name="tilskudd", title="Rapport om medlemmer og likepersonsarbeid", organization=NAME,
        organization_number=NUMBER, year=year, first=date(year, 1, 1), last=date(year, 12, 31), scope="national",
        version=1, rules="likepersonsarbeid, versjon 3 (gjelder fra 01.01.2024)", revision="4f" * 20,
        figures=_figures(sum(members), activities),
        sheets=(
            Sheet("Medlemmer per fylke", _county_columns(), lambda: _counties(year, members)),
            Sheet("Medlemmer per alder", (*WHOSE, Column("Aldersgruppe"), MEMBERS), lambda: _ages(year, sum(members))),
            Sheet("Lokallag", BRANCH, lambda: iter([(NUMBER, NAME, str(year), *OSLO)])),
            Sheet("Likepersonsaktiviteter", ACTIVITY, lambda: rows(activities, year)),
        ),
        findings=(Finding("warning", "digital", "To digitale møter er talt etter en regel som er uavklart.",
                          "Avklar med tilskuddsgiveren før rapporten underskrives."),),
        texts={"introduction": "Tallene gjelder hele organisasjonen.", "signed_by": "Generalsekretær\nStyreleder"},
    )  # fmt: skip
    return replace(base, **more)


def rows(count: int, year: int = 2025) -> Iterator[Sequence[Cell]]:
    """Activities, made one by one."""
    for number in range(count):
        reason = REASONS[number % len(REASONS)]
        minutes = 30 + number % 120
        yield (
            NUMBER, NAME, str(year), f"A-{number:07}", date(year, 1, 1) + timedelta(days=number % 365),
            ("Tromsø", "Ålesund", "Bø")[number % 3], ("Samtalegruppe", "Besøk")[number % 2], f"lp-{number % 97:04}",
            number % 14, minutes, (Decimal(minutes) / 60).quantize(Decimal("0.01")), not reason, reason,
            ("", "0123", "ærlig talt")[number % 3],
        )  # fmt: skip


def sheet(*cells: Sequence[Cell], columns: Sequence[Column] = (Column("Merknad"),), name: str = "Prøve") -> Sheet:
    """A sheet of these rows."""
    return Sheet(name, columns, lambda: iter(cells))


def _county_columns() -> Sequence[Column]:
    more = [Column(each, "whole", summed=True) for each in ("Betalende medlemmer", "Medlemmer under 26 år")]
    return (*WHOSE, Column("Fylkesnr"), Column("Fylke"), MEMBERS, *more)


def _ages(year: int, members: int) -> Iterator[Sequence[Cell]]:
    yield NUMBER, NAME, str(year), "0–25", 431
    yield NUMBER, NAME, str(year), "26 og eldre", members - 431


def _counties(year: int, members: Sequence[int]) -> Iterator[Sequence[Cell]]:
    for (code, county), count in zip(COUNTIES, members, strict=True):
        yield NUMBER, NAME, str(year), code, county, count, count - 7, count // 9


def _figures(members: int, activities: int) -> Sequence[Figure]:
    counted = sum(not REASONS[number % len(REASONS)] for number in range(activities))
    return (
        Figure("members", "Antall medlemmer", members, "medlemmer", "Alle som var innmeldt 31. desember."),
        Figure("counties", "Fylkesutbredelse", len(COUNTIES), "fylker", "Fylker med minst ett medlem."),
        Figure("activities", "Tellende aktiviteter", counted, "", "Se arket Likepersonsaktiviteter."),
        Figure("hours", "Timer", Decimal("1234.50"), "timer"),
        Figure("small", "Deltakere under 26 år", None, "", "Færre enn fem: vises ikke av hensyn til personvernet."),
    )
