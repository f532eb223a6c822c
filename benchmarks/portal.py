"""Pages of the portal on years of an installation: time from request to answer, by page, at 20 requests a second.

One process serves and another asks, over organisations chosen at random, each by its own admin: most of them were not
asked for before. First each page is asked by itself, which tells what it costs: processor time of the server, of the
programs that it starts and of PostgreSQL, and questions to the database. Then all are asked as a day has them, as many
people at once as it takes to keep the pace. The aim is a 95th percentile below 100 ms on a machine that does nothing
else.

python benchmarks/portal.py [ORGANISATIONS] [LEDGER ROWS] [SECONDS]
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from string import Formatter
from typing import IO, Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from installed import OPERATOR, installed, people, postgres_s, processor_s, proposals, things
from parts.metering import metered
from parts.portal import draft_in

from reconciler.database.embedded import EmbeddedPostgres
from reconciler.portal.rooms import PAGES
from reconciler.portal.serving import served, steady

ORGANIZATIONS, ROWS, SECONDS, RATE = 100, 50_000, 20, 20
ALONE, WARM, AIM_MS = 20, 5, 100
"""Times that a page is asked by itself; seconds that are asked and not counted."""
INTEGRATION = "/integrations/{integration}"
OFTEN: Mapping[str, int] = {
    "": 30, INTEGRATION: 20, f"{INTEGRATION}/documents": 12, "/records/{record}": 8, f"{INTEGRATION}/runs": 6,
    "/runs/{run}": 4, "/records": 4, "/audit": 4, f"{INTEGRATION}/withheld": 3, "/credentials": 3, "/": 3,
}  # fmt: skip
"""How often a day has a page; all others once."""
ASKED = {
    f"{INTEGRATION}/documents/confirm": "?deed=retry&row={rejected}",
    "/schedules/new": "?integration=xledger",
    "/schedules/words": "",
}
NAMES = {"mappings": "xledger-mileage-claims", "exclusions": "courses", "schedules": "xledger", "reports": "bufdir"}
YEAR = "2025"
COLUMNS = ("asked", "p50", "p95", "max", "server", "git", "database", "statements", "ways", "kB")


def main(organizations: int, rows: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "pg") as postgres:
        began = time.perf_counter()
        settings = installed(Path(folder), postgres.url(), organizations, rows)
        known = {"people": people(postgres.url()), "things": things(postgres.url())}
        for name, number in proposals(settings).items():
            known["things"][name]["number"] = number
        print(f"{organizations + 1} organisations, {rows // (organizations + 1) * (organizations + 1)} ledger rows,"
              f" made in {time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
        with served(settings) as portal, asking({"address": portal.address, **known}) as asker:
            steady()
            pages = ["/", *(each.path for each in PAGES)]
            costs = {page: alone(asker, page, postgres.folder) for page in pages}
            ask(asker, drawn(pages, int(WARM * RATE)), RATE)
            spent = processor_s(), postgres_s(postgres.folder)
            found = ask(asker, drawn(pages, int(seconds * RATE)), RATE)
            after = processor_s(), postgres_s(postgres.folder)
    show(found, costs)
    many = sum(map(len, found.values()))
    print(f"{many} requests in {seconds:.0f} s: server {(after[0] - spent[0]) / many * 1000:.1f} ms and database "
          f"{(after[1] - spent[1]) / many * 1000:.1f} ms of processor each")  # fmt: skip


def drawn(pages: Sequence[str], many: int) -> list[str]:
    """Pages as a day has them."""
    return random.Random(many).choices(pages, [OFTEN.get(page, 1) for page in pages], k=many)


def alone(asker: "Asker", page: str, database: Path) -> dict[str, float]:
    """What a page costs when it has been shown before: milliseconds of processor, questions and bytes for each."""
    ask(asker, [page] * 3, 0)
    with metered() as meter:
        before = processor_s(), processor_s(children=True), postgres_s(database)
        answers = [each for found in ask(asker, [page] * ALONE, 0).values() for each in found]
        after = processor_s(), processor_s(children=True), postgres_s(database)
    server, git, postgres = ((b - a) / ALONE * 1000 for a, b in zip(before, after, strict=True))
    largest = max(size for _, size in answers) / 1000
    return {
        "server": server, "git": git, "database": postgres, "statements": meter.statements / ALONE,
        "ways": meter.ways / ALONE, "kB": largest,
    }  # fmt: skip


Answers = Mapping[str, Sequence[tuple[float, int]]]
Asker = tuple[IO[str], IO[str]]


@contextmanager
def asking(known: Mapping[str, Any]) -> Iterator[Asker]:
    """Another process that asks: what it shall ask goes in, a line each time, and what it found comes out."""
    command = [sys.executable, __file__, "--ask"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asker:
        assert asker.stdin is not None
        assert asker.stdout is not None
        asker.stdin.write(json.dumps(known) + "\n")
        yield asker.stdin, asker.stdout
        asker.stdin.close()


def ask(asker: Asker, pages: Sequence[str], rate: float) -> Answers:
    """(seconds, bytes) of each answer, by page; one after another where there is no rate."""
    asker[0].write(json.dumps({"pages": pages, "rate": rate}) + "\n")
    asker[0].flush()
    found: Answers = json.loads(asker[1].readline())
    return found


def answer_orders() -> None:
    """The process that asks. What is asked at a moment does not wait for what was asked before."""
    known = json.loads(sys.stdin.readline())
    chosen = random.Random(1)
    limits = httpx.Limits(max_keepalive_connections=40, keepalive_expiry=10)
    with httpx.Client(base_url=known["address"], trust_env=False, timeout=60, limits=limits) as client:
        for line in sys.stdin:
            order = json.loads(line)
            asked = [(page, *path_of(page, known, chosen)) for page in order["pages"]]
            with ThreadPoolExecutor(40 if order["rate"] else 1) as threads:
                begin, futures = time.perf_counter(), []
                for number, (page, path, key) in enumerate(asked):
                    if order["rate"]:
                        time.sleep(max(0.0, begin + number / order["rate"] - time.perf_counter()))
                    futures.append((page, threads.submit(timed, client, path, key)))
                found: dict[str, list[tuple[float, int]]] = {}
                for page, future in futures:
                    found.setdefault(page, []).append(future.result())
            print(json.dumps(found), flush=True)


def path_of(page: str, known: Mapping[str, Any], chosen: random.Random) -> tuple[str, str]:
    """Where a page is of some organisation, and the key of its admin's session; those who keep the platform see "/"."""
    if page == "/":
        return page, known["people"][OPERATOR]
    wanted = {field for _, field, _, _ in Formatter().parse(page) if field} - {"integration", "name", "year", "export"}
    name = chosen.choice([name for name, own in known["things"].items() if wanted <= own.keys()])
    room = next((each for each in NAMES if f"/{each}/" in page), "")
    own = known["things"][name]
    given = {
        "integration": "xledger",
        "name": NAMES.get(room, "xledger"),
        "year": YEAR,
        "export": own["rejected"],
        **own,
    }
    given["draft"] = own[draft_in(page)]
    return f"/o/{name}{page}{ASKED.get(page, '')}".format(**given), known["people"][name]


def timed(client: httpx.Client, path: str, key: str) -> tuple[float, int]:
    """One answer, whole."""
    began = time.perf_counter()
    answer = client.get(path, headers={"cookie": f"reconciler-portal={key}"})
    assert answer.status_code == 200, (path, answer.status_code)
    return time.perf_counter() - began, len(answer.content)


def show(found: Answers, costs: Mapping[str, Mapping[str, float]]) -> None:
    """A line per page: waiting in milliseconds at the pace, then what one by itself costs, in milliseconds too."""
    print(f"{'page':44}" + "".join(f"{each:>11}" for each in COLUMNS))
    for page, cost in costs.items():
        times = sorted(took * 1000 for took, _ in found.get(page, ()))
        print(f"{page or '(dashboard)':44}{len(times):11}" + "".join(f"{each:11.0f}" for each in spread(times))
              + "".join(f"{cost[each]:11.1f}" for each in COLUMNS[4:]))  # fmt: skip
    times = sorted(took * 1000 for answers in found.values() for took, _ in answers)
    print(f"{'all':44}{len(times):11}" + "".join(f"{each:11.0f}" for each in spread(times)))
    print(f"95 of 100 answers came within {spread(times)[1]:.0f} ms; the aim is {AIM_MS} ms")


def spread(times: Sequence[float]) -> tuple[float, float, float]:
    """Of sorted times the middle, the 95th percentile and the longest."""
    return (times[len(times) // 2], times[int(len(times) * 0.95)], times[-1]) if times else (0.0, 0.0, 0.0)


if __name__ == "__main__":
    if sys.argv[1:] == ["--ask"]:
        answer_orders()
    else:
        given = sys.argv[1:]
        main(
            int(given[0]) if given else ORGANIZATIONS,
            int(given[1]) if given[1:] else ROWS,
            float(given[2]) if given[2:] else SECONDS,
        )
