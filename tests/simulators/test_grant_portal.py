"""The invented portal, with packages that were really written: receipts, refusals, corrections, faults, its page."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from parts.reports import COUNTIES, NUMBER, WHOSE, report, sheet
from parts.served import Served, served

from reconciler.packages.package import write
from reconciler.reports.document import Column, Figure, Finding, Report

TODAY = "2026-09-15"
"""The last day for 2025."""


class Portal:
    """The portal as somebody sees it who hands in."""

    def __init__(self, running: Served, folder: Path, packages: dict[str, Path]) -> None:
        self.running, self.folder, self.packages = running, folder, packages

    def written(self, given: Report) -> Path:
        """The package of a report; an equal one is written once for all tests, for its bytes are the same."""
        sheets = [(each.name, each.columns, [*map(list, each.rows())]) for each in given.sheets]
        key = repr((replace(given, sheets=()), sheets))
        if key not in self.packages:
            self.packages[key] = write(given, self.folder / str(len(self.packages))).folder
        return self.packages[key]

    def hand_in(self, given: Report | bytes, corrects: str = "", **more: Any) -> httpx.Response:
        content = given if isinstance(given, bytes) else zipped(self.written(given))
        query = {"retter": corrects} if corrects else {}
        with httpx.Client(timeout=20, trust_env=False) as client:
            return client.post(f"{self.running.origin}/innsendinger", params=query, content=content, **more)

    def problems(self, given: Report | bytes, corrects: str = "", status: int = 422) -> list[str]:
        answer = self.hand_in(given, corrects)
        assert answer.status_code == status, answer.text
        return [each["kode"] for each in answer.json()["feil"]]

    def page(self) -> str:
        return httpx.get(self.running.origin, trust_env=False).text


def zipped(folder: Path, under: str = "", change: Callable[[str, bytes], bytes] = lambda _, content: content) -> bytes:
    """A folder as a zip; `change` gets every file, and its checksum in the manifest follows."""
    files = {path.name: change(path.name, path.read_bytes()) for path in sorted(folder.iterdir())}
    lines = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items() if name != "MANIFEST"
    ]
    files["MANIFEST"] = "".join(lines).encode()
    return archive(files, under)


def archive(files: dict[str, bytes], under: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(under + name, content)
    return made.getvalue()


@pytest.fixture(scope="module")
def _running() -> Iterator[Served]:
    with served("grant-portal", "--today", TODAY) as running:
        yield running


@pytest.fixture(scope="module")
def _portal(_running: Served, tmp_path_factory: pytest.TempPathFactory) -> Portal:
    return Portal(_running, tmp_path_factory.mktemp("packages"), {})


@pytest.fixture
def portal(_portal: Portal) -> Portal:
    """A portal that has received nothing."""
    _portal.running.control("/_reset")
    return _portal


def swapped(name: str, **more: Any) -> Report:
    """The report with one of its sheets changed."""
    return report(sheets=[replace(each, **more) if each.name == name else each for each in report().sheets])


def counties(*lines: tuple[str, str, Any], total: int | None = None, year: int = 2025) -> Report:
    """The report with these counties: code, name, members."""
    columns = (*WHOSE, Column("Fylkesnr"), Column("Fylke"), Column("Antall medlemmer", "whole"))
    rows = [(NUMBER, "x", str(year), *line) for line in lines]
    found = total if total is not None else sum(line[2] for line in lines)
    kept = [
        each for each in report(year=year).sheets if each.name not in ("Medlemmer per fylke", "Medlemmer per alder")
    ]
    made = sheet(*rows, columns=columns, name="Medlemmer per fylke")
    return report(year=year, sheets=[made, *kept], figures=[Figure("members", "Antall medlemmer", found)])


def test_a_package_gets_a_receipt(portal: Portal) -> None:
    folder = portal.written(report())
    answer = portal.hand_in(zipped(folder))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["kvittering"], told["organisasjonsnummer"], told["grunnlagsår"]) == ("KV-2025-000001", NUMBER, 2025)
    assert told["kontrollsum"] == hashlib.sha256((folder / "MANIFEST").read_bytes()).hexdigest()
    assert told["mottatt"].startswith(TODAY)
    assert portal.running.books()["submissions"][0]["members"] == "5385"


def test_a_zip_may_hold_the_folder_itself_and_a_folder_can_be_named(portal: Portal) -> None:
    folder = portal.written(report())
    assert portal.hand_in(zipped(folder, under="pakke/")).status_code == 201
    portal.running.control("/_reset")
    order = json.dumps({"mappe": str(folder)}).encode()
    assert portal.hand_in(order, headers={"Content-Type": "application/json"}).status_code == 201


def test_a_second_for_the_same_year_is_refused_and_names_the_first(portal: Portal) -> None:
    assert portal.hand_in(report()).status_code == 201
    answer = portal.hand_in(report())
    assert (answer.status_code, answer.json()["kvittering"]) == (409, "KV-2025-000001")
    assert "alt levert for 2025" in answer.json()["feil"][0]["melding"]
    assert portal.hand_in(report(organization_number="974760673", sheets=[])).status_code == 422
    assert len(portal.running.books()["submissions"]) == 1


def test_a_correction_names_the_receipt_that_counts_and_is_a_later_version(portal: Portal) -> None:
    assert portal.problems(report(), "KV-2025-000001") == ["retter-ukjent"]
    assert portal.hand_in(report()).status_code == 201
    assert portal.problems(report(), "KV-2025-000001", 409) == ["levert-før"]
    assert portal.problems(report(version=2), "KV-2025-000009", 409) == ["levert-før"]
    second = portal.hand_in(report(version=2, corrections=["Ett medlem mindre"]), "KV-2025-000001")
    assert (second.status_code, second.json()["kvittering"]) == (201, "KV-2025-000002")
    assert portal.problems(report(version=3), "KV-2025-000001", 409) == ["levert-før"]
    assert portal.hand_in(report(version=3), "KV-2025-000002").status_code == 201


def test_another_organization_and_another_year_are_their_own(portal: Portal) -> None:
    portal.running.control("/_today", day="2025-01-02")
    assert portal.hand_in(report()).status_code == 201
    assert portal.hand_in(report(year=2024)).json()["kvittering"] == "KV-2024-000002"
    other = report(organization_number="974760673", sheets=report().sheets[:0])
    assert portal.problems(other) == ["ark-mangler"] * 3


@pytest.mark.parametrize("name", ["report.json", "report.pdf", "summary.xlsx", "02-medlemmer-per-fylke.csv"])
def test_a_file_that_is_not_as_the_manifest_says_is_refused(portal: Portal, name: str) -> None:
    files = {path.name: path.read_bytes() for path in portal.written(report()).iterdir()}
    assert portal.problems(archive({**files, name: files[name] + b" "})) == ["kontrollsum"]
    assert portal.problems(archive({each: files[each] for each in files if each != name})) == ["fil-mangler"]


def test_what_the_manifest_does_not_list_or_cannot_say_is_refused(portal: Portal) -> None:
    files = {path.name: path.read_bytes() for path in portal.written(report()).iterdir()}
    assert portal.problems(archive({**files, "medlemmer.csv": b"x"})) == ["ikke-listet"]
    assert portal.problems(archive({**files, "MANIFEST": files["MANIFEST"] + b"garbage\n"})) == ["manifest"]
    first = files["MANIFEST"].splitlines(keepends=True)[0]
    assert portal.problems(archive({**files, "MANIFEST": files["MANIFEST"] + first})) == ["manifest"]
    del files["MANIFEST"]
    assert portal.problems(archive(files)) == ["manifest"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"not a zip",
        b"PK\x05\x06" + bytes(18),
        archive({}),
        archive({"../x": b"", "y": b""}),
        archive({"a/x": b"", "b/y": b""}),
        archive({f"{number}": b"" for number in range(61)}),
    ],
)
def test_what_is_no_package_is_refused(portal: Portal, garbage: bytes) -> None:
    answer = portal.hand_in(garbage)
    assert answer.status_code == 422
    assert answer.json()["feil"][0]["kode"] in ("pakke", "manifest")


def test_a_zip_that_would_fill_the_memory_is_refused(portal: Portal) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for number in range(9):
            target.writestr(f"{number}.csv", bytes(32 << 20))
    assert portal.problems(made.getvalue()) == ["pakke"]


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_an_upload_that_breaks_off_is_never_half_taken(portal: Portal, cut: int) -> None:
    content = zipped(portal.written(report(1)))
    assert portal.hand_in(content[: len(content) * cut // 40]).status_code == 422
    assert portal.running.books()["submissions"] == []


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("report.pdf", lambda content: b"no pdf", "lesbarhet"),
        ("report.json", lambda content: b"[" * 100_000, "lesbarhet"),
        ("report.json", lambda content: b"\xff", "lesbarhet"),
        ("report.json", lambda content: content.replace(b'"number":"988077917"', b'"number":"988077918"'), "lesbarhet"),
        ("report.json", lambda content: content.replace(b'"version":1', b'"version":"1"'), "lesbarhet"),
        ("report.json", lambda content: re.sub(rb'"sha256":"[0-9a-f]', b'"sha256":"g', content), "lesbarhet"),
        ("report.json", lambda content: content.replace(b'"name":"Lokallag"', b'"name":"Andre lag"'), "ark"),
        ("summary.xlsx", lambda content: b"no workbook", "lesbarhet"),
        ("04-lokallag.csv", lambda content: content[3:], "lesbarhet"),
        ("04-lokallag.csv", lambda content: content.replace(b";", b","), "ark"),
        ("04-lokallag.csv", lambda content: content + content.splitlines(keepends=True)[1], "ark"),
        ("04-lokallag.csv", lambda content: content.replace(b"\r\n988077917", b"\r\n974760673"), "hvem-og-n\u00e5r"),
        ("02-medlemmer-per-fylke.csv", lambda content: content.replace(b";2025;", b";2024;"), "hvem-og-n\u00e5r"),
    ],
)
def test_what_was_changed_behind_the_checksums_is_noticed(portal: Portal, name: str, change: Any, code: str) -> None:
    folder = portal.written(report())
    content = zipped(folder, change=lambda file, content: change(content) if file == name else content)
    assert code in portal.problems(content)


def test_sheets_and_columns_that_are_needed_have_to_be_there(portal: Portal) -> None:
    without = report(sheets=[each for each in report().sheets if each.name != "Lokallag"])
    assert portal.problems(without) == ["ark-mangler"]
    renamed = [Column("Nr") if each.heading == "Fylkesnr" else each for each in report().sheets[0].columns]
    answer = portal.hand_in(swapped("Medlemmer per fylke", columns=renamed))
    assert [each["melding"] for each in answer.json()["feil"]] == ["Kolonner mangler: Fylkesnr."]


def test_counties_are_those_of_the_year_that_is_counted(portal: Portal) -> None:
    new, old = (("33", "Buskerud", 5), ("30", "Viken", 5))
    assert portal.hand_in(counties(("03", "Oslo", 5), new)).status_code == 201
    assert portal.problems(counties(("03", "Oslo", 5), old)) == ["fylke"]
    portal.running.control("/_today", day="2024-05-01")
    assert portal.problems(counties(("03", "Oslo", 5), new, year=2023)) == ["fylke"]
    assert portal.hand_in(counties(("03", "Oslo", 5), old, year=2023)).status_code == 201
    portal.running.control("/_today", day="2020-05-01")
    assert portal.problems(counties(("03", "Oslo", 5), year=2019)) == ["fylke"]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([("03", "Osloo", 5)], ["fylke"]),
        ([("3", "Oslo", 5)], ["fylke"]),
        ([("03", "Oslo", 5), ("03", "Oslo", 5)], ["fylke"]),
    ],
)
def test_a_county_has_its_code_its_name_and_one_line(portal: Portal, lines: Any, codes: list[str]) -> None:
    assert portal.problems(counties(*lines)) == codes


def test_counties_add_up_to_the_members(portal: Portal) -> None:
    lines = [(code, name, 10) for code, name in COUNTIES]
    for total in (149, 151):
        answer = portal.hand_in(counties(*lines, total=total)).json()
        assert [each["melding"] for each in answer["feil"]] == [
            f"Medlemmene i arket er til sammen 150, og nøkkeltallet er {total}."
        ]
    assert portal.hand_in(counties(*lines, ("99", "Uoppgitt", 3))).status_code == 201


def test_numbers_that_are_kept_back_leave_room_but_never_too_much(portal: Portal) -> None:
    assert portal.problems(counties(("03", "Oslo", 10), ("56", "Finnmark", "færre enn 5"), total=9)) == ["sum"]
    assert portal.hand_in(counties(("03", "Oslo", 10), ("56", "Finnmark", "færre enn 5"), total=13)).status_code == 201


def test_without_the_number_of_members_there_is_nothing_to_compare_with(portal: Portal) -> None:
    assert portal.problems(report(figures=[Figure("x", "Noe annet", 1)])) == ["sum"]


def test_a_report_that_has_found_its_own_errors_is_refused(portal: Portal) -> None:
    assert portal.problems(report(findings=[Finding("error", "x", "Noe er galt.", "Rett det.")])) == ["avvik"]


def test_the_deadline_is_a_day_of_the_year_after(portal: Portal) -> None:
    portal.running.control("/_today", day="2026-09-16")
    answer = portal.hand_in(report())
    assert [each["melding"] for each in answer.json()["feil"]] == ["Fristen for grunnlagsåret 2025 var 15.09.2026."]
    portal.running.control("/_today", day=TODAY)
    assert portal.hand_in(report()).status_code == 201


@pytest.mark.parametrize(("fault", "taken"), [("before", 0), ("after", 1)])
def test_a_lost_answer_leaves_open_whether_it_was_taken_and_the_next_attempt_tells(portal, fault, taken) -> None:
    portal.running.control("/_faults", fault=f"lose_response_{fault}_commit")
    with pytest.raises(httpx.TransportError):
        portal.hand_in(report())
    assert len(portal.running.books()["submissions"]) == taken
    again = portal.hand_in(report())
    assert (again.status_code, again.json()["kvittering"]) == ((409 if taken else 201), "KV-2025-000001")


@pytest.mark.parametrize(
    ("fault", "status", "taken"),
    [("maintenance", 503, 0), ("refuse", 400, 0), ("timeout_before_commit", 504, 0), ("timeout_after_commit", 504, 1),
     ("garbage", 200, 1), ("html", 200, 1)],
)  # fmt: skip
def test_faults_come_before_or_after_it_was_taken(portal: Portal, fault: str, status: int, taken: int) -> None:
    portal.running.control("/_faults", fault=fault)
    assert portal.hand_in(report()).status_code == status
    assert len(portal.running.books()["submissions"]) == taken


def test_the_page_says_that_it_is_invented_and_what_was_received_and_refused(portal: Portal) -> None:
    assert "Ingenting er mottatt ennå." in portal.page()
    nasty = "<script>alert(1)</script> & co"
    portal.hand_in(report(organization=nasty))
    portal.hand_in(report())
    found = portal.page()
    assert "Oppdiktet." in found
    assert "Den er ikke Bufdirs søknadsportal" in found
    assert "KV-2025-000001" in found
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in found
    assert "alert(1)</script>" not in found
    assert "Organisasjonen har alt levert for 2025. Oppgi kvitteringen som rettes." in found
    assert "Frist: 15.09. i året etter" in found


def test_the_command_of_the_simulators_starts_it() -> None:
    from parts.simulator import Simulator

    running = Simulator("grant-portal", "--today", TODAY)
    try:
        assert "Oppdiktet." in running.client.get(running.base).text
        assert running.control("/_today") == {"today": running.client.post(f"{running.base}/_today").json()["today"]}
    finally:
        assert running.stop() == (0, "")
