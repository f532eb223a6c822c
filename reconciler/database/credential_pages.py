"""What pages show of credentials: who has one, its newest versions, its trail. Bounded, and never a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reconciler.database.connection import Database
from reconciler.database.credentials import version_of
from reconciler.runs.credential import Version

Kind = Literal["channel", "integration"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever has a credential: an integration of a type in an environment, or a channel told by `type`."""

    kind: Kind
    name: str
    credential: str
    type: str
    environment: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One use or change. `reason` is what somebody, or the engine, wrote down with it."""

    id: int
    at: datetime
    actor: str
    action: str
    version: int | None
    reason: str


class CredentialPages:
    """Reads of one organisation's credentials."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holders(self, organization_id: str, beyond: tuple[str, str] = ("", ""), limit: int = 50) -> list[Holder]:
        """Channels and then integrations, by name, from behind (kind, name)."""
        with self._database.reading() as connection:
            values = {"id": organization_id, "kind": beyond[0], "name": beyond[1], "limit": limit}
            found = connection.execute(_HOLDERS, values)
            return [Holder(**row) for row in found.fetchall()]

    def holder(self, organization_id: str, kind: Kind, name: str) -> Holder | None:
        """One of them."""
        query = f"select * from ({_ALL}) h where kind = %(kind)s and name = %(name)s"  # noqa: S608 - a constant
        with self._database.reading() as connection:
            row = connection.execute(query, {"id": organization_id, "kind": kind, "name": name}).fetchone()
        return Holder(**row) if row else None

    def holding(self, organization_id: str, credential: str) -> bool:
        """Whether an integration or a channel has the credential of this name."""
        query = f"select 1 from ({_ALL}) h where credential = %(name)s limit 1"  # noqa: S608 - a constant
        with self._database.reading() as connection:
            return connection.execute(query, {"id": organization_id, "name": credential}).fetchone() is not None

    def living(self, organization_id: str, names: Sequence[str]) -> list[Version]:
        """The versions of these that have not ended: three of each at most."""
        with self._database.reading() as connection:
            found = connection.execute(
                "select * from reconciler.credentials where organization_id = %s and name = any(%s)"
                " and state <> 'revoked' order by name, version desc",
                [organization_id, list(names)],
            )
            return [version_of(row) for row in found.fetchall()]

    def versions(self, organization_id: str, name: str, limit: int = 20) -> list[Version]:
        """The newest versions, the newest first; those that have not ended are always among them."""
        with self._database.reading() as connection:
            found = connection.execute(
                "select * from reconciler.credentials where organization_id = %s and name = %s"
                " order by (state = 'revoked'), version desc limit %s",
                [organization_id, name, limit],
            )
            return sorted(map(version_of, found.fetchall()), key=lambda each: -each.version)

    def version(self, organization_id: str, name: str, number: int) -> Version | None:
        """One version."""
        with self._database.reading() as connection:
            row = connection.execute(
                "select * from reconciler.credentials where organization_id = %s and name = %s and version = %s",
                [organization_id, name, number],
            ).fetchone()
        return version_of(row) if row else None

    def trail(self, organization_id: str, name: str, beyond: int | None, limit: int) -> list[Entry]:
        """Uses and changes of one credential, the newest first, older than the entry `beyond`."""
        with self._database.reading() as connection:
            found = connection.execute(_TRAIL, [organization_id, name, beyond, beyond, limit])
            return [Entry(**row) for row in found.fetchall()]


_ALL = """
    select 'integration' as kind, name, credentials ->> 'name' as credential, integration_type as type, environment
    from public.organization_integrations where organization_id = %(id)s
    union all
    select 'channel', c ->> 'channel', 'channel_' || (c ->> 'channel'), c ->> 'by', ''
    from reconciler.organizations o, jsonb_array_elements(coalesce(o.body -> 'notifications', '[]')) c
    where o.id = %(id)s"""
_HOLDERS = f"""
    select * from ({_ALL}) h where (kind, name) > (%(kind)s, %(name)s)
    order by kind, name limit %(limit)s"""  # noqa: S608 - a constant
_TRAIL = """
    select id, at, actor, action, (detail ->> 'version')::int as version, coalesce(detail ->> 'reason', '') as reason
    from reconciler.audit
    where organization_id = %s and object = %s and (action like 'credential-%%' or action = 'channel-used')
        and (%s::bigint is null or id < %s)
    order by id desc limit %s"""
