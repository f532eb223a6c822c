"""Every finding as people read it: a tiny repository in each golden folder, and the exact lines that it gives."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from reconciler.plans.compile import check
from reconciler.specs.collection import collect
from reconciler.specs.diagnostic import CATALOG, Diagnostic
from tests.parts.mistakes import folders

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "diagnostics"
FOLDERS = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
MISTAKES = folders()
REFERENCE = ROOT / "docs" / "reference" / "diagnostics.md"
JARGON = ("Input should", "valid dictionary", "instance of", "Value error", "None", "^[", "regular expression", "{'")
ADVICE = re.compile(r"(write |give exactly one of |there is no such day|the check digit |the window ends |nine digits)")


def files(folder: Path, prefix: str = "") -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "expected.txt")
    return {prefix + path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@cache
def findings(folder: Path) -> list[Diagnostic]:
    specs = collect(files(folder), files(ROOT / "specs", "specs/"))
    check(specs, datetime(2026, 3, 1, tzinfo=UTC))
    return specs.diagnostics


def expected(folder: Path) -> str:
    return (folder / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_findings_are_printed_exactly_so(folder):
    assert "".join(f"{found}\n" for found in findings(folder)) == expected(folder)


def test_every_id_of_the_catalogue_occurs_in_some_golden_folder():
    printed = "".join(map(expected, [*FOLDERS, *MISTAKES]))
    assert [each for each in CATALOG if f"[{each}]" not in printed] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_finding_speaks_plainly_has_a_place_and_says_what_to_do(folder):
    for found in findings(folder):
        assert not any(word in str(found) for word in JARGON), found
        assert found.hint or ADVICE.search(found.message), found
        assert found.origin.file in files(folder) or found.id == "organization-missing"


def test_the_reference_page_holds_every_id_its_meaning_and_a_real_example():
    page = REFERENCE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `([a-z0-9-]+)`\n\n(.*?)(?=\n## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert list(sections) == list(CATALOG)
    printed = set("".join(map(expected, [*FOLDERS, *MISTAKES])).splitlines())
    for identifier, meaning in CATALOG.items():
        example = re.search(r"```text\n(.+)\n```", sections[identifier])
        assert sections[identifier].startswith(f"{meaning}\n"), identifier
        assert example is not None
        assert example[1] in printed, identifier
