"""What an export costs beside the bare protocol: the same requests to the same simulator, without the engine. Ratios.

The engine selects, maps, reserves, freezes, sends and records; the bare loop posts the bodies that the engine
posted, to the same simulator emptied, and reads the answers. The simulators are told to take any number of requests, so
that the figure is the engine's and not the limit's: with the declared pace both wait, and the ratio says nothing.
"""

import time
from dataclasses import dataclass, replace
from uuid import uuid4

import httpx
import psycopg

from reconciler.adapters import protocols
from reconciler.adapters.edge import Edge, Question
from reconciler.cli.main import run
from reconciler.demo.stage import Stage, simulator, stage
from reconciler.engine.beforehand import Order
from reconciler.engine.credentials import set_credential
from reconciler.engine.export import sync
from reconciler.engine.world import World
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

NO_LIMIT = "1000000/1"


@dataclass(frozen=True)
class Case:
    """One integration, one category, so many records; `login` is what its simulator takes."""

    organization: str
    integration: str
    kind: str
    table: str
    records: int
    login: dict[str, str]
    options: tuple[str, ...]
    header: tuple[str, str] | None


TOKEN = "T0ken-of-the-benchmark"
CASES = [
    Case("blindeforbundet", "xledger", "xledger", "expense_claims", 4000, {"token": TOKEN},
         ("--token", TOKEN, "--burst", NO_LIMIT, "--concurrency", "50"), ("Authorization", f"token {TOKEN}")),
    Case("nhf", "cornerstone", "cornerstone", "activity_logs", 2000, {"key": TOKEN},
         ("--token", TOKEN, "--rate", NO_LIMIT), ("X-API-Key", TOKEN)),
    Case("demoforeningen", "members", "rest", "expense_claims", 400, {"key": TOKEN},
         ("--token", f"Bearer {TOKEN}", "--key-header", "Authorization", "--rate", NO_LIMIT),
         ("Authorization", f"Bearer {TOKEN}")),
]  # fmt: skip


class Recorder(Edge):
    """An edge that keeps what was asked."""

    asked: list[Question] = []  # noqa: RUF012 - one list for all edges is what it is for

    def ask(self, question: Question):
        """See Edge."""
        self.asked.append(question)
        return super().ask(question)


def prepared(scene: Stage, case: Case, url: str) -> World:
    """Applied, with a credential, after a small first sync; then so many records more, none of which is withheld."""
    settings = replace(scene.settings, simulators=dict.fromkeys(scene.simulators, url))
    made = unpaced(world(settings))
    assert set_credential(made, case.organization, case.integration, Secret(case.login)).verdict.ok
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        for table in ("expense_claims", "mileage_claims", "driver_honorariums", "activity_logs"):
            connection.execute(FEW.format(table=table))
        sync(made, order(case))
        connection.execute(MORE.format(table=case.table), [case.records, case.table, case.organization])
    return made


FEW = """
    delete from app.{table} where id in (select id from (
        select id, row_number() over (partition by organization_id) as n from app.{table}) numbered where n > 20)"""
MORE = """
    insert into app.{table} select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
    from app.{table} r, generate_series(1, %s) where r.id = (
        select record_id::uuid from reconciler.exports e join reconciler.organizations o on o.id = e.organization_id
        where category = %s and o.name = %s and state in ('sent', 'posted') limit 1)"""


def unpaced(made: World) -> World:
    """The same world, with types that declare neither pace nor quota. Each request still asks the allowance."""

    def connect(pinned, export, secret, *, quick):
        free = replace(pinned, kind=pinned.kind.model_copy(update={"pace": None, "quota": None}))
        return made.connect(free, export, secret, quick=quick)

    return replace(made, connect=connect)


def order(case: Case) -> Order:
    """Sync now."""
    return Order(case.organization, case.integration, "manual", uuid4(), 0)


def exported(made: World, case: Case) -> float:
    """Seconds of the whole run; every record has to be sent."""
    Recorder.asked.clear()
    began = time.perf_counter()
    report = sync(made, order(case))
    took = time.perf_counter() - began
    sent = sum(stream.counts["sent"] for stream in report.streams)
    assert (sent, report.problem) == (case.records, ""), report
    return took


def bare(url: str, case: Case) -> float:
    """Seconds of the same requests, one after the other, their answers read as JSON."""
    httpx.post(f"{url.removesuffix('/graphql')}/_reset").raise_for_status()
    with httpx.Client(headers=dict([case.header]), timeout=60, trust_env=False) as client:
        began = time.perf_counter()
        for each in Recorder.asked:
            client.request(each.method, f"{url}{each.path}", json=each.body, headers=dict(each.headers)).json()
        return time.perf_counter() - began


def main() -> None:
    """Each case on one stage, and what the engine adds to a document."""
    protocols.Edge = Recorder
    with stage() as scene:
        assert run(["apply", "--root", str(scene.repository)], scene.settings) == 0
        print(f"{'':24}{'documents':>10}{'requests':>10}{'engine':>10}{'bare':>10}{'ratio':>8}{'per document':>16}")
        for case in CASES:
            print(line(scene, case))


def line(scene: Stage, case: Case) -> str:
    """One row of the table."""
    with simulator(case.kind, list(case.options)) as url:
        made = prepared(scene, case, url)
        took = exported(made, case)
        requests, alone = len(Recorder.asked), bare(url, case)
    name, added = f"{case.organization}/{case.integration}", (took - alone) / case.records
    figures = (
        f"{case.records:>10}{requests:>10}{took:>8.2f} s{alone:>8.2f} s{took / alone:>7.2f}x{added * 1000:>13.2f} ms"
    )
    return f"{name:24}{figures}"


if __name__ == "__main__":
    main()
