"""What a lookup proves about a row: found, absent once, absent twice far enough apart (design.md 5, class C)."""

from datetime import datetime, timedelta
from decimal import Decimal

from psycopg.types.json import Jsonb

from reconciler.database.connection import Connection
from reconciler.runs.export import Open
from reconciler.runs.outcome import Found


def settle_found(connection: Connection, asked: Open, found: Found, now: datetime) -> str:
    """The state that the row has from now on; empty where nothing changed.

    An amount that is not ours is somebody's correction, or a doubled document: it is shown as drifted, never touched.
    """
    state = found.proves
    if found.amount and asked.amount is not None and Decimal(found.amount) != asked.amount_there:
        state = "drifted"
    if state == asked.state:
        _forget_absence(connection, asked)
        return ""
    connection.execute(
        """
        update reconciler.exports
        set state = %(state)s, target_ids = %(ids)s, code = %(code)s, first_absent_at = null, changed_at = %(now)s,
            next_attempt_at = null, sent_at = coalesce(sent_at, %(now)s)
        where id = %(id)s and attempt = %(attempt)s and state = %(from)s""",
        {
            "state": state,
            "ids": Jsonb(list(found.target_ids or asked.target_ids)),
            "code": "amount-differs" if state == "drifted" else "",
            "now": now,
            "id": asked.id,
            "attempt": asked.attempt,
            "from": asked.state,
        },
    )
    if found.message:
        connection.execute(
            "update reconciler.export_payloads set message = %s where export_id = %s and attempt = %s",
            [found.message, asked.id, asked.attempt],
        )
    return state


def settle_absent(connection: Connection, asked: Open, now: datetime, window_s: int) -> str:
    """What a second absence, a visibility window after the first or later, proves; the first is only remembered.

    What was unknown was never there: `not_applied`. What was sent was taken away by somebody: `drifted`, shown and
    never sent again. Once is not enough for that either: the import job may move it while we ask place by place.
    """
    if asked.first_absent_at is None:
        connection.execute(
            "update reconciler.exports set first_absent_at = %s where id = %s and attempt = %s and state = %s",
            [now, asked.id, asked.attempt, asked.state],
        )
        return "absent"
    if now - asked.first_absent_at < timedelta(seconds=window_s):
        return "absent"
    state, code = ("not_applied", "proved-absent") if asked.state == "unknown" else ("drifted", "gone")
    connection.execute(
        "update reconciler.exports set state = %s, code = %s, next_attempt_at = %s,"
        " changed_at = %s where id = %s and attempt = %s and state = %s",
        [state, code, asked.again_at if state == "not_applied" else None, now, asked.id, asked.attempt, asked.state],
    )
    return state


def _forget_absence(connection: Connection, asked: Open) -> None:
    if asked.first_absent_at is not None:
        connection.execute(
            "update reconciler.exports set first_absent_at = null where id = %s and attempt = %s",
            [asked.id, asked.attempt],
        )
