"""The packages of the three worked examples as they are frozen: opened by another library, held against plain SQL,
searched for people, handed in at the invented portal, compared and corrected. One database for all of it.
"""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import psycopg
import pypdf
import pytest
from parts.databases import database, url_of
from parts.report_sql import IDS, MEMBERS, PAYING, figures
from parts.served import served

from reconciler.cli.main import run
from reconciler.demo import people
from reconciler.settings import Settings

START = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
YEAR = "held_on between '2025-01-01' and '2025-12-31'"
LONGER = f"""
    update app.peer_support_activities set minutes = minutes + %s where id = (select id from app.peer_support_activities
        where organization_id = %s and participants = 1 and {YEAR} order by id limit 1) returning id::text"""
PERSONS = """
    select id::text from app.members union select participant_id::text from app.peer_support_participants
    union select peer_id::text from app.peer_support_activities union select number
        from (values {numbers}) v (number)"""
NATIONAL = re.compile(r"(?<![\w-])(?:[04][1-9]|[1256]\d|[37][01])(?:[0-8]\d)\d{2}[ .-]?\d{5}(?![\w-])")
"""Eleven digits that begin with a day, as they stand alone."""


class Year:
    """All three organisations with their packages of 2025, frozen as version 1."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder

    def verb(self, name: str, organization: str, *more: str) -> tuple[int, dict[str, Any]]:
        """One `reconciler report` verb as JSON: its exit code and what it says."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["report", name, organization, "bufdir", *more, "--format", "json"], self.settings)
        assert out.getvalue(), err.getvalue()
        return code, json.loads(out.getvalue())

    def package(self, organization: str, version: int = 1) -> Path:
        """The folder of a frozen version, written when first asked for."""
        folder = self.folder / f"{organization}-{version}"
        if not folder.exists():
            assert self.verb("build", organization, "--frozen", str(version), "--into", str(folder))[0] == 0
        return folder

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.settings.database_url) as connection:
            return connection.execute(statement, values or None).fetchall()

    @contextmanager
    def longer(self, organization: str) -> Iterator[None]:
        """While one talk of the year took an hour more."""
        self.ask(LONGER, 60, IDS[organization])
        yield
        self.ask(LONGER, -60, IDS[organization])


@pytest.fixture(scope="module")
def year(
    server_url: str,
    administration: psycopg.Connection,
    prepared: tuple[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Year]:
    model, home = prepared
    folder = tmp_path_factory.mktemp("year")
    shutil.copytree(home, folder / "home")
    with database(administration, "packages", model) as name:
        url = url_of(server_url, name)
        found = Year(Settings(database_url=url, home=folder / "home", actor="kari", clock_start=START), folder)
        for organization in IDS:
            assert found.verb("freeze", organization)[0] == 0
            found.package(organization)
        yield found


def sheets(package: Path) -> Mapping[str, list[dict[str, Any]]]:
    """The workbook's sheets: each row by the headings of its columns."""
    book = openpyxl.load_workbook(package / "summary.xlsx")
    found = {}
    for sheet in book:
        headings, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(headings, row, strict=True)) for row in rows]
    return found


def parted(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A sheet's rows, and its line of totals."""
    assert rows[-1][next(iter(rows[-1]))] == "Sum"
    return rows[:-1], rows[-1]


@pytest.mark.parametrize("organization", IDS)
def test_the_key_figures_of_the_workbook_are_what_sql_says(organization, year):
    labels = {each["label"]: each["key"] for each in year.verb("check", organization)[1]["figures"]}
    rows = sheets(year.package(organization))["Nøkkeltall"]
    found = {labels[row["Nøkkeltall"]]: row["Verdi"] for row in rows}
    expected = figures(year.ask, organization)
    assert found.keys() == expected.keys()
    assert {key: Decimal(str(each)) for key, each in found.items()} == {
        key: Decimal(each) for key, each in expected.items()
    }


@pytest.mark.parametrize("organization", IDS)
def test_counties_and_ages_of_the_workbook_are_what_sql_says(organization, year):
    book = sheets(year.package(organization))
    whole = f"count(*), count(*) filter (where {PAYING[organization]})"
    there = MEMBERS.strip()
    for sheet, by, group in (
        ("Medlemmer per fylke", "Fylkesnr", "county"),
        ("Medlemmer per alder", "Aldersgruppe", AGES),
    ):
        parts = {each: (members, paying) for each, members, paying in year.ask(
            f"select {group}, {whole} {there} group by 1", IDS[organization])}  # fmt: skip
        rows = [row for row in book[sheet] if row[next(iter(row))] != "Sum"]
        hidden = 0
        for row in rows:
            expected = parts.pop(row[by] or None, (0, 0))
            for heading, number in zip(("Antall medlemmer", "Betalende medlemmer"), expected, strict=True):
                assert row[heading] in (number, "vises ikke")
                hidden += row[heading] == "vises ikke"
        assert parts == {}
        totals = [row for row in book[sheet] if row not in rows]
        assert bool(totals) == (hidden == 0)
        ((members, paying),) = year.ask(f"select {whole} {there}", IDS[organization])
        assert [(each["Antall medlemmer"], each["Betalende medlemmer"]) for each in totals] in ([], [(members, paying)])
        assert (hidden == 0) == (organization == "hlf"), "only this one hides no small numbers"


AGES = """case when born_on > '2012-12-31' then '0–12 år' when born_on > '2005-12-31' then '13–19 år'
    when born_on > '1999-12-31' then '20–25 år' when born_on > '1958-12-31' then '26–66 år' else '67 år og eldre' end"""


@pytest.mark.parametrize("organization", IDS)
def test_the_activities_of_the_workbook_are_what_sql_says(organization, year):
    book, expected = sheets(year.package(organization)), figures(year.ask, organization)
    every: list[dict[str, Any]] = []
    for sheet, kinds in (("Kurs", "in"), ("Likepersonsaktiviteter", "not in")):
        rows, totals = parted(book[sheet])
        (sums,) = year.ask(
            "select count(*), sum(participants), sum(minutes), sum(days) from app.peer_support_activities"
            f" where organization_id = %s and {YEAR} and activity_type {kinds} ('course', 'theme_day')",
            IDS[organization],
        )
        headings = ("Antall deltakere", "Varighet (min)", "Antall dager")
        assert (len(rows), *(totals[each] for each in headings)) == sums
        assert [sum(row[each] for row in rows) for each in headings] == list(sums[1:])
        every += rows
    counting = [row for row in every if row["Tellende (ja/nei)"] == "ja"]
    assert len(counting) == expected["counting"]
    assert sum(row["Antall deltakere"] for row in counting) == expected["attendances"]
    assert all(bool(row["Årsak ikke tellende"]) == (row["Tellende (ja/nei)"] == "nei") for row in every)


@pytest.mark.parametrize("organization", IDS)
def test_no_file_of_a_package_knows_a_person(organization, year):
    """Ids of members, participants and peers, numbers of volunteers, accounts, and what looks like a national id."""
    societies = (
        people.blindeforbundet,
        people.other_organization,
        people.third_organization,
        people.fourth_organization,
    )
    persons = [each for society in societies for each in society().volunteers]
    numbers = ", ".join(f"('{each.number}')" for each in persons)
    known = {each for (each,) in year.ask(PERSONS.format(numbers=numbers))} | {str(each.id) for each in persons}
    known |= set(re.findall(r"account: ([\w-]+)", Path(f"orgs/{organization}/organization.yaml").read_text()))
    assert len(known) > 1000
    for name, text in texts(year.package(organization)):
        words = set(re.findall(r"[\w-]{4,}", text)) | set(
            re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)
        )
        words |= {word.replace("-", "") for word in words}
        assert words.isdisjoint(known | {each.replace("-", "") for each in known}), name
        assert not NATIONAL.search(text), name
        assert not re.search(r"\w@\w", text), name


def texts(package: Path) -> Iterator[tuple[str, str]]:
    """All that is written in the files of a package, unpacked."""
    for path in sorted(package.iterdir()):
        match path.suffix:
            case ".xlsx":
                with zipfile.ZipFile(path) as book:
                    yield from ((f"{path.name}/{each}", book.read(each).decode()) for each in book.namelist())
            case ".pdf":
                reader = pypdf.PdfReader(path)
                yield path.name, "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata)])
            case _:
                yield path.name, path.read_text(encoding="utf-8-sig")


def test_the_portal_takes_each_package_once_and_then_its_correction(year):
    """From the receipt to the drift, and on to the correction of it."""
    with served("grant-portal", "--today", "2026-03-02") as portal, httpx.Client(trust_env=False) as client:

        def hand_in(package: Path, **query: str) -> tuple[int, str]:
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as parcel:
                for each in sorted(package.iterdir()):
                    parcel.write(each, each.name)
            answer = client.post(f"{portal.origin}/innsendinger", params=query, content=made.getvalue())
            return answer.status_code, answer.json()["kvittering"]

        for organization in IDS:
            first = year.package(organization)
            status, receipt = hand_in(first)
            assert status == 201
            assert hand_in(first) == (409, receipt)
            assert year.verb("handed-over", organization, "--receipt", receipt)[1]["receipt"] == receipt
            code, found = year.verb("compare", organization)
            assert (code, found["handed_over"], found["differences"]) == (0, [receipt], [])
            with year.longer(organization):
                code, found = year.verb("compare", organization)
                assert (code, [each["what"] for each in found["differences"]]) == (3, ["figure", "changed"])
                assert year.verb("freeze", organization, "--correction", "En samtale varte lenger")[0] == 0
                second = year.package(organization, 2)
                assert hand_in(second) == (409, receipt)
                status, corrected = hand_in(second, retter=receipt)
                assert (status, corrected != receipt) == (201, True)
                assert year.verb("handed-over", organization, "--receipt", corrected)[1]["version"] == 2
                assert year.verb("compare", organization)[1]["differences"] == []
                hours = next(row["Verdi"] for row in sheets(second)["Nøkkeltall"] if row["Nøkkeltall"] == "Timer")
                assert Decimal(str(hours)) == Decimal(figures(year.ask, organization)["hours"])
