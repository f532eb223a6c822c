"""A large package is written in constant memory; `benchmarks/reporting.py` does it with 100,000 activities."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FEW, MANY = 1_000, 6_000
CHILD = """
import json, resource, sys
from pathlib import Path
from parts.reports import report
from reconciler.packages.package import write
written = write(report(int(sys.argv[1])), Path(sys.argv[2]))
print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                  sum(path.stat().st_size for path in written.folder.iterdir()) / 2**20]))
"""


def measured(count: int, folder: Path) -> tuple[float, float]:
    """The largest memory of a process that wrote so many activities, and the size of its package, in MiB."""
    command = [sys.executable, "-c", CHILD, str(count), str(folder)]
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    memory, size = json.loads(done.stdout)
    return memory, size


def test_six_times_as_many_activities_take_no_more_memory(tmp_path):
    few, small = measured(FEW, tmp_path / "few")
    many, large = measured(MANY, tmp_path / "many")
    assert many < 200
    assert large - small > 1
    assert many - few < 3, f"{few:.1f} MiB became {many:.1f} MiB"
