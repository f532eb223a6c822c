"""What can be done with records: a batch, one under our key, one posted, and reads."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reconciler.simulators.register.books import Row
from reconciler.simulators.register.checks import complaints_of, reference_of
from reconciler.simulators.register.paging import page_of
from reconciler.simulators.register.refusals import Complaint, Refusal, invalid
from reconciler.simulators.register.state import State

NO_REFERENCE = Complaint("reference", "is required: letters, digits, dot, underscore, hyphen", "REFERENCE_MISSING")


def status(state: State, _request: Request, _body: bytes) -> JSONResponse:
    """Whose register it is, and how many members it has."""
    options = state.options
    named = {"name": options.organization, "number": options.organization_number}
    return JSONResponse({"organization": named, "members": options.members})


def batch(state: State, request: Request, body: bytes) -> JSONResponse:
    """Several records, each judged alone: 200, or 207 where one is refused. Raises Refusal for the whole.

    Under an idempotency key an answer that refuses nothing is remembered.
    """
    order = _object(body)
    if (told := _told_before(state, request, body)) is not None:
        return told
    records = order.get("records")
    if not isinstance(records, list) or not records or not isinstance(order.get("batchReference"), str):
        raise Refusal(400, "MALFORMED", "a batchReference and a list of records are expected")
    if len(records) > state.options.largest_batch:
        raise Refusal(413, "BATCH_TOO_LARGE", f"{len(records)} records, at most {state.options.largest_batch}")
    if not all(isinstance(each, dict) for each in records):
        raise Refusal(400, "MALFORMED", "a record is no object")
    if state.options.atomic:
        _refuse_together(state, records)
    collection = request.path_params["collection"]
    results = [_result(state, collection, each) for each in records]
    refused = any(each["status"] == "error" for each in results)
    if not refused:
        state.remember(place_of(request), body, 200, {"results": results})
    return JSONResponse({"results": results}, 207 if refused else 200)


def put(state: State, request: Request, body: bytes) -> JSONResponse:
    """Create only, under the key in the address: 201, 200 where it is there already just so, else 409."""
    collection, reference = request.path_params["collection"], request.path_params["reference"]
    record = _object(body)
    _check(state, record)
    standing = state.books.find(collection, reference)
    if not standing:
        return JSONResponse({"id": str(state.books.add(collection, reference, record).id)}, 201)
    if request.headers.get("if-none-match") == "*":
        raise Refusal(412, "EXISTS", f"{reference} is there already")
    if standing[0].body != record:
        raise Refusal(409, "EXISTS", f"{reference} is there already, with other content")
    return JSONResponse({"id": str(state.books.put(_again(standing[0])).id)}, 200)


def post(state: State, request: Request, body: bytes) -> JSONResponse:
    """One record. Under an idempotency key the answer is remembered: once more is once, and another body is 422."""
    collection, key = place_of(request)
    record = _object(body)
    if (told := _told_before(state, request, body)) is not None:
        return told
    _check(state, record)
    row = state.books.add(collection, reference_of(record) or key, record)
    answer = {"id": str(row.id)}
    state.remember((collection, key), body, 201, answer)
    return JSONResponse(answer, 201, {"Location": f"/{collection}/{row.id}"})


def remove(state: State, request: Request, _body: bytes) -> Response:
    """One record by its reference: 204, and 404 where there is none. No vendor's rule: ours (RFC 9110, 9.3.5)."""
    collection, wanted = request.path_params["collection"], request.path_params["reference"]
    found = state.books.find(collection, wanted)
    if not found:
        raise Refusal(404, "NOT_FOUND", f"there is no {wanted} among {collection}")
    state.books.remove(found[0])
    return Response(status_code=204)


def get(state: State, request: Request, _body: bytes) -> JSONResponse:
    """One record by its reference, or by the register's own id."""
    collection, wanted = request.path_params["collection"], request.path_params["reference"]
    books = state.books_for_reading()
    by_id = [books.rows[int(wanted)]] if wanted.isdecimal() and int(wanted) in books.rows else []
    found = books.find(collection, wanted) or [each for each in by_id if each.collection == collection]
    if not found:
        raise Refusal(404, "NOT_FOUND", f"there is no {wanted} among {collection}")
    return JSONResponse(shown(found[0]))


def listed(state: State, request: Request, _body: bytes) -> JSONResponse:
    """The records of a collection, or those under one reference, in pages; an empty list where there is none."""
    collection, wanted = request.path_params["collection"], request.query_params.get("reference")
    books = state.books_for_reading()
    rows = [each for each in books.rows.values() if each.collection == collection]
    found = rows if wanted is None else books.find(collection, wanted)
    return page_of(request, found, shown, stuck=state.faults.take("stuck_page", "read") is not None)


def place_of(request: Request) -> tuple[str, str]:
    """Where an answer is remembered: the collection, and the idempotency key, empty where there is none."""
    return request.path_params.get("collection", ""), request.headers.get("idempotency-key", "")


def shown(row: Row) -> dict[str, Any]:
    """A record as readers see it."""
    return {**row.body, "id": str(row.id), "reference": row.reference, "created": row.created}


def _told_before(state: State, request: Request, body: bytes) -> JSONResponse | None:
    """The answer that is remembered under the request's key; None where there is none. Raises Refusal with 422."""
    known = state.remembered(place_of(request))
    if known is None:
        return None
    if known.asked != body:
        raise Refusal(422, "KEY_REUSED", "the idempotency key was used for another body")
    return JSONResponse(known.body, known.status, {"Idempotency-Replayed": "true"})


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal(400, "MALFORMED", "a JSON object is expected")
    return found


def _check(state: State, record: Mapping[str, Any]) -> None:
    if found := complaints_of(record, state.rules):
        raise invalid(state.shape, found)


def _refuse_together(state: State, records: list[dict[str, Any]]) -> None:
    """The first record with something wrong refuses all; nothing says which one it was."""
    for record in records:
        if not reference_of(record):
            raise invalid(state.shape, (NO_REFERENCE,))
        _check(state, record)


def _result(state: State, collection: str, record: Mapping[str, Any]) -> dict[str, str]:
    reference = reference_of(record)
    found = complaints_of(record, state.rules) if reference else (NO_REFERENCE,)
    if found:
        first = found[0]
        said = {"code": first.code, "message": f"{first.field}: {first.message}", "field": first.field}
        return {"ref": reference, "status": "error", **said}
    standing = state.books.find(collection, reference)
    if not standing:
        return {"ref": reference, "id": str(state.books.add(collection, reference, record).id), "status": "created"}
    return {"ref": reference, "id": str(standing[0].id), **_met(state, standing[0], record)}


def _met(state: State, standing: Row, record: Mapping[str, Any]) -> dict[str, str]:
    """What becomes of a record whose reference is there already."""
    if state.options.on_duplicate == "update" and standing.body != record:
        state.books.put(Row(standing.id, standing.collection, standing.reference, record, standing.created))
        return {"status": "updated"}
    state.books.put(_again(standing))
    return {"status": "duplicate", "code": "DUPLICATE", "message": "it is there already"}


def _again(row: Row) -> Row:
    return Row(row.id, row.collection, row.reference, row.body, row.created, row.times + 1)
