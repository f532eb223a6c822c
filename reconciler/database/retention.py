"""The Retention port on PostgreSQL: which tables hold content is said in `content`, how it is taken out here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.database.retention_statements import (
    ANSWERS_OF_SUBJECT,
    ERASE,
    ERASE_OBSERVED,
    EXPIRED,
    FORGET_LISTS,
    KEPT,
    LOCK,
    OLD_WORDS,
    PROBLEMS_OF_SUBJECT,
    PURGE,
    PURGE_OBSERVED,
    TAKE,
    TRACES,
    UNSEAL,
)
from reconciler.errors import Blocked, UsageError
from reconciler.runs.retention import OVER, PERIOD, UNRESOLVED, Erased, Kept, Trace
from reconciler.specs.personal import TAKEN_OUT
from reconciler.specs.sentences import say

AT_ONCE = 5_000
"""Documents per transaction of a purge: no lock is held for long, and a pooler keeps its connection free."""
LISTED = 20
"""Unresolved documents that a refusal names."""


class RetentionTable:
    """Every statement names the organisation: nothing of another one is ever read or changed here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def traces(self, organization_id: str, subject: str) -> list[Trace]:
        """See the port."""
        with self._database.reading() as connection:
            return _traces(connection, organization_id, subject)

    def erase(self, organization_id: str, subject: str, confirmed: int, actor: str, now: datetime) -> Erased:
        """See the port."""
        key = {"organization": organization_id, "subject": subject, "now": now, "out": TAKEN_OUT}
        with self._database.transaction() as connection:
            connection.execute(LOCK, key)
            found = _traces(connection, organization_id, subject)
            _refuse_unresolved(found)
            held = sum(each.holds for each in found)
            if held != confirmed:
                hint = "look at the list once more, and confirm what it says now"
                raise UsageError(
                    say(
                        "{held} documents hold content of the subject, and {confirmed} were confirmed",
                        held=held,
                        confirmed=confirmed,
                    ),
                    hint,
                )
            for statement in (PROBLEMS_OF_SUBJECT, ANSWERS_OF_SUBJECT, *ERASE, ERASE_OBSERVED, FORGET_LISTS):
                connection.execute(statement, key)
            detail = {"documents": held, "copies": sum(each.copied for each in found)}
            entry = write_audit(connection, now, actor, organization_id, "erase", "a subject", detail)
            return Erased(now, entry, held, _traces(connection, organization_id, subject))

    def kept(self, organization_id: str) -> list[Kept]:
        """See the port."""
        with self._database.reading() as connection:
            rows = connection.execute(KEPT, {"organization": organization_id}).fetchall()
        return [Kept(**row) for row in rows]

    def expired(self, organization_id: str, before: Mapping[str, datetime]) -> dict[str, int]:
        """See the port."""
        with self._database.reading() as connection:
            rows = connection.execute(EXPIRED, _limits(organization_id, before)).fetchall()
        return {row["category"]: row["documents"] for row in rows}

    def purge(self, organization_id: str, before: Mapping[str, datetime], actor: str, now: datetime) -> dict[str, int]:
        """See the port. Each transaction is audited by what it did, so that a purge that was cut off is too."""
        counts: dict[str, int] = {}
        values = _limits(organization_id, before) | {"now": now, "limit": AT_ONCE, "out": TAKEN_OUT}
        values |= {"old": now - PERIOD}
        while part := self._purge_some(values, actor, now):
            counts = {name: counts.get(name, 0) + part.get(name, 0) for name in sorted({*counts, *part})}
        with self._database.transaction() as connection:
            connection.execute(UNSEAL, {**values, "unresolved": list(UNRESOLVED)})
            for statement in (PURGE_OBSERVED, *OLD_WORDS):
                connection.execute(statement, values)
        return counts

    def _purge_some(self, values: Mapping[str, Any], actor: str, now: datetime) -> dict[str, int]:
        with self._database.transaction() as connection:
            rows = connection.execute(TAKE, values).fetchall()
            for statement in PURGE:
                connection.execute(statement, {**values, "ids": [row["id"] for row in rows]})
            counts: dict[str, int] = {}
            for row in rows:
                counts[row["category"]] = counts.get(row["category"], 0) + 1
            if counts:
                write_audit(connection, now, actor, values["organization"], "purge", "expired content", counts)
            return counts


def _traces(connection: Connection, organization_id: str, subject: str) -> list[Trace]:
    rows = connection.execute(TRACES, {"organization": organization_id, "subject": subject}).fetchall()
    return [Trace(**{**row, "target_ids": tuple(row["target_ids"])}) for row in rows]


def _refuse_unresolved(found: Sequence[Trace]) -> None:
    if waiting := [each for each in found if each.unresolved]:
        first = ", ".join(f"number {each.number} in {each.target} ({each.state})" for each in waiting[:LISTED])
        more = say(" and {more} more", more=len(waiting) - LISTED) if len(waiting) > LISTED else ""
        hint = "their content is needed to find out what became of them: sync, or answer them, then erase"
        raise Blocked(say("nobody knows yet what became of {first}{more}", first=first, more=more), hint)


def _limits(organization_id: str, before: Mapping[str, datetime]) -> dict[str, Any]:
    limits: dict[str, Any] = {"categories": list(before), "moments": list(before.values()), "over": list(OVER)}
    return limits | {"organization": organization_id}
