"""A large package is written in constant memory; `benchmarks/reporting.py` does it with 100,000 activities."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FEW, MANY = 1_000, 6_000
CHILD = """
import json, re, sys
from pathlib import Path
from parts.reports import report
from reconciler.packages.package import write
written = write(report(int(sys.argv[1])), Path(sys.argv[2]))
# Not ru_maxrss: that begins with what the parent had when it forked.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(json.dumps([int(peak) / 1024,
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
