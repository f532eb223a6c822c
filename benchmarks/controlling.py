"""What the controller costs with a thousand organisations, beside a bare insert of the same rows in the same run.

    python benchmarks/controlling.py [DOCUMENTS]

One replica, moved round by round in this process, on a real repository and on a database that waits for its disk. Ten
documents an organisation. Memory is the whole process's, and its peak. `no-op` is a round in which nothing is to do and
the rows are compared with what was applied; its statements are counted by the server.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from generate import DOCUMENTS, EACH, generate

from reconciler.clock import SystemClock
from reconciler.controller.declared import rules_of
from reconciler.controller.loop import Loop, Parts
from reconciler.controller.shards import Shards
from reconciler.controller.source import Source
from reconciler.controller.threads import mirror
from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate
from reconciler.settings import NamedRepository, Settings
from reconciler.wiring import catalog, world

TABLES = (
    "public.organization_integrations", "public.feature_flags", "reconciler.schedules", "reconciler.exclusions",
    "reconciler.organizations", "reconciler.applied_revisions", "reconciler.definitions",
)  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def copied(url: str) -> float:
    """The same rows, as they stand there, into empty tables with the same indexes: one COPY a table."""
    with psycopg.connect(url) as connection:
        held = {}
        for table in TABLES:
            with connection.cursor().copy(f"copy {table} to stdout") as out:
                held[table] = b"".join(bytes(each) for each in out)
        connection.execute("create schema bare")
        for table in TABLES:
            connection.execute(f"create table bare.{table.split('.')[1]} (like {table} including all)")
        connection.commit()

        def work() -> None:
            for table, rows in held.items():
                with connection.cursor().copy(f"copy bare.{table.split('.')[1]} from stdin") as into:
                    into.write(rows)
            connection.commit()

        return timed(work)


def transactions(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_stat_clear_snapshot()")
        time.sleep(1.2)  # the server tells its numbers late
        row = connection.execute(
            "select xact_commit from pg_stat_database where datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])


def settled(loop: Loop) -> None:
    while loop.round() == 0:
        pass


def main(documents: int, folder: Path, url: str) -> None:
    config = folder / "config"
    generate(config, documents)
    git(folder, "init", "--quiet", "--initial-branch=main", "config")
    git(config, "add", "--all")
    git(config, "commit", "--quiet", "--message", "all")
    named = NamedRepository(str(config), verify_s=1)
    settings = Settings(
        database_url=url, home=folder / "home", environments=("simulator", "sandbox", "production"), repository=named
    )
    made = world(settings, SystemClock())
    source = Source(lambda: mirror(settings, named), made.clock, 60)
    shards, rules = Shards(made.shards, "bench", 1), rules_of(catalog(), "bench", (), "local")
    loop = Loop(Parts(made, source, shards, rules, lambda _plan: (), (), 0.001))
    source.fetch()
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = timed(loop.round)
    words = {each.reason for name, each in made.conditions.conditions().items() if name}
    assert words == {"Applied"}, words
    again = timed(lambda: settled(loop))
    before = transactions(url)
    idle = timed(loop.round)
    asked = transactions(url) - before - 1
    bare = copied(url)
    name = min((config / "orgs").iterdir())
    (name / "organization.yaml").write_text(
        (name / "organization.yaml").read_text().replace("language: nb", "language: en")
    )
    git(config, "commit", "--quiet", "--all", "--message", "one")
    one = timed(lambda: (source.fetch(), loop.round()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{documents} documents of {documents // EACH} organisations")
    print(f"  first apply      {first:8.1f} s  {documents / first:6.0f} documents/s, {first / bare:.0f}x of COPY")
    print(f"  looked at again  {again:8.1f} s")
    print(f"  no-op round      {idle * 1000:8.0f} ms {asked:6} transactions")
    print(f"  one commit       {one * 1000:8.0f} ms from the fetch until it is applied")
    print(f"  memory           {peak / 1024:8.0f} MiB at its peak, {began / 1024:.0f} MiB before the first round")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="reconciler-controlling-") as made:
        server = EmbeddedPostgres(Path(made) / "pg")
        server.start()
        try:
            migrate(server.url())
            main(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS, Path(made), server.url())
        finally:
            server.stop()
