"""What can be done with rows: created or changed under a key, created, read, listed, removed (research 2.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.simulators.dataverse.addresses import Address, Segment, address_of, filter_of
from reconciler.simulators.dataverse.books import Row
from reconciler.simulators.dataverse.metadata import definitions, who_am_i
from reconciler.simulators.dataverse.multipart import Inner, Result
from reconciler.simulators.dataverse.refusals import (
    EXISTS,
    KEY_VIOLATED,
    NO_PRIVILEGE,
    NOT_FOUND_BY_ID,
    NOT_FOUND_BY_KEY,
    STALE,
    Refusal,
    wrong_address,
)
from reconciler.simulators.dataverse.state import State
from reconciler.simulators.dataverse.tables import Table
from reconciler.simulators.dataverse.values import values_of

ROOT = "/api/data/v9.2/"
LARGEST_PAGE = 5000


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request about one table; `base` is how the sender calls this service."""

    state: State
    inner: Inner
    address: Address
    table: Table
    base: str

    @property
    def segment(self) -> Segment:
        return self.address.segments[0]


def carry_out(state: State, inner: Inner, base: str) -> Result:
    """Do it, or raise Refusal; nothing has happened then."""
    address = address_of(inner.path)
    first = address.segments[0]
    if inner.method == "GET" and first.name == "WhoAmI":
        return who_am_i(base)
    if first.name == "EntityDefinitions":
        _allow(state, "read", "EntityDefinitions")
        return definitions(state, inner.method, address)
    table = state.tables.get(first.name)
    if table is None or len(address.segments) > 1:
        raise wrong_address(f"Resource not found for the segment '{address.segments[-1].name}'.", 404)
    asked = _Asked(state, inner, address, table, base)
    _allow(state, "read" if inner.method == "GET" else "write", table.plural)
    addressed = bool(first.id or first.key)
    match inner.method, addressed:
        case "GET", True:
            return _get(asked)
        case "GET", False:
            return _listed(asked)
        case "PATCH", True:
            return _upsert(asked)
        case "POST", False:
            return _created(asked, values_of(table, inner.body), "")
        case "DELETE", True:
            return _removed(asked)
    raise wrong_address(f"The requested resource does not support http method '{inner.method}'.", 405)


def _allow(state: State, right: str, table: str) -> None:
    if f"{right}:{table}" in state.withdrawn:
        said = f"Principal user (Id=3c2f, type=8, roleCount=1) is missing prv{right.title()}{table} privilege"
        raise Refusal(403, NO_PRIVILEGE, f"{said} on OTC=10011 for entity '{table}'.")


def _wanted(asked: _Asked) -> Mapping[str, Any]:
    """The values by which a row is meant. Raises Refusal for columns that are no key, or one that is not Active."""
    segment, table = asked.segment, asked.table
    key = next((each for each in table.keys if set(each.columns) == set(segment.key)), None)
    if key is None:
        raise wrong_address(f"The key in the request URI is not valid for resource '{table.plural}'.")
    if key.state != "Active":
        # Which code the real one has is not known: this one is ours.
        raise wrong_address(f"The key '{key.name}' of '{table.plural}' is not active.")
    return segment.key


def _standing(asked: _Asked, *, reading: bool = False) -> Row | None:
    books = asked.state.books_for_reading() if reading else asked.state.books
    if asked.segment.id:
        return books.rows.get((asked.table.plural, asked.segment.id))
    return books.find(asked.table.plural, _wanted(asked))


def _absent(asked: _Asked) -> Refusal:
    if asked.segment.id:
        said = f"Entity '{asked.table.logical}' With Id = {asked.segment.id} Does Not Exist"
        return Refusal(404, NOT_FOUND_BY_ID, said)
    said = f"A record with the specified key values does not exist in {asked.table.logical} entity"
    return Refusal(404, NOT_FOUND_BY_KEY, said)


def _upsert(asked: _Asked) -> Result:
    """Table 2.3: without a condition it updates or creates, and does not say which."""
    values = values_of(asked.table, asked.inner.body)
    row, if_match = _standing(asked), asked.inner.headers.get("if-match")
    if row is None:
        if if_match is not None:
            raise _absent(asked)
        return _created(asked, {**asked.segment.key, **values}, asked.segment.id)
    if asked.inner.headers.get("if-none-match") == "*":
        raise Refusal(412, EXISTS, "A record with matching key values already exists.")
    _check_version(row, if_match)
    changed = {**row.values, **values}
    _check_keys(asked, changed, row)
    return _answer(asked, asked.state.books.change(row, values), 200)


def _created(asked: _Asked, values: Mapping[str, Any], row_id: str) -> Result:
    _check_keys(asked, values, None)
    return _answer(asked, asked.state.books.add(asked.table.plural, values, row_id), 201)


def _check_version(row: Row, if_match: str | None) -> None:
    if if_match not in (None, "*", _tag(row)):
        said = "The version of the existing record doesn't match the RowVersion property provided."
        raise Refusal(412, STALE, said)


def _check_keys(asked: _Asked, values: Mapping[str, Any], own: Row | None) -> None:
    """No two rows with the same values of an active key; nulls are equal to nothing."""
    for key in asked.table.keys:
        wanted = {name: values.get(name) for name in key.columns}
        if key.state != "Active" or None in wanted.values():
            continue
        other = asked.state.books.find(asked.table.plural, wanted)
        if other is not None and (own is None or other.id != own.id):
            raise Refusal(412, KEY_VIOLATED, f"Entity Key {key.name} violated. A record with the same value exists.")


def _answer(asked: _Asked, row: Row, status: int) -> Result:
    """204 without a body, or the row where it was asked for."""
    headers = {"OData-EntityId": f"{asked.base}{ROOT}{row.table}({row.id})"}
    if "return=representation" not in asked.inner.headers.get("prefer", ""):
        return Result(204, headers, None, asked.inner.content_id)
    shown = _shown(asked, row)
    return Result(status, {**headers, "ETag": _tag(row)}, shown, asked.inner.content_id)


def _get(asked: _Asked) -> Result:
    row = _standing(asked, reading=True)
    if row is None:
        raise _absent(asked)
    if asked.inner.headers.get("if-none-match") == _tag(row):
        return Result(304, {"ETag": _tag(row)})
    context = {"@odata.context": f"{asked.base}{ROOT}$metadata#{row.table}/$entity"}
    return Result(200, {"ETag": _tag(row)}, {**context, **_shown(asked, row)})


def _listed(asked: _Asked) -> Result:
    query, names = asked.address.query, {*asked.table.columns}
    fits = filter_of(query["$filter"], names) if "$filter" in query else None
    rows = [row for row in asked.state.books_for_reading().of(asked.table.plural) if fits is None or fits(row.values)]
    if (top := query.get("$top")) is not None:
        rows = rows[: int(top)] if top.isdecimal() else []
    start = int(token) if (token := query.get("$skiptoken", "0")).isdecimal() else 0
    page = rows[start : start + _page_size(asked)]
    body: dict[str, Any] = {
        "@odata.context": f"{asked.base}{ROOT}$metadata#{asked.table.plural}",
        "value": [_shown(asked, row) for row in page],
    }
    if start + len(page) < len(rows):
        body["@odata.nextLink"] = _next(asked, start + len(page))
    return Result(200, {}, body)


def _page_size(asked: _Asked) -> int:
    _, wanted, size = asked.inner.headers.get("prefer", "").partition("odata.maxpagesize=")
    size = size.partition(",")[0].strip()
    return min(int(size), LARGEST_PAGE) if wanted and size.isdecimal() and int(size) else LARGEST_PAGE


def _next(asked: _Asked, start: int) -> str:
    way, _, query = asked.inner.path.partition("?")
    kept = [each for each in query.split("&") if each and not each.startswith("$skiptoken")]
    return f"{asked.base}{ROOT}{way}?{'&'.join([*kept, f'$skiptoken={start}'])}"


def _removed(asked: _Asked) -> Result:
    row = _standing(asked)
    if row is None:
        raise _absent(asked)
    _check_version(row, asked.inner.headers.get("if-match"))
    asked.state.books.remove(row)
    return Result(204, {}, None, asked.inner.content_id)


def _shown(asked: _Asked, row: Row) -> dict[str, Any]:
    """A row as readers see it: what they select, the primary key always, and its version."""
    names = list(asked.table.columns)
    if (selected := asked.address.query.get("$select")) is not None:
        names = [each.strip() for each in selected.split(",")]
        if unknown := [each for each in names if each not in asked.table.columns]:
            kind = f"Microsoft.Dynamics.CRM.{asked.table.logical}"
            raise wrong_address(f"Could not find a property named '{unknown[0]}' on type '{kind}'.")
    values = {name: row.values.get(name) for name in names}
    return {"@odata.etag": _tag(row), **values, asked.table.id: row.id}


def _tag(row: Row) -> str:
    return f'W/"{row.version}"'
