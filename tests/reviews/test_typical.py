"""Twelve pull requests of every day, each with its whole report kept. Run this file as a program to accept others."""

import contextlib
import io
import re
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from parts.installation import ROOT
from parts.proposals import DESTRUCTIVE, TYPICAL, commit, many_exclusions, proposed, worked_example

from reconciler.cli.main import run
from reconciler.settings import Settings

GOLDEN = ROOT / "tests/golden/reviews"
NOW = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
HEAD = 15
"""Lines in which the reviewer finds what matters."""
LARGEST = 20_000
"""Characters of a report about one everyday change."""
_COMMIT = re.compile(r"`[0-9a-f]{10}`")


def report(folder: Path, name: str) -> tuple[int, str]:
    """Exit code and Markdown. The id of a commit hangs on the whole worked example, and says nothing here."""
    root, out = worked_example(folder / name), io.StringIO()
    if name == "mass-edit":
        many_exclusions(root)
        commit(root)
    proposed(root, TYPICAL[name])
    with contextlib.redirect_stdout(out):
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


def test_ten_pass_and_the_two_destructive_ones_are_refused(typical):
    name, code, text = typical
    assert code == (4 if name in DESTRUCTIVE else 0)
    assert ("**A guard refuses it.**" in text) == (name in DESTRUCTIVE)


def accept() -> None:
    """Write today's reports to the golden folder."""
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in TYPICAL:
            (GOLDEN / f"{name}.md").write_text(report(Path(folder), name)[1], encoding="utf-8")


if __name__ == "__main__":
    accept()
