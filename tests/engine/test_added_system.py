"""docs/systems.md is true: a system that no code knows is added by the YAML on that page, and records reach it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from parts.installation import ROOT, START, Installation, committed, copied
from parts.simulator import Simulator

from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

PAGE = ROOT / "docs" / "systems.md"
WHERE = ("demoforeningen", "clubhouse")
KEY = "K3y-of-the-clubhouse"
FILES = re.compile(r"^## [^\n]*`([^\n]+\.yaml)`\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A heading that names a file, and the file."""


@pytest.fixture
def clubhouse() -> Iterator[Simulator]:
    """The outside world's side of it, which knows nothing of the name either."""
    found = Simulator("register", "--key-header=Authorization", f"--token=Bearer {KEY}", "--rate=1000/1")
    yield found
    found.stop()


@pytest.fixture
def here(database_url: str, clubhouse: Simulator, tmp_path: Path) -> Installation:
    """The worked example, and the files of the page."""
    config = tmp_path / "config"
    for folder in ("orgs/demoforeningen", "specs"):
        copied(ROOT / folder, config / folder)
    for place, text in FILES.findall(PAGE.read_text()):
        (config / place).write_text(text)
    committed(config)
    with psycopg.connect(database_url) as connection:
        fill(connection)
    simulators = {"clubhouse": clubhouse.url, "rest": clubhouse.url}
    settings = Settings(
        database_url=database_url, home=tmp_path / "home", actor="kari", clock_start=START, simulators=simulators
    )
    return Installation(settings, config)


def test_a_system_that_no_code_knows_is_one_yaml_file(here: Installation, clubhouse: Simulator) -> None:
    assert here.run("validate", "--root", str(here.repository)) == 0
    assert here.run("apply", "--root", str(here.repository)) == 0
    verdict = set_credential(here.world(), *WHERE, Secret({"key": KEY})).verdict
    assert verdict.ok, verdict.message
    clubhouse.arm("lose_response_after_commit")
    for _ in range(3):
        last = here.run("sync", *WHERE, minutes=40)
    assert last == 0
    assert here.states() == {"posted": 2}
    records = clubhouse.books()["records"]
    assert Counter(each["collection"] for each in records) == {"visits": 2}
    assert len({each["reference"] for each in records}) == 2


def test_the_page_shows_the_system_its_user_and_the_mapping() -> None:
    assert len(FILES.findall(PAGE.read_text())) == PAGE.read_text().count("```yaml") == 3
