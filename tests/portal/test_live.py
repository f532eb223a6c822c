"""Open pages are told when something changed: at once, once, and only by what they may see."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from parts.installation import Installation
from parts.portal import ADMIN, HOME, STRANGER, Opened, Visitor, opened

from reconciler.database.marks import Marks
from reconciler.database.scoped import Lines, Scope
from reconciler.portal import live

EVENTS = f"{HOME}/events"
PATIENCE_S = 20


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY_S", 0.1)


@contextmanager
def listening(visitor: Visitor) -> Iterator[Iterator[tuple[str, str]]]:
    """(event, data) as they come."""
    with visitor.client.stream("GET", EVENTS, timeout=PATIENCE_S) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        yield told(answer)


def told(answer: httpx.Response) -> Iterator[tuple[str, str]]:
    event = ""
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name.rstrip(":") == "data":
            yield event, value


def mark(visitor: Visitor) -> str:
    return visitor.get(HOME).text.partition('data-mark="')[2].partition('"')[0]


def test_a_page_and_its_events_begin_with_the_same_mark(portal: Opened) -> None:
    visitor = portal.enter(ADMIN)
    with listening(visitor) as events:
        assert next(events) == ("mark", mark(visitor))


CHANGES = """
update reconciler.runs set state = 'lost';
update reconciler.exports set state = 'held', changed_at = now() where id = 1;
update reconciler.export_numbers set last = last + 1;
update reconciler.leases set expires_at = expires_at + interval '1 minute';
insert into reconciler.run_requests (id, organization_id, integration, requested_by, requested_at)
    select gen_random_uuid(), id, 'xledger', 'kari', now() from reconciler.organizations;
insert into reconciler.suspensions (organization_id, integration, cause, reason, author, since)
    select id, 'xledger', 'person', 'because', 'kari', now() from reconciler.organizations;
insert into reconciler.conditions (organization, reason, message, since)
    values ('blindeforbundet', 'Fault', 'x', now());
insert into reconciler.audit (at, actor, organization_id, action, object, detail)
    select now(), 'kari', id, 'credential-current', 'xledger', '{}' from reconciler.organizations
"""


def test_every_change_that_a_page_shows_is_another_mark(installation: Installation) -> None:
    installation.sync()
    [(organization,)] = installation.sql("select id::text from reconciler.organizations")
    lines = Lines(installation.settings.database_url)
    scope = Scope(lines, organization)
    marks = Marks(scope)
    for change in CHANGES.split(";"):
        before = marks.mark(organization)
        assert marks.mark(organization) == before
        installation.sql(change)
        assert marks.mark(organization) != before, change
    scope.close()
    lines.close()


def test_a_run_is_told_to_whoever_looks_and_to_nobody_else(portal: Opened, installation: Installation) -> None:
    visitor, stranger = portal.enter(ADMIN), portal.enter(STRANGER)
    assert _status(stranger) == 404
    with listening(visitor) as events:
        event, first = next(events)
        thread = threading.Thread(target=installation.sync)
        thread.start()
        event, second = next(events)
        thread.join()
        assert (event, second != first) == ("mark", True)
        deadline = time.monotonic() + PATIENCE_S
        while (now := mark(visitor)) != second and time.monotonic() < deadline:
            _, second = next(events)
        assert second == now
    assert "16 sendt" in visitor.get(HOME).text


def test_however_many_listen_the_database_is_asked_once_and_no_connection_is_held(
    portal: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "EVERY_S", 1.5)  # between two looks, so that none is under way when it is counted
    asked: list[list[str]] = []
    heard: list[Iterator[tuple[str, str]]] = []
    ask = live.Exchange._marks
    monkeypatch.setattr(live.Exchange, "_marks", lambda self, ids: (asked.append(list(ids)), ask(self, ids))[1])
    visitor = portal.enter(ADMIN)
    answers = [visitor.client.stream("GET", EVENTS, timeout=PATIENCE_S) for _ in range(live.EACH)]
    try:
        for each in answers:
            heard.append(told(each.__enter__()))  # one that is let go of ends its stream
            assert next(heard[-1])[0] == "mark"
        statistics = portal.server.house.lines._pool.get_stats()
        assert statistics["pool_size"] - statistics["pool_available"] <= 1
        assert all(len(ids) == 1 for ids in asked)
        assert _status(visitor) == 429
        assert visitor.get(HOME).status_code == 200
    finally:
        for each in answers:
            each.__exit__(None, None, None)
    deadline = time.monotonic() + PATIENCE_S
    while (answer := _status(visitor)) == 429 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert answer == 200


def _status(visitor: Visitor) -> int:
    with visitor.client.stream("GET", EVENTS, timeout=PATIENCE_S) as answer:
        return answer.status_code


@pytest.mark.parametrize("how", ["session", "role"])
def test_who_may_not_see_it_any_more_is_told_that_it_is_over(
    portal: Opened, installation: Installation, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(live, "RECHECK_S", 0.0)
    visitor = portal.enter(ADMIN)
    with listening(visitor) as events:
        assert next(events)[0] == "mark"
        if how == "session":
            installation.sql("delete from reconciler.portal_sessions")
        else:
            installation.sql("update reconciler.organizations set body = body - 'people'")
        found = [event for event, _ in events]
    assert found[-1] == "over"
    assert _status(visitor) == (401 if how == "session" else 404)


def test_a_page_that_is_merely_open_keeps_no_session_alive_and_takes_no_word_from_a_person(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    installation.sql(
        "update reconciler.portal_sessions set seen_at = seen_at - interval '1 hour',"
        """ told = '[{"said": "logged-out", "values": {}}]'"""
    )
    seen = installation.sql("select seen_at from reconciler.portal_sessions")
    assert "Du er logget ut" not in visitor.get(HOME, headers={"x-live": "1"}).text
    assert _status(visitor) == 200
    assert installation.sql("select seen_at from reconciler.portal_sessions") == seen
    assert "Du er logget ut" in visitor.get(HOME).text
    assert installation.sql("select seen_at from reconciler.portal_sessions") != seen


def test_listeners_end_when_the_portal_does(installation: Installation) -> None:
    with opened(installation) as portal:
        visitor = portal.enter(ADMIN)
        with listening(visitor) as events:
            assert next(events)[0] == "mark"
            began = time.monotonic()
            portal.server._server.should_exit = True
            portal.server.house.stopping.set()
            assert list(events) == []
            assert time.monotonic() - began < PATIENCE_S
