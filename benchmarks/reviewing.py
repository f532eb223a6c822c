"""What a review of one changed file costs in small and large repositories: with what changed it grows, not with what is
there. Ratios in one run, for the machine is shared.

    python benchmarks/reviewing.py [--large]

Repositories of 1 000 and 10 000 documents, `--large` of 100 000 too, each in one pack. Every figure is processor time
of a review in a process of its own, its git processes included and its start left out; `read` are the files that it
looked into, at both ends. `git alone` compares the two commits, and is what nobody can do without. The organisation's
own document also has git ask all of them who else claims its id.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from generate import EACH, TEMPLATES, organizations

if TYPE_CHECKING:
    from reconciler.git.differing import Revisions
    from reconciler.git.snapshot import Snapshot

ROOT = Path(__file__).parents[1]
SIZES, LARGE = (1_000, 10_000), 100_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHANGED = "orgs/member-00003/"
WHO = "committer Kari <kari@example.org> 1772323200 +0000"


def documents(count: int) -> Iterator[tuple[str, str]]:
    """Path and text of each."""
    templates = {path.relative_to(TEMPLATES): Template(path.read_text("utf-8")) for path in TEMPLATES.rglob("*.yaml")}
    for values in organizations(count // EACH):
        for name, template in templates.items():
            yield f"orgs/{values['name']}/{name}", template.substitute(values)


def imported(root: Path, count: int) -> None:
    """A bare repository with `main`, and a branch per case on top of it, written by git's importer into one pack."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(root)], check=True)
    command = ["git", "--git-dir", str(root), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=False) as process:
        assert process.stdin
        process.stdin.write(f"commit refs/heads/main\nmark :1\n{WHO}\ndata 4\nbase\n".encode())
        mine = {}
        for path, text in documents(count):
            process.stdin.write(_file(path, text))
            if path.startswith(CHANGED):
                mine[path] = text
        for name, (kind, old, new) in CASES.items():
            process.stdin.write(f"\ncommit refs/heads/{name}\n{WHO}\ndata 4\nhead\nfrom :1\n".encode())
            path = next(each for each in sorted(mine) if kind in each and old in mine[each])
            process.stdin.write(_file(path, mine[path].replace(old, new)))
    assert process.returncode == 0


CASES = {
    "mapping": ("mappings/", "6860", "6861"),
    "organization": ("organization.yaml", "language: nb", "language: en"),
}
"""Branch to a part of a path, and what is replaced there."""


def _file(path: str, text: str) -> bytes:
    data = text.encode()
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def measure(root: Path, branch: str) -> None:
    """In a process of its own: print the figures."""
    import reconciler.plans.review.blocks  # noqa: F401 - part of the start
    from reconciler.engine.reviewing import Grounds, reviewed
    from reconciler.git.differing import revisions
    from reconciler.wiring import catalog

    builtin = catalog()
    began = _spent()
    trees = Counting(revisions(root))
    step = trees.found.step("main", branch)
    alone = _spent() - began
    report = reviewed(step, trees, Grounds(builtin, NOW))
    assert len(report.touched) == 1, report
    assert not report.invalid, report.diagnostics
    print(json.dumps([_spent() - began, alone, trees.read]))


class Counting:
    """Trees, and how many files of them were read."""

    def __init__(self, found: "Revisions") -> None:
        self.found, self.read = found, 0

    def snapshot(self, commit: str, folders: Sequence[str]) -> "Snapshot":
        found = self.found.snapshot(commit, folders)
        self.read += len(found.stamps())
        return found

    def claiming(self, commit: str, organization_id: str) -> Sequence[str]:
        return self.found.claiming(commit, organization_id)


def _spent() -> float:
    """Processor seconds of this process and of those that it waited for."""
    usages = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usages)


def one(root: Path, branch: str) -> tuple[float, float, int]:
    """The best of three."""
    command = [sys.executable, __file__, "--part", str(root), branch]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "benchmarks")])}
    found = []
    for _ in range(3):
        done = subprocess.run(command, env=environment, check=True, capture_output=True)
        found.append(json.loads(done.stdout))
    seconds, alone, read = min(found)
    return seconds, alone, read


def main() -> None:
    if sys.argv[1:2] == ["--part"]:
        measure(Path(sys.argv[2]), sys.argv[3])
        return
    first: dict[str, float] = {}
    print(f"{'changed':>14}{'documents':>11}{'seconds':>9}{'of 1 000':>10}{'git alone':>11}{'read':>6}")
    with tempfile.TemporaryDirectory() as room:
        for count in (*SIZES, LARGE) if "--large" in sys.argv else SIZES:
            root = Path(room, f"{count}.git")
            imported(root, count)
            for branch in CASES:
                seconds, alone, read = one(root, branch)
                base = first.setdefault(branch, seconds)
                ratio = f"{seconds / base:.2f}x"
                print(f"{branch:>14}{count:>11}{seconds:>9.2f}{ratio:>10}{alone:>11.2f}{read:>6}")


if __name__ == "__main__":
    main()
