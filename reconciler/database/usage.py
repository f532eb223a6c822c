"""What is used of an allowance and what is in its way, for people: read only, and nothing is taken or made."""

from datetime import datetime, timedelta
from typing import Any

from reconciler.database.allowances import named
from reconciler.database.connection import Database
from reconciler.runs.allowance import Allowed, Usage
from reconciler.runs.breaker import LONGEST


class Usages:
    """The allowances behind the credentials in use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, organization_id: str, credential: str, allowed: Allowed, now: datetime) -> Usage:
        """That of a credential, where it is used now; nothing used where it has never asked."""
        first = now.astimezone(allowed.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
        renews = (first + timedelta(days=31)).replace(day=1)
        with self._database.reading() as connection:
            used: dict[str, Any] = {}
            shut: list[dict[str, Any]] = []
            current = connection.execute(_CURRENT, [organization_id, credential]).fetchone()
            if current is not None:
                values = {
                    "name": named(connection, current["origin"] or "", current["fingerprint"]),
                    "now": now,
                    "month": first.date(),
                    "open": LONGEST,
                }
                used = connection.execute(_USED, values).fetchone() or {}
                shut = connection.execute(_SHUT, values).fetchall()
        return Usage(
            reads=used.get("reads", 0),
            writes=used.get("writes", 0),
            quota=allowed.quota,
            reserve=allowed.reserve,
            renews=renews,
            closed_until=used.get("closed_until"),
            closed_reason=used.get("closed_reason") or "",
            shut={each["operation"]: (each["shut_until"], each["reason"]) for each in shut},
        )


_CURRENT = """
    select origin, fingerprint from reconciler.credentials
    where organization_id = %s and name = %s and state = 'current'"""
_USED = """
    select case when month = %(month)s then reads else 0 end as reads,
        case when month = %(month)s then writes else 0 end as writes,
        case when closed_until > %(now)s then closed_until end as closed_until,
        case when closed_until > %(now)s then closed_reason end as closed_reason
    from reconciler.allowances where allowance = %(name)s"""
_SHUT = """
    select operation, shut_until, reason from reconciler.breakers
    where allowance = %(name)s and shut_until > %(now)s and shut_until <= %(now)s + %(open)s
    order by operation desc"""
