"""The golden mistakes: each folder of tests/golden/mistakes holds the mistaken files, laid over the worked example.

`expected.txt` is what `reconciler validate` says, without its last line; `settings.txt`, where there is one, holds
`VARIABLE=value` for the installation. `python -m tests.parts.mistakes NAME...` writes `expected.txt` anew, to be read
before it is committed.
"""

import shutil
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from reconciler.cli.main import run
from reconciler.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "orgs" / "blindeforbundet"
MISTAKES = ROOT / "tests" / "golden" / "mistakes"
NOT_LAID = ("expected.txt", "settings.txt")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def folders() -> list[Path]:
    """Every golden mistake."""
    return sorted(path for path in MISTAKES.iterdir() if path.is_dir())


def lay(folder: Path, into: Path) -> None:
    """The worked example with the mistake over it, as a config repository."""
    shutil.copytree(EXAMPLE, into / "orgs" / EXAMPLE.name, dirs_exist_ok=True)
    shutil.copytree(folder, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*NOT_LAID))


def said(folder: Path, into: Path) -> tuple[int, str]:
    """The exit code of `validate` on the mistake, and the findings that it prints."""
    lay(folder, into)
    out = StringIO()
    with redirect_stdout(out):
        code = run(["validate", "--root", str(into)], replace(_settings(folder), home=into / "home"))
    return code, "".join(out.getvalue().splitlines(keepends=True)[:-1])


def _settings(folder: Path) -> Settings:
    named = folder / "settings.txt"
    lines = named.read_text(encoding="utf-8").splitlines() if named.exists() else []
    return replace(read_settings(dict(line.split("=", 1) for line in lines)), clock_start=NOW)


def write(name: str) -> str:
    """Write a mistake's `expected.txt` from what is said now, and give it."""
    with TemporaryDirectory() as into:
        _, text = said(MISTAKES / name, Path(into))
    (MISTAKES / name / "expected.txt").write_text(text, encoding="utf-8")
    return text


if __name__ == "__main__":
    for name in sys.argv[1:]:
        click.echo(f"{name}\n{write(name)}")
