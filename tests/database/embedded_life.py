"""A life of the embedded server for a test to watch, as a program: embedded_life.py FOLDER [UID] [--wait].

Started as root with a UID it becomes that user first, after everything that it needs is imported: the interpreter may
lie where the user cannot go. With --wait it prints the server's pid and then stays until it is killed.
"""

import os
import sys
import time
from pathlib import Path

import psycopg

from reconciler.database.embedded import EmbeddedPostgres


def main(folder: Path, uid: int, *, wait: bool) -> None:
    if uid != os.getuid():
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    for turn in (1, 2):
        with EmbeddedPostgres(folder, durable=False) as server:
            with psycopg.connect(server.url()) as connection:
                connection.execute("create table if not exists kept (turn int)")
                connection.execute("insert into kept values (%s)", [turn])
                turns = connection.execute("select array_agg(turn order by turn) from kept").fetchone()
            if wait:
                tell((folder / "data" / "postmaster.pid").read_text().split()[0])
                time.sleep(600)
    tell(f"uid {os.getuid()} data {(folder / 'data').stat().st_uid} turns {turns[0]}")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--wait"]
    main(Path(words[0]), int(words[1]) if len(words) > 1 else os.getuid(), wait="--wait" in sys.argv)
