"""Two hands at once on one deed, and the ground pulled away under it: one effect, and words about the rest."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from parts.installation import WHERE, Books, Installation
from parts.portal import ADMIN, HOME, TWIN, Opened, Visitor, opened

from reconciler.database.scoped import PATIENCE_S, Lines, Scope
from reconciler.engine.credentials import revoke_credential
from reconciler.errors import Blocked, DatabaseDown

XLEDGER = f"{HOME}/integrations/xledger"
WHY = "The voucher was deleted there by mistake"


def at_once(portal: Opened, deed: Callable[[Visitor], httpx.Response], hands: int = 3) -> list[int]:
    """What as many browsers of the same person are answered to the same deed, at the same moment."""
    visitors, begin = [portal.enter(ADMIN) for _ in range(hands)], Barrier(hands)

    def hand(visitor: Visitor) -> int:
        begin.wait(20)
        return deed(visitor).status_code

    with ThreadPoolExecutor(hands) as pool:
        return sorted(pool.map(hand, visitors))


def count(installation: Installation, query: str) -> int:
    [(found,)] = installation.sql(f"select count(*) from reconciler.{query}")
    return found


def test_a_deed_that_is_clicked_twice_is_done_once(portal: Opened, installation: Installation, books: Books) -> None:
    installation.sync()
    [(sent,), (rejected,)] = installation.sql(
        "select min(id) from reconciler.exports where state in ('sent', 'rejected') group by state order by state desc"
    )
    form = {"row": rejected, "confirmed": 1, "deed": "retry"}
    answers = at_once(portal, lambda each: each.post(f"{XLEDGER}/documents/decide", **form))
    assert (answers.count(303), {*answers} <= {303, 409}) == (1, True), answers
    assert count(installation, "audit where action = 'export-retry'") == 1
    rows = count(installation, "exports")
    once = {"row": sent, "confirmed": 1, "reason": WHY}
    answers = at_once(portal, lambda each: each.post(f"{XLEDGER}/documents/resend", **once))
    assert (answers.count(303), {*answers} <= {303, 409}) == (1, True), answers
    assert count(installation, "exports") == rows + 1
    made = {"name": "one", "scopes": ["see"], "ends": "2026-04-01"}
    answers = at_once(portal, lambda each: each.tell(f"{TWIN}/tokens", made))
    assert answers == [200, 409, 409]
    answers = at_once(portal, lambda each: each.post(f"{XLEDGER}/suspend", reason=WHY))
    assert count(installation, "suspensions") == 1, answers
    at_once(portal, lambda each: each.post(f"{XLEDGER}/resume"))
    assert count(installation, "audit where action = 'resumed'") == 1
    runs = count(installation, "runs")
    assert at_once(portal, lambda each: each.post(f"{XLEDGER}/sync", reason=WHY)) == [303] * 3
    assert installation.run("requests", "run", minutes=1) in (0, 3)
    assert count(installation, "runs") == runs + 1, "those who ask for the same are served by one run"
    assert len(books.read()["vouchers"]) == 17, "sixteen, and one of them once more"


def test_two_values_at_once_leave_one_in_use(portal: Opened, installation: Installation, books: Books) -> None:
    books.control("/_tokens", add="T0ken-typed-by-two-at-once")
    typed = {"fields": {"token": "T0ken-typed-by-two-at-once"}}
    answers = at_once(portal, lambda each: each.tell(f"{TWIN}/integrations/xledger/credentials", typed), 2)
    assert 200 in answers
    assert {*answers} <= {200, 409}
    states = installation.sql("select state, count(*) from reconciler.credentials group by state")
    assert dict(states)["current"] == 1
    assert dict(states).get("pending", 0) == 0


def test_a_version_that_came_into_use_meanwhile_is_not_ended_by_a_yes_to_another(
    installation: Installation,
) -> None:
    with pytest.raises(Blocked, match="in use by now"):
        revoke_credential(installation.world(), *WHERE, 1, "it leaked, says the bank", in_use=False)
    assert installation.sql("select state from reconciler.credentials") == [("current",)]


@contextmanager
def pulled(installation: Installation) -> Iterator[None]:
    """The database lets nobody in, and throws out whoever is."""
    url = urlsplit(installation.settings.database_url)
    name = url.path.lstrip("/")
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f'alter database "{name}" allow_connections false')
        server.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f'alter database "{name}" allow_connections true')


def test_a_database_that_is_pulled_away_is_said_so_and_is_found_again(
    installation: Installation,
) -> None:
    with opened(installation) as portal:
        visitor = portal.enter(ADMIN)
        pool = portal.server.house.lines._pool
        with pulled(installation):
            pool.timeout = 0.5
            headers = {"origin": portal.address, "referer": f"{portal.address}{XLEDGER}"}
            form = {"csrf": visitor.csrf, "reason": "short"}
            for answer in (
                visitor.get(HOME), visitor.get(TWIN), visitor.get("/nothing"),
                visitor.client.post(f"{XLEDGER}/suspend", data=form, headers=headers),
            ):  # fmt: skip
                assert answer.status_code in (404, 503), (answer.url, answer.text[:300])
                assert "psycopg" not in answer.text
                assert "refused.bug" not in answer.text
            assert visitor.client.get("/healthz").status_code == 200
        pool.timeout = PATIENCE_S
        assert visitor.get(HOME).status_code == 200
    with opened(installation) as again:
        cookie = f"reconciler-portal={visitor.client.cookies['reconciler-portal']}"
        assert again.client().get(HOME, headers={"cookie": cookie}).status_code == 200, "a restart logs nobody out"
        visitor.client.base_url, visitor.address = again.address, again.address
        assert again.client().post(
            f"{XLEDGER}/suspend", data={"csrf": visitor.csrf, "reason": WHY}, headers={"cookie": cookie}
        ).status_code == 303  # fmt: skip


def test_connections_that_die_in_mid_request_are_told_and_never_an_error_of_ours(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    url = urlsplit(installation.settings.database_url)
    kill = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    with (
        psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as server,
        ThreadPoolExecutor(2) as pool,
    ):
        pages = [pool.submit(visitor.get, path) for _ in range(6) for path in (HOME, XLEDGER)]
        for _ in range(4):
            server.execute(kill, [url.path.lstrip("/")])
            time.sleep(0.2)
    assert {each.result().status_code for each in pages} <= {200, 503}
    # Whoever is the first to be lent a connection that died while nobody used it is told; after that all are asked.
    told = visitor.get(HOME).status_code
    assert (told in (200, 503), visitor.get(HOME).status_code) == (True, 200)


def test_where_one_connection_is_found_dead_the_others_are_asked_before_they_are_lent(
    installation: Installation,
) -> None:
    lines = Lines(installation.settings.database_url)
    scopes = [Scope(lines) for _ in range(3)]
    for each in scopes:
        each._open()
    dead = scopes.pop()
    for each in scopes:
        each.close()
    installation.sql(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    with pytest.raises(DatabaseDown), dead.transaction():
        pass
    dead.close()
    for each in scopes:
        with each.transaction() as connection:
            connection.execute("select 1")
        each.close()
    lines.close()


def test_what_was_read_is_whole_also_where_its_connection_dies_before_it_is_let_go(installation: Installation) -> None:
    lines = Lines(installation.settings.database_url)
    scope = Scope(lines)
    for _ in range(2):
        with scope.reading() as connection:
            assert connection.execute("select 1 as one").fetchone() == {"one": 1}
            installation.sql("select pg_terminate_backend(%s, 5000)", connection.info.backend_pid)
    scope.close()
    lines.close()
