"""The import job: balanced vouchers become journal entries, the others get error rows and stay staged.

The staging and error tables are in evidence, the exact rules are not (research 1.10, point 7): ours are below.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from reconciler.simulators.xledger.books import Books, now_text
from reconciler.simulators.xledger.fields import POSTED_REFERENCES, POSTED_TEXTS
from reconciler.simulators.xledger.reference import Row

_KEPT = (*POSTED_TEXTS, *POSTED_REFERENCES, "postedDate", "invoiceAmount", "trRegNumber")


def run_import(books: Books, refused: Mapping[str, str], most: int | None = None) -> tuple[Books, dict[str, int]]:
    """Judge every staged voucher once, or the `most` oldest; returns the new books and counts of vouchers and entries.

    `refused` maps an extIdentifier to the message with which its whole voucher is refused. What was taken before
    (`take`) is posted first.
    """
    after = books.copy()
    counts = {"posted": 0, "failed": 0, "entries": 0}
    for lines in vouchers(after.moving.values()).values():
        counts["posted"] += 1
        counts["entries"] += len(lines)
        _post(after, lines)
    after.moving.clear()
    for lines in list(vouchers(books.staged.values()).values())[:most]:
        message = _complaint(lines, refused)
        if message:
            counts["failed"] += 1
            for line in lines:
                after.complain(line, message)
        else:
            counts["posted"] += 1
            counts["entries"] += len(lines)
            _post(after, lines)
    return after, counts


def take(books: Books) -> tuple[Books, dict[str, int]]:
    """The first half of a posting that is seen from outside: the balanced vouchers are in neither table until the next
    step. Whether the real job can be caught so is unknown (research 1.4); the worst is assumed.
    """
    after = books.copy()
    taken = [lines for lines in vouchers(books.staged.values()).values() if not _complaint(lines, {})]
    for line in (line for lines in taken for line in lines):
        after.moving[line.db_id] = line
        after.unstage(line.db_id)
    return after, {"taken": len(taken)}


def vouchers(rows: Any) -> dict[tuple[int, Any], list[Row]]:
    """Staged lines by owner and `trRegNumber`, in the order of their arrival."""
    found: dict[tuple[int, Any], list[Row]] = {}
    for row in rows:
        found.setdefault((row.owner, row.values.get("trRegNumber")), []).append(row)
    return found


def amount_of(row: Row) -> Decimal:
    """The booked amount of a line: `amount`, else `invoiceAmount` (some clients send that alone), else nothing."""
    values = row.values
    return Decimal(values.get("amount") or values.get("invoiceAmount") or "0.00")


def _complaint(lines: list[Row], refused: Mapping[str, str]) -> str:
    return next(_complaints(lines, refused), "")


def _complaints(lines: list[Row], refused: Mapping[str, str]) -> Iterator[str]:
    identifiers = {line.values.get("extIdentifier") for line in lines}
    yield from (message for identifier, message in refused.items() if identifier in identifiers)
    number = lines[0].values.get("trRegNumber")
    if any(line.values.get("account") is None for line in lines):
        yield f"Voucher {number}: account is missing."
    total = sum((amount_of(line) for line in lines), Decimal("0.00"))
    if total:
        yield f"Voucher {number} does not balance: the sum is {total}."


def _post(books: Books, lines: list[Row]) -> None:
    books.last_transaction += 1
    number = books.last_transaction
    for line in lines:
        values = {name: line.values.get(name) for name in _KEPT}
        header = _header(number, line)
        books.post(
            line,
            {
                **values,
                **_period(line),
                "amount": amount_of(line),
                "transactionNumber": number,
                "transactionHeader": header,
            },
        )


def _header(number: int, line: Row) -> dict[str, Any]:
    return {
        "transactionNumber": number,
        "postedDate": line.values.get("postedDate"),
        "importedAt": now_text(),
        "registeredAt": line.values["createdAt"],
        "transactionSource": line.values.get("transactionSource"),
        "jobLevel": line.values.get("jobLevel"),
    }


def _period(line: Row) -> dict[str, int | None]:
    posted = line.values.get("postedDate")
    if posted is None:
        return {"fiscalYear": None, "fiscalPeriod": None}
    return {"fiscalYear": int(posted[:4]), "fiscalPeriod": int(posted[5:7])}
