"""Twelve pull requests of every day, each with its whole report kept. Run this file as a program to accept others."""

import contextlib
import io
import re
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from parts.installation import ROOT
from parts.norwegian import english
from parts.proposals import DESTRUCTIVE, TYPICAL, commit, many_exclusions, proposed, worked_example

from reconciler.cli.main import run
from reconciler.plans.review.blocks import blocks
from reconciler.plans.review.words import Block
from reconciler.settings import Settings
from reconciler.specs.collection import collect
from reconciler.specs.personal import impersonal
from reconciler.wiring import catalog

GOLDEN = ROOT / "tests/golden/reviews"
NOW = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
HEAD = 15
"""Lines in which the reviewer finds what matters."""
LARGEST = 20_000
"""Characters of a report about one everyday change."""
_SPECS = collect({}, catalog())
TARGETS: dict[str, set[str]] = {}
for _type in _SPECS.catalog.types.values():
    for _document in _type.spec.documents.values():
        for _name, _field in _document.fields.items():
            TARGETS.setdefault(_name, set()).add(_field.label.en)
PEOPLE = r"[\w-]+|[a-z ]+: |Course costs .*|\w+, simulator: .*"
"""What stands in a report as people wrote it: names, keys of a document, reasons."""
BLOCKS: dict[str, list[Block]] = {}
"""What was written of each, as it was made."""
ORGANIZATIONS = {
    path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
    for path in (ROOT / "orgs").glob("*/organization.yaml")
}
_COMMIT = re.compile(r"`[0-9a-f]{10}`")


def report(folder: Path, name: str) -> tuple[int, str]:
    """Exit code and Markdown. The id of a commit hangs on the whole worked example, and says nothing here."""
    root, out = worked_example(folder / name), io.StringIO()
    if name == "mass-edit":
        many_exclusions(root)
        commit(root)
    proposed(root, TYPICAL[name])
    with contextlib.redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconciler.plans.review.blocks.blocks", lambda found: BLOCKS.setdefault(name, [*blocks(found)]))
        asked = ["review", "--repository", str(root), "--head", "proposal", "--format", "markdown"]
        code = run(asked, Settings(clock_start=NOW))
    return code, _COMMIT.sub("`COMMIT`", out.getvalue())


@pytest.fixture(scope="module", params=TYPICAL)
def typical(request, tmp_path_factory) -> tuple[str, int, str]:
    """Name, exit code and report."""
    return request.param, *report(tmp_path_factory.mktemp("typical"), request.param)


def test_the_report_is_the_one_that_was_looked_at(typical):
    name, _, text = typical
    assert text == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def test_every_word_of_it_can_be_said_in_norwegian(typical):
    name, _, _ = typical
    titles = "|".join({each["title"] for each in ORGANIZATIONS.values()} | {"Laget"})
    assert [each for each in english(BLOCKS[name]) if not re.fullmatch(rf"(?:{titles})(?: \()?|{PEOPLE}", each)] == []


def test_ten_pass_and_the_two_destructive_ones_are_refused(typical):
    name, code, text = typical
    assert code == (4 if name in DESTRUCTIVE else 0)
    assert ("**A guard refuses it.**" in text) == (name in DESTRUCTIVE)


def test_the_first_lines_say_who_what_how_much_and_whose_yes(typical):
    name, _, text = typical
    head = text.splitlines()[:HEAD]
    assert "| Organisation | Change | Records and NOK | Who must approve |" in head
    rows = [row for row in head if row.startswith("| ") and not row.startswith("| Organisation")]
    assert rows
    for row in rows:
        organization, change, records, approval = (cell.strip() for cell in row.strip("| ").split(" | "))
        assert organization in {each["title"] for each in ORGANIZATIONS.values()} | {"Laget"}
        assert re.search(r"changed|new|removed|sends elsewhere", change)
        assert re.search(r"\b(no record|record|sample)", records)
        assert re.search(r"\d of [a-z, ]+", approval)
    assert any("no database was read" in line for line in head), name


def test_no_target_field_stands_without_its_label(typical):
    """Told apart from common words by their dots and capitals; words alone are looked for in the tables' column."""
    _, _, text = typical
    for name, labels in TARGETS.items():
        for found in re.finditer(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text) if re.search(r"[.A-Z]", name) else ():
            before = text[: found.start()]
            assert any(before.endswith(f"{label} (") for label in labels), (name, before[-60:])
    for row in re.findall(r"^\| [a-z_]+ \| ([^|]+) \| [^|]+ \| [^|]+ \| \d+ of \d+ \|$", text, re.MULTILINE):
        assert re.fullmatch(r".+ \([\w.]+\)", row), row


def test_an_everyday_report_is_short(typical):
    _, _, text = typical
    assert len(text) < LARGEST
    assert len(text.splitlines()) < 130


def test_a_report_holds_no_person_but_accounts_and_what_was_invented(typical):
    """The worked example's people are accounts; its free texts and samples hold no number, address or telephone."""
    _, _, text = typical
    assert impersonal(text) == text
    assert "kari@example.org" not in text


def accept() -> None:
    """Write today's reports to the golden folder."""
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in TYPICAL:
            (GOLDEN / f"{name}.md").write_text(report(Path(folder), name)[1], encoding="utf-8")


if __name__ == "__main__":
    accept()
