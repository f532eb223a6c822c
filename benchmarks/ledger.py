"""The engine with its full ledger beside a bare loop with two commits, to the same sink: records in a second.

The bare loop reads the records in one pass, writes a claim and the payload of each batch, commits, posts the batch,
writes what became of it, commits. It checks no lease, fences nothing, keeps no history, and counts nobody's allowance.
Both wait for the same disk: the figure that counts is the ratio.

python benchmarks/ledger.py [RECORDS]
"""

import gc
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
from psycopg.types.json import Jsonb
from scene import ID, Scene, sinking, staged
from sink import KEY, order, sink, told

RECORDS = 20_000
BATCHES = (50, 500)


def engine(scene: Scene, url: str, records: int) -> float:
    """Seconds of one run that sends all of them."""
    began = time.perf_counter()
    report = scene.sync(records)
    took = time.perf_counter() - began
    sent = sum(stream.counts["sent"] for stream in report.streams)
    assert (sent, report.problem) == (records, ""), report
    found = told(url)
    assert (found["records"], found["twice"]) == (records, 0), found
    return took


def bare(scene: Scene, url: str, batch: int) -> float:
    """Seconds of the bare loop over the same records."""
    with scene.connect() as connection, httpx.Client(timeout=60, trust_env=False) as client:
        connection.execute(MAKE)
        began = time.perf_counter()
        for number, rows in enumerate(batches(scene, batch)):
            found = [(f"bare-{row[0]}", Jsonb(document(row))) for row in rows]
            with connection.transaction(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
                for reference, payload in found:
                    copy.write_row((reference, payload, number))
            body = {"records": [payload.obj | {"ref": reference} for reference, payload in found]}
            answer = client.post(f"{url}/documents/batch", json=body).json()
            ids = {each["ref"]: each["id"] for each in answer["results"] if each["status"] == "created"}
            with connection.transaction():
                connection.execute(DONE, [list(ids), list(ids.values())])
        return time.perf_counter() - began


def batches(scene: Scene, size: int) -> Iterator[list[Any]]:
    """The records, oldest first."""
    with psycopg.connect(scene.settings.database_url) as connection, connection.cursor("all") as cursor:
        cursor.execute(ALL, [ID])
        while rows := cursor.fetchmany(size):
            yield rows


def document(row: Any) -> dict[str, str]:
    """A claim as the sink takes it."""
    _, member, day, kind, amount = row
    texts = {"memberNumber": member, "date": f"{day:%Y-%m-%d}", "kind": kind, "amount": f"{amount:.2f}"}
    return {**texts, "currency": "NOK", "text": f"Utlegg {day:%Y-%m-%d}"}


MAKE = """
    drop table if exists bare;
    create table bare (reference text primary key, payload jsonb not null, batch int not null, id text)"""
ALL = """
    select id, volunteer_number, incurred_on, expense_type, amount from app.expense_claims
    where organization_id = %s and status = 'approved' order by approved_at, id"""
COPY = "copy bare (reference, payload, batch) from stdin"
DONE = """
    update bare set id = new.id from unnest(%s::text[], %s::text[]) as new (reference, id)
    where bare.reference = new.reference"""


def main(records: int) -> None:
    """Both loops at each size of batch, each as the program runs: garbage is looked for as seldom as there."""
    gc.set_threshold(50_000)
    print(f"{records} records{'':12}{'engine':>14}{'bare':>14}{'ratio':>8}")
    for batch in BATCHES:
        with sink() as url, staged(sink=url) as scene:
            scene.records(1, records)
            sinking(scene, batch)
            scene.trust({"key": KEY})
            order(url, "reset")
            took = engine(scene, url, records)
            alone = bare(scene, url, batch)
            ratio = f"{took / alone:.2f}x"
            print(f"{f'batch {batch}':24}{records / took:>12.0f}/s{records / alone:>12.0f}/s{ratio:>8}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
