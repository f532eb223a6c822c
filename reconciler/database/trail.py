"""The audit trail as people leaf through it: who did what, page by page, each by an index. It is written elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from reconciler.database.connection import Database


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `detail` holds no personal data but a reason that somebody typed may."""

    id: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrailChoice:
    """Which entries are meant: an organisation's, from `since` and before `until`, before the entry `beyond`; of one
    action and one person and one of several objects, where they are named.
    """

    organization_id: str
    action: str = ""
    actor: str = ""
    objects: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    beyond: int = 0


class Trail:
    """Read-only questions about the trail of one organisation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, choice: TrailChoice, limit: int) -> list[Entry]:
        """So many at most, the newest first."""
        values = {**asdict(choice), "limit": limit}
        found: list[Entry] = []
        with self._database.reading() as connection:
            if choice.beyond:
                row = connection.execute(_BEYOND, values).fetchone()
                if row is None:
                    return []
                values["beyond_at"] = row["at"]
            for name in dict.fromkeys(choice.objects) or ("",):
                rows = connection.execute(_query(choice), values | {"object": name}).fetchall()
                found += [Entry(**row) for row in rows]
        return sorted(found, key=lambda each: (each.at, each.id), reverse=True)[:limit]

    def pages(self, choice: TrailChoice, most: int, size: int = 1000) -> Iterator[list[Entry]]:
        """The same one page after another, `most` entries in all."""
        while most > 0 and (found := self.entries(choice, min(size, most))):
            yield found
            most -= len(found)
            choice = replace(choice, beyond=found[-1].id)


def _query(choice: TrailChoice) -> str:
    """Only what is asked for: what does not narrow anything down would hide which index is the right one."""
    asked = {
        "and object = %(object)s": choice.objects,
        "and action = %(action)s": choice.action,
        "and actor = %(actor)s": choice.actor,
        "and at >= %(since)s": choice.since,
        "and at < %(until)s": choice.until,
        "and (at, id) < (%(beyond_at)s, %(beyond)s)": choice.beyond,
    }
    return _ENTRIES.format(" ".join(words for words, wanted in asked.items() if wanted))


_BEYOND = "select at from reconciler.audit where id = %(beyond)s and organization_id = %(organization_id)s"
_ENTRIES = """
    select id, at, actor, action, object, detail from reconciler.audit
    where organization_id = %(organization_id)s {} order by at desc, id desc limit %(limit)s"""
"""About one object at a time: each is found by an index of its own, in order."""
