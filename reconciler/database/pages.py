"""A page of the app's records, and what the ledger says of just these.

Planners know too little for it: until somebody has counted a new target's rows, its ledger is taken for a table of one
row, which any index finds; and conditions that are never null are taken for narrow ones. So it is asked with sorting
switched off (`IN_ORDER`): then the one index that gives the newest epoch first is preferred, and the app's that knows
the order in which records go. Without that a page of five hundred was seen to read fifteen million rows.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.sql import SQL, Composed, Identifier

from reconciler.database.statement import Statement
from reconciler.runs.export import Page
from reconciler.specs.models.category import DataCategory

_PAGED = """
    with page as materialized (
        {select} {source} where {wanted} order by {order}, {key} limit {limit}
    )
    select page.*, ledger.known is not null as ledger_known, coalesce(ledger.free, true) as ledger_free
    from page left join lateral (
        select true as known, {free} as free from reconciler.exports e
        where {ours} and e.record_id = page.{named}::text order by e.epoch desc limit 1
    ) ledger on true order by page.ledger_order, page.ledger_key"""


def paged(made: Statement, wanted: Composed, now: datetime, limit: int) -> Composed:
    """The query for the first of the records that are `wanted`, in the order in which they go.

    `ledger_known` and `ledger_free` say whether the ledger has a row of a record, and whether none stands in its way.
    """
    category = made.category
    order, key = made.column(category.cut_over), made.column(category.key)
    return SQL(_PAGED).format(
        # Not as a row's number in the order: to number one, all that follow are sorted too.
        select=made.fields(SQL("{} as ledger_order, {} as ledger_key").format(order, key)),
        source=made.source,
        wanted=wanted,
        order=order,
        key=key,
        named=Identifier(category.key),
        limit=made.value(limit),
        free=made.free(now),
        ours=made.ours(),
    )


def beyond(made: Statement, now: datetime, page: Page) -> list[Composed]:
    """What a record meets that comes after a page's beginning, and that nobody holds back."""
    order, key = made.column(made.category.cut_over), made.column(made.category.key)
    at, record = made.value(page.at), made.value(page.record_id)
    return [
        SQL("not {}").format(made.held_back(now)),
        SQL("{} >= {}").format(order, at),
        SQL("({}, {}) > ({}, {})").format(order, key, at, record),
    ]


def after(category: DataCategory, rows: Sequence[Mapping[str, Any]], limit: int) -> Page | None:
    """Where the next page begins; None where this was the last one, or its end has no date that could be told."""
    if len(rows) < limit:
        return None
    at = rows[-1][category.cut_over]
    return Page(limit, at, str(rows[-1][category.key])) if isinstance(at, date) else None
