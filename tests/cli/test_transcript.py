"""From an empty folder to a valid organisation, with nothing but the text on the screen as the next input.

What was printed is kept as a golden file and shown in docs/start.md. Run this file as a program to accept another.
"""

import contextlib
import io
import re
import shlex
import tempfile
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.settings import Settings

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/transcript.txt"
PAGE = ROOT / "docs/start.md"
NEXT = re.compile(r"^next: (reconciler .+)$", re.MULTILINE)
WORD = re.compile(r"^ {6}([A-Z]+[0-9]*) {2,}(.+(?:\n {7,}.+)*)", re.MULTILINE)
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}[0-9]*\b")
ANSWERS = {
    "organization": {
        "NAME": "demolaget",
        "ID": "0b8f3c52-1d0e-4d5c-9a51-31b4f1d0a0ff",
        "TITLE": "Demolaget",
        "NUMBER": "974760673",
    },
    "integration": {"TYPE": "xledger", "SETTING": "entity=31007", "CATEGORY": "expense_claims", "DAY": "2026-01-01"},
    "mapping": {"VALUE1": "7140", "VALUE2": "2910"},
    "exclusion": {"NAME": "courses", "RECORD": "expense_type=course", "REASON": "Invoiced to the course grant"},
    "features": {"NAME": "signup", "FEATURE": "course_signup", "REASON": "Members sign up in the member system"},
}
"""What a person would fill in, by the thing that is made."""


def answered(text: str) -> str:
    """The next command of a screen, with its placeholders filled; every one of them must have been explained."""
    command = NEXT.findall(text)[-1]
    explained = dict(WORD.findall(text))
    words = PLACEHOLDER.findall(command)
    assert sorted(words) == sorted(explained), command
    made = "features" if "--feature" in command else command.split()[2] if words else ""
    for word in words:
        assert len(explained[word]) > 10
        command = re.sub(rf"\b{word}\b", shlex.quote(ANSWERS[made][word]), command)
    return command


@pytest.fixture(scope="module")
def transcript(tmp_path_factory) -> tuple[str, list[int], Path]:
    """All that is typed and printed, the exit codes, and the folder."""
    folder = tmp_path_factory.mktemp("empty")
    return *carried_out(folder), folder


def carried_out(folder: Path) -> tuple[str, list[int]]:
    command, codes, screens = "reconciler init", [], []
    with contextlib.chdir(folder):
        for _ in range(12):
            text, code = typed(command)
            codes.append(code)
            screens.append(f"$ {command}\n{text}")
            if not NEXT.search(text):
                break
            command = answered(text)
    return "\n".join(screens).rstrip() + "\n", codes


def typed(command: str) -> tuple[str, int]:
    """One command line as a shell would give it to the program, its output and its exit code."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = run(shlex.split(command)[1:], Settings())
    return out.getvalue(), code


def test_every_step_succeeds_and_the_last_says_that_all_is_valid(transcript):
    text, codes, _ = transcript
    assert set(codes) == {0}, text
    assert text.rstrip().splitlines()[-2] == "$ reconciler validate"
    assert text.rstrip().endswith("of 1 organisation: valid")


def test_a_whole_organisation_was_made(transcript):
    _, _, folder = transcript
    made = sorted(path.relative_to(folder / "orgs").as_posix() for path in (folder / "orgs").rglob("*.yaml"))
    assert made == [
        "demolaget/exclusions/courses.yaml",
        "demolaget/exclusions/signup.yaml",
        "demolaget/integrations/xledger.yaml",
        "demolaget/mappings/xledger-expense-claims.yaml",
        "demolaget/organization.yaml",
        "demolaget/schedules/xledger.yaml",
    ]
    for path in (folder / "orgs").rglob("*.yaml"):
        first = path.read_text().splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.partition("=")[2]).is_file()


def test_no_line_but_a_command_is_wider_than_a_terminal(transcript):
    lines = [line for line in transcript[0].splitlines() if not line.startswith(("$ ", "next: ", "  or: "))]
    assert [line for line in lines if len(line) > 80] == []


def test_the_transcript_is_kept_and_shown_on_the_first_page(transcript):
    assert transcript[0] == GOLDEN.read_text(encoding="utf-8")
    assert transcript[0] in PAGE.read_text(encoding="utf-8")


def accept() -> None:
    """Write what is printed today to the golden file and to the page."""
    with tempfile.TemporaryDirectory() as folder:
        text, _ = carried_out(Path(folder))
    page, before = PAGE.read_text(encoding="utf-8"), GOLDEN.read_text(encoding="utf-8")
    assert before in page
    PAGE.write_text(page.replace(before, text), encoding="utf-8")
    GOLDEN.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    accept()
