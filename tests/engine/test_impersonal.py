"""What an outside system repeats of people is neither stored nor shown, whichever way it says it."""

import json
import socket

import pytest
from parts.claims import only_claims
from parts.hostile import peer, read_request
from parts.installation import WHERE, Installation

from reconciler.runs.impersonal import answer_without, findings_without, verdict_without
from reconciler.runs.outcome import (
    Findings,
    Found,
    LookupFailed,
    Rejected,
    RequestRefused,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unknown,
    Verdict,
)

PEOPLE = ("17054026641", "kari.nordmann@example.org", "922 33 445")
WORDS = f"Ukjent ansatt {PEOPLE[0]}, {PEOPLE[1]}, tlf {PEOPLE[2]}"
CLEAN = "Ukjent ansatt [taken out], [taken out], tlf [taken out]"


def refuses(line: socket.socket) -> None:
    """Refuses each voucher in these words, as its code and its field too."""
    _, _, content = read_request(line).partition(b"\r\n\r\n")
    body = json.loads(content) if content else {}
    error = {"message": WORDS, "extensions": {"code": "INVALID_VALUE", "field": WORDS}, "code": WORDS, "field": WORDS}
    entities = {"edges": [{"node": {"dbId": "1", "code": "31007", "description": "x"}}]}
    passes = {"data": {"entities": entities, "accounts": entities}}
    answer = {"data": None, "errors": [error]} if "mutation" in body.get("query", "") else passes
    whole = json.dumps(answer).encode()
    line.sendall(f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(whole)}\r\n\r\n".encode() + whole)


def test_a_refusal_that_names_people_is_kept_and_shown_without_them(
    installation: Installation, capfd: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 1)
    with peer(refuses) as url, installation.elsewhere(url) as there:
        there.sync()
    for verb in (["status", WHERE[0]], ["why", WHERE[0], "00000000-0000-4000-8000-000000000001"]):
        for form in ("text", "json"):
            assert installation.run(*verb, "--format", form) == 0
    said = capfd.readouterr()
    tables = [f"reconciler.{name}" for name in ("exports", "export_payloads", "export_history", "runs", "allowances")]
    rows = "\n".join(row for each in tables for (row,) in installation.sql(f"select t::text from {each} t"))
    for text in (said.out + said.err, rows):
        assert "Ukjent ansatt" in text
        assert [each for each in PEOPLE if each in text] == []


def test_what_an_older_version_stored_is_cleaned_when_it_is_read(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 1)
    assert installation.sync() == 0
    installation.sql("update reconciler.exports set state = 'rejected'")
    installation.sql("update reconciler.export_payloads set message = %s", WORDS)
    capsys.readouterr()
    assert installation.run("status", WHERE[0]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert CLEAN in said
    assert [each for each in PEOPLE if each in said] == []


def test_every_sort_of_answer_is_cleaned_and_ids_and_values_stay() -> None:
    rejected = Rejected(WORDS, WORDS, WORDS, value=PEOPLE[0])
    clean = Rejected(CLEAN, CLEAN, CLEAN, value=PEOPLE[0])
    assert answer_without(Settled({"a": rejected, "b": Unknown(WORDS), "c": Sent((PEOPLE[0],))})) == Settled(
        {"a": clean, "b": Unknown(CLEAN), "c": Sent((PEOPLE[0],))}
    )
    assert answer_without(RequestRefused(rejected, {"a": rejected})) == RequestRefused(clean, {"a": clean})
    assert answer_without(Unclear(WORDS)) == Unclear(CLEAN)
    assert answer_without(Stop(WORDS, "x", until="soon")) == Stop(CLEAN, "x", until="soon")
    assert findings_without(LookupFailed(Unclear(WORDS))) == LookupFailed(Unclear(CLEAN))
    found = Findings({"a": Found("sent", (PEOPLE[0],), "1", WORDS)}, {"b": WORDS})
    assert findings_without(found) == Findings({"a": Found("sent", (PEOPLE[0],), "1", CLEAN)}, {"b": CLEAN})
    assert verdict_without(Verdict(ok=False, fault="x", message=WORDS)).message == CLEAN
