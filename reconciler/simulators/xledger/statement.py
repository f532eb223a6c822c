"""What the books hold, voucher by voucher, for the eyes of tests and demos."""

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from reconciler.simulators.xledger.books import Books
from reconciler.simulators.xledger.fields import POSTED_REFERENCES
from reconciler.simulators.xledger.posting import amount_of, vouchers
from reconciler.simulators.xledger.reference import Row
from reconciler.simulators.xledger.state import State

_SHOWN = ("dbId", "text", "extIdentifier", "postedDate", "trItemNumber", "createdAt")


def statement(state: State) -> dict[str, Any]:
    """Posted vouchers first, then staged and failed ones, in the order of their arrival; errors; request counts.

    A voucher that was sent twice shows twice when posted in between, else with its lines doubled.
    """
    return {
        "vouchers": [*_posted(state.books), *_staged(state.books)],
        "errors": [_error(state.books, row) for row in state.books.errors.values()],
        "requests": asdict(state.counts),
    }


def _posted(books: Books) -> Iterable[dict[str, Any]]:
    by_number: dict[int, list[Row]] = {}
    for row in books.journal.values():
        by_number.setdefault(row.values["transactionNumber"], []).append(row)
    for number, rows in by_number.items():
        yield {**_voucher(rows), "state": "posted", "transactionNumber": number}


def _staged(books: Books) -> Iterable[dict[str, Any]]:
    for rows in vouchers(books.staged.values()).values():
        failed = any(row.db_id in books.errors for row in rows)
        yield {**_voucher(rows), "state": "failed" if failed else "staged", "transactionNumber": None}


def _voucher(rows: list[Row]) -> dict[str, Any]:
    identifiers = [row.values.get("extIdentifier") for row in rows]
    return {
        "trRegNumber": rows[0].values.get("trRegNumber"),
        "entity": rows[0].owner,
        "extIdentifiers": [one for one in identifiers if one is not None],
        "sum": str(sum((amount_of(row) for row in rows), Decimal("0.00"))),
        "lines": [_line(row) for row in rows],
    }


def _line(row: Row) -> dict[str, Any]:
    codes = {name: _code(row.values.get(name)) for name in POSTED_REFERENCES}
    return {**{name: row.values.get(name) for name in _SHOWN}, **codes, "amount": str(amount_of(row))}


def _code(reference: Any) -> str | None:
    return None if reference is None else reference["code"]


def _error(books: Books, row: Row) -> dict[str, Any]:
    line = books.staged[row.values["transactionDbId"]]
    return {
        "dbId": row.db_id,
        "transactionDbId": line.db_id,
        "trRegNumber": line.values.get("trRegNumber"),
        "extIdentifier": line.values.get("extIdentifier"),
        "message": row.values["message"],
        "createdAt": row.values["createdAt"],
    }
