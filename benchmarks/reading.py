"""What reading costs, beside the bare C loader over the same files in the same run: ratios, for the machine is shared.

    python benchmarks/reading.py [--large]

Ten thousand documents, and the growth from a thousand on; `--large` adds a hundred thousand. Every figure is processor
time of a process of its own, on one core; peak memory is that process's too. `validate` is the console script with its
start, `checks` is everything it does after its imports.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from generate import generate

ROOT = Path(__file__).parents[1]
RECONCILER = str(Path(sys.executable).with_name("reconciler"))
SIZES, LARGE = (1_000, 10_000), 100_000
RECENT_S = 2.1


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*.yaml"))]


def c_loader(folder: Path) -> Callable[[], None]:
    """PyYAML's C loader: types, no places."""
    import yaml

    found = contents(folder)

    def run() -> None:
        for each in found:
            yaml.load(each, yaml.CSafeLoader)

    return run


def events(folder: Path) -> Callable[[], None]:
    """The bare events that the reader is made of."""
    from ruamel.yaml.cyaml import CParser

    found = contents(folder)

    def run() -> None:
        for each in found:
            following = CParser(each).get_event
            while following() is not None:
                pass

    return run


def reader(folder: Path) -> Callable[[], None]:
    """Our reader: text, places, duplicates."""
    from reconciler.specs.yaml import read

    found = contents(folder)
    read("orgs/a/x.yaml", b"a: b\n")

    def run() -> None:
        for each in found:
            read("orgs/a/x.yaml", each)

    return run


def typed(folder: Path) -> Callable[[], None]:
    """Read, typed, and searched for secrets."""
    from reconciler.specs.parse import parse

    found = contents(folder)
    parse("orgs/a/x.yaml", b"a: b\n")

    def run() -> None:
        for each in found:
            parse("orgs/a/x.yaml", each)

    return run


def checks(folder: Path) -> Callable[[], None]:
    """All of validate but its start."""
    from datetime import UTC, datetime

    import jsonschema  # noqa: F401 - part of the start
    import pydantic  # noqa: F401 - part of the start

    import reconciler.plans.compile  # noqa: F401 - part of the start
    from reconciler.engine.validation import NoMemory, Rules, validate
    from reconciler.git.sources import WorkingTree
    from reconciler.wiring import catalog

    builtin = catalog()

    def run() -> None:
        found = validate(WorkingTree(folder), Rules(builtin, datetime(2026, 3, 1, tzinfo=UTC)), NoMemory())
        assert not found.diagnostics, found.diagnostics[0]

    return run


PARTS = {"C loader": c_loader, "bare events": events, "reader": reader, "typed": typed, "checks": checks}


def measure(name: str, folder: Path) -> None:
    """In a process of its own: print seconds and MiB."""
    run = PARTS[name](folder)
    began = time.process_time()
    run()
    print(json.dumps([time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def part(name: str, folder: Path) -> tuple[float, float]:
    """Processor seconds and MiB of one of `PARTS`."""
    command = [sys.executable, __file__, "--part", name, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    seconds, peak = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    return seconds, peak


def verb(folder: Path, home: Path, *options: str) -> tuple[float, float]:
    """Processor seconds and MiB of `reconciler validate`."""
    command = [RECONCILER, "validate", "--root", str(folder), *options]
    environment = {**os.environ, "RECONCILER_HOME": str(home), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def one_size(documents: int, room: Path) -> None:
    """All figures of one size."""
    folder, home = room / str(documents), room / f"home-{documents}"
    generate(folder, documents)
    time.sleep(RECENT_S)  # what has just been written has no stamp yet
    start, _ = verb(ROOT, room / "none", "--no-cache")
    rows = {name: part(name, folder) for name in PARTS}
    rows["validate, cold"] = verb(folder, home)
    rows["validate, nothing changed"] = verb(folder, home)
    path = next((folder / "orgs").rglob("expense-claims.yaml"))
    path.write_text(path.read_text("utf-8").replace("6860", "6861"), "utf-8")
    rows["validate, one file changed"] = verb(folder, home)
    rows["validate, this repository"] = start, 0.0
    report(documents, rows)


def report(documents: int, rows: dict[str, tuple[float, float]]) -> None:
    base, cold = rows["C loader"][0], rows["validate, cold"][0]
    print(f"\n{documents} documents{'':15}{'seconds':>9}{'ms each':>9}{'C loader':>10}{'of cold':>9}{'peak MiB':>10}")
    for name, (seconds, peak) in rows.items():
        each = seconds / documents * 1000
        print(f"{name:30}{seconds:>9.2f}{each:>9.3f}{seconds / base:>9.2f}x{seconds / cold:>9.1%}{peak:>10.0f}")
    extra = rows["validate, one file changed"][0] - rows["validate, this repository"][0]
    print(f"one changed file costs {extra / cold:.1%} of cold beyond the start")


def main() -> None:
    if sys.argv[1:2] == ["--part"]:
        measure(sys.argv[2], Path(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory() as room:
        for documents in (*SIZES, LARGE) if "--large" in sys.argv else SIZES:
            one_size(documents, Path(room))


if __name__ == "__main__":
    main()
