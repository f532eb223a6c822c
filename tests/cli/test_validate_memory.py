"""`reconciler validate` remembers between two runs, and says the same as one that does not."""

import json
import shutil
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.settings import Settings

ROOT = Path(__file__).parents[2]
SCHEDULE = "orgs/blindeforbundet/schedules/xledger.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "orgs", tmp_path / "repository" / "orgs")
    return tmp_path / "repository"


@pytest.fixture
def validate(repository: Path, tmp_path: Path, capsys):
    def call(*options: str) -> tuple[int, str]:
        settings = Settings(home=tmp_path / "home")
        code = run(["validate", "--root", str(repository), *options], settings)
        return code, capsys.readouterr().out

    return call


def test_each_run_says_what_a_run_without_memory_says(validate, repository):
    path = repository / SCHEDULE
    good = path.read_text()
    for content in (good, good.replace("cron", "corn"), good):
        path.write_text(content)
        for options in ((), ("--format", "json"), ("--format", "github")):
            assert validate(*options) == validate(*options) == validate(*options, "--no-cache")
    assert validate()[0] == 0


def test_what_is_remembered_is_in_the_home_and_only_if_wanted(validate, tmp_path):
    validate("--no-cache")
    assert not (tmp_path / "home").exists()
    validate()
    (found,) = (tmp_path / "home" / "validations").iterdir()
    assert set(json.loads(found.read_text())["entries"]) == {"", *(each.name for each in (ROOT / "orgs").iterdir())}
