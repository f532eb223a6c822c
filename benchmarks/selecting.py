"""The next 500 of many records of which nearly all were sent, beside the bare SQL. Ratios in one run.

The first page of a run compares all records with the whole ledger; each later one asks for its own records only. The
bare SQL joins both tables without criteria, roles and types. All are asked five times, and the best counts.

python benchmarks/selecting.py [RECORDS]
"""

import sys
import time
from collections.abc import Callable

import psycopg
from scene import ID, ORGANIZATION, Scene, sinking, staged
from sink import KEY, sink

from reconciler.engine.pinned import PinnedExport, pin
from reconciler.runs.export import Page
from reconciler.wiring import world

RECORDS, LEFT, PAGE, TIMES = 1_000_000, 0.01, 500, 5
SENT = """
    insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number, state,
        frozen, revision, amount, claimed_at, sent_at, changed_at)
    select %(organization)s::uuid, %(target)s, 'expense_claims', md5('claim ' || n)::uuid::text, 'sink', 'RCN-' || n,
        2026000000 + n, 'sent', true, 'r', 348, now(), now(), now()
    from generate_series(1, %(sent)s::int) n"""
BARE = """
    select r.* from app.expense_claims r where r.organization_id = %(organization)s and r.status = 'approved'
        and not exists (select from reconciler.exports e where e.organization_id = %(organization)s
            and e.target = %(target)s and e.category = 'expense_claims' and e.record_id = r.id::text)
    order by r.approved_at, r.id limit 500"""


def best(ask: Callable[[], object]) -> float:
    """Seconds of the fastest of a few."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return min(took)


def filled(scene: Scene, export: PinnedExport, records: int) -> None:
    """So many claims, all but one in a hundred sent. Their history is left out: nobody asks for it here."""
    scene.records(1, records)
    with scene.connect() as connection:
        connection.execute("set session_replication_role = replica")
        values = {"organization": ID, "target": export.stream.target, "sent": int(records * (1 - LEFT))}
        connection.execute(SENT, values)
        connection.execute("vacuum analyze reconciler.exports")
        connection.execute("vacuum analyze app.expense_claims")


def main(records: int) -> None:
    """Both pages, and the bare SQL."""
    with sink() as url, staged(sink=url) as scene:
        sinking(scene, PAGE)
        scene.trust({"key": KEY})
        made = world(scene.settings)
        now = made.clock.now()
        (export,) = pin(made.applied.applied(ORGANIZATION, "sink"), now).exports
        filled(scene, export, records)
        where = (export.stream, export.selection, export.category)
        first = made.records.waiting(*where, now, PAGE)
        wanted, record = first[-1]
        page = Page(PAGE, record["approved_at"], wanted.record_id)
        assert len(first) == len(made.records.waiting_after(*where, now, page)[0]) == PAGE
        took = best(lambda: made.records.waiting(*where, now, PAGE))
        later = best(lambda: made.records.waiting_after(*where, now, page))
        with psycopg.connect(scene.settings.database_url) as connection:
            values = {"organization": ID, "target": export.stream.target}
            alone = best(lambda: connection.execute(BARE, values).fetchall())
    print(f"{PAGE} of {records} records, {1 - LEFT:.0%} sent{'':10}{'engine':>12}{'bare SQL':>12}{'ratio':>8}")
    for name, each in (("the first page", took), ("each later page", later)):
        print(f"{name:40}{each * 1000:>12.0f} ms{alone * 1000:>9.0f} ms{each / alone:>7.2f}x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
