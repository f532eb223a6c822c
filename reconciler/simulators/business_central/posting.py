"""`Microsoft.NAV.post`: the whole journal goes to the ledger, or nothing of it does."""

from collections import defaultdict
from decimal import Decimal

from reconciler.simulators.business_central.books import Line
from reconciler.simulators.business_central.refusals import DIALOG, FIELD, Refusal
from reconciler.simulators.business_central.state import State


def post(state: State, journal: str) -> int:
    """Post every line of a journal; how many there were. Raises Refusal where anything is wrong with any of them."""
    lines = list(state.books.of(journal))
    if not lines:
        raise Refusal(400, DIALOG, "There is nothing to post.")
    for line in lines:
        _check(state, line)
    _check_balance(lines)
    return state.books.post(journal)


def _check(state: State, line: Line) -> None:
    account, day = line.values.get("accountNumber", ""), line.values.get("postingDate", "")
    if account not in state.company.accounts:
        raise Refusal(400, DIALOG, f"Account No. must have a value in Gen. Journal Line: Line No.={_number(line)}.")
    if account in state.company.blocked:
        raise Refusal(
            400, DIALOG, f"Blocked must be equal to 'No' in G/L Account: No.={account}. Current value: 'Yes'."
        )
    if day <= state.company.closed_through:
        said = "Posting Date is not within your range of allowed posting dates in Gen. Journal Line"
        raise Refusal(400, FIELD, f"{said}: Line No.={_number(line)}.")


def _check_balance(lines: list[Line]) -> None:
    """Per document number and date."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        key = line.values.get("documentNumber", ""), line.values.get("postingDate", "")
        sums[key] += Decimal(str(line.values.get("amount", 0)))
    for (number, day), left in sums.items():
        if left:
            said = f"Document No. {number} of {day} is out of balance by {left}"
            raise Refusal(400, DIALOG, f"{said}. Please check the amounts of its lines.")


def _number(line: Line) -> int:
    found: int = line.values["lineNumber"]
    return found
