"""What a monthly statement counts, from frozen payloads and the ledger: added up in the database, so that a month of a
hundred thousand documents costs no more memory here than one of ten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.database.connection import Connection, Database
from reconciler.runs.account_statement import GROUPS, AccountLine, Compared, Entry, Group, Part
from reconciler.runs.comparison import SENT
from reconciler.runs.inventory import Window

MOST = 1000
"""Entries of a group that a statement lists; it says how many more there are."""
LONGEST = 300
"""Characters of an outside system's message."""
_TOTALS = """
    select count(*) as documents, coalesce(sum(e.amount), 0) as amount, min(e.number) as first_number,
        max(e.number) as last_number, count(*) filter (where p.payload is null) as unkept,
        coalesce(sum(e.amount) filter (where p.payload is null), 0) as unkept_amount
    from reconciler.exports e
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    where e.organization_id = %(organization)s and e.target = %(target)s and e.state = any(%(sent)s)
        and e.sent_at >= %(begins)s and e.sent_at < %(ends)s"""
# Of a balanced document each line has an amount of its own; of any other the document's amount is its first line's.
_ACCOUNTS = r"""
    select coalesce(line -> 'fields' ->> %(account)s, '') as account, e.category, coalesce(line ->> 'name', '') as line,
        count(*) as count, sum(greatest(value, 0)) as debit, sum(greatest(-value, 0)) as credit
    from reconciler.exports e
    join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    cross join lateral jsonb_array_elements(p.payload -> 'lines') with ordinality as lines (line, place)
    cross join lateral (select case when %(amount)s::text is null then case when place = 1 then e.amount end
        when line -> 'fields' ->> %(amount)s ~ '^-?[0-9]{1,15}([.][0-9]+)?$'
            then (line -> 'fields' ->> %(amount)s)::numeric end as value) as valued
    where e.organization_id = %(organization)s and e.target = %(target)s and e.state = any(%(sent)s)
        and e.sent_at >= %(begins)s and e.sent_at < %(ends)s
    group by 1, 2, 3 order by 1, 2, 3"""
_ROWS = """
    select count(*) over () as altogether, e.category,
        case when e.code = 'never-posted' then 'never_posted' else e.state end as state,
        e.record_id, e.number, coalesce(e.sent_at, e.claimed_at) as at, e.amount, e.reference,
        left(case when p.message <> '' then p.message
            when e.state in ('rejected', 'rejected_late') then e.code else '' end, %(longest)s) as words
    from reconciler.exports e
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt
    where e.organization_id = %(organization)s and e.target = %(target)s
        and (e.state = any(%(states)s) or e.code = any(%(states)s))
        and coalesce(e.sent_at, e.claimed_at) >= %(begins)s and coalesce(e.sent_at, e.claimed_at) < %(ends)s
    order by e.category, e.number limit %(limit)s"""
_WITHHELD = """
    select count(*) over () as altogether, 'withheld' as state, category, record_id, null::bigint as number,
        since as at, null::numeric as amount, '' as reference, reason as words
    from reconciler.withheld w
    where organization_id = %(organization)s and integration = %(integration)s and category = any(%(categories)s)
        and since < %(ends)s and (until is null or until >= %(ends)s)
    order by category, record_id limit %(limit)s"""
_GROUPS: tuple[tuple[Group, str, list[str]], ...] = (
    ("rejected", _ROWS, ["rejected", "rejected_late"]),
    ("question", _ROWS, ["unknown", "held", "drifted", "voided", "never-posted"]),
    ("withheld", _WITHHELD, []),
)
"""The groups of single records: the states (or codes) that belong to each."""
_COMPARED = """
    select id, at, first_day as first, last_day as last, way, complete,
        first_day <= %(first)s and last_day >= %(last)s as whole
    from reconciler.reconciliations
    where organization_id = %(organization)s and target = %(target)s and last_day >= %(first)s and first_day <= %(last)s
    order by whole desc, id desc limit 1"""
_DIFFERENCES = """
    select kind as state, category, record_id, number, case when first_day = last_day then first_day end as day,
        ours as amount, theirs, detail as words, reference
    from reconciler.reconciliation_lines
    where reconciliation_id = %(id)s and last_day >= %(first)s and first_day <= %(last)s
    order by array_position(array['twice', 'missing', 'unknown_here', 'amount', 'content'], kind), category, number
    limit %(limit)s"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a statement: a target, the fields of its document that hold account and amount, its categories."""

    organization_id: str
    integration: str
    target: str
    account: str | None
    amount: str | None
    categories: tuple[str, ...]


class AccountStatements:
    """Reads what statements say; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def part(self, asked: Asked, window: Window) -> Part:
        """One target of one month, in one snapshot."""
        values: dict[str, Any] = {
            "organization": asked.organization_id,
            "integration": asked.integration,
            "target": asked.target,
            "account": asked.account or "",
            "amount": asked.amount,
            "categories": list(asked.categories),
            "sent": list(SENT),
            "begins": window.begins,
            "ends": window.ends,
            "first": window.first,
            "last": window.last,
            "limit": MOST,
            "longest": LONGEST,
        }
        with self._database.reading() as connection:
            totals = connection.execute(_TOTALS, values).fetchone()
            assert totals is not None
            accounts = [AccountLine(**row) for row in connection.execute(_ACCOUNTS, values).fetchall()]
            entries, more = _entries(connection, values, window.zone)
            found = connection.execute(_COMPARED, values).fetchone()
            if found is not None:
                rows = connection.execute(_DIFFERENCES, values | {"id": found.pop("id")}).fetchall()
                entries += [Entry(group="difference", **row) for row in rows]
        entries.sort(key=lambda each: GROUPS.index(each.group))
        compared = Compared(**found) if found else None
        return Part(target=asked.target, accounts=accounts, entries=entries, more=more, compared=compared, **totals)


def _entries(connection: Connection, values: Mapping[str, Any], zone: ZoneInfo) -> tuple[list[Entry], dict[str, int]]:
    """The first records of each group, and how many more there are."""
    found: list[Entry] = []
    more: dict[str, int] = {}
    for group, query, states in _GROUPS:
        rows = connection.execute(query, {**values, "states": states}).fetchall()
        left = rows[0]["altogether"] - len(rows) if rows else 0
        more |= {group: left} if left else {}
        for row in rows:
            day = row.pop("at").astimezone(zone).date()
            found.append(Entry(group=group, day=day, **{name: row[name] for name in row if name != "altogether"}))
    return found, more
