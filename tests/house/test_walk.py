"""The demo, run once as a real process: what it prints, what it leaves, and that docs/walk.md tells the truth."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from parts.leftovers import alive

ROOT = Path(__file__).parents[2]
STOP = re.compile(r"\| `reconciler/([a-z_/]+\.py):([a-z_]+)` \|")

TRACED = """
import json, sys, threading
stops = {tuple(stop) for stop in json.loads(sys.argv[1])}
called = []
def seen(frame, event, _):
    if event == "call":
        code = frame.f_code
        if (code.co_filename, code.co_name) in stops and (not called or called[-1] != [code.co_filename, code.co_name]):
            called.append([code.co_filename, code.co_name])
from reconciler.cli.main import run
from reconciler.settings import Settings
sys.setprofile(seen)
code = run(["demo"], Settings())
sys.setprofile(None)
open(sys.argv[2], "w").write(json.dumps(called))
sys.exit(code)
"""


@pytest.fixture(scope="module")
def stops() -> list[tuple[str, str]]:
    page = (ROOT / "docs/walk.md").read_text()
    return [(str(ROOT / "reconciler" / path), name) for path, name in STOP.findall(page)]


@pytest.fixture(scope="module")
def demo(stops: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, list, list[str]]:
    """Exit code, output, calls, and what was left in its temporary folder."""
    folder = tmp_path_factory.mktemp("demo")
    calls = folder / "calls.json"
    temporary = folder / "tmp"
    temporary.mkdir(mode=0o755)
    folder.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(temporary), "COLUMNS": "110", "HOME": str(folder)}
    command = [sys.executable, "-c", TRACED, json.dumps(stops), str(calls)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    left = [*sorted(path.name for path in temporary.iterdir()), *alive(str(temporary))]
    return done.returncode, done.stdout + done.stderr, json.loads(calls.read_text()), left


def test_the_demo_does_the_whole_job_and_says_so(demo: tuple[int, str, list, list[str]]) -> None:
    code, output, _, _ = demo
    assert code == 0, output
    for words in (
        "19 to create; 0 unchanged",
        "no changes; 19 objects are as git says",
        "nothing was saved or changed; what was in use stays in use",
        "31007 Norges Blindeforbund",
        "dimension 9999 does not exist in entity 31007",
        "orgs/blindeforbundet/mappings/expense-claims.yaml:",
        "nothing to send; everything that is due was sent before",
        "0 of them twice",
        "blindeforbundet bufdir 2025: version 1 is frozen",
        "hlf bufdir 2025: version 1 is frozen",
        "nhf bufdir 2025: version 1 is frozen",
        "2 differences from version 1 of 2025",
    ):
        assert words in output, f"{words!r} is not in:\n{output}"


def test_the_demo_leaves_no_process_and_no_file(demo: tuple[int, str, list, list[str]]) -> None:
    _, output, _, left = demo
    assert left == [], output


def test_the_walk_is_short_and_its_stops_are_called_in_their_order(
    demo: tuple[int, str, list, list[str]], stops: list[tuple[str, str]]
) -> None:
    assert 8 <= len(stops) <= 14
    calls = iter(tuple(call) for call in demo[2])
    missed = [stop for stop in stops if stop not in calls]
    assert missed == []
