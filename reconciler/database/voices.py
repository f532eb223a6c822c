"""Voices in one append-only table; the rules that were accepted stand among the pinned definitions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import ValidationError

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.errors import Blocked
from reconciler.plans.approval import SHARED, Voice
from reconciler.plans.resource import Definition
from reconciler.specs.models.approval_policy import ApprovalPolicy

ACTIONS = {"author": "intent-author", "approve": "intent-approve", "refuse": "intent-refuse"}
ACTIONS |= {"withdraw": "intent-withdraw"}
_COLUMNS = """
    v.organization, coalesce(v.organization_id::text, '') as organization_id, v.intent, v.account, v.voice as word,
    v.source, v.revision, v.reason, v.at, v.as_platform, v.host_id,
    exists (select from reconciler.applied_revisions a where a.intent = v.intent
            and a.organization_id = v.organization_id and a.applied_at >= v.at) as spent"""


class VoiceTable:
    """The Voices port on PostgreSQL. `own` gives the program's own rules."""

    def __init__(self, database: Database, own: Callable[[], ApprovalPolicy]) -> None:
        self._database = database
        self._own = own

    def voices(self, intents: Sequence[str]) -> Mapping[str, Sequence[Voice]]:
        """See the port."""
        query = f"select {_COLUMNS} from reconciler.voices v where v.intent = any(%s) order by v.id"  # noqa: S608 - ours
        with self._database.reading() as connection:
            rows = connection.execute(query, [list(intents)]).fetchall()
        found: dict[str, list[Voice]] = {each: [] for each in intents}
        for row in rows:
            found[row["intent"]].append(Voice(**row))
        return found

    def spoken(self, organization: str, limit: int) -> Sequence[Voice]:
        """See the port."""
        query = f"""select {_COLUMNS} from reconciler.voices v
            where %(name)s in ('', v.organization) order by v.id desc limit %(limit)s"""  # noqa: S608 - ours
        with self._database.reading() as connection:
            rows = connection.execute(query, {"name": organization, "limit": limit}).fetchall()
        return [Voice(**row) for row in rows]

    def known_as(self, account: str) -> int | None:
        """See the port."""
        query = """
            select host_id from reconciler.voices
            where lower(account) = lower(%s) and host_id is not null order by id limit 1"""
        with self._database.reading() as connection:
            row = connection.execute(query, [account]).fetchone()
        return row["host_id"] if row else None

    def speak(self, voice: Voice) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            _write(connection, voice)

    def rules(self) -> ApprovalPolicy:
        """See the port. Raises Blocked where this version of the program cannot read them."""
        query = """
            select d.body from reconciler.voices v join reconciler.definitions d on d.digest = v.intent
            where v.organization = '' and v.voice = 'approve' and v.as_platform order by v.id desc limit 1"""
        with self._database.reading() as connection:
            row = connection.execute(query).fetchone()
        try:
            return ApprovalPolicy.model_validate(row["body"]) if row else self._own()
        except ValidationError as error:
            message = "the approval rules in force were accepted by another version of this program, and are not read"
            raise Blocked(message, "run that version, or RECONCILER_APPROVALS=off until the rules fit") from error

    def accept_rules(self, rules: Definition, voice: Voice) -> None:
        """See the port."""
        query = """
            insert into reconciler.definitions (digest, kind, name, body, created_at) values (%s, %s, %s, %s, %s)
            on conflict (digest) do nothing"""
        values: list[Any] = [rules.digest, rules.kind, rules.name, Jsonb(dict(rules.body)), voice.at]
        with self._database.transaction() as connection:
            connection.execute(query, values)
            _write(connection, voice)


def _write(connection: Connection, voice: Voice) -> None:
    query = """
        insert into reconciler.voices
            (organization_id, organization, intent, account, voice, as_platform, reason, source, revision, at,
             host_id)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
    owner = None if voice.organization == SHARED else voice.organization_id
    named = [voice.organization, voice.intent, voice.account, voice.word, voice.as_platform, voice.reason]
    connection.execute(query, [owner, *named, voice.source, voice.revision, voice.at, voice.host_id])
    detail = {"revision": voice.revision, "source": voice.source, "as_platform": voice.as_platform}
    detail |= {"reason": voice.reason}
    write_audit(connection, voice.at, voice.account, owner, ACTIONS[voice.word], f"intent/{voice.intent[:12]}", detail)
