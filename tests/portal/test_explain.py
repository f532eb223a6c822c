"""No page takes longer with the years: every statement of every page is explained on a ledger of many rows. And none
asks much, or weighs much.

A page that is added is covered by being declared; a new name in a path needs a line in `FILL`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

import httpx
import psycopg
import pytest
from parts.installation import Installation
from parts.metering import metered
from parts.portal import (
    ADMIN,
    ASKED,
    HOME,
    Opened,
    Visitor,
    a_draft,
    a_link,
    a_new_report,
    a_proposal,
    draft_in,
    name_in,
    opened,
)
from parts.volume import grow

from reconciler.database.overview import Overview
from reconciler.database.scoped import Line, Scope
from reconciler.portal.rooms import PAGES

ROWS, RECORDS, RUNS = 20_000, 3_000, 4_000
GROWING = {"exports", "export_history", "export_payloads", "runs", "audit", "withheld", "run_requests"}
"""Tables that grow with the years."""
MOST = 2_500
"""Rows of those that one statement may touch: `backlog.LOOKED_AT`, and what waits for somebody."""
FILL: Mapping[str, str] = {"integration": "xledger", "category": "expense_claims", "year": "2025"}
STATEMENTS = 40
"""Of one page; one that asks another for each of its rows is soon above it."""
HEAVIEST = 100_000
"""Bytes of a first page with all that it loads."""
HEADERS = 300
"""Bytes that browsers count for the headers of each answer."""


@pytest.fixture
def grown(installation: Installation) -> Iterator[Opened]:
    with psycopg.connect(installation.settings.database_url) as connection:
        grow(connection, 0, ROWS, records=RECORDS, runs=RUNS)
    with opened(installation) as found:
        yield found


def there(installation: Installation) -> dict[str, str]:
    """Names of what is there, by what paths call it."""
    [(record,)] = installation.sql("select record_id from reconciler.exports where state = 'rejected' limit 1")
    [(run,)] = installation.sql("select id::text from reconciler.runs order by started_at desc limit 1")
    [(refused,)] = installation.sql(
        "select id::text from reconciler.exports where state = 'rejected' order by id limit 1"
    )
    made = {"draft": a_draft, "link": a_link, "report": a_new_report, "number": a_proposal}
    ours = {name: make(installation) for name, make in made.items()}
    return {**FILL, **ours, "record": record, "run": run, "export": refused}


def filled(things: Mapping[str, str], path: str) -> str:
    """A path of a page with names of what is there."""
    known = {**things, "name": name_in(path), "draft": things[draft_in(path)]}

    def value(found: re.Match[str]) -> str:
        assert found[1] in known, f"say in FILL what stands for {{{found[1]}}} in {path}"
        return known[found[1]]

    return re.sub(r"\{(\w+)(?::\w+)?\}", value, path) + ASKED.get(path, "")


class Explained:
    """Every query that is asked, with its plan, made in the same transaction: same role, organisation and settings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.plans: list[tuple[str, dict[str, Any]]] = []
        ask = psycopg.Connection.execute

        def asked(line: psycopg.Connection, query: Any, params: Any = None, **more: Any) -> Any:
            text = query if isinstance(query, str) else query.as_string(line)
            if re.match(r"\s*\(*\s*(select|with)\b", text, re.IGNORECASE) and "for update" not in text:
                [row] = ask(line, f"explain (analyze, format json) {text}", params).fetchall()
                self.plans.append((text, row["QUERY PLAN"][0]["Plan"]))
            return ask(line, query, params, **more)

        monkeypatch.setattr(Line, "execute", asked, raising=False)


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def touched(node: Mapping[str, Any]) -> float:
    """Rows that a scan read: those it gave and those it threw away."""
    removed = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return float((node["Actual Rows"] + removed) * node["Actual Loops"])


def too_much(plan: Mapping[str, Any]) -> list[str]:
    """What of a plan grows with the years."""
    return [
        f"{each['Node Type']} of {each['Relation Name']}: {touched(each):.0f} rows"
        for each in nodes(plan)
        if each.get("Relation Name") in GROWING
        and (touched(each) > MOST or (each["Node Type"] == "Seq Scan" and touched(each) > 100))
    ]


def test_no_statement_of_any_page_grows_with_the_ledger(
    grown: Opened, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = grown.enter(ADMIN)
    things = there(installation)
    paths = ["/", *(HOME + filled(things, each.path) for each in PAGES)]
    with monkeypatch.context() as patched:
        explained = Explained(patched)
        bad: list[str] = []
        for path in paths:
            before = len(explained.plans)
            answer = visitor.get(path)
            assert answer.status_code in (200, 303), (path, answer.text)
            assert len(explained.plans) > before
            bad += [f"{path}: {each}\n{text}" for text, plan in explained.plans[before:] for each in too_much(plan)]
        assert not bad, "\n".join(bad)
        grows_is_found(grown, explained)
    weigh = cache(partial(weight_of, visitor))
    burdens = [burden for path in paths[1:] for burden in burdens_of(visitor, path, weigh)]
    assert not burdens, "\n".join(burdens)


def burdens_of(visitor: Visitor, path: str, weigh: Callable[[str], int]) -> Iterator[str]:
    """What a page that was shown before asks too much of the database, or of whoever loads it."""
    with metered() as meter:
        page = visitor.get(path)
    files = [f"/static/{each.partition(chr(34))[0]}" for each in page.text.split('="/static/')[1:]]
    weight = bytes_of(page) + sum(map(weigh, files))
    if meter.statements > STATEMENTS:
        yield f"{path} asks {meter.statements} statements"
    if weight > HEAVIEST:
        yield f"{path} takes {weight} bytes"


def weight_of(visitor: Visitor, file: str) -> int:
    """Bytes that a file takes, which is the same for every page that loads it."""
    return bytes_of(visitor.get(file))


def bytes_of(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer
    return int(answer.headers["content-length"]) + HEADERS


def grows_is_found(grown: Opened, explained: Explained) -> None:
    """The overview that `status` prints counts what is settled, too: this file tells it."""
    before, tables = len(explained.plans), Scope(grown.server.house.lines, "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007")
    Overview(tables).integrations("blindeforbundet", 0)
    tables.close()
    found = [each for _, plan in explained.plans[before:] for each in too_much(plan)]
    assert any("exports" in each for each in found)
