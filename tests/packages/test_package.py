"""The package as a whole: all of its files or no folder, checksums that others can check, one reading of the rows."""

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from parts.reports import report, sheet

from reconciler.errors import Bug, UsageError
from reconciler.packages.package import write
from reconciler.reports.document import Column, Sheet

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from dataclasses import replace
from parts.reports import report
from reconciler.packages.package import write
from reconciler.reports.document import Column, Sheet
def rows():
    yield ("first",)
    os.kill(os.getpid(), signal.SIGKILL)
write(replace(report(), sheets=[Sheet("Ark", (Column("Merknad"),), rows)]), Path(sys.argv[1]))
"""


def test_every_file_has_its_checksum_and_sha256sum_agrees(tmp_path):
    written = write(report(), tmp_path / "pakke")
    assert written.folder == tmp_path / "pakke"
    assert sorted(written.files) == [
        "01-nokkeltall.csv", "02-medlemmer-per-fylke.csv", "03-medlemmer-per-alder.csv", "04-lokallag.csv",
        "05-likepersonsaktiviteter.csv", "06-avvik.csv", "MANIFEST", "report.json", "report.pdf", "summary.xlsx",
    ]  # fmt: skip
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written.folder.iterdir()}
    assert found == written.files
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "MANIFEST"], cwd=written.folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.count(": OK"), done.stderr) == (0, 9, "")


def test_a_changed_byte_is_noticed(tmp_path):
    folder = write(report(), tmp_path / "pakke").folder
    path = folder / "02-medlemmer-per-fylke.csv"
    path.write_bytes(path.read_bytes().replace(b"5", b"6", 1))
    done = subprocess.run(["sha256sum", "-c", "MANIFEST"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "02-medlemmer-per-fylke.csv: FAILED" in done.stdout


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_what_is_there_already_is_never_written_over(tmp_path, there):
    place = tmp_path / "pakke"
    match there:
        case "folder":
            place.mkdir()
        case "file":
            place.write_text("mine")
        case "link":
            place.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already") as caught:
        write(report(), place)
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["pakke"]


def test_two_at_once_make_one_package(tmp_path):
    outcomes, together = [], threading.Barrier(2)

    def rows():
        together.wait(20)
        yield ("x",)

    def one():
        try:
            outcomes.append(write(replace(report(), sheets=[Sheet("Ark", (Column("M"),), rows)]), tmp_path / "pakke"))
        except UsageError as problem:
            outcomes.append(problem)

    both = [threading.Thread(target=one) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(type(each).__name__ for each in outcomes) == ["UsageError", "Written"]
    assert [path.name for path in tmp_path.iterdir()] == ["pakke"]
    subprocess.run(["sha256sum", "--quiet", "-c", "MANIFEST"], cwd=tmp_path / "pakke", check=True)


def test_rows_that_break_off_leave_nothing_behind(tmp_path):
    def rows():
        yield ("first",)
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        write(replace(report(), sheets=[Sheet("Ark", (Column("Merknad"),), rows)]), tmp_path / "pakke")
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_killed_leaves_no_package_under_the_name(tmp_path):
    command = [sys.executable, "-c", KILLED, tmp_path / "pakke"]
    done = subprocess.run(command, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}, check=False)
    assert done.returncode == -9
    assert not (tmp_path / "pakke").exists()
    assert write(report(), tmp_path / "pakke").files["MANIFEST"]


def test_rows_are_read_once_so_that_all_files_say_the_same(tmp_path):
    readings = []

    def rows():
        readings.append(1)
        yield ("x",)

    write(replace(report(), sheets=[Sheet("Ark", (Column("Merknad"),), rows)]), tmp_path / "pakke")
    assert readings == [1]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Likepersonsaktiviteter og kurs i år", "no workbook takes"),
        ("Kurs/temasamling", "no workbook takes"),
        ("'Kurs'", "no workbook takes"),
        ("History", "no workbook takes"),
        ("", "no workbook takes"),
        ("lokallag", "two sheets are called 'lokallag'"),
    ],
)
def test_a_sheet_needs_a_name_of_its_own_that_a_workbook_takes(tmp_path, name, problem):
    more = (*report().sheets, sheet(("x",), name=name))
    with pytest.raises(UsageError, match=problem):
        write(report(sheets=more), tmp_path / "pakke")
    assert list(tmp_path.iterdir()) == []


def test_two_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(UsageError, match="sheet 'Prøve' has two columns called 'Sted'"):
        write(report(sheets=[sheet(columns=(Column("Sted"), Column("Sted")))]), tmp_path / "pakke")


def test_a_report_may_bring_its_own_figures_and_findings(tmp_path):
    own = [sheet(("mine",), name="Nøkkeltall"), sheet(("mine too",), name="Avvik")]
    written = write(report(sheets=own), tmp_path / "pakke")
    assert [name for name in sorted(written.files) if name.endswith("csv")] == ["01-nokkeltall.csv", "02-avvik.csv"]
    assert b"mine" in (written.folder / "01-nokkeltall.csv").read_bytes()


@pytest.mark.parametrize("kind", ["text", "whole", "decimal", "date", "boolean"])
def test_a_cell_that_does_not_fit_its_column_is_our_fault_and_is_not_repeated(tmp_path, kind):
    cell = 47.11 if kind != "boolean" else 4711
    with pytest.raises(Bug, match=f"sheet 'Prøve', row 2, column 'X': .* in a column of {kind}") as caught:
        write(report(sheets=[sheet((cell,), columns=[Column("X", kind)])]), tmp_path / "pakke")
    assert "47" not in caught.value.message


def test_a_row_that_is_too_short_is_our_fault(tmp_path):
    with pytest.raises(Bug, match="row 3: 0 cells under 1 headings"):
        write(report(sheets=[sheet(("x",), ())]), tmp_path / "pakke")
