"""Several at once: one works, the others say so; who lost the right to write writes nothing more."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from parts.checker import verdict
from parts.installation import WHERE, Books, Installation, committed

from reconciler.database.connection import Database
from reconciler.database.leases import LeaseTable
from reconciler.database.ledger import LedgerTable
from reconciler.errors import Busy
from reconciler.runs.export import Frozen, Recorded, Stream, Wanted
from reconciler.runs.outcome import Sent

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


@contextmanager
def stalled(installation: Installation, books: Books, seconds: float = 0.8) -> Iterator[Future[int]]:
    """A sync in a thread, whose first vouchers are booked and whose answer is on its way."""
    books.arm("stall_after_commit", seconds=seconds)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(installation.sync)
        deadline = time.monotonic() + 30
        while not books.read()["vouchers"]:
            assert time.monotonic() < deadline, "nothing was booked"
            time.sleep(0.01)
        yield future


@pytest.mark.parametrize("count", [2, 5])
def test_of_syncs_that_begin_at_once_one_works_and_the_others_are_told_so(
    installation: Installation, books: Books, forking: str, count: int
) -> None:
    books.arm("stall_after_commit", seconds=1)  # the one that works does so while the others come
    results = installation.forks(forking, *[("sync", *WHERE)] * count)
    codes = sorted(code for code, _ in results)
    # Whoever comes after the first has ended finds nothing to do: that is 0, and as good.
    assert codes.count(6) == 1
    assert set(codes) <= {0, 6, 75}
    assert all("is running" in output for code, output in results if code == 75)
    assert judged(installation, books) == []


def test_a_second_sync_says_who_is_running_and_until_when(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    with stalled(installation, books) as future:
        assert replace(installation).sync() == 75
        assert future.result(30) == 6
    assert "a sync of blindeforbundet/xledger is running" in capsys.readouterr().err
    assert judged(installation, books) == []


def test_a_run_that_lost_its_lease_writes_nothing_more(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    with stalled(installation, books, 1.5) as future:
        installation.sql("update reconciler.leases set expires_at = to_timestamp(0)")
        assert replace(installation).sync() == 5  # takes over, and leaves what is on its way to a later question
        before = installation.sql("select id, state, attempt, changed_at from reconciler.exports order by id")
        capsys.readouterr()
        assert future.result(30) == 75
    assert "lost the lease" in capsys.readouterr().err
    assert before == installation.sql("select id, state, attempt, changed_at from reconciler.exports order by id")
    assert installation.sync(minutes=40) in {0, 6}
    assert judged(installation, books) == []


def test_an_apply_while_a_sync_runs_is_fine_for_both(installation: Installation, books: Books, tmp_path: Path) -> None:
    root = tmp_path / "new"
    shutil.copytree(installation.repository, root)
    path = root / "orgs/blindeforbundet/mappings/expense-claims.yaml"
    path.write_text(path.read_text().replace('"Utlegg {', '"Utgift {'))
    committed(root)
    with stalled(installation, books) as future:
        assert replace(installation).run("apply", "--root", str(root)) == 0
        assert future.result(30) == 6
    assert installation.sync(minutes=1) == 6  # the mapping is new: what was refused is tried again
    assert judged(installation, books) == []


def test_an_integration_renamed_while_it_syncs_sends_nothing_twice(
    installation: Installation, books: Books, tmp_path: Path
) -> None:
    root = tmp_path / "new"
    shutil.copytree(installation.repository, root)
    for path in (root / "orgs").rglob("*.yaml"):
        text = path.read_text().replace("integration: xledger", "integration: books")
        if path.parent.name == "integrations":
            text = text.replace("{name: xledger}\nspec", "{name: books, renamedFrom: xledger}\nspec")
        path.write_text(text)
    committed(root)
    with stalled(installation, books, 2.5) as future:
        assert replace(installation).run("apply", "--root", str(root)) == 0
        assert replace(installation).run("sync", WHERE[0], "books") in {5, 6}
        future.result(30)
    assert installation.run("sync", WHERE[0], "books", minutes=40) in {0, 6}
    assert judged(installation, books) == []


def test_of_two_applies_at_once_one_is_whole_and_the_other_changes_nothing(
    installation: Installation, forking: str
) -> None:
    installation.sql("delete from reconciler.schedules")
    command = ("apply", "--root", str(installation.repository))
    codes = sorted(code for code, _ in installation.forks(forking, command, command))
    assert codes in ([0, 0], [0, 4])
    assert installation.sql("select version from reconciler.organizations") == [(2,)]
    assert installation.sql("select count(*) from reconciler.applied_revisions") == [(2,)]
    assert installation.run("plan", "--exit-code", "--root", str(installation.repository)) == 0


STREAM = Stream("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", "xledger", "simulator:xledger:1:voucher", "expense_claims")


def test_a_claim_of_an_older_attempt_records_nothing_and_leaves_an_audit_entry(database_url: str) -> None:
    database = Database(database_url)
    ledger, leases = LedgerTable(database), LeaseTable(database)
    lease = leases.take("a/b", "one", NOW, 300)
    wanted = [Wanted("r1", known=False), Wanted("r2", known=False)]
    claims = ledger.claim(lease, STREAM, uuid4(), wanted, "rev", NOW, 2026)
    frozen = [Frozen(claim, {"lines": []}, None, "", "d") for claim in claims]
    with database.transaction() as connection:
        connection.execute("update reconciler.exports set attempt = 2 where record_id = 'r1'")
    assert ledger.freeze(lease, STREAM, frozen, [], "m", NOW) == {claims[1].id}
    ledger.record(lease, STREAM, [Recorded(claim, Sent(("1",))) for claim in claims], NOW)
    with database.reading() as connection:
        rows = connection.execute("select record_id, state, frozen from reconciler.exports order by 1").fetchall()
        audit = connection.execute("select action, detail from reconciler.audit").fetchall()
    assert [tuple(row.values()) for row in rows] == [("r1", "sending", False), ("r2", "sent", True)]
    told = {"action": "fenced-out", "detail": {"export": claims[0].id, "attempt": 1}}
    assert audit == [told, told]
    newer = LeaseTable(database)
    newer.give_back(lease)
    newer.take("a/b", "two", NOW, 300)
    with pytest.raises(Busy, match="lost the lease"):
        ledger.record(lease, STREAM, [], NOW)
    database.close()
