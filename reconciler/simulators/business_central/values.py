"""What a line must be like: known fields, of the right type, within their lengths, about an account that is there."""

import json
from datetime import date
from typing import Any

from reconciler.simulators.business_central.company import Company
from reconciler.simulators.business_central.refusals import EXISTS, FIELD, NO_RELATION, TOO_LONG, Refusal, unreadable

LENGTHS = {"accountNumber": 20, "documentNumber": 20, "externalDocumentNumber": 35, "description": 100, "comment": 250}
TYPES = ("G/L Account", "Customer", "Vendor", "Bank Account", "Fixed Asset", "IC Partner", "Employee")
LISTED = ("G/L Account", "Bank Account")
"""The types of account whose lines can be read back; the vendor says so of `Get journalLines`."""
FIELDS = {*LENGTHS, "accountType", "postingDate", "amount", "lineNumber", "id", "taxCode", "dimensionSetLines"}
EMPTY = {
    "accountType": "G/L Account",
    "accountNumber": "",
    "documentNumber": "",
    "externalDocumentNumber": "",
    "amount": 0,
    "description": "",
}


def values_of(company: Company, content: bytes) -> dict[str, Any]:
    """The values of a payload. Raises Refusal for the first thing that is wrong."""
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise unreadable("Cannot read the request body: a JSON object is expected.")
    if unknown := sorted(given.keys() - FIELDS):
        raise unreadable(f"The property '{unknown[0]}' does not exist on type 'Microsoft.NAV.journalLine'.")
    for name, value in given.items():
        _check(name, value)
    account = given.get("accountNumber", "")
    if account and given.get("accountType", TYPES[0]) == TYPES[0] and account not in company.accounts:
        said = "The field Account No. of table Gen. Journal Line contains a value"
        raise Refusal(400, NO_RELATION, f"{said} ({account}) that cannot be found in the related table (G/L Account).")
    _check_dimensions(company, given.get("dimensionSetLines", []))
    return given


def _check_dimensions(company: Company, entries: Any) -> None:
    """Lines below the line, created with it: each a dimension that is there and one of its values, none twice."""
    if not isinstance(entries, list) or not all(
        isinstance(each, dict) and isinstance(each.get("code"), str) and isinstance(each.get("valueCode"), str)
        for each in entries
    ):
        raise unreadable("dimensionSetLines is a collection of 'Microsoft.NAV.dimensionSetLine'.")
    codes = [each["code"] for each in entries]
    if len(set(codes)) < len(codes):
        raise Refusal(400, EXISTS, "The record in table Dimension Set Entry Buffer already exists.")
    for each in entries:
        if unknown := sorted(each.keys() - {"code", "valueCode"}):
            raise unreadable(f"The property '{unknown[0]}' does not exist on type 'Microsoft.NAV.dimensionSetLine'.")
        if each["valueCode"] not in company.dimensions.get(each["code"], set()):
            what = "Dimension Value Code" if each["code"] in company.dimensions else "Dimension Code"
            value = each["valueCode"] if each["code"] in company.dimensions else each["code"]
            said = f"The field {what} of table Dimension Set Entry Buffer contains a value ({value})"
            raise Refusal(400, NO_RELATION, f"{said} that cannot be found in the related table (Dimension Value).")


def _check(name: str, value: Any) -> None:
    if name in LENGTHS and (not isinstance(value, str) or len(value) > LENGTHS[name]):
        if not isinstance(value, str):
            raise _of_type(value, "Edm.String")
        said = f"The length of the string is {len(value)}, but it must be less than or equal to {LENGTHS[name]}"
        raise Refusal(400, TOO_LONG, f"{said} characters. Value: {value}")
    if name == "amount" and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise _of_type(value, "Edm.Decimal")
    if name == "postingDate" and not _is_day(value):
        raise _of_type(value, "Edm.Date")
    if name == "accountType" and value not in TYPES:
        raise Refusal(400, FIELD, f"'{value}' is not an option. The existing options are: {','.join(TYPES)}")


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _of_type(value: Any, wanted: str) -> Refusal:
    return unreadable(f"Cannot convert the literal '{json.dumps(value)[:80]}' to the expected type '{wanted}'.")
