"""What can be asked of the company: its lists, its journals' lines, and posting (research 3)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.simulators.business_central.addresses import Address, address_of, chosen
from reconciler.simulators.business_central.books import Line
from reconciler.simulators.business_central.company import COMPANY, COMPANY_NAME
from reconciler.simulators.business_central.posting import post
from reconciler.simulators.business_central.refusals import (
    BAD_TAG,
    CHANGED,
    EXISTS,
    NO_COMPANY,
    Refusal,
    nothing_there,
    unreadable,
)
from reconciler.simulators.business_central.state import State
from reconciler.simulators.business_central.values import EMPTY, LISTED, values_of

LARGEST_PAGE = 20_000
LINES = ("companies", "journals", "journalLines")
POST = ("companies", "journals", "Microsoft.NAV.post")


@dataclass(frozen=True, slots=True)
class Inner:
    """A request on its own, wherever it came from; `path` follows the root of the API, names of headers in small."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it."""

    status: int
    body: Any = None


def carry_out(state: State, inner: Inner, root: str) -> Done:
    """Do it, or raise Refusal; nothing has happened then. `root` is how the sender calls the API."""
    address = address_of(inner.path)
    if address.names[0] != "companies":
        raise nothing_there(f"No HTTP resource was found that matches '{address.names[0]}'.")
    if address.names == ("companies",) and not address.id(0):
        return _listed(inner, address, root, [{"id": COMPANY, "name": COMPANY_NAME, "displayName": COMPANY_NAME}])
    if address.id(0) != COMPANY:
        raise Refusal(404, NO_COMPANY, f"The company '{address.id(0)}' does not exist.")
    if inner.method == "GET":
        return _read(state, inner, address, root)
    return _written(state, inner, address)


def _read(state: State, inner: Inner, address: Address, root: str) -> Done:
    state.counts.reads += 1
    match address.names[1:]:
        case ():
            return Done(200, {"id": COMPANY, "name": COMPANY_NAME, "displayName": COMPANY_NAME})
        case ("journals",) if address.id(1):
            _journal(state, address)
            return Done(200, next(row for row in state.company.listed("journals") if row["id"] == address.id(1)))
        case ("journals" | "accounts" as what,):
            return _listed(inner, address, root, list(state.company.listed(what)))
        case ("generalLedgerEntries",):
            return _listed(inner, address, root, state.books_for_reading().entries)
        case ("journals", "journalLines") if address.id(2):
            return Done(200, _line(state, address).shown())
        case ("journals", "journalLines"):
            lines = state.books_for_reading().of(_journal(state, address))
            shown = [each.shown() for each in lines if each.values["accountType"] in LISTED]
            return _listed(inner, address, root, shown)
    raise nothing_there(f"No HTTP resource was found that matches '{inner.path[:200]}'.")


def _written(state: State, inner: Inner, address: Address) -> Done:
    match inner.method, address.names:
        case "POST", names if names == LINES and not address.id(2):
            return _created(state, inner, address)
        case "POST", names if names == POST:
            post(state, _journal(state, address))
            state.counts.posts += 1
            return Done(204)
        case "PATCH", names if names == LINES:
            state.counts.patches += 1
            line = _tagged(state, inner, address)
            return Done(200, state.books.change(line, values_of(state.company, inner.body)).shown())
        case "DELETE", names if names == LINES:
            state.counts.deletes += 1
            del state.books.lines[_tagged(state, inner, address).id]
            return Done(204)
    raise Refusal(405, "BadRequest_MethodNotAllowed", f"'{inner.method}' requests are not allowed there.")


def _created(state: State, inner: Inner, address: Address) -> Done:
    journal = _journal(state, address)
    values = values_of(state.company, inner.body)
    line_id = str(values.pop("id", "")).lower()
    numbers = {each.values["lineNumber"] for each in state.books.of(journal)}
    if line_id in state.books.lines or values.get("lineNumber") in numbers:
        raise Refusal(400, EXISTS, "The record in table Gen. Journal Line already exists.")
    return Done(201, state.books.add(journal, {**EMPTY, **values}, line_id).shown())


def _journal(state: State, address: Address) -> str:
    """The journal that is meant. Raises Refusal."""
    if address.id(1) not in state.company.journals:
        raise nothing_there("The Gen. Journal Batch does not exist.")
    return address.id(1)


def _line(state: State, address: Address) -> Line:
    line = state.books.lines.get(address.id(2))
    if line is None or line.journal != _journal(state, address):
        raise nothing_there("The Gen. Journal Line does not exist.")
    return line


def _tagged(state: State, inner: Inner, address: Address) -> Line:
    """The line to be changed. Without a tag nobody may; an old one belongs to a line that has changed since."""
    line, tag = _line(state, address), inner.headers.get("if-match", "")
    if tag != "*" and not tag.startswith('W/"'):
        raise Refusal(400, BAD_TAG, "The request does not carry the etag of the record, or it cannot be read.")
    if tag not in ("*", line.tag):
        raise Refusal(409, CHANGED, "Another user has already changed the record.")
    return line


def _listed(inner: Inner, address: Address, root: str, rows: list[dict[str, Any]]) -> Done:
    if inner.method != "GET":
        raise Refusal(405, "BadRequest_MethodNotAllowed", f"'{inner.method}' requests are not allowed there.")
    kept = chosen(rows, address.query)
    start = int(token) if (token := address.query.get("$skiptoken", "0")).isdecimal() else 0
    page = kept[start : start + _page_size(inner)]
    body: dict[str, Any] = {"@odata.context": f"{root}$metadata#{address.names[-1]}", "value": page}
    if start + len(page) < len(kept):
        way, _, query = inner.path.partition("?")
        others = [each for each in query.split("&") if each and not each.startswith("$skiptoken")]
        body["@odata.nextLink"] = f"{root}{way}?{'&'.join([*others, f'$skiptoken={start + len(page)}'])}"
    return Done(200, body)


def _page_size(inner: Inner) -> int:
    _, wanted, size = inner.headers.get("prefer", "").partition("odata.maxpagesize=")
    size = size.partition(",")[0].strip()
    return min(int(size), LARGEST_PAGE) if wanted and size.isdecimal() and int(size) else LARGEST_PAGE


def operation_of(each: Any) -> tuple[Any, Inner]:
    """The id and the request of an entry in a batch. Raises Refusal."""
    if not isinstance(each, dict) or not isinstance(each.get("url"), str) or not isinstance(each.get("method"), str):
        raise unreadable("The batch request operation has no method and url.")
    given = each.get("headers")
    headers = {name.lower(): str(value) for name, value in (given if isinstance(given, dict) else {}).items()}
    body = json.dumps(each["body"]).encode() if "body" in each else b""
    return each.get("id"), Inner(each["method"].upper(), each["url"].lstrip("/"), headers, body)
