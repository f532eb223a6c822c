"""A report of 100,000 activities as its package: time, memory, size. Below LIMIT_MIB, or it fails."""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from parts.reports import report

from reconciler.packages.package import write

LIMIT_MIB = 200
COUNTS = (1_000, 10_000, 100_000)


def measure(count: int) -> None:
    """Write one package and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter(), time.process_time()
        written = write(report(count), Path(folder) / "package")
        took = time.perf_counter() - began[0], time.process_time() - began[1]
        size = sum(path.stat().st_size for path in written.folder.iterdir())
    # Not ru_maxrss: that begins with what the parent had when it forked.
    memory = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
    print(json.dumps({"seconds": took[0], "cpu": took[1], "mib": memory, "size": size}))


def main() -> None:
    """One line per size, each in a process of its own."""
    print(f"{'activities':>12}{'seconds':>12}{'processor':>12}{'memory':>12}{'package':>12}")
    for count in COUNTS:
        command = [sys.executable, __file__, str(count)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{count:12}{found['seconds']:>10.1f} s{found['cpu']:>10.1f} s{found['mib']:>8.0f} MiB"
              f"{found['size'] / 2**20:>8.1f} MiB")  # fmt: skip
        assert found["mib"] < LIMIT_MIB, f"{count} activities take more than {LIMIT_MIB} MiB"


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else main()
