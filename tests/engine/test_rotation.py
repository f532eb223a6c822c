"""Rotations under load: of a credential, and of the key that its value is sealed under, while thousands are sent."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from parts.checker import verdict
from parts.installation import WHERE, Books, Installation, ended

RECORDS = 5000
NEWER = "T0ken-the-newer-one"
MANY = """
    insert into app.expense_claims select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
    from app.expense_claims r, generate_series(1, %s) where r.id = (select record_id::uuid from reconciler.exports
        where category = 'expense_claims' and state = 'sent' limit 1)"""
SENT = "select count(*) from reconciler.exports where state = 'sent'"
KEYS = "select distinct key_id from reconciler.secret_values union select key_id from reconciler.installation_keys"


@pytest.fixture
def busy(installation: Installation) -> Installation:
    """After a first sync; what it refused is gone."""
    assert installation.run("sync", *WHERE) == 6
    for category in ("expense_claims", "mileage_claims", "driver_honorariums"):
        installation.sql(
            f"delete from app.{category} where id::text in"
            " (select record_id from reconciler.exports where state = 'rejected')"
        )
    installation.at += 1
    return installation


@contextmanager
def prepared(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that ends with the block, whatever happens."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def eventually(installation: Installation, query: str) -> None:
    """Ask until the answer is yes, through one connection: what is waited for needs the machine."""
    deadline = time.monotonic() + 60
    with psycopg.connect(installation.settings.database_url, autocommit=True) as connection:
        while connection.execute(query).fetchone() != (True,):
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.02)


def test_five_thousand_documents_go_out_once_each_while_the_token_is_rotated_and_the_old_one_revoked(
    busy: Installation, books: Books
) -> None:
    busy.sql(MANY, RECORDS)
    books.control("/_tokens", add=NEWER)
    before, refused = busy.sql(SENT)[0][0], books.read()["requests"]["refused"]
    with (
        prepared(busy.process("credentials", "rotate", *WHERE)) as rotate,
        prepared(busy.process("sync", *WHERE)) as run,
    ):
        eventually(busy, f"select ({SENT}) > {before}")
        code, output = ended_with(rotate, NEWER)
        assert code == 0, output
        books.control("/_tokens", revoke="T0ken-for-the-engine-tests")
        assert busy.sql(SENT)[0][0] < RECORDS  # it is in mid-run
        code, output = ended(run, timeout=300)
    assert code == 0, output
    assert output.count("alarm: version 1 of 'xledger' was refused in mid-run; version 2 took over") == 1
    assert f"sent {RECORDS} documents" in output
    assert verdict(busy.settings.database_url, books.url) == []
    assert books.read()["requests"]["refused"] - refused == 1
    assert busy.sql("select max(attempt) from reconciler.exports where state = 'sent'") == [(1,)]


def test_the_key_is_rotated_while_a_sync_runs_and_the_old_one_removed_afterwards(
    busy: Installation, books: Books
) -> None:
    path = busy.settings.key_file
    [(old,)] = busy.sql(KEYS)
    busy.sql(MANY, RECORDS // 10)
    with prepared(busy.process("sync", *WHERE)) as run:
        eventually(busy, "select count(*) = 1 from reconciler.runs where state = 'running'")
        assert busy.run("credentials", "rewrap", "--new-key") == 0
        code, output = ended(run, timeout=300)
    assert code == 0, output
    [(new,)] = busy.sql(KEYS)
    assert new != old
    first, second = path.read_text().split()
    assert first != second
    path.write_text(first)
    assert busy.run("credentials", "rewrap") == 0
    assert busy.run("credentials", "test", *WHERE) == 0
    busy.sql(MANY, 1)
    assert busy.run("sync", *WHERE, minutes=5) == 0
    assert verdict(busy.settings.database_url, books.url) == []


def ended_with(process: subprocess.Popen[str], value: str) -> tuple[int, str]:
    """Exit code and output of a process that waited for its value."""
    process.stdin.write(f"{value}\n")
    process.stdin.flush()
    return ended(process)
