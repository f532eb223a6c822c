"""The connection of every integration type: what a test finds, whom it blames, and what a lookup proves."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
from contracts.systems.bench import LATER, Bench
from contracts.systems.system import System
from parts.hostile import certificate, hears, peer

from reconciler.adapters import transport
from reconciler.adapters.edge import at_once
from reconciler.adapters.protocols import Opening, adapter
from reconciler.clock import SystemClock
from reconciler.ports import Adapter, Outgoing
from reconciler.runs.outcome import Findings, LookupFailed, Unreachable, Verdict
from reconciler.vaults.secret import Secret

NAME = "system.example"
NOBODY = "127.0.0.1:9"


@contextmanager
def opened(system: System, url: str, credential: Mapping[str, str], find: transport.Resolve) -> Iterator[Adapter]:
    """The type's adapter as a test of a credential opens it, at an address and with a resolver of our own."""
    opening = Opening(url, at_once, SystemClock(), Secret, quick=True, simulated=True, find=find)
    found = adapter(system.kind, system.document, system.settings, Secret(dict(credential)), opening)
    try:
        yield found
    finally:
        found.close()


def verdict_of(system: System, url: str, find: transport.Resolve = transport.resolve) -> Verdict:
    with opened(system, url, system.credential, find) as line:
        return line.test()


def test_the_right_credential_passes_and_what_it_reaches_is_shown(system: System) -> None:
    verdict = verdict_of(system, system.url)
    assert (verdict.ok, verdict.fault) == (True, "")
    assert all(all(each.strip() for each in found) and found for found in verdict.found.values())
    test = system.kind.test
    shown = [*test.finds, *(each for step in test.steps or () for each in step.finds)]
    assert verdict.found.keys() == {each.label.en for each in shown}


def test_the_wrong_credential_is_the_culprit_and_nothing_is_saved(system: System, bench: Bench) -> None:
    verdict = bench.test(system.wrong).verdict
    assert (verdict.ok, verdict.fault) == (False, system.culprit)
    assert not any(value in verdict.message for value in system.wrong.values())
    bench.fill(1)
    assert bench.sync().exit_code == 0  # with the one that was there


def test_a_revoked_credential_is_the_culprit(system: System, bench: Bench) -> None:
    system.revoke(system.credential)
    assert verdict_of(system, system.url).fault == system.culprit


def test_where_nobody_listens_the_network_is_the_culprit(system: System) -> None:
    verdict = verdict_of(system, f"{system.scheme}://{NOBODY}")
    assert verdict.fault == "network"
    assert "refused" in verdict.message


def test_a_name_that_nobody_knows_is_the_networks_fault_and_a_document_never_left(system: System) -> None:
    def unknown(_name: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    document = Outgoing("RCN-" + "A" * 20, {"lines": [{"name": "one", "fields": {}}]})
    with opened(system, f"{system.scheme}://{NAME}/x", system.credential, unknown) as line:
        verdict = line.test()
        assert isinstance(line.send([document]), Unreachable)
    assert verdict.fault == "network"
    assert NAME in verdict.message


@pytest.mark.row("tls")
def test_whoever_speaks_no_tls_is_the_culprit_and_so_is_a_certificate_that_nobody_signed(
    system: System, tmp_path
) -> None:
    def here(_name: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    with peer(lambda line: line.sendall(b"220 mail.example\r\n")) as url:
        verdict = verdict_of(system, url.replace("http:", "https:"))
        assert verdict.fault == "endpoint", verdict
    with peer(hears(b""), certificate(tmp_path, NAME)) as url:
        verdict = verdict_of(system, url.replace("127.0.0.1", NAME), here)
        assert verdict.fault == "endpoint", verdict
        assert "self-signed" in verdict.message


@pytest.mark.row("lookup")
def test_a_lookup_tells_found_from_absent(system: System, bench: Bench) -> None:
    bench.fill(1)
    bench.sync()
    (there,) = bench.rows("sent")
    there = replace(there, state="unknown")
    gone = replace(there, id=0, record_id="none", number=there.number + 1, target_ids=(), batch="none")
    gone = replace(gone, reference="RCN-" + "A" * 20)
    with bench.adapter() as line:
        findings = line.look_up([there, gone])
    assert isinstance(findings, Findings)
    assert findings.found.keys() == {there.reference}
    ids = findings.found[there.reference].target_ids
    known = {"id": set(ids) == set(there.target_ids), "reference": set(ids) == {there.reference}}
    known["other id"] = len(ids) == len(there.target_ids) and not any(known.values())
    assert [name for name, holds in known.items() if holds] == [system.known_by]


@pytest.mark.row("lookup")
def test_a_lookup_that_cannot_be_read_is_no_absence(system: System, bench: Bench) -> None:
    bench.fill(1)
    bench.sync()
    (there,) = bench.rows("sent")
    for word in sorted({*system.unanswered} - {"throttled"}):
        system.arm(word, times=100, on="read")
        with bench.adapter() as line:
            assert isinstance(line.look_up([there]), LookupFailed), word
        system.calm()


def test_where_nobody_listens_or_proves_who_it_is_nothing_is_charged_and_later_all_go(
    system: System, bench: Bench
) -> None:
    bench.fill(2)
    with peer(lambda line: line.sendall(b"220 mail.example\r\n")) as other:
        for address in (f"{system.scheme}://{NOBODY}", other.replace("http:", f"{system.scheme}:")):
            with bench.elsewhere(address):
                report = bench.sync(minutes=LATER)
            assert (report.exit_code, report.hint) == (75, "nothing was sent; try again later")
            assert bench.states() == {"not_applied": 2}
    assert bench.sync(minutes=LATER).exit_code == 0
    assert system.booked() == bench.once()
