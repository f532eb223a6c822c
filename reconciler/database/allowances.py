"""Allowances in one table: turns to ask, pauses, closings and the month's count, shared by all processes.

Each method is one short transaction of its own, on no lock that outlives it, so a transaction-mode pooler may stand
between; none is ever part of the ledger's. The clock is the database's, unless `now` says another (a staged one).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from reconciler.database.breakers import BreakerTable
from reconciler.database.connection import Connection, Database
from reconciler.runs.allowance import Allowed, Asking, Turn
from reconciler.runs.breaker import Operation

MARGIN, LEAST_MARGIN_S, MOST_MARGIN_S = 0.1, 0.25, 1.0
"""By which part a window is taken longer than declared: requests arrive later than they begin, and not equally so."""
MOST_BEGUN = 100
"""Beginnings that a row remembers."""
LONGEST_UNDER_WAY_S = 180
"""Seconds after its turn, at the most, in which a request is under way (adapters/edge.py, WHOLE_S): whoever dies in the
midst of one keeps its place for so long."""
HORIZON_S = 600
"""Seconds; a turn that lies further ahead was written by a clock that was wrong, and is forgotten."""
LONGEST_CLOSED_DAYS, SHORTEST_CLOSED_S, REASON = 32, 60, 300
"""What an answer may ask for at most and at least, and the characters that are kept of its words."""


def window(allowed: Allowed) -> tuple[int, float]:
    """Requests and seconds that keep the declared pace: at most MOST_BEGUN requests, in a window with its margin.

    6000 in 300 s become 100 in 5 s: whoever keeps the short window keeps the long one.
    """
    parts = ceil(allowed.requests / MOST_BEGUN) or 1
    margin_s = min(max(allowed.seconds * MARGIN, LEAST_MARGIN_S), MOST_MARGIN_S)
    return allowed.requests // parts, (allowed.seconds + margin_s) / parts


def allowance_name(database: Database, origin: str, fingerprint: str) -> str:
    """What an outside system knows us by: its origin, and the credential, named after who stored it first.

    The name stays when that credential is rotated, and it is the same for the same credential in other hands.
    """
    with database.alone() as connection:
        return named(connection, origin, fingerprint)


def named(connection: Connection, origin: str, fingerprint: str) -> str:
    """See `allowance_name`."""
    row = connection.execute(_HOLDER, [fingerprint]).fetchone()
    return f"{origin} {row['holder'] if row else fingerprint}"


@dataclass(frozen=True, slots=True)
class AllowanceRow:
    """The Allowance of `runs.allowance` on PostgreSQL."""

    database: Database
    name: str
    allowed: Allowed
    now: Callable[[], datetime] | None = None

    def turn(self, asking: Asking, patience_s: float, *, enter: bool = True, turns: int = 1) -> Turn:
        """See `Allowance`."""
        return self._turn(asking, patience_s, self.allowed.concurrency if enter else 0, turns)

    def leave(self, place: datetime) -> None:
        """See `Allowance`."""
        self._execute(_LEAVE, {"place": place})

    def look(self, asking: Asking) -> Turn:
        """See `Allowance`."""
        return self._turn(asking, 0.0, 0, 0)

    def pause(self, seconds: float) -> None:
        """See `Allowance`."""
        self._execute(_PAUSE, {"seconds": seconds, "horizon": HORIZON_S})

    def close(self, until: datetime | None, seconds: float, reason: str) -> datetime:
        """See `Allowance`."""
        values = {
            "until": until,
            "seconds": seconds,
            "reason": reason[:REASON],
            "longest": LONGEST_CLOSED_DAYS,
            "shortest": SHORTEST_CLOSED_S,
        }
        found: datetime = self._execute(_CLOSE, values)["closed_until"]
        return found

    def lift(self) -> None:
        """See `Allowance`."""
        self._execute(_LIFT, {})
        self._breakers.lift()

    def count(self, operation: Operation, fine: int, failure: str | None) -> None:
        """See `Allowance`."""
        self._breakers.count(operation, fine, failure and failure[:REASON])

    def begin_probe(self, operation: Operation) -> bool:
        """See `Allowance`."""
        return self._breakers.begin_probe(operation)

    def end_probe(self, operation: Operation, failure: str | None) -> Turn:
        """See `Allowance`."""
        self._breakers.end_probe(operation, failure and failure[:REASON])
        return self.look(operation)

    def passed(self, operation: Operation) -> None:
        """See `Allowance`."""
        self._breakers.passed(operation)

    @property
    def _breakers(self) -> BreakerTable:
        return BreakerTable(self.database, self.name, self.now)

    def _turn(self, asking: Asking, patience_s: float, places: int, turns: int) -> Turn:
        most, span_s = window(self.allowed)
        found = self._execute(
            _TURN if turns else _TURN.replace(" for update of a", ""),
            {
                "asking": asking,
                "most": most,
                "span": span_s,
                "horizon": HORIZON_S,
                "patience": patience_s,
                "quota": self.allowed.quota,
                "reserve": self.allowed.reserve if asking == "write" else 0,
                "zone": self.allowed.zone.key,
                "turns": turns,
                "places": places,
                "longest": LONGEST_UNDER_WAY_S,
                "limited": bool(most or places or self.allowed.quota is not None),
            },
        )
        return Turn(**found)

    def _execute(self, query: str, values: dict[str, Any]) -> dict[str, Any]:
        """The row that a statement gives; the allowance's own row is made where there is none yet."""
        values = {**values, "name": self.name, "now": self.now() if self.now else None}
        with self.database.alone() as connection:
            for _ in range(2):
                if (found := connection.execute(query, values).fetchone()) is not None:
                    return found
                connection.execute(_MAKE, values)
        raise AssertionError(self.name)


_HOLDER = """
    select organization_id || '/' || name as holder from reconciler.credentials where fingerprint = %s
    order by tested_at is null, created_at, organization_id, name, version limit 1"""
_MAKE = "insert into reconciler.allowances (allowance) values (%(name)s) on conflict do nothing"
_TURN = """
    with held as materialized (
        -- Where nothing is limited, what is counted is for people to read, and waits for no disk.
        select a.* from reconciler.allowances a, set_config('synchronous_commit',
            case when %(limited)s then current_setting('synchronous_commit') else 'off' end, true)
        where allowance = %(name)s for update of a
    ), timed as materialized (
        -- After the lock was waited for: the clock must not be older than the turns that others took meanwhile.
        select held.*, coalesce(%(now)s::timestamptz, clock_timestamp()) as at,
            make_interval(secs => %(span)s) as span from held
    ), this as materialized (
        select timed.*, date_trunc('month', at at time zone %(zone)s)::date as present,
            array(select t from unnest(begun) t
                  where t > at - span and t <= at + make_interval(secs => %(horizon)s) order by t) as kept,
            array(select t from unnest(under_way) t
                  where t > at and t <= at + make_interval(secs => %(horizon)s)) as inside
        from timed
    ), used as materialized (
        select this.*,
            case when month = present then writes else 0 end as wrote,
            case when month = present then reads else 0 end as had_read,
            greatest(
                at,
                case when paused_until <= at + make_interval(secs => %(horizon)s) then paused_until end,
                case when cardinality(kept) >= %(most)s and %(most)s > 0
                then kept[cardinality(kept) - %(most)s + 1] + span end) as start
        from this
    ), judged as materialized (
        select used.*, b.shut_until, b.reason, b.opened, case
            when closed_until > at and %(asking)s <> 'test' then 'closed'
            when b.shut_until > at and b.shut_until <= at + interval '30 minutes' then 'shut'
            when wrote + had_read >= %(quota)s::bigint - %(reserve)s and %(asking)s <> 'test' then 'spent'
            when start > at + make_interval(secs => %(patience)s) then 'busy'
            when cardinality(inside) >= %(places)s and %(places)s > 0 then 'crowded'
            else 'granted' end as standing,
            -- Never less than one where it is granted: what is judged above is whether one fits.
            least(%(turns)s,
                case when %(most)s > 0
                    then %(most)s - (select count(*) from unnest(kept) t where t > start - span) end,
                case when %(asking)s <> 'test'
                    then %(quota)s::bigint - %(reserve)s - wrote - had_read end)::integer as fit
        from used left join reconciler.breakers b on b.allowance = used.allowance and b.operation = %(asking)s
    ), taken as (
        update reconciler.allowances a set
            month = present,
            writes = wrote + case when %(asking)s = 'write' then fit else 0 end,
            reads = had_read + case when %(asking)s <> 'write' then fit else 0 end,
            begun = case when %(most)s > 0
                then (kept || array_fill(start, array[fit]))[greatest(1, cardinality(kept) + fit + 1 - %(most)s):]
                else '{}' end,
            under_way = case when %(places)s > 0
                then inside || (start + make_interval(secs => %(longest)s)) else inside end
        from judged where a.allowance = judged.allowance and standing = 'granted' and %(turns)s > 0
    )
    select standing,
        extract(epoch from start - at)::float as wait_s,
        case standing when 'closed' then closed_until when 'shut' then shut_until
            when 'spent' then (present + interval '1 month') at time zone %(zone)s end as until,
        case standing when 'closed' then closed_reason when 'shut' then reason else '' end as reason,
        wrote + had_read as used,
        coalesce(opened > 0 and standing <> 'shut', false) as due,
        case when %(places)s > 0 and standing = 'granted'
            then start + make_interval(secs => %(longest)s) end as place,
        case standing when 'granted' then fit else 0 end as taken
    from judged"""
_LEAVE = """
    update reconciler.allowances set under_way = case
        when at is null then under_way else under_way[:at - 1] || under_way[at + 1:] end
    from (select array_position(under_way, %(place)s::timestamptz) as at
          from reconciler.allowances where allowance = %(name)s) as found
    where allowance = %(name)s returning allowance"""
_PAUSE = """
    with now as materialized (select coalesce(%(now)s::timestamptz, clock_timestamp()) as at)
    update reconciler.allowances set paused_until = greatest(
        case when paused_until <= at + make_interval(secs => %(horizon)s) then paused_until end,
        at + make_interval(secs => %(seconds)s))
    from now where allowance = %(name)s returning allowance"""
_CLOSE = """
    with now as materialized (select coalesce(%(now)s::timestamptz, clock_timestamp()) as at)
    update reconciler.allowances set closed_reason = %(reason)s, closed_until = least(
        at + make_interval(days => %(longest)s),
        greatest(at + make_interval(secs => %(shortest)s),
            coalesce(%(until)s::timestamptz, at + make_interval(secs => %(seconds)s))))
    from now where allowance = %(name)s returning closed_until"""
_LIFT = """
    update reconciler.allowances set closed_until = null, closed_reason = '', paused_until = null
    where allowance = %(name)s returning allowance"""
