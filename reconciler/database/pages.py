"""A page of the app's records, and what the ledger says of just these: how a long run goes on.

All that waits is found by comparing all records with the whole ledger, which a page is not worth. And the ledger is
asked once for all records of a page: asked for each, a planner that takes it for a table of one row would read all of
it again every time.
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
        {select} {source} where {wanted} and not {held} and {order} >= {at} and ({order}, {key}) > ({at}, {record})
        order by {order}, {key} limit {limit}
    ), ledger as materialized (
        select e.record_id, bool_and({free}) as free from reconciler.exports e
        where {ours} and e.record_id = any(array(select {named}::text from page)) group by e.record_id
    )
    select page.*, ledger.record_id is not null as ledger_known, coalesce(ledger.free, true) as ledger_free
    from page left join ledger on ledger.record_id = page.{named}::text order by page.ledger_place"""


def paged(made: Statement, wanted: Composed, now: datetime, page: Page) -> Composed:
    """The query for the records that are `wanted` after a page's beginning, in the order in which they go.

    `ledger_known` and `ledger_free` say whether the ledger has a row of a record, and whether none stands in its way.
    """
    category = made.category
    order, key = made.column(category.cut_over), made.column(category.key)
    return SQL(_PAGED).format(
        select=made.fields(SQL("row_number() over (order by {}, {}) as ledger_place").format(order, key)),
        source=made.source,
        wanted=wanted,
        held=made.held_back(now),
        order=order,
        key=key,
        named=Identifier(category.key),
        at=made.value(page.at),
        record=made.value(page.record_id),
        limit=made.value(page.limit),
        free=made.free(now),
        ours=made.ours(),
    )


def after(category: DataCategory, rows: Sequence[Mapping[str, Any]], limit: int) -> Page | None:
    """Where the next page begins; None where this was the last one, or its end has no date that could be told."""
    if len(rows) < limit:
        return None
    at = rows[-1][category.cut_over]
    return Page(limit, at, str(rows[-1][category.key])) if isinstance(at, date) else None
