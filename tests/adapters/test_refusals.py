"""Every sample error of the research (1.5), verbatim, under both statuses: what it means, of which field, of whom."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from parts.hostile import HOME
from parts.peer import Peer, say, serving
from ruamel.yaml import YAML

from reconciler.adapters.edge import Edge, Terms
from reconciler.adapters.graphql import GraphqlAdapter
from reconciler.ports import Outgoing
from reconciler.runs.listed import Listed
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    LookupFailed,
    Rejected,
    RequestRefused,
    Stop,
    Unclear,
    Wait,
)
from reconciler.specs.models.integration_type import IntegrationType

TYPE = Path(__file__).parents[2] / "specs/integration-types/xledger.yaml"
LINES = [{"account.code": "7100", "amount": "5.00"}, {"account.code": "2910", "subledger.code": "V10231"}]
DOCUMENTS = [Outgoing(f"RCN-{n}", {"lines": [{"fields": fields} for fields in LINES]}) for n in range(2)]
FORMAT = 'Bad format for API Token. Expected header: "Authorization: token <your-token>"'
SUBLEDGER = "subledger.code: No value matching owner 31007, code 'V10231'."
PATH = "inputs[3].node.account.code: No value matching owner 31007, code '2910'."
OTHER_PATH = "inputs[2].node.postedDate: The period is closed."
UNQUOTED = "glObject1.code: No value matching owner 31007, code '310'9'."
BEYOND = "inputs[99].node.account.code: No value matching owner 31007, code '2910'."
UNKNOWN_FIELD = "Cannot query field `foo` on type `Query`"
ARGUMENT = 'Argument "inputs" has invalid value'
OWNER = "owner.code: No value matching owner 31008, code '31007'."
INVALID = {"extensions": {"code": "INVALID_VALUE"}}
WRONG = {"extensions": {"code": "ARGUMENTS_OF_CORRECT_TYPE"}}
AT = datetime(2026, 4, 17, 15, tzinfo=ZoneInfo("Europe/Oslo"))
WHEN = "2026-04-17T15:00:00"
UNTIL = {"extensions": {"resetAt": WHEN}}
BURST, BUSY, SPENT, UNHANDLED = (
    "BAD_REQUEST.BURST_RATE_LIMIT_REACHED",
    "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED",
    "BAD_REQUEST.INSUFFICIENT_CREDITS",
    "UNHANDLED_ERROR",
)


def refused(message: str, field: str = "", value: str = "", guilty: tuple[str, str] | None = None) -> RequestRefused:
    """`guilty`: the reference of the document that is named by its place, and its own value there."""
    named = {guilty[0]: Rejected(message, UNHANDLED, field, guilty[1])} if guilty else {}
    return RequestRefused(Rejected(message, UNHANDLED, field, value), named)


SAMPLES: list[tuple[str, str, dict[str, Any], Answer]] = [
    ("Too many requests", BURST, {}, Wait("Too many requests", BURST, 5.0)),
    ("Too many at once", BUSY, {}, Wait("Too many at once", BUSY, 1.0)),
    ("Insufficient credits", SPENT, UNTIL, Stop("Insufficient credits", SPENT, WHEN, spent=True, at=AT)),
    ("Insufficient credits", SPENT, {}, Stop("Insufficient credits", SPENT, "", spent=True)),
    ("Your query timed out.", UNHANDLED, {}, Unclear("Your query timed out.", UNHANDLED)),
    (FORMAT, UNHANDLED, {}, CredentialRefused(FORMAT, UNHANDLED)),
    (OWNER, UNHANDLED, INVALID, CredentialRefused(OWNER, UNHANDLED)),
    (SUBLEDGER, UNHANDLED, INVALID, refused(SUBLEDGER, "subledger.code", "V10231")),
    (PATH, UNHANDLED, INVALID, refused(PATH, "account.code", "2910", ("RCN-1", "2910"))),
    (OTHER_PATH, UNHANDLED, {}, refused(OTHER_PATH, "postedDate", "", ("RCN-1", ""))),
    ("inputs[0].node.account: No value given.", UNHANDLED, {},
     refused("inputs[0].node.account: No value given.", "account.code", "", ("RCN-0", "7100"))),
    (BEYOND, UNHANDLED, INVALID, refused(BEYOND, "account.code", "2910")),
    # Without attribution: whoever it is has to be found by halving.
    (UNQUOTED, UNHANDLED, INVALID, refused(UNQUOTED)),
    ("Invalid value.", UNHANDLED, INVALID, refused("Invalid value.")),
    (ARGUMENT, UNHANDLED, WRONG, refused(ARGUMENT)),
    (UNKNOWN_FIELD, UNHANDLED, WRONG, Stop(UNKNOWN_FIELD, UNHANDLED)),
    # What nobody has described may have happened.
    ("Something went wrong", UNHANDLED, {}, Unclear("Something went wrong", UNHANDLED)),
]  # fmt: skip


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def adapter(peer: Peer) -> Iterator[GraphqlAdapter]:
    spec = YAML(typ="base", pure=True).load(TYPE.read_text(encoding="utf-8"))["spec"]
    edge = Edge(f"http://127.0.0.1:{peer.server_address[1]}/", {"Authorization": "token t"}, Terms(way=HOME))
    yield GraphqlAdapter(IntegrationType.model_validate(spec), "voucher", edge, {"entity": "31007"})
    edge.close()


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(("message", "code", "more", "meaning"), SAMPLES, ids=[each[0][:40] for each in SAMPLES])
def test_a_sample_error_means_what_the_research_says(
    peer: Peer, adapter: GraphqlAdapter, message: str, code: str, more: dict[str, Any], meaning: Answer, status: int
) -> None:
    say(peer, {"data": None, "errors": [{"message": message, "code": code, **more}]}, status)
    assert adapter.send(DOCUMENTS) == meaning


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(("message", "code", "more"), [each[:3] for each in SAMPLES])
def test_no_error_makes_a_list_read_or_a_code_absent(
    peer: Peer, adapter: GraphqlAdapter, message: str, code: str, more: dict[str, Any], status: int
) -> None:
    say(peer, {"data": None, "errors": [{"message": message, "code": code, **more}]}, status)
    assert isinstance(adapter.listed("accounts"), LookupFailed)
    assert isinstance(adapter.listed("accounts", ["7100"]), LookupFailed)


def listing(*nodes: Any, more: Any = False) -> dict[str, Any]:
    edges = [{"cursor": str(n), "node": node} for n, node in enumerate(nodes)] or None
    return {"data": {"accounts": {"edges": edges, "pageInfo": {"hasNextPage": more}}}}


UNREAD: dict[str, Any] = {
    "nothing": {"data": {}},
    "null": {"data": {"accounts": None}},
    "no page info": {"data": {"accounts": {"edges": [{"cursor": "1", "node": {"code": "7100"}}]}}},
    "a node without a code": listing({"code": "7100"}, {"code": None}),
    "a code that is a thing": listing({"code": {"a": 1}}),
    "an empty code": listing({"code": ""}),
    "no end": listing({"code": "7100"}, more=True),
    "no JSON": b"<html>502 Bad Gateway</html>",
}


@pytest.mark.parametrize("codes", [(), ("7100", "9")], ids=["whole", "some"])
@pytest.mark.parametrize("name", UNREAD)
def test_a_list_that_cannot_be_read_whole_is_unread(
    peer: Peer, adapter: GraphqlAdapter, name: str, codes: tuple[str, ...]
) -> None:
    say(peer, UNREAD[name])
    assert isinstance(adapter.listed("accounts", codes), LookupFailed)


def test_an_empty_list_may_only_be_hidden_but_no_answer_for_a_code_is_one(peer: Peer, adapter: GraphqlAdapter) -> None:
    say(peer, listing())
    assert isinstance(adapter.listed("accounts"), LookupFailed)
    assert adapter.listed("accounts", ["7100"]) == Listed({})


def test_what_a_list_says_is_cut_and_cleaned(peer: Peer, adapter: GraphqlAdapter) -> None:
    say(peer, listing({"code": 7100, "description": "x" * 5000}, {"code": "a\x00b", "description": None}))
    assert adapter.listed("accounts") == Listed({"7100": "x" * 100, "a b": ""})
