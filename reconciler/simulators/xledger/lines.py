"""From the `node` of an input to the values of a staged line: references resolved, amounts and dates judged.

The first fault refuses the whole mutation, and its text names the field at most, never the line (research 1.5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconciler.simulators.xledger.fields import AMOUNTS, DATES, REFERENCES
from reconciler.simulators.xledger.reference import Row
from reconciler.simulators.xledger.refusals import Refusal, invalid_value
from reconciler.simulators.xledger.scalars import is_date
from reconciler.simulators.xledger.session import Session

_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,2})?")
_SELECTORS = ("dbId", "dbSubId", "code", "description")


def read_line(node: Mapping[str, Any], session: Session, owner: int | None = None) -> tuple[int, dict[str, Any]]:
    """Whose line `node` describes, and its values, with references replaced by their rows; raises `Refusal`.

    It belongs to the token's entity unless its `owner` says otherwise (research 1.1), or to `owner` where it stands.
    References are resolved within the owner and what it inherits from.
    """
    where = _Where(session, owner or session.grant.entity)
    if node.get("owner") is not None:
        where = _Where(session, _resolve("owner", node["owner"], where)["dbId"])
    values = {name: _read(name, value, where) for name, value in node.items() if name not in ("dbId", "owner")}
    if "jobLevel" in values:
        values["jobLevelDbId"] = values["jobLevel"] and values["jobLevel"]["dbId"]
    return where.owner, values


@dataclass(frozen=True, slots=True)
class _Where:
    """Within what a line is resolved."""

    session: Session
    owner: int


def _read(name: str, value: Any, where: _Where) -> Any:
    if value is None:
        return None
    if name in REFERENCES:
        return _resolve(name, value, where)
    if name in AMOUNTS:
        return _amount(value)
    if name in DATES and not is_date(value):
        raise invalid_value()
    return value


def _amount(text: str) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise invalid_value()
    return Decimal(text).quantize(Decimal("0.01"))


def _resolve(name: str, selector: Mapping[str, Any], where: _Where) -> Mapping[str, Any]:
    rows = where.session.resolvable(REFERENCES[name], where.owner)
    if selector.get("showAlternatives") == "YES":
        raise _alternatives(name, rows)
    given = {key: selector[key] for key in _SELECTORS if selector.get(key) is not None}
    if not given:
        raise invalid_value(f"{name}: No value given.")
    for row in rows:
        if row.values["objectStatus"] == "OPEN" and all(row.values.get(key) == value for key, value in given.items()):
            return row.values
    key = next(iter(given))
    raise invalid_value(f"{name}.{key}: No value matching owner {where.owner}, {key} '{given[key]}'.")


def _alternatives(name: str, rows: tuple[Row, ...]) -> Refusal:
    """The discovery trick of research 1.3; the message is ours, the list under `exampleValidInputs` is in evidence."""
    shown = [
        {
            "code": row.values["code"],
            "dbId": row.db_id,
            "ownerDbId": row.owner,
            "text": row.values["description"],
        }
        for row in rows
    ]
    return invalid_value(f"{name}: Alternatives requested.", exampleValidInputs=shown)
