"""Others who send records to outside systems, beside the engine: the same records to the same sink.

drt (PyPI drt-core) with its idempotency ledger on, in the same database; dlt with a custom destination; the engine with
every guard on. Each twice: undisturbed, and killed at the moment between the sink's commit of a batch and its answer,
then started again. What counts is how many records a second arrived, and how many arrived twice. Seconds are of the
whole process, its start included. The peers are installed from PyPI into an environment in a temporary folder.

python benchmarks/peers.py [RECORDS] [PYTHON-OF-AN-ENVIRONMENT-THAT-HAS-THEM]
"""

import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from scene import ORGANIZATION, Scene, sinking, staged
from sink import KEY, order, sink, told

RECORDS, BATCHES, STARTS = 20_000, (50, 500), 3
PACKAGES = ("drt-core[postgres]", "dlt", "psycopg[binary]")
SELECT = """
    select id::text as ref, volunteer_number as "memberNumber", incurred_on::text as date, expense_type as kind,
        amount::text as amount, 'NOK' as currency, 'Utlegg ' || incurred_on as text
    from app.expense_claims where status = 'approved' order by approved_at, id"""
PROFILES = """
bench: {{type: postgres, host: "{host}", port: {port}, dbname: "{name}", user: "{user}", password: "{password}"}}
"""
PROJECT = """
name: bench
profile: bench
state: {backend: warehouse, connection_profile: bench, idempotency: true}
"""
SYNC = """
name: claims
model: |
{query}
destination:
  type: rest_api
  url: {url}/documents/batch
  method: POST
  body_mode: batch
  batch_template: '{{"records": {{{{ rows | tojson }}}}}}'
sync:
  mode: full
  batch_size: {batch}
  idempotency_key: "{{{{ row.ref }}}}"
  on_error: fail
  rate_limit: {{requests_per_second: 100000}}
"""
DLT = """
import sys
import dlt, httpx, psycopg
url, batch, database, query, folder = sys.argv[1:]

HOW = dict(batch_size=int(batch), loader_parallelism_strategy="sequential", naming_convention="direct")

@dlt.destination(name="sink", **HOW)
def sink(items, table):
    httpx.post(f"{url}/documents/batch", json={"records": [dict(each) for each in items]}).raise_for_status()

@dlt.resource(name="claims")
def claims():
    with psycopg.connect(database) as connection, connection.cursor("all") as cursor:
        cursor.execute(query)
        names = [each.name for each in cursor.description]
        while rows := cursor.fetchmany(1000):
            yield [dict(zip(names, row)) for row in rows]

pipeline = dlt.pipeline("bench", destination=sink, pipelines_dir=folder)
if pipeline.has_pending_data:
    pipeline.load()
else:
    pipeline.run(claims())
"""


@dataclass(frozen=True)
class Peer:
    """One way to send: its command, where it runs, and what it has in its environment."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]

    def start(self) -> "subprocess.Popen[bytes]":
        """As a process of its own."""
        log = (self.folder / "log").open("ab")
        environment = {**os.environ, **self.environment}
        return subprocess.Popen(self.command, cwd=self.folder, env=environment, stdout=log, stderr=log)


def drt(python: str, scene: Scene, url: str, batch: int, folder: Path) -> Peer:
    """A project of one sync, with its state and its ledger in the same database."""
    place, query = urlsplit(scene.settings.database_url), parse_qs(urlsplit(scene.settings.database_url).query)
    values = {"name": place.path[1:], "user": place.username, "password": place.password}
    (folder / ".drt").mkdir()
    (folder / ".drt/profiles.yml").write_text(PROFILES.format(host=query["host"][0], port=query["port"][0], **values))
    (folder / "drt_project.yml").write_text(PROJECT)
    (folder / "syncs").mkdir()
    text = SYNC.format(url=url, batch=batch, query="\n".join(f"  {line}" for line in SELECT.strip().splitlines()))
    (folder / "syncs/claims.yml").write_text(text)
    with scene.connect() as connection:
        connection.execute("drop schema if exists _drt cascade")
    return Peer([str(Path(python).with_name("drt")), "run"], folder, {"HOME": str(folder)})


def dlt(python: str, scene: Scene, url: str, batch: int, folder: Path) -> Peer:
    """A custom destination; what was extracted and not loaded is loaded when it is started again."""
    (folder / "send.py").write_text(DLT)
    command = [python, "send.py", url, str(batch), scene.settings.database_url, SELECT, str(folder / "state")]
    return Peer(command, folder, {"HOME": str(folder), "RUNTIME__DLTHUB_TELEMETRY": "false"})


def engine(scene: Scene, url: str, records: int, folder: Path) -> Peer:
    """The command, as people call it."""
    settings = scene.settings
    program = [sys.executable, "-c", "from reconciler.cli.main import main; main()"]
    return Peer(
        [*program, "sync", ORGANIZATION, "sink", "--confirm", str(records)],
        folder,
        {
            "RECONCILER_DATABASE_URL": settings.database_url,
            "RECONCILER_HOME": str(settings.home),
            "RECONCILER_INSTALLATION": settings.installation,
            "RECONCILER_SIMULATORS": f"sink={url}",
        },
    )


def measured(peer: Peer, scene: Scene, url: str, killed_after: int) -> tuple[float, dict[str, int]]:
    """Seconds until everything was done, and what the sink holds. Whoever is killed is started again, an hour later."""
    order(url, "reset")
    began = time.perf_counter()
    for number in range(STARTS):
        assert scene.settings.clock_start
        at = scene.settings.clock_start + timedelta(hours=number)
        started = Peer(peer.command, peer.folder, {**peer.environment, "RECONCILER_CLOCK_START": at.isoformat()})
        with started.start() as process:
            if killed_after and number == 0:
                order(url, "kill", process=process.pid, batches=killed_after)
        if process.returncode == 0:
            break
    return time.perf_counter() - began, told(url)


def forgotten(scene: Scene) -> None:
    """Nothing was ever sent."""
    with scene.connect() as connection:
        connection.execute("set session_replication_role = replica")
        for table in ("exports", "export_payloads", "export_history", "export_numbers", "leases", "runs"):
            connection.execute(f"truncate reconciler.{table} cascade")
    scene.settings.high_water_file.unlink(missing_ok=True)


def compared(python: str, records: int, batch: int) -> None:
    """The lines of one size of batch."""
    with sink() as url, staged(sink=url) as scene:
        scene.records(1, records)
        sinking(scene, batch)
        scene.trust({"key": KEY})
        for name in ("engine", "drt with its ledger", "dlt"):
            for killed_after in (0, records // batch // 2):
                forgotten(scene)
                with tempfile.TemporaryDirectory(prefix="reconciler-peer-") as place:
                    folder = Path(place)
                    if name == "engine":
                        peer = engine(scene, url, records, folder)
                    else:
                        peer = (dlt if name == "dlt" else drt)(python, scene, url, batch, folder)
                    took, found = measured(peer, scene, url, killed_after)
                    log = (folder / "log").read_text(errors="replace")[-2000:]
                assert found["records"] == records, (name, found, log)
                how = "killed once" if killed_after else "undisturbed"
                print(f"{name:22}{how:14}{batch:>6}{records / took:>12.0f}/s{found['twice']:>10}", flush=True)


def environment(folder: Path) -> str:
    """An environment that has the peers: its Python."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def main(records: int, python: str = "") -> None:
    """Every peer at every size of batch."""
    print(f"{records} records{'':24}{'batch':>6}{'records':>14}{'twice':>10}", flush=True)
    with tempfile.TemporaryDirectory(prefix="reconciler-peers-") as place:
        python = python or environment(Path(place))
        for batch in BATCHES:
            compared(python, records, batch)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS, *sys.argv[2:3])
