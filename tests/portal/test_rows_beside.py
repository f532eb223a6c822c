"""What stands beside the runs of an integration, row by row in a browser: closed days, missed runs, pauses,
comparisons, a killed process, limits and who was told. One installation lives through all of it, in this order.
"""

import json
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from parts.browser import Visits, chromium, visit
from parts.databases import url_of
from parts.installation import START, TOKEN, WHERE, Books, Installation, ended
from parts.listeners import Hook, hook
from parts.portal import Opened, opened
from parts.reader import Reader, entered
from parts.scheduling import MORNING, WITHIN, Heard, Staged
from parts.synced import Model, copied, emptied

from reconciler.cluster.local import Children
from reconciler.controller.scheduling import Scheduling
from reconciler.database.timetable import TimetableRows
from reconciler.engine.channels import set_channel
from reconciler.vaults.secret import Secret
from reconciler.wiring import database as rows_of
from reconciler.wiring import notifier

__all__ = ["chromium", "visit"]
DAY = timedelta(days=1)
BODY = (
    "update reconciler.organizations set body = body || %s::jsonb, version = version + 1 where name = 'blindeforbundet'"
)
CLOSING = "Regnskapet for februar avsluttes"
CODED = """
    update app.expense_claims set cost_center = (select max(cost_center) from app.expense_claims
        where cost_center <> '9999' and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007')
    where {}"""
DOWN = "We are down for maintenance"
FAILED = """
    update reconciler.runs set state = 'failed', problem = %s where id = (
        select id from reconciler.runs where state <> 'skipped' order by started_at desc limit 1)"""
LOOKED_AGAIN = {"minutes": 11}
"""Health is looked at every ten minutes, counted from when somebody looked last."""
HOOKED = {"channel": "okonomi", "by": "webhook", "settling": "5m"}
CHANGED = "mutation($in:[UpdateGLImportItemsInput!]!){updateGLImportItems(inputs:$in){edges{clientId}}}"


@dataclass
class Fixed:
    """A clock that stands still."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class House:
    """The installation of this file, its portal, and the outside system."""

    here: Installation
    portal: Opened
    books: Books

    def at(self, at: datetime) -> None:
        """It is then, for whoever runs something and for whoever looks."""
        self.here.at = int((at - START).total_seconds() // 60)
        self.portal.server._server.config.app.app.state.house.clock = Fixed(at)

    def after(self, **span: int) -> datetime:
        """So much later; the moment that it is then."""
        self.at(found := START + timedelta(minutes=self.here.at) + timedelta(**span))
        return found

    def occurrence(self, at: datetime) -> int:
        """The run of a scheduled time, at that time."""
        return self.here.run("sync", *WHERE, "--occurrence", at.isoformat(), "--run", str(uuid4()))

    def scheduler(self) -> Staged:
        """Whoever starts runs; its children do nothing, and say so."""
        children = Children(1, 60, 0.3, self.here.environment, ("/bin/sh", "-c", "exit 75"))
        table, heard = TimetableRows(rows_of(self.here.settings)), Heard()
        return Staged(self.here, heard, children, Scheduling(self.here.world(), table, children, heard, WITHIN))


@pytest.fixture(scope="module")
def house(
    administration: psycopg.Connection,
    server_url: str,
    prepared: Model,
    config_repository: Path,
    simulator_process: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    own, url = tmp_path_factory.mktemp("beside") / "home", partial(url_of, server_url)
    emptied(simulator_process)
    with copied(administration, url, prepared, own, simulator_process, config_repository) as (_, here):
        here.sql("update reconciler.schedules set applied_at = '2026-03-01 00:00+01'")
        books = Books(here.settings.simulators["xledger"])
        with opened(here) as portal:
            yield House(here, portal, books)
        books.client.close()


def page(visit: Visits, house: House) -> Reader:
    """The integration, as its admin sees it."""
    return entered(visit, house.portal).follow("xledger")


def test_f5_a_run_that_is_killed_leaves_a_question_that_is_asked_and_answered_and_nothing_is_doubled(
    visit: Visits, house: House
) -> None:
    house.at(START)
    assert ended(house.here.process("sync", *WHERE, crash_at="after:send:1"))[0] == -signal.SIGKILL
    reader = page(visit, house)
    reader.sees("pågår", part="Kjøringer")
    reader.follow("Alle bilag").sees("under sending 4", part="Antall og sum etter status")
    house.after(minutes=20)
    TimetableRows(rows_of(house.here.settings)).lose_runs(START + timedelta(minutes=20))
    house.books.arm("maintenance", times=3, on="query")
    assert house.here.sync() == 5
    reader.follow("Integrasjonen").sees("kjøringen ble avbrutt, uten at den rakk å si hvorfor", part="Kjøringer")
    reader.sees("Gul", "4 uavklart", part="Hvordan det står til")
    reader.sees("4 bilag er uavklart. Mottakersystemet spørres etter dem av seg selv", part="Hvordan det står til")
    reader.sees("Svaret gikk tapt. Det spørres etter bilaget før noe sendes på nytt.")
    house.books.control("/_faults", clear=True)
    house.after(minutes=20)
    assert house.here.sync() in {0, 6}
    reader.page.reload()
    reader.misses("er uavklart")
    assert "4 uavklart" not in reader.text("Hvordan det står til")
    assert len(house.books.read()["vouchers"]) == 16
    [(record,)] = house.here.sql(
        "select e.record_id from reconciler.exports e join reconciler.export_history h on h.export_id = e.id"
        " where h.state = 'unknown' limit 1"
    )
    reader.page.goto(f"{house.portal.address}/o/blindeforbundet/records/{record}")
    reader.sees("under sending", "uavklart", "sendt", part=re.compile("^Bilag 2026"))


def test_e4_closed_days_are_shown_before_they_come_while_they_last_and_in_the_history(
    visit: Visits, house: House
) -> None:
    house.here.sql(BODY, json.dumps({"freeze": [{"from": "2026-03-03", "to": "2026-03-09", "reason": CLOSING}]}))
    reader = page(visit, house)
    reader.sees("3. mars 2026 kl. 03.30 – stengt, kjøres ikke: " + CLOSING, part="Neste kjøringer")
    reader.sees("Første kjøring etterpå: 10. mars 2026 kl. 03.30", part="Neste kjøringer")
    reader.sees(f"3. mars 2026 til og med 9. mars 2026: {CLOSING}", part="Stengte dager")
    visit.close()
    house.at(MORNING + DAY)
    assert house.occurrence(MORNING + DAY) == 0
    reader = page(visit, house)
    reader.sees("Stengt til og med 9. mars 2026: ingen kjøring begynner etter tidsplanen.", CLOSING,
                part="Hvordan det står til")  # fmt: skip
    reader.sees("hoppet over", "stengt: 3. mars 2026 er i perioden fra og med 3. mars 2026 til og med 9. mars 2026",
                part="Kjøringer")  # fmt: skip
    reader.follow("Tilbake: Oversikt").sees("Stengt til og med 9. mars 2026.", part="xledger")
    house.here.sql(BODY, json.dumps({"freeze": []}))
    reader.follow("xledger").misses(CLOSING + ".", "Stengt til")


def test_e5_runs_that_were_missed_are_told_in_one_line_and_one_run_takes_them_all(visit: Visits, house: House) -> None:
    now = MORNING + 3 * DAY + timedelta(hours=4)
    house.at(now)
    assert house.scheduler().look(now)[:2] == ["missed 1", "started sync 05 03:30"]
    assert house.occurrence(MORNING + 3 * DAY) == 0
    said = "kjøringen 4. mars 2026 kl. 03.30 ble ikke startet. Kjøringen 5. mars 2026 kl. 03.30 tok også det som skulle"
    reader = page(visit, house)
    reader.sees("hoppet over", said, part="Kjøringer")
    reader.press("English").sees("the time 2026-03-04 03:30 was missed: the run of 2026-03-05 03:30 takes what is due")


def test_e5_what_did_not_arrive_is_tried_later_and_the_page_says_from_when(visit: Visits, house: House) -> None:
    at = house.after(hours=1)
    house.here.sql(CODED.format("cost_center = '9999'"))
    house.books.arm("maintenance", times=1, on="mutation")
    assert house.here.sync() in {5, 6, 75}
    reader = page(visit, house)
    [(due,)] = house.here.sql("select next_attempt_at from reconciler.exports where state = 'unknown'")
    assert due > at
    reader.sees("1 bilag er uavklart.", "tidligst 5. mars 2026 kl. 08.3", "Pausen blir lengre for hvert forsøk.")
    reader.follow("uavklart", "Bilag som ikke er i orden").sees("spørres etter tidligst 05.03.2026 08.3")
    for _ in range(3):
        house.after(minutes=30)
        house.here.sync()
    reader.follow("Integrasjonen").misses("er uavklart")
    assert len(house.books.read()["vouchers"]) == 17


def test_f6_the_nightly_chore_compares_and_the_page_says_what_stands_otherwise(visit: Visits, house: House) -> None:
    page(visit, house).sees("Ikke sammenlignet ennå.", part="Sammenligning med mottakersystemet")
    visit.close()
    [line, *_] = [each for each in house.books.read()["vouchers"][-1]["lines"] if each["amount"][0] != "-"]
    wanted = {"in": [{"node": {"dbId": str(line["dbId"]), "amount": "1.00"}}]}
    headers = {"Authorization": f"token {TOKEN}"}
    house.books.client.post(house.books.url, json={"query": CHANGED, "variables": wanted}, headers=headers)
    house.at(MORNING + 4 * DAY)
    assert house.here.run("chores", "run", WHERE[0]) == 0
    reader = page(visit, house)
    reader.sees("Natt til 6. mars 2026:", "1 bilag sendt 5. mars 2026 ble sammenlignet.", "1 bilag står annerledes",
                part="Sammenligning med mottakersystemet")  # fmt: skip
    reader.sees("annet beløp", "der: kr 1,00", part="1 bilag står annerledes i mottakersystemet")
    reader.follow("Alle hendelser for xledger").sees("sammenlignet")


def test_g5_a_change_of_state_and_the_recovery_are_told_and_stand_on_the_page_of_notifications(
    visit: Visits, house: House
) -> None:
    reader = entered(visit, house.portal).follow("Varsler")
    reader.sees("Ingen får beskjed når noe går galt.", "Ingenting er varslet ennå")
    with hook() as listener:
        _told(house, listener, reader)


def _told(house: House, listener: Hook, reader: Reader) -> None:
    house.here.sql(BODY, json.dumps({"notifications": [HOOKED]}))
    world = house.here.world()
    address = Secret({"url": listener.url, "key": "a-key-that-signs-0123456789"})
    assert set_channel(
        world, notifier(house.here.settings, world.clock), WHERE[0], "channel/okonomi", address
    ).verdict.ok
    house.here.sql(FAILED, DOWN)
    listener.answers = [(500, {}, b"try later")]
    assert house.here.run("notify", WHERE[0]) == 5
    reader.page.reload()
    reader.sees("okonomi webhook alle integrasjoner", part="Hvem som får beskjed")
    reader.sees("xledger I orden ble Rød", "kom ikke fram, prøves igjen", "500", part="Det som er varslet")
    house.after(**LOOKED_AGAIN)
    assert house.here.run("notify", WHERE[0]) == 0
    assert listener.json()["state"] == "red"
    house.here.sql("update reconciler.runs set state = 'succeeded', problem = '' where problem = %s", DOWN)
    house.here.sql("update reconciler.exports set state = 'sent', code = '' where astray")
    for _ in ("it is seen", "and has lasted"):
        house.after(**LOOKED_AGAIN)
        assert house.here.run("notify", WHERE[0]) == 0
    assert listener.json()["state"] in {"fine", "yellow"}
    reader.page.reload()
    reader.sees("levert 06.03.2026", "Rød ble", "2 forsøk", part="Det som er varslet")
    assert "T0P-secret" not in reader.text()


def test_g5_a_spent_limit_is_a_state_with_the_moment_of_its_end(visit: Visits, house: House) -> None:
    house.books.arm("insufficient_credits", times=9, resetAt="2026-03-06T23:00:00")
    house.here.sql(CODED.format("cost_center is null"))
    assert house.here.sync() == 75
    house.books.control("/_faults", clear=True)
    reader = entered(visit, house.portal)
    reader.sees("Systemet tar ikke imot mer før 6. mars 2026 kl. 23.00", "Insufficient credits", part="xledger")
    reader.follow("xledger").sees("Systemet blir ikke spurt før 6. mars 2026 kl. 23.00:", part="Hvordan det står til")
    visit.close()
    house.at(START.replace(hour=23, minute=5) + 4 * DAY)
    assert house.here.sync() in {0, 5, 6}
    page(visit, house).misses("Systemet blir ikke spurt")
