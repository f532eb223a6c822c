"""One organisation that sends claims to one plain sink, on a database that waits for its disk."""

import contextlib
import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import psycopg

from reconciler.cli.main import run
from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate
from reconciler.demo.filling import fill
from reconciler.demo.records import NOW
from reconciler.demo.stage import commit
from reconciler.engine.beforehand import Order
from reconciler.engine.credentials import set_credential
from reconciler.engine.export import sync
from reconciler.runs.report import RunReport
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

ROOT = Path(__file__).parent.parent
ORGANIZATION = "demoforeningen"
ID = "c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26"
TYPE = """
apiVersion: reconciler/v1
kind: IntegrationType
metadata: {name: sink}
spec:
  label: {en: Sink, nb: Sluk}
  protocol: rest
  environments: {simulator: {}}
  auth: {scheme: header, header: Authorization, format: "Bearer {key}"}
  credentials: {key: {en: API key, nb: API-nøkkel}}
  settings:
    identity: [system]
    schema:
      type: object
      properties: {system: {type: string, description: its name}}
      required: [system]
      additionalProperties: false
  test: {path: /status, finds: [{label: {en: Records, nb: Poster}, text: "{records}"}]}
  documents:
    claim:
      label: {en: Claim, nb: Krav}
      lines: {min: 1, max: 1}
      fields:
        ref: {type: text, required: true, max_length: 50, label: {en: Our reference, nb: Vår referanse}}
        memberNumber: {type: text, required: true, max_length: 20, label: {en: Member number, nb: Medlemsnummer}}
        date: {type: date, required: true, label: {en: Date, nb: Dato}}
        kind: {type: text, required: true, max_length: 40, label: {en: Kind, nb: Type}}
        amount: {type: decimal, required: true, label: {en: Amount, nb: Beløp}}
        currency: {type: text, constant: NOK, label: {en: Currency, nb: Valuta}}
        text: {type: text, max_length: 200, label: {en: Text, nb: Tekst}}
      create:
        idempotency: C
        reference: ref
        request_life: 15m
        batch: {documents: BATCH, nodes: BATCH}
        call:
          method: POST
          path: /documents/batch
          documents: records
          key: ref
          id: id
          results: {items: results, correlate: ref, status: status, means: {created: sent, error: rejected}}
        lookups: [{name: by-reference, path: "/documents/{reference}", key: reference, id: id, proves: posted}]
"""
INTEGRATION = """
apiVersion: reconciler/v1
kind: Integration
metadata: {name: sink}
spec:
  type: sink
  environment: simulator
  settings: {system: sink}
  credentials: {name: sink}
  mode: send
  exports:
    - {category: expense_claims, since: 2026-01-01, where: {status: [approved], present: [receipt]}}
"""
MAPPING = """
apiVersion: reconciler/v1
kind: FieldMapping
metadata: {name: sink-expense-claims}
spec:
  integration: sink
  category: expense_claims
  document: claim
  lines:
    - name: claim
      fields:
        - {to: ref, from: export.reference}
        - {to: memberNumber, from: volunteer_number}
        - {to: date, from: incurred_on, date: iso}
        - {to: kind, from: expense_type}
        - {to: amount, from: amount, number: {decimals: 2}}
        - {to: text, template: "Utlegg {incurred_on}", truncate: {length: 200}}
  tests: [{given: {}, expect: {claim: {memberNumber: V10001}}}]
"""
RECORDS = """
    insert into app.expense_claims (id, organization_id, volunteer_id, volunteer_number, expense_type, description,
        incurred_on, submitted_at, approved_at, status, amount, currency, cost_center, project, receipt, created_at,
        updated_at)
    select md5('claim ' || n)::uuid, %(organization)s, md5('person ' || n %% 5000)::uuid, 'V' || 10000 + n %% 5000,
        'travel', 'Buss til medlemsmøte', '2026-01-13', '2026-01-14 18:22+01',
        timestamptz '2026-01-16 10:05+01' + n * interval '100 ms', 'approved', 348 + n %% 100, 'NOK', '310', '4100',
        'receipts/2026/' || n, '2026-01-14 18:10+01', '2027-01-01'
    from generate_series(%(first)s::int, %(last)s::int) n"""


@dataclass(frozen=True)
class Scene:
    """An installation, its config repository, and a database that was filled."""

    settings: Settings
    repository: Path
    postgres: EmbeddedPostgres

    def declare(self, kind: str, integration: str, mapping: str) -> None:
        """Write one integration and apply it; without a word."""
        ours = self.repository / "orgs" / ORGANIZATION
        (self.repository / "specs/integration-types").mkdir(parents=True, exist_ok=True)
        (self.repository / "specs/integration-types/sink.yaml").write_text(kind)
        (ours / "integrations/sink.yaml").write_text(integration)
        (ours / "mappings/sink.yaml").write_text(mapping)
        commit(self.repository, "the sink")
        with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
            code = run(["apply", "--root", str(self.repository)], self.settings)
        assert code == 0, said.getvalue()

    def connect(self) -> psycopg.Connection:
        """The database, for whoever measures."""
        return psycopg.connect(self.settings.database_url, autocommit=True)

    def records(self, first: int, last: int) -> None:
        """So many approved claims, always the same."""
        with self.connect() as connection:
            connection.execute(RECORDS, {"organization": ID, "first": first, "last": last})
            connection.execute("analyze app.expense_claims")

    def trust(self, login: dict[str, str]) -> None:
        """Store a credential; it is tested against whoever it is for."""
        verdict = set_credential(world(self.settings), ORGANIZATION, "sink", Secret(login)).verdict
        assert verdict.ok, verdict.message

    def sync(self, due: int) -> RunReport:
        """Sync now: all that is due."""
        return sync(world(self.settings), Order(ORGANIZATION, "sink", "manual", uuid4(), due))


def sinking(scene: Scene, batch: int) -> None:
    """Send claims to the sink, so many to a request."""
    scene.declare(TYPE.replace("BATCH", str(batch)), INTEGRATION, MAPPING)


@contextlib.contextmanager
def staged(**simulators: str) -> Iterator[Scene]:
    """A database as production has it, that waits for its disk, with the app's tables and no record in them."""
    folder = Path(tempfile.mkdtemp(prefix="reconciler-bench-"))
    try:
        with EmbeddedPostgres(folder / "postgres") as postgres:
            migrate(postgres.url())
            with psycopg.connect(postgres.url(), autocommit=True) as connection:
                fill(connection)
                connection.execute(
                    "truncate app.expense_claims, app.mileage_claims, app.driver_honorariums, app.activity_logs"
                )
            ours = folder / "config/orgs" / ORGANIZATION
            for name in ("integrations", "mappings"):
                (ours / name).mkdir(parents=True)
            shutil.copy(ROOT / "orgs" / ORGANIZATION / "organization.yaml", ours)
            subprocess.run(["git", "init", "--quiet", str(folder / "config")], check=True)
            settings = Settings(
                database_url=postgres.url(),
                installation="benchmark",
                home=folder / "home",
                actor="kari",
                clock_start=NOW,
                simulators=simulators,
            )
            yield Scene(settings, folder / "config", postgres)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def at(scene: Scene, **values: object) -> Scene:
    """The same, with other settings."""
    return replace(scene, settings=replace(scene.settings, **values))  # type: ignore[arg-type] # any setting may be named
