"""Judges from outside whether every record that should be booked is booked exactly once.

Knows the app's tables, the ledger's rows and the books over HTTP, and nothing of the program under test.
"""

from collections import Counter
from decimal import Decimal

import httpx

from parts import lending

ORGANIZATION = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
SINCE = "approved_at >= '2026-01-01 00:00+01' and status = 'approved'"
EXPECTED = {
    "expense_claims": f"{SINCE} and receipt is not null and cost_center is not null and cost_center <> '9999'"
    " and expense_type <> 'course'",
    "mileage_claims": f"{SINCE} and department <> 'Hamar'",
    "driver_honorariums": f"{SINCE} and driver_number <> 'V99999'",
}

REGISTERED = (
    "organization_id = 'c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26' and status = 'approved'"
    " and approved_at >= '2026-01-01 00:00+01' and receipt is not null and expense_type <> 'course'"
)


THERE = {"sent", "accepted", "posted"}


def verdict(database_url: str, simulator_url: str) -> list[str]:
    """Everything that is wrong; nothing where each record that should be booked is booked once, with its amount.

    A document that was reversed counts once and its reversal minus once, each under a reference of its own.
    """
    wanted = _records(database_url)
    ledger = _documents(database_url)
    booked = _booked(simulator_url)
    problems = [f"{key} is booked {len(sums)} times" for key, sums in booked.items() if len(sums) != 1]
    for record, amount in wanted.items():
        rows = [(reference, sign) for reference, state, sign in ledger.get(record, []) if state in THERE]
        if sum(sign for _, sign in rows) != 1:
            problems.append(f"{record} should be sent once, and the ledger says {ledger.get(record, 'no row')}")
        problems += [
            f"{record} ({reference}) should be booked with {sign * amount}: {booked.get(reference)}"
            for reference, sign in rows
            if booked.get(reference) != [sign * amount]
        ]
    told = [(record, each) for record, rows in ledger.items() for each in rows if each[1] in THERE]
    known = {reference for _, (reference, _, _) in told}
    problems += [
        f"{reference} is booked, and the ledger does not say so" for reference in booked if reference not in known
    ]
    if {record for record, _ in told} != set(wanted):
        problems.append(f"{len(wanted)} records should be sent, the ledger says {len({each for each, _ in told})}")
    return problems


def doubled(database_url: str, simulator_url: str) -> list[str]:
    """Records whose amount stands in the books more than once at this moment, reversals counted, whatever is known."""
    booked = _booked(simulator_url)
    found = []
    for record, rows in _documents(database_url).items():
        sums = [amount for reference, _, _ in rows for amount in booked.get(reference, [])]
        if sums and sum(sums) > max(sums):
            found.append(f"{record} is booked as {' + '.join(map(str, sums))}")
    return found


def register_verdict(database_url: str, register_url: str) -> list[str]:
    """The same for claims in a register: each is booked once; at the most once where a person is asked about it."""
    ledger, booked = _ledger(database_url), _registered(register_url)
    problems = [f"{reference} is booked {len(found)} times" for reference, found in booked.items() if len(found) > 1]
    wanted = lending.ask(database_url, f"select id::text, amount from app.expense_claims where {REGISTERED}")
    for record, amount in wanted:
        reference, state = ledger.get(("expense_claims", record), ("", "no row"))
        if state == "held":
            continue
        if state not in {"sent", "accepted", "posted"}:
            problems.append(f"{record} should be sent, and the ledger says {state}")
        elif booked.get(reference) != [amount]:
            problems.append(f"{record} ({reference}) should be booked with {amount}: {booked.get(reference)}")
    known = {reference for reference, _ in ledger.values()}
    return problems + [f"{reference} is booked, and the ledger does not know it" for reference in booked.keys() - known]


def _registered(register_url: str) -> dict[str, list[Decimal]]:
    """Reference to an amount for each time that it was taken."""
    books = httpx.get(f"{register_url}/_books", trust_env=False, verify=False).json()["records"]
    found: dict[str, list[Decimal]] = {}
    for row in books:
        found.setdefault(row["reference"], []).extend([Decimal(row["body"]["amount"])] * row["times"])
    return found


def _records(database_url: str) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for table, condition in EXPECTED.items():
        query = f"select id::text, amount from app.{table} where organization_id = %s and {condition}"
        found |= {(table, record): amount for record, amount in lending.ask(database_url, query, ORGANIZATION)}
    return found


def _ledger(database_url: str) -> dict[tuple[str, str], tuple[str, str]]:
    query = "select category, record_id, reference, state, epoch from reconciler.exports"
    rows = lending.ask(database_url, query)
    assert all(row[4] == 1 for row in rows)
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _documents(database_url: str) -> dict[tuple[str, str], list[tuple[str, str, int]]]:
    """By record: reference, state and sign of each of its documents, in the order in which they came about."""
    query = "select category, record_id, reference, state, purpose from reconciler.exports order by id"
    found: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for category, record, reference, state, purpose in lending.ask(database_url, query):
        sign = {"document": 1, "reversal": -1}[purpose]
        found.setdefault((category, record), []).append((reference, state, sign))
    return found


def _booked(simulator_url: str) -> dict[str, list[Decimal]]:
    """Reference to the sums of its vouchers. A repeat stands under the same number, so its lines are counted too."""
    books = httpx.get(simulator_url.removesuffix("/graphql") + "/_books", trust_env=False, verify=False).json()[
        "vouchers"
    ]
    found: dict[str, list[Decimal]] = {}
    for voucher in books:
        by_reference: dict[str, list[dict]] = {}
        for line in voucher["lines"]:
            by_reference.setdefault(line["extIdentifier"], []).append(line)
        for reference, lines in by_reference.items():
            payables = Counter(line["account"] for line in lines)["2910"]
            owed = -sum(Decimal(line["amount"]) for line in lines if line["account"] == "2910")
            found.setdefault(reference, []).extend([owed / payables] * payables)
    return found
