"""The first export of very many records, as files in a folder of this machine: in what time, and in what memory.

The sync is the real command in a process of its own; what counts is the greatest size that it ever had (MiB).

python benchmarks/first_export.py [RECORDS ...]
"""

import csv
import os
import subprocess
import sys
import time
from pathlib import Path

from scene import INTEGRATION, MAPPING, ORGANIZATION, TYPE, Scene, at, staged

RECORDS, LIMIT_MIB = 100_000, 250
HEAD = """
apiVersion: reconciler/v1
kind: IntegrationType
metadata: {name: sink}
spec:
  label: {en: Folder, nb: Mappe}
  protocol: files
  environments: {simulator: {}}
  auth: {scheme: ssh, user: user, secret: key, host_key: host_key}
  credentials: {key: {en: Key, nb: Nøkkel}}
  settings:
    identity: [system]
    schema:
      type: object
      properties:
        system: {type: string, description: its name}
        user: {type: string, description: who we are}
        host_key: {type: string, description: which key the server has}
      required: [system]
      additionalProperties: false
  test: {folder: in, finds: [{label: {en: Folder, nb: Mappe}, text: "{folder}"}]}
"""
CREATE = """      create:
        idempotency: A
        reference: ref
        batch: {documents: 500, nodes: 500}
        drop: {format: csv, folder: in, name: "{batch}.csv"}
"""
KIND = HEAD.rstrip() + "\n" + TYPE[TYPE.index("  documents:") : TYPE.index("      create:")] + CREATE


def synced(scene: Scene, records: int) -> tuple[float, float]:
    """Seconds and MiB of one sync that sends all of them."""
    settings = scene.settings
    environment = {
        **os.environ,
        "RECONCILER_DATABASE_URL": settings.database_url,
        "RECONCILER_HOME": str(settings.home),
        "RECONCILER_SIMULATORS": ",".join(f"{name}={url}" for name, url in settings.simulators.items()),
        "RECONCILER_INSTALLATION": settings.installation,
        "RECONCILER_CLOCK_START": settings.clock_start.isoformat() if settings.clock_start else "",
    }
    command = [sys.executable, "-c", "from reconciler.cli.main import main; main()"]
    command += ["sync", ORGANIZATION, "sink", "--confirm", str(records)]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return time.perf_counter() - began, used.ru_maxrss / 1024


def arrived(folder: Path) -> list[str]:
    """The references of all rows of all files."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [row["ref"] for row in csv.DictReader(file, delimiter=";")]
    return found


def main(counts: list[int]) -> None:
    """More than one size, so that what grows is seen to grow."""
    print(f"{'first export':>12}{'seconds':>14}{'records':>14}{'memory':>14}")
    for count in counts:
        with staged() as empty:
            folder = empty.settings.home / "drop"
            (folder / "in").mkdir(parents=True)
            scene = at(empty, simulators={"sink": f"file://{folder}"})
            scene.records(1, count)
            scene.declare(KIND, INTEGRATION.replace("{system: sink}", "{system: sink, user: us}"), MAPPING)
            scene.trust({"key": "K3y-that-no-folder-asks-for"})
            took, memory = synced(scene, count)
            references = arrived(folder / "in")
            assert len(references) == len(set(references)) == count, (len(references), len(set(references)))
        print(f"{count:>12}{took:>12.1f} s{count / took:>12.0f}/s{memory:>10.0f} MiB", flush=True)
        assert memory < LIMIT_MIB, f"a first export takes more than {LIMIT_MIB} MiB"


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [RECORDS // 10, RECORDS])
