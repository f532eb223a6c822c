"""Drafts in one table. Whoever may propose sees those of the organisation; a save names the version that it changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from reconciler.database.audit import write_audit
from reconciler.database.connection import Database
from reconciler.errors import Busy
from reconciler.runs.draft import Draft, Proposed

MOST = 200


class DraftTable:
    """The drafts of the organisation that the connection is held to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, draft: Draft) -> Draft:
        """Write a new one down; it gets its id here."""
        begun = replace(draft, id=uuid4())
        with self._database.transaction() as connection:
            connection.execute(
                "insert into reconciler.portal_drafts"
                " (id, organization_id, account, kind, title, base, files, answers, begun_at, changed_at)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [begun.id, begun.organization_id, begun.account, begun.kind, begun.title, begun.base,
                 Jsonb(dict(begun.files)), Jsonb(dict(begun.answers)), begun.begun_at, begun.changed_at],
            )  # fmt: skip
        return begun

    def save(self, draft: Draft, now: datetime) -> Draft:
        """Keep what it is now. Raises Busy where it was saved from elsewhere since, or is no draft any more."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "update reconciler.portal_drafts set title = %s, base = %s, files = %s, answers = %s, changed_at = %s,"
                " version = version + 1 where id = %s and version = %s and state = 'open' returning version",
                [draft.title, draft.base, Jsonb(dict(draft.files)), Jsonb(dict(draft.answers)), now, draft.id,
                 draft.version],
            ).fetchone()  # fmt: skip
        if row is None:
            raise Busy("the draft was changed meanwhile, from another page", "look at it as it is now, and try again")
        return replace(draft, version=row["version"], changed_at=now)

    def proposed(self, draft: Draft, proposed: Proposed, now: datetime) -> None:
        """Write down what it became. Again is the same as once."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "update reconciler.portal_drafts set state = 'proposed', branch = %s, head = %s, number = %s, url = %s,"
                " changed_at = %s where id = %s and state = 'open' returning id",
                [proposed.branch, proposed.head, proposed.number, proposed.url, now, draft.id],
            ).fetchone()
            if row is not None:
                detail = {"title": draft.title, "branch": proposed.branch, "head": proposed.head}
                write_audit(
                    connection, now, draft.account, draft.organization_id, "draft-proposed", str(draft.id), detail
                )

    def drop(self, draft: Draft, now: datetime) -> None:
        """It is not wanted any more."""
        with self._database.transaction() as connection:
            connection.execute(
                "update reconciler.portal_drafts set state = 'dropped', changed_at = %s"
                " where id = %s and state = 'open'",
                [now, draft.id],
            )

    def draft(self, draft: UUID) -> Draft | None:
        """One, as it stands."""
        with self._database.reading() as connection:
            row = connection.execute("select * from reconciler.portal_drafts where id = %s", [draft]).fetchone()
        return _draft(row) if row else None

    def drafts(self, states: tuple[str, ...] = ("open", "proposed"), most: int = 50) -> list[Draft]:
        """The newest in these states."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "select * from reconciler.portal_drafts where state = any(%s) order by changed_at desc limit %s",
                [list(states), min(most, MOST)],
            ).fetchall()
        return [_draft(row) for row in rows]


def _draft(row: Mapping[str, Any]) -> Draft:
    names = ("id", "account", "kind", "title", "base", "files", "answers", "begun_at", "changed_at", "version", "state")
    became = Proposed(row["branch"], row["head"], row["number"], row["url"]) if row["branch"] else None
    return Draft(organization_id=str(row["organization_id"]), proposed=became, **{name: row[name] for name in names})
