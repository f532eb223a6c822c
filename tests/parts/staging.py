"""One history on real parts: a database of its own, workers on one clock, and moments at which something happens."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import psycopg

from parts.counterpart import Counterpart
from parts.hands import Hands
from parts.installation import START
from parts.witness import ORGANIZATION
from reconciler.engine.beforehand import Order
from reconciler.engine.credentials import set_credential
from reconciler.engine.export import sync
from reconciler.engine.reconcile import apply_plan, plan_all, read_specs
from reconciler.engine.world import World
from reconciler.errors import Blocked, TryAgainLater
from reconciler.plans.plan import Unusable
from reconciler.runs.report import RunReport
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import catalog, world

ORG = "demoforeningen"


class Dead(BaseException):
    """What a killed process does from here on: nothing, not even in a `finally`."""


class Points:
    """The CrashPoints port: something happens at one place, once; who died there commits and sends nothing more."""

    def __init__(self, place: str, happens: Callable[[], None]) -> None:
        side, name, times = place.split(":")
        self._place, self._left, self._happens, self._dead = f"{side}:{name}", int(times), happens, False

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        """See the port."""
        self._reach(f"before:{name}")
        yield
        self._reach(f"after:{name}")

    def _reach(self, place: str) -> None:
        if self._dead:
            raise Dead
        if place == self._place and (left := self._left) > 0:
            self._left = left - 1
            if left == 1:
                self._disturb()

    def _disturb(self) -> None:
        try:
            self._happens()
        except Dead:
            self._dead = True
            raise


@dataclass
class Files:
    """The SpecSource port, on texts."""

    texts: Mapping[str, bytes]
    revision: str = "working tree"

    def files(self) -> Mapping[str, bytes]:
        """See the port."""
        return self.texts


@dataclass
class Stage:
    """What a history is played on. `name` is what the integration is called now, `was` what it was called before.

    `since`, `word` and `hour` are its cut-over day, a word of its mapping, and the hour of its schedule.
    """

    settings: Settings
    there: Counterpart
    clock: Hands
    texts: Mapping[str, bytes]
    name: str = "members"
    was: str = ""
    since: str = "2026-01-01"
    word: str = "Utlegg"
    hour: int = 5
    token: str = ""
    records: int = 0
    renamed: int = 0

    def world(self, points: Points | None = None) -> World:
        """A worker's own world: its own connection, everybody's clock."""
        made = world(self.settings, self.clock)
        return replace(made, points=points) if points else made

    def sync(self, points: Points | None = None) -> RunReport | None:
        """One run; None where it could not begin, was fenced out, or died."""
        try:
            return sync(self.world(points), Order(ORG, self.name, "manual", uuid4()))
        except (Dead, TryAgainLater, Blocked):
            return None

    def rotate(self, *, ours_first: bool) -> None:
        """Another key: they forget the old one after we have set the new one, or before."""
        self.token, old = f"K3y-of-the-history-{uuid4().hex}", self.token
        self.there.tokens = {self.token, old} if ours_first else {self.token}
        assert set_credential(self.world(), ORG, self.name, Secret({"key": self.token})).verdict.ok
        self.there.tokens = {self.token}

    def rename(self) -> None:
        """Another name for the integration; it is the same target."""
        self.renamed += 1
        self.was, self.name = self.name, f"members-{self.renamed}"

    def apply(self) -> None:
        """Make the configuration what the fields say."""
        specs = read_specs(Files(self._texts()), catalog(), self.clock.now())
        [plan] = plan_all(self.world(), specs, "working tree", ORG)
        assert not isinstance(plan, Unusable), plan
        if not plan.empty:
            apply_plan(self.world(), plan, plan.digest)

    def add(self, connection: psycopg.Connection, kind: str) -> None:
        """A new record: `good`, one that they refuse (`bad`), one that is held back (`course`), or an `old` one."""
        self.records += 1
        connection.execute(
            "insert into app.expense_claims select (jsonb_populate_record(m, jsonb_build_object('id', %s::text,"
            " 'amount', %s::text, 'volunteer_number', %s::text, 'expense_type', %s::text, 'approved_at', %s::text))).*"
            " from history.model m",
            [
                f"00000000-0000-4000-8000-{self.records:012}", f"{100 + self.records}.50",
                "BAD" if kind == "bad" else "V30001", "course" if kind == "course" else "materials",
                "2026-01-20 12:00+01" if kind == "old" else "2026-02-20 12:00+01",
            ],
        )  # fmt: skip

    def _texts(self) -> dict[str, bytes]:
        named = f"name: {self.name}, renamedFrom: {self.was}" if self.was else f"name: {self.name}"
        found: dict[str, bytes] = {}
        for path, content in self.texts.items():
            text = content.decode().replace("integration: members", f"integration: {self.name}")
            text = text.replace("Utlegg {", f"{self.word} {{").replace('"15 5', f'"15 {self.hour}')
            text = text.replace("since: 2026-01-01", f"since: {self.since}")
            if "/integrations/" in path:
                text = text.replace("metadata: {name: members}", f"metadata: {{{named}}}")
            found[path] = text.encode()
        return found


def staged(settings: Settings, there: Counterpart, model: Path, folder: Path, token: str) -> Stage:
    """A stage on a database that is a copy of a prepared one; `model` is the config and the home that go with it."""
    shutil.copytree(model / "home", folder)
    there.tokens = {token}
    texts = {str(path.relative_to(model / "config")): path.read_bytes() for path in (model / "config").rglob("*.yaml")}
    made = Stage(replace(settings, home=folder, clock_start=START), there, there.clock, texts, token=token)
    there.clock.passing = there.pass_time
    return made


def keep_a_model(connection: psycopg.Connection) -> None:
    """Empties the claims, and keeps one to make others of."""
    connection.execute("create schema history")
    connection.execute(
        "create table history.model as select * from app.expense_claims where organization_id = %s"
        " and status = 'approved' and receipt is not null and expense_type <> 'course' limit 1",
        [ORGANIZATION],
    )
    connection.execute("delete from app.expense_claims")
    connection.execute("alter table app.expense_claims drop constraint expense_claims_check")
