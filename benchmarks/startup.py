"""How long the front door takes to open, beside `python -c pass` in the same run: ratios, for the machine is shared."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 9
RECONCILER = str(Path(sys.executable).with_name("reconciler"))
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "reconciler --help": [RECONCILER, "--help"],
    "reconciler validate": [RECONCILER, "validate"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one run, which must succeed."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Interleaved rounds, so that a busy moment hits every command alike."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    base = statistics.median(times["python -c pass"])
    print(f"{'':22}{'median':>10}{'least':>10}{'ratio':>8}")
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:22}{middle * 1000:>7.0f} ms{min(found) * 1000:>7.0f} ms{middle / base:>7.1f}x")


if __name__ == "__main__":
    main()
