"""Another protocol, the same promise: records reach a register by REST exactly once, whatever becomes of an answer."""

import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from parts.classes import KEY, WHERE
from parts.installation import START, Books, Installation, example
from parts.models import Models

from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

DUE = {"expenses": 2, "activities": 2}
"""What of the demo's records is due: three claims, one of them excluded, and two activities."""


@pytest.fixture
def here(models: Models, url_for: Callable[[str], str], register: Books, tmp_path: Path) -> Iterator[Installation]:
    """The example on plain REST, applied, with a tested key, and an empty register."""
    address = register.url.removesuffix("/graphql")
    with models.own("register", partial(installed, address), tmp_path, url_for) as found:
        register.control("/_reset")
        yield found


def installed(address: str, database_url: str, folder: Path) -> Installation:
    repository = example(folder / "config", WHERE[0])
    with psycopg.connect(database_url) as connection:
        fill(connection)
    settings = Settings(database_url=database_url, home=folder / "home", actor="kari", clock_start=START)
    made = Installation(replace(settings, simulators={"rest": address}), repository)
    assert made.run("apply", "--root", str(made.repository)) == 0
    assert set_credential(made.world(), *WHERE, Secret({"key": KEY})).verdict.ok
    return made


def sync(here: Installation, minutes: int = 40) -> int:
    return here.run("sync", *WHERE, minutes=minutes)


def arrived(register: Books) -> Counter[str]:
    """Records by collection. Two of one reference would count twice."""
    return Counter(row["collection"] for row in register.read()["records"])


@pytest.mark.parametrize("place", ["before:send", "after:send", "before:record:2", "after:send:2"])
def test_a_killed_sync_is_finished_by_the_next_ones(
    here: Installation, register: Books, forking: str, place: str
) -> None:
    environment = f"rest={here.settings.simulators['rest']}"
    assert environment.startswith("rest=http://127.0.0.1")
    code, output = here.fork(forking, "sync", *WHERE, crash_at=place)
    assert code == -signal.SIGKILL, output
    for _ in range(3):
        last = sync(here)
    assert last == 0
    assert arrived(register) == DUE
    assert here.states() == {"posted": 4}


def test_the_table_shows_no_amount_where_there_is_no_money(
    here: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert sync(here) == 0
    words = [line.split() for line in capsys.readouterr().out.splitlines()]
    with_money, without = (line for line in words if line and line[0] in {"expense_claims", "activity_logs"})
    assert re.fullmatch(r"2 [0-9 ]+\.[0-9]{2} 0 0 0 1 0 [0-9]+", " ".join(with_money[1:]))
    assert re.fullmatch(r"2 0 0 0 0 0 [0-9]+", " ".join(without[1:]))
