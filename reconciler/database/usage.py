"""What is used of an allowance and what is in its way, for people: read only, and nothing is taken or made."""

from collections.abc import Mapping, Sequence
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
        return self.several(organization_id, {credential: allowed}, now)[credential]

    def several(self, organization_id: str, allowed: Mapping[str, Allowed], now: datetime) -> dict[str, Usage]:
        """The same of several credentials, by their names."""
        months = {name: _month(each, now) for name, each in allowed.items()}
        with self._database.reading() as connection:
            current = connection.execute(_CURRENT, [organization_id, list(allowed)]).fetchall()
            names = {row["name"]: named(connection, row["origin"] or "", row["fingerprint"]) for row in current}
            values = {"names": [*names.values()], "now": now, "open": LONGEST}
            used = {row["allowance"]: row for row in connection.execute(_USED, values)} if names else {}
            shut = connection.execute(_SHUT, values).fetchall() if names else []
        return {
            name: _usage(
                each,
                months[name],
                used.get(names.get(name, ""), {}),
                [row for row in shut if row["allowance"] == names.get(name)],
            )
            for name, each in allowed.items()
        }


def _month(allowed: Allowed, now: datetime) -> datetime:
    return now.astimezone(allowed.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)


def _usage(allowed: Allowed, first: datetime, used: Mapping[str, Any], shut: Sequence[Mapping[str, Any]]) -> Usage:
    same = bool(used) and used["month"] == first.date()
    return Usage(
        reads=used["reads"] if same else 0,
        writes=used["writes"] if same else 0,
        quota=allowed.quota,
        reserve=allowed.reserve,
        renews=(first + timedelta(days=31)).replace(day=1),
        closed_until=used.get("closed_until"),
        closed_reason=used.get("closed_reason") or "",
        shut={each["operation"]: (each["shut_until"], each["reason"]) for each in shut},
    )


_CURRENT = """
    select name, origin, fingerprint from reconciler.credentials
    where organization_id = %s and name = any(%s) and state = 'current'"""
_USED = """
    select allowance, month, reads, writes,
        case when closed_until > %(now)s then closed_until end as closed_until,
        case when closed_until > %(now)s then closed_reason end as closed_reason
    from reconciler.allowances where allowance = any(%(names)s)"""
_SHUT = """
    select allowance, operation, shut_until, reason from reconciler.breakers
    where allowance = any(%(names)s) and shut_until > %(now)s and shut_until <= %(now)s + %(open)s
    order by operation desc"""
