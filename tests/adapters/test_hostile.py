"""A hostile peer on real HTTP: whatever it answers, nothing crashes, nothing counts as sent, nothing as absent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.hostile import HOME
from parts.peer import Peer, say, serving
from ruamel.yaml import YAML

from reconciler.adapters.edge import Edge, Terms
from reconciler.adapters.graphql import GraphqlAdapter
from reconciler.adapters.protocols import headers
from reconciler.errors import CredentialRefused as Refused
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.runs.outcome import Findings, LookupFailed, Sent, Settled, Unclear, Unknown
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.vaults.secret import Secret

TYPE = Path(__file__).parents[2] / "specs/integration-types/xledger.yaml"
DOCUMENTS = [Outgoing(f"RCN-{n}", {"lines": [{"fields": {"amount": "1.00"}}] * 2}) for n in range(2)]
OPEN = Open(1, "c", "r", 1, "RCN-0", 7, "unknown", Decimal(1), ("11",), datetime(2026, 3, 2, tzinfo=UTC), None, 2)
DEEP = "[" * 900 + "]" * 900


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def kind() -> IntegrationType:
    loader = YAML(typ="base", pure=True)
    return IntegrationType.model_validate(loader.load(TYPE.read_text(encoding="utf-8"))["spec"])


@pytest.fixture
def adapter(peer: Peer, kind: IntegrationType) -> Iterator[GraphqlAdapter]:
    edge = Edge(f"http://127.0.0.1:{peer.server_address[1]}/", {"Authorization": "token t"}, Terms(way=HOME))
    yield GraphqlAdapter(kind, "voucher", edge, {"entity": "31007"})
    edge.close()


def edges(*pairs: tuple[Any, Any]) -> dict:
    found = [{"clientId": client, "node": {"dbId": number}} for client, number in pairs]
    return {"data": {"addGLImportItems": {"edges": found}}}


GOOD = [("0", "10"), ("1", "11"), ("2", "12"), ("3", "13")]
UNCLEAR: dict[str, Any] = {
    "nothing": b"",
    "not-json": b"<html>",
    "not-utf8": b"\xff\xfe{}",
    "deep": DEEP.encode() * 1,
    "very-deep": b"[" * 200_000,
    "a-number-without-end": b'{"data":{"addGLImportItems":' + b"9" * 5000 + b"}}",
    "a-list": [],
    "data-null": {"data": None},
    "data-a-word": {"data": "yes"},
    "errors-a-word": {"data": {"addGLImportItems": {"edges": []}}, "errors": "no"},
    "errors-a-thing": {"errors": {"message": "no"}},
    "error-null": {"errors": [None]},
    "error-code-a-thing": {"errors": [{"message": "no", "code": {"a": []}}]},
    "error-message-deep": b'{"errors":[{"message":' + DEEP.encode() + b"}]}",
    "part-done": {**edges(*GOOD[:2]), "errors": [{"message": "x", "extensions": {"code": "INVALID_VALUE"}}]},
    "control-characters": {"errors": [{"message": "\x00\x1b[31m\ud800", "code": "\x00"}]},
}
UNKNOWN: dict[str, Any] = {
    "no-edges": {"data": {}},
    "edges-null": {"data": {"addGLImportItems": {"edges": None}}},
    "edges-a-word": {"data": {"addGLImportItems": {"edges": "abc"}}},
    "edges-of-words": {"data": {"addGLImportItems": {"edges": ["a", None, 7]}}},
    "ids-null": edges(*((client, None) for client, _ in GOOD)),
    "ids-things": edges(*((client, {"a": 1}) for client, _ in GOOD)),
    "ids-true": edges(*((client, True) for client, _ in GOOD)),
    "ids-empty": edges(*((client, "") for client, _ in GOOD)),
    "doubled": edges(*GOOD, GOOD[0]),
    "foreign": edges(*GOOD, ("99", "14")),
    "only-foreign": edges(("98", "10"), ("99", "14")),
    "correlation-a-thing": edges(*(({"a": client}, number) for client, number in GOOD)),
}


def test_a_good_answer_is_sent(peer: Peer, adapter: GraphqlAdapter) -> None:
    say(peer, edges(*GOOD))
    assert adapter.send(DOCUMENTS) == Settled({"RCN-0": Sent(("10", "11")), "RCN-1": Sent(("12", "13"))})


@pytest.mark.parametrize("name", UNCLEAR)
@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_that_says_nothing_clear_leaves_all_unknown(
    peer: Peer, adapter: GraphqlAdapter, name: str, status: int
) -> None:
    say(peer, UNCLEAR[name], status)
    found = adapter.send(DOCUMENTS)
    assert isinstance(found, Unclear), found
    assert found.message.isprintable()
    assert len(found.message) <= 1000
    assert not adapter.test().ok
    assert isinstance(adapter.look_up([OPEN]), LookupFailed)


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_answer_that_names_other_lines_than_were_sent_leaves_all_unknown(
    peer: Peer, adapter: GraphqlAdapter, name: str
) -> None:
    say(peer, UNKNOWN[name])
    found = adapter.send(DOCUMENTS)
    assert isinstance(found, Settled)
    assert {type(outcome) for outcome in found.outcomes.values()} == {Unknown}


def test_one_line_without_an_id_leaves_its_document_unknown_and_no_other(peer: Peer, adapter: GraphqlAdapter) -> None:
    say(peer, edges(*GOOD[:3]))
    found = adapter.send(DOCUMENTS)
    assert isinstance(found, Settled)
    assert {key: type(outcome) for key, outcome in found.outcomes.items()} == {"RCN-0": Sent, "RCN-1": Unknown}


def pages(*nodes: Any, info: Any = None, **more: Any) -> dict:
    found = [{"cursor": str(n), "node": node} for n, node in enumerate(nodes)]
    whole = {"edges": found, "pageInfo": info or {"hasNextPage": False}, **more}
    return {"data": dict.fromkeys(("journalEntries", "glImportItems", "glImportItemErrors"), whole)}


LINE = {"dbId": "1", "extIdentifier": "RCN-0", "amount": "1.00", "transactionDbId": "1", "message": "m"}
UNREAD: dict[str, Any] = {
    "nothing-there": {"data": {}},
    "connection-null": {"data": {"journalEntries": None}},
    "connection-a-list": {"data": {"journalEntries": []}},
    "edges-a-word": {"data": {"journalEntries": {"edges": "x", "pageInfo": {"hasNextPage": False}}}},
    "no-page-info": {"data": {"journalEntries": {"edges": []}}},
    "page-info-a-word": pages(info={"hasNextPage": "no"}),
    "node-null": pages(None),
    "key-null": pages({**LINE, "extIdentifier": None}),
    "id-a-thing": pages({**LINE, "dbId": {}}),
    "amount-nan": pages({**LINE, "amount": "NaN"}),
    "amount-infinite": pages({**LINE, "amount": "Infinity"}),
    "amount-huge": pages({**LINE, "amount": "9e999999"}),
    "amount-null": pages({**LINE, "amount": None}),
    "endless": pages(LINE, info={"hasNextPage": True}),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_lookup_that_cannot_be_read_whole_proves_nothing(peer: Peer, adapter: GraphqlAdapter, name: str) -> None:
    say(peer, UNREAD[name])
    assert isinstance(adapter.look_up([OPEN]), LookupFailed)


def test_documents_that_nobody_asked_for_are_passed_over(peer: Peer, adapter: GraphqlAdapter) -> None:
    say(peer, pages({**LINE, "extIdentifier": "RCN-OTHER", "transactionDbId": "2"}))
    assert adapter.look_up([OPEN]) == Findings({})


def test_nothing_found_is_nothing_found_even_when_it_says_null(peer: Peer, adapter: GraphqlAdapter) -> None:
    whole = {"edges": None, "pageInfo": {"hasNextPage": False}}
    say(peer, {"data": dict.fromkeys(("journalEntries", "glImportItems", "glImportItemErrors"), whole)})
    assert adapter.look_up([OPEN]) == Findings({})


@pytest.mark.parametrize("token", ["line\nbreak", "bell\x07", "Ærlig", "\ud800"])
def test_a_credential_that_no_header_can_carry_is_refused_without_being_quoted(
    kind: IntegrationType, token: str
) -> None:
    with pytest.raises(Refused) as refused:
        headers(kind.auth, Secret({"token": token}))
    assert token not in refused.value.message + refused.value.hint
