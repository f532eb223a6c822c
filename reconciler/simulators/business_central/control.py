"""The control paths, ours alone: what a test or a demo asks of the company, as plain JSON without a credential."""

from dataclasses import asdict
from typing import Any

from starlette.routing import Route

from reconciler.simulators.business_central.books import Line
from reconciler.simulators.business_central.faults import TABLE
from reconciler.simulators.business_central.page import page
from reconciler.simulators.business_central.posting import post
from reconciler.simulators.business_central.refusals import Refusal
from reconciler.simulators.business_central.state import State
from reconciler.simulators.control import by_order, health, reset
from reconciler.simulators.entra.control import tokens
from reconciler.simulators.faults import WrongOrder


@by_order
def _books(state: State, _order: dict[str, Any]) -> dict[str, Any]:
    """Every line that waits and every entry that was posted, the lines that those were (`posted`), the numbers of their
    documents as `records`, the reference of each credit line that ever arrived, how many requests there were, and the
    last refusal.
    """
    books = state.books
    lines = [asdict(line) for line in books.lines.values()]
    numbers = {each["documentNumber"]: None for each in [*books.entries, *(line["values"] for line in lines)]}
    arrived = [each.values for each in [*books.posted, *books.lines.values()]]
    references = [each["externalDocumentNumber"] for each in arrived if each["amount"] < 0]
    counted = {"references": references, "requests": asdict(state.counts), "said": state.said}
    posted = [dict(each.values) for each in books.posted]
    return {"lines": lines, "entries": books.entries, "posted": posted, "records": list(numbers), **counted}


@by_order
def _faults(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Arm one, or clear all."""
    state.arm(TABLE, order)
    return {"armed": state.faults.shown(), "reads_lag": state.lag is not None}


@by_order
def _correct(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """An accountant changes the first line that has the values `where`, to `values`; or deletes it, with `remove`."""
    wanted = order["where"]
    line = next((each for each in state.books.lines.values() if _has(each, wanted)), None)
    if line is None:
        raise WrongOrder("no such line")
    if order.get("remove"):
        del state.books.lines[line.id]
        return {"removed": line.id}
    return asdict(state.books.change(line, order["values"], by="person"))


def _has(line: Line, wanted: dict[str, Any]) -> bool:
    return all(line.values.get(name) == value for name, value in wanted.items())


@by_order
def _company(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Block, unblock, add or drop an account; close the books through a day; drop a journal; `member` says whether
    the application is registered here.
    """
    company = state.company
    company.blocked |= {str(order["block"])} if "block" in order else set()
    company.blocked -= {str(order["unblock"])} if "unblock" in order else set()
    if "account" in order:
        company.accounts[str(order["account"])] = "Ny konto"
    if "drop_account" in order:
        del company.accounts[str(order["drop_account"])]
    if "drop_journal" in order:
        del company.journals[str(order["drop_journal"])]
    company.closed_through = str(order.get("closed_through", company.closed_through))
    state.clients.member = bool(order.get("member", state.clients.member))
    return {"accounts": company.accounts, "blocked": sorted(company.blocked), "closed": company.closed_through}


@by_order
def _post(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """An accountant posts a `journal`."""
    try:
        return {"posted": post(state, str(order["journal"]))}
    except Refusal as refusal:
        raise WrongOrder(refusal.message) from refusal


ROUTES = [
    Route("/", page),
    Route("/_health", health, methods=["GET"]),
    Route("/_books", _books, methods=["GET"]),
    Route("/_faults", _faults, methods=["GET", "POST"]),
    Route("/_correct", _correct, methods=["POST"]),
    Route("/_company", _company, methods=["POST"]),
    Route("/_post", _post, methods=["POST"]),
    Route("/_tokens", tokens, methods=["POST"]),
    Route("/_reset", reset, methods=["POST"]),
]
