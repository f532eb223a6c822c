"""The generated repository of the benchmarks: always the same, and with nothing wrong."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from reconciler.engine.validation import NoMemory, Rules, validate
from reconciler.git.sources import WorkingTree
from reconciler.wiring import catalog

ROOT = Path(__file__).parents[2]


def test_what_the_benchmarks_read_is_valid_and_always_the_same(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        subprocess.run([sys.executable, ROOT / "benchmarks" / "generate.py", folder, "50"], check=True)
    files = [WorkingTree(folder).files() for folder in folders]
    assert len(files[0]) == 50
    assert files[0] == files[1]
    outcome = validate(WorkingTree(folders[0]), Rules(catalog(), datetime(2026, 3, 1, tzinfo=UTC)), NoMemory())
    assert (outcome.diagnostics, outcome.organizations) == ([], 5)
