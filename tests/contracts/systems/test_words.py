"""What an outside system says of a record is kept in its own words: short, printable, without the credential; and it is
shown with the field and the mapping line, wherever people read it.
"""

import base64
import html
import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from contracts.systems.bench import LATER, Bench
from contracts.systems.system import declared
from parts.hostile import hears, peer, read_request

from reconciler.adapters.edge import at_once
from reconciler.adapters.protocols import Opening, adapter
from reconciler.clock import SystemClock
from reconciler.runs.export import Open
from reconciler.vaults.secret import Secret

CREDENTIAL = "K3y/+&<\">'%=of-the-words"


def forms(secret: str) -> list[str]:
    """The ways in which peers, and what stands between, write a value that they were sent."""
    return [
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(json.dumps(secret)[1:-1])[1:-1],
        quote(secret),
        quote(secret, safe=""),
        re.sub("%..", lambda escape: escape[0].lower(), quote(secret, safe="")),
        html.escape(secret),
        repr(secret.encode())[2:-1],
        base64.b64encode(secret.encode()).decode(),
        base64.urlsafe_b64encode(secret.encode()).decode(),
        secret.encode().hex(),
        secret.encode().hex().upper(),
    ]


FORMS = forms(CREDENTIAL)
UNSEEN = "\x00\x07\x08\x1b\x7f\x9b\u200b\u200e\u202a\u202e\u2066\u2069\ufeff\u2028\ud800"
"""Ends of text, bells, escapes of terminals, marks that turn text round or split it, half of a character."""
WORDS = "Beløpet på 100 kr er ikke gyldig"
LONG = f"{WORDS} \x1b[31m{UNSEEN}\r\n\x1b]0;title\x07 {' '.join(FORMS)} " + "x" * 1_000_000
LENGTH = (
    "The length of the 'hlf_unit' attribute of the 'hlf_activity' entity exceeded the maximum allowed length of '4'."
)
TOKEN = "T0k3n/+<of>=the-words"
VERBS = [(verb, form) for verb in ("sync", "status", "why") for form in ("text", "json")]


@dataclass(frozen=True, slots=True)
class Said:
    """How one protocol's peer passes its connection test, and how it refuses a document in these words."""

    credential: dict[str, str]
    passes: Any
    refuses: Callable[[dict[str, Any], str], tuple[str, Any]]
    field: str


def refused_entry(_body: dict[str, Any], words: str) -> tuple[str, Any]:
    error = {"message": words, "code": words, "extensions": {"code": "INVALID_VALUE", "field": words}}
    return "200 OK", {"data": None, "errors": [{**error, "field": "text", "value": words}]}


def refused_record(body: dict[str, Any], words: str) -> tuple[str, Any]:
    one = {"ref": body["records"][0]["ref"], "status": "error", "message": words, "code": words, "value": words}
    return "207 OK", {"results": [{**one, "field": "records[0].minutes", "x": words}]}


def refused_request(_body: dict[str, Any], words: str) -> tuple[str, Any]:
    return "422 No", {
        "title": words,
        "status": 422,
        "errors": [{"pointer": "#/minutes", "detail": words, "code": words}],
    }


LISTED = {"edges": [{"node": {"dbId": "1", "code": "31007", "description": "x"}}]}
STATUS = {"organization": {"name": "Klubben", "number": "1"}, "members": 7}
PEERS = {
    "xledger": Said({"token": CREDENTIAL}, {"data": {"entities": LISTED, "accounts": LISTED}}, refused_entry, "text"),
    "rest": Said({"key": CREDENTIAL}, STATUS, refused_record, "minutes"),
    "cornerstone": Said({"key": CREDENTIAL}, STATUS, refused_request, "minutes"),
}


@dataclass(slots=True)
class Mouth:
    """Passes whoever tests, and refuses whatever is sent."""

    said: Said

    def __call__(self, line: socket.socket) -> None:
        _, _, content = read_request(line).partition(b"\r\n\r\n")
        body = json.loads(content) if content else {}
        sends = "mutation" in body.get("query", "") or "records" in body
        status, answer = self.said.refuses(body, LONG) if sends else ("200 OK", self.said.passes)
        whole = json.dumps(answer).encode()
        line.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(whole)}\r\n\r\n".encode() + whole)


@pytest.mark.parametrize("name", PEERS)
def test_hostile_words_are_shown_short_clean_and_without_the_credential(
    make_bench: Callable[[str], Bench], name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    bench, said = make_bench(name), PEERS[name]
    bench.fill(1)
    with peer(Mouth(said)) as url, bench.elsewhere(url):
        assert bench.test(said.credential).verdict.ok
        shown = {each: read_as(bench, capfd, *each) for each in VERBS}
    ((record, message, field, origin),) = bench.installation.sql(
        "select record_id, message, field, origin from reconciler.exports e"
        " join reconciler.export_payloads p on p.export_id = e.id where e.state = 'rejected'"
    )
    assert message.startswith(WORDS)
    assert message.isprintable()
    assert len(message) <= 1000
    assert field == said.field
    assert origin.startswith(f"{bench.system.mapping}:")
    for verb, text in shown.items():
        assert WORDS in text, verb
        assert origin in text, verb
        assert len(text) < 20_000, verb
        assert [sign for sign in UNSEEN if sign in text] == [], verb
        assert [form for form in FORMS if form in text] == [], verb
    assert [form for form in FORMS if form in everything(bench)] == []
    assert record in shown["why", "text"]


def test_what_is_said_of_many_lines_later_is_as_short_as_what_is_said_of_one() -> None:
    lines = [{"dbId": str(n), "transactionDbId": "7", "message": f"{n} {LONG[:2000]}"} for n in range(100)]
    found = {"edges": [{"cursor": str(n), "node": node} for n, node in enumerate(lines)]}
    empty = {"edges": [], "pageInfo": {"hasNextPage": False}}
    whole = {"journalEntries": empty, "glImportItems": empty, "glImportItemErrors": {**empty, **found}}
    content = json.dumps({"data": whole}).encode()
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content)
    asked = Open(1, "c", "r", 1, "RCN-0", 7, "sent", Decimal(1), ("7",), datetime(2026, 3, 2, tzinfo=UTC), None, 2)
    with peer(hears(answer)) as url:
        opening = Opening(url, at_once, SystemClock(), Secret, simulated=True)
        line = adapter(declared("xledger"), "voucher", {"entity": "31007"}, Secret({"token": CREDENTIAL}), opening)
        late = line.look_up([asked]).found["RCN-0"]
        line.close()
    assert late.proves == "rejected_late"
    assert WORDS in late.message
    assert late.message.isprintable()
    assert len(late.message) <= 1000
    assert CREDENTIAL not in late.message


def read_as(bench: Bench, capfd: pytest.CaptureFixture[str], verb: str, form: str) -> str:
    """What a verb says of the one record, which goes again with each sync."""
    organization, integration = bench.where
    if verb == "sync":
        bench.forget()
    where = {
        "sync": [organization, integration],
        "status": [organization],
        "why": [organization, "00000000-0000-4000-8000-000000000001"],
    }[verb]
    capfd.readouterr()
    assert bench.installation.run(verb, *where, "--format", form) in {0, 6}
    said = capfd.readouterr()
    return said.out + said.err


def test_a_table_that_repeats_secret_and_token_is_quoted_without_either(
    make_bench: Callable[[str], Bench], capfd: pytest.CaptureFixture[str]
) -> None:
    bench = make_bench("dynamics")
    bench.fill(1)
    credential = {**bench.system.credential, "client_secret": CREDENTIAL}
    bench.system.admit(credential)
    assert bench.test(credential).verdict.ok
    words = f"{WORDS}. {LENGTH} {' '.join(forms(TOKEN))} {LONG}"

    def answers(line: socket.socket) -> None:
        asked = read_request(line).partition(b"\r\n")[0]
        given = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
        refused = {"error": {"code": "0x80044331", "message": words}}
        status, answer = ("200 OK", given) if b"/oauth2/" in asked else ("400 No", refused)
        whole = json.dumps(answer).encode()
        line.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(whole)}\r\n\r\n".encode() + whole)

    with peer(answers) as url, bench.elsewhere(url):
        shown = {each: read_as(bench, capfd, *each) for each in VERBS}
    ((message, field),) = bench.installation.sql(
        "select message, field from reconciler.exports e join reconciler.export_payloads p on p.export_id = e.id"
        " where e.state = 'rejected'"
    )
    assert message.startswith(f"{WORDS}. {LENGTH}")
    assert (message.isprintable(), field) == (True, "hlf_unit")
    assert len(message) <= 1000
    for verb, text in {**shown, ("database", ""): everything(bench)}.items():
        assert WORDS in text, verb
        assert [form for form in FORMS + forms(TOKEN) if form in text] == [], verb
    for verb, text in shown.items():
        assert [sign for sign in UNSEEN if sign in text] == [], verb
        assert len(text) < 20_000, verb


def test_an_acknowledgement_that_repeats_the_password_is_quoted_without_it(
    make_bench: Callable[[str], Bench], capfd: pytest.CaptureFixture[str]
) -> None:
    bench = make_bench("cornerstone-files")
    bench.system.reset()
    bench.fill(1)
    credential = {"secret": CREDENTIAL}
    bench.system.admit(credential)
    assert bench.test(credential).verdict.ok
    assert bench.sync().exit_code == 0
    ((reference,),) = bench.installation.sql("select reference from reconciler.exports")
    bench.system.refuse_late(reference, message=LONG.replace("\ud800", ""))
    bench.sync(minutes=LATER)
    shown = {(verb, form): read_as(bench, capfd, verb, form) for verb, form in VERBS if verb != "sync"}
    assert bench.states() == {"rejected_late": 1}
    for verb, text in {**shown, ("database", ""): everything(bench)}.items():
        assert WORDS in text, verb
        assert [form for form in FORMS if form in text] == [], verb
    for verb, text in shown.items():
        assert [sign for sign in UNSEEN if sign in text] == [], verb
        assert len(text) < 20_000, verb


def everything(bench: Bench) -> str:
    """All that the database holds outside its store of secrets, as text."""
    tables = bench.installation.sql(
        "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables"
        " where table_schema in ('public', 'reconciler') and table_type = 'BASE TABLE'"
    )
    with psycopg.connect(bench.installation.settings.database_url) as connection:
        rows = [row for (table,) in tables for row in connection.execute(f"select t::text from {table} t")]
    assert len(rows) > 20
    return "\n".join(row[0] for row in rows)
