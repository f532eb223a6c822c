"""What the metrics ask of the database: a few counts over all organisations, in one cheap statement. Read only.

Runs are processes of their own, on whatever machine: only their rows know all of them. Sums over a day are found by the
index of each integration's runs; the open rows of the ledger by their partial index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.database.connection import Connection, Database

MOST = 2000
"""Organisations that are told one by one, those that are not Ready first."""
STATEMENT_MS = 5000


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation's condition; an empty name is the repository's own."""

    organization: str
    reason: str


@dataclass(frozen=True, slots=True)
class Census:
    """Counts at one moment. Ages are in seconds, None where there is nothing to be old.

    `standings` are at most MOST, `reasons` count all. `runs` are those that began within a day, by state; `documents`
    what became of documents in them, by outcome; `open` are the ledger's documents that wait for something, by
    state, however old; those on their way are not among them, for no index tells them from those that arrived.
    """

    standings: Sequence[Standing] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    oldest_verified_s: float | None = None
    runs: Mapping[str, int] = field(default_factory=dict)
    documents: Mapping[str, int] = field(default_factory=dict)
    open: Mapping[str, int] = field(default_factory=dict)
    oldest_open_s: float | None = None
    latest_s: float = 0.0
    requests: int = 0
    oldest_request_s: float | None = None


def count(database: Database, now: datetime | None = None) -> Census:
    """Ask; ages are up to `now`, the database's own clock where left out. Raises DatabaseDown."""
    with database.reading() as connection:
        connection.execute(f"set local statement_timeout = {STATEMENT_MS}")
        now = now or _now(connection)
        row = connection.execute(_CENSUS, {"now": now, "most": MOST, "outcomes": list(OUTCOMES)}).fetchone()
    assert row is not None
    found: dict[str, Any] = dict(row)
    standings = [Standing(each["organization"], each["reason"]) for each in found.pop("standings")]
    ages = {name: None if found[name] is None else float(found[name]) for name in _AGES}
    return Census(standings=standings, **(found | ages | {"latest_s": float(found["latest_s"])}))


def _now(connection: Connection) -> datetime:
    row = connection.execute("select clock_timestamp() as now").fetchone()
    assert row is not None
    found: datetime = row["now"]
    return found


OUTCOMES = (
    *("sent", "accepted", "posted", "rejected", "rejected_late", "not_applied", "unknown", "held", "drifted"),
    *("would_send", "would_reject"),
)
_AGES = ("oldest_verified_s", "oldest_open_s", "oldest_request_s")
_READY = ("Applied", "Pinned")
_CENSUS = f"""
    with day as materialized (
        select r.state, r.counts, r.occurrence, r.started_at
        from public.organization_integrations i
        cross join lateral (
            select state, counts, occurrence, started_at from reconciler.runs
            where organization_id = i.organization_id and integration = i.name
                and started_at > %(now)s::timestamptz - interval '1 day'
            -- Keeps this a look into the index for each, whatever is thought of the table's size.
            offset 0
        ) r
    ), unsettled as materialized (
        select state, count(*) as documents, min(changed_at) as since from reconciler.exports
        where undecided group by state
    )
    select
        (select coalesce(jsonb_agg(told), '[]') from (
            select organization, reason from reconciler.conditions
            order by reason in {_READY}, organization limit %(most)s) told) as standings,
        (select coalesce(jsonb_object_agg(reason, found), '{{}}') from (
            select reason, count(*) as found from reconciler.conditions where organization <> '' group by reason
        ) told) as reasons,
        (select extract(epoch from %(now)s - min(verified_at)) from reconciler.conditions
            where organization <> '' and reason in {_READY}) as oldest_verified_s,
        (select coalesce(jsonb_object_agg(state, found), '{{}}') from (
            select state, count(*) as found from day group by state) told) as runs,
        (select coalesce(jsonb_object_agg(outcome, found), '{{}}') from (
            select told.key as outcome, sum(told.value::numeric)::bigint as found from day
            cross join lateral jsonb_each(day.counts) as category
            cross join lateral jsonb_each(
                case jsonb_typeof(category.value) when 'object' then category.value end) as told
            where jsonb_typeof(told.value) = 'number' and told.key = any(%(outcomes)s) group by told.key
        ) told) as documents,
        (select coalesce(jsonb_object_agg(state, documents), '{{}}') from unsettled) as open,
        (select extract(epoch from %(now)s - min(since)) from unsettled) as oldest_open_s,
        (select coalesce(max(extract(epoch from started_at - occurrence)), 0) from day
            where occurrence is not null and state <> 'skipped'
                and started_at > %(now)s - interval '1 hour') as latest_s,
        (select count(*) from reconciler.run_requests where state in ('waiting', 'taken')) as requests,
        (select extract(epoch from %(now)s - min(requested_at)) from reconciler.run_requests
            where state in ('waiting', 'taken')) as oldest_request_s"""  # noqa: S608 - names are ours
