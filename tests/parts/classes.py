"""The generic REST system, declared once for each idempotency class, and an installation that sends claims to it."""

import contextlib
import io
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest

from parts.checker import register_verdict
from parts.installation import ROOT, START, Books, Installation, asked_before, committed, copied
from parts.models import Models
from parts.simulator import running
from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

WHERE = ("demoforeningen", "members")
KEY = "K3y-of-the-register-in-tests"
OPTIONS = ["--key-header=Authorization", f"--token=Bearer {KEY}", "--rate=1000/1"]
TARGET = "simulator:rest:members:expense"
CLAIMS = 7
"""Claims that are due, one of them a credit."""
_LOOKUP = (
    "lookups: [{name: there, path: '/expenses/{reference}', key: reference, id: id, amount: amount, proves: posted}]"
)
_ONE = "batch: {documents: 1, nodes: 1}"
_POST = "call: {method: POST, path: /expenses, id: id}"
_KEYED = "call: {method: POST, path: /expenses, id: id, headers: {Idempotency-Key: '{reference}'}}"
_SEVERAL = (
    "call: {method: POST, path: /expenses/batch, id: id, headers: {Idempotency-Key: '{batch}'},"
    " body: {batchReference: '{batch}'}, documents: records, results: {items: results, correlate: ref,"
    " status: status, means: {created: sent, duplicate: exists, error: rejected}}}"
)


def _create(kind: str, *parts: str) -> str:
    return f"{{idempotency: {kind}, reference: reference, request_life: 15m, {', '.join(parts)}}}"


CREATES = {
    "A": _create("A", _ONE, "call: {method: PUT, path: '/expenses/{reference}', id: id}", _LOOKUP),
    "B": _create("B", "key_life: 24h", _ONE, _KEYED),
    "B asked": _create("B", "key_life: 24h", _ONE, _KEYED, _LOOKUP),
    "B batch": _create("B", "key_life: 24h", "batch: {documents: 3, nodes: 3}", _SEVERAL),
    "C": _create("C", _ONE, _POST, _LOOKUP),
    "D": _create("D", _ONE, _POST),
}
"""How an expense is created, by class; B in batches, and with a lookup besides."""
_STAGED = _LOOKUP.replace("posted", "sent"), "withdraw: {path: '/expenses/{reference}'}"
STAGED = {"C staged": _create("C", _ONE, _POST, *_STAGED)}
"""Where what was sent is never posted, and can be removed."""


@pytest.fixture(scope="session")
def class_process() -> Iterator[str]:
    yield from running("rest", *OPTIONS)


@pytest.fixture
def register(class_process: str) -> Iterator[Books]:
    """An empty register, no faults armed; addresses that a test controls end in /graphql for no other reason."""
    found = Books(f"{class_process}/graphql")
    found.control("/_reset")
    yield found
    found.client.close()


@pytest.fixture
def make(
    models: Models, url_for: Callable[[str], str], register: Books, tmp_path: Path
) -> Iterator[Callable[[str], "Classed"]]:
    """Makes the installation of a class: a copy of a model, and an empty register."""
    with ExitStack() as kept:

        def one(kind: str) -> Classed:
            found = kept.enter_context(models.own(f"class {kind}", partial(classed, register, kind), tmp_path, url_for))
            register.control("/_reset")
            return found

        yield one


class Classed(Installation):
    """An installation whose claims go to a register of one class."""

    def sync(self, *, minutes: int = 0) -> int:
        return self.run("sync", *WHERE, minutes=minutes)

    def judged(self) -> list[str]:
        """What the judge from outside says."""
        return register_verdict(self.settings.database_url, self.settings.simulators["rest"])

    def declare(self, kind: str) -> None:
        """Change how an expense is created; takes effect with the next apply."""
        path = self.repository / "specs/integration-types/rest.yaml"
        text = path.read_text().replace("{name: rest}", "{name: rest, annotations: {overrides: builtin}}")
        start = text.index("      create:", text.index("    expense:"))
        end = text.index("  # What no rule says")
        create = (CREATES | STAGED)[kind]
        path.write_text(text[:start] + f"      create: {create}\n" + text[end:])
        committed(self.repository)

    def apply(self) -> None:
        """Apply, as somebody who means it: another declaration asks for a yes."""
        apply = ["apply", "--root", str(self.repository)]
        with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
            code = self.run(*apply)
        if code:
            found = re.search(r"--approve ([0-9a-f]+)", said.getvalue())
            assert found, said.getvalue()
            assert self.run(*apply, "--approve", found[1]) == 0

    def grow(self, claims: int) -> None:
        """Let so many claims be due."""
        with psycopg.connect(self.settings.database_url) as connection:
            _multiply(connection, claims)

    def trouble(self) -> list[tuple]:
        """State and code of every row that is neither sent nor posted."""
        return self.sql("select state, code from reconciler.exports where state not in ('sent', 'posted') order by id")


Make = Callable[[str], Classed]


def classed(register: Books, kind: str, database_url: str, folder: Path) -> Classed:
    """The example on plain REST with CLAIMS claims, applied, with a tested key."""
    for name in ("orgs/demoforeningen", "specs"):
        copied(ROOT / name, folder / "config" / name)
    _only_claims(folder / "config/orgs/demoforeningen")
    with psycopg.connect(database_url) as connection:
        fill(connection)
        _multiply(connection, CLAIMS)
        asked_before(connection, ("c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26", TARGET))
    settings = Settings(database_url=database_url, home=folder / "home", actor="kari", clock_start=START)
    address = register.url.removesuffix("/graphql")
    made = Classed(replace(settings, simulators={"rest": address}), folder / "config")
    made.declare(kind)
    made.apply()
    assert set_credential(made.world(), *WHERE, Secret({"key": KEY})).verdict.ok
    return made


def lost(make: "Make", register: Books, kind: str, fault: str = "lose_response_after_commit") -> Classed:
    """One document, or one request of them, of which nobody knows whether it arrived."""
    here = make(kind)
    register.arm(fault)
    assert here.sync() == 5
    return here


def killed(here: Classed, forking: str, place: str) -> None:
    """A sync that dies at a crash point; `forking` is who forks it."""
    code, output = here.fork(forking, "sync", *WHERE, crash_at=place)
    assert code == -signal.SIGKILL, output


def _only_claims(organization: Path) -> None:
    for path in organization.glob("mappings/*activit*"):
        path.unlink()
    path = organization / "integrations/members.yaml"
    path.write_text(re.sub(r"    - category: activity_logs\n      since: .*\n", "", path.read_text()))


def _multiply(connection: psycopg.Connection, claims: int) -> None:
    """So many claims that are due, like the first one; the last is a credit."""
    due = (
        "organization_id = 'c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26' and status = 'approved' and expense_type <> 'course'"
    )
    columns: Sequence[str] = [
        row[0]
        for row in connection.execute(
            "select column_name from information_schema.columns where table_schema = 'app'"
            " and table_name = 'expense_claims' and column_name not in ('id', 'amount') order by 1"
        )
    ]
    listed = ", ".join(columns)
    connection.execute("alter table app.expense_claims drop constraint if exists expense_claims_amount_check")
    [(there,)] = connection.execute(f"select count(*) from app.expense_claims where {due}").fetchall()
    for number in range(there, claims):
        amount = f"{100 + number}.50" if number < claims - 1 else "-120.00"
        connection.execute(
            f"insert into app.expense_claims (id, amount, {listed}) select md5('{number}')::uuid, {amount}, {listed}"
            f" from app.expense_claims where {due} order by id limit 1"
        )
