"""The same report makes the same bytes, whatever the clock, the zone, the language, the hash seed and the folder."""

import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from parts.reports import report

from reconciler.packages.package import write

ROOT = Path(__file__).parents[2]
CHILD = """
import json, sys, time
from pathlib import Path
from parts.reports import report
from reconciler.packages.package import write
print(json.dumps(dict(write(report(40), Path(sys.argv[1])).files)))
"""


def _in_another_world(folder: Path, **environment: str) -> dict[str, str]:
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": "/usr/bin:/bin", **environment}
    folder.parent.mkdir()
    command = [sys.executable, "-c", CHILD, str(folder)]
    done = subprocess.run(command, env=environment, cwd=folder.parent, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_two_processes_in_different_worlds_write_the_same_bytes(tmp_path):
    one = _in_another_world(tmp_path / "a" / "pakke", TZ="Pacific/Auckland", PYTHONHASHSEED="1", LC_ALL="C")
    other = _in_another_world(
        tmp_path / "b" / "en annen mappe", TZ="America/Anchorage", PYTHONHASHSEED="2", LC_ALL="C.UTF-8",
        SOURCE_DATE_EPOCH="1", PYTHONUTF8="0",
    )  # fmt: skip
    assert one == other
    assert len(one) == 10
    assert one == write(report(40), tmp_path / "here").files


def test_the_second_package_of_a_process_is_like_its_first(tmp_path):
    first, second = (write(report(), tmp_path / name).files for name in "ab")
    assert first == second


def test_packages_that_are_written_side_by_side_do_not_mix(tmp_path):
    given = {"a": report(40), "b": report(7, year=2024), "c": report(40)}
    with ThreadPoolExecutor(3) as pool:
        found = dict(zip(given, pool.map(lambda name: write(given[name], tmp_path / name).files, given), strict=True))
    assert found["a"] == found["c"] == write(given["a"], tmp_path / "alone").files
    assert found["b"] == write(given["b"], tmp_path / "alone too").files


def test_another_commit_is_another_package(tmp_path):
    one = write(report(), tmp_path / "a").files
    other = write(replace(report(), revision="0" * 40), tmp_path / "b").files
    assert {name for name in one if one[name] != other[name]} == {"MANIFEST", "report.json", "report.pdf"}


def test_the_digest_of_the_manifest_stands_for_the_whole(tmp_path):
    written = write(report(), tmp_path / "a")
    lines = (written.folder / "MANIFEST").read_text().splitlines()
    assert lines == sorted(lines, key=lambda line: line.split("  ")[1])
    assert dict(reversed(line.split("  ")) for line in lines) == {
        name: digest for name, digest in written.files.items() if name != "MANIFEST"
    }
    assert written.files["MANIFEST"] == hashlib.sha256((written.folder / "MANIFEST").read_bytes()).hexdigest()
