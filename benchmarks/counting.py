"""A report of 100,000 activities and 300,000 who took part: counted, packed, frozen and compared, each in a process of
its own. Below LIMIT_MIB, or it fails.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import psycopg
from parts.many import ACTIVITIES, PARTICIPANTS

from reconciler.cli.main import run
from reconciler.demo.people import BLINDEFORBUNDET
from reconciler.demo.stage import Stage, stage
from reconciler.settings import read_settings

COUNT = 100_000
LIMIT_MIB = 200
WHERE = ("blindeforbundet", "bufdir")


def fill(scene: Stage) -> None:
    """The worked example, applied, with many activities."""
    assert run(["apply", "--root", str(scene.repository)], scene.settings) == 0
    with psycopg.connect(scene.settings.database_url, autocommit=True) as connection:
        for statement in (ACTIVITIES, PARTICIPANTS):
            connection.execute(statement, {"organization": BLINDEFORBUNDET, "count": COUNT})
        connection.execute("analyze")


def measure(scene: Stage, verb: str) -> None:
    """One verb in a process of its own, and what it took."""
    assert scene.settings.clock_start is not None
    environment = os.environ | {
        "RECONCILER_DATABASE_URL": scene.settings.database_url,
        "RECONCILER_INSTALLATION": scene.settings.installation,
        "RECONCILER_HOME": str(scene.settings.home),
        "RECONCILER_CLOCK_START": scene.settings.clock_start.isoformat(),
    }
    began = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, verb], env=environment, capture_output=True, text=True, check=True)
    took = time.perf_counter() - began
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"{verb:12}{took:>10.1f} s{found['cpu']:>10.1f} s{found['mib']:>8.0f} MiB")
    assert found["mib"] < LIMIT_MIB, f"{verb} takes more than {LIMIT_MIB} MiB"


def child(verb: str) -> None:
    """The verb, and then one line of JSON: processor seconds, and the most memory that this process ever had."""
    code = run(["report", verb, *WHERE], read_settings())
    assert code == 0, code
    # Not ru_maxrss: that begins with what the parent had when it forked.
    memory = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
    print(json.dumps({"cpu": time.process_time(), "mib": memory}))


def main() -> None:
    """One line per verb."""
    with stage() as scene:
        fill(scene)
        print(f"{'verb':12}{'seconds':>12}{'processor':>12}{'memory':>12}")
        for verb in ("check", "freeze", "compare"):
            measure(scene, verb)


if __name__ == "__main__":
    child(sys.argv[1]) if len(sys.argv) > 1 else main()
