"""A yearly report that has something to count, and whoever reads its pages while it is counted."""

import time
from typing import Any

import psycopg

from parts.installation import Installation
from parts.portal import HOME, TWIN, Visitor
from reconciler.demo.membership import fill_reports

REPORT, SAME = f"{HOME}/reports/bufdir/2025", f"{TWIN}/reports/bufdir/2025"
WHY = "Kontrollert mot medlemsregisteret"
GIVEN = {"to": "Bufdir", "receipt": "2026-117", "on": "2026-03-02"}
MINE = """(select id from app.peer_support_activities where organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007'
    and activity_type = %s and held_on between '2025-01-01' and '2025-12-31' order by id limit 1)"""
TYPE = f"update app.peer_support_activities set activity_type = %s where id = {MINE}"
PLACE = f"update app.peer_support_activities set venue = %s where id = {MINE}"
LONGER = f"update app.peer_support_activities set minutes = minutes + 60 where id = {MINE}"
"""Each takes a type of activity, and what its first one of 2025 becomes."""
ROUNDS = 200


def registered(installation: Installation) -> None:
    """The demo's members, local branches and peer support of 2025."""
    with psycopg.connect(installation.settings.database_url) as connection:
        fill_reports(connection)


def checked(visitor: Visitor) -> dict[str, Any]:
    """What today's data come to, asked for until it is there."""
    for _ in range(ROUNDS):
        found: dict[str, Any] = visitor.get(f"{SAME}/check").raise_for_status().json()
        if found["state"] == "counted":
            return found
        time.sleep(0.05)
    raise AssertionError("the report is never counted")


def frozen(visitor: Visitor, **more: object) -> dict[str, Any]:
    """The report of today's data, frozen; its page's twin."""
    before = len(visitor.get(SAME).json()["versions"])
    wanted = {"seen": checked(visitor)["seen"], "reason": WHY, "confirmed": "true", **more}
    answer = visitor.post(f"{REPORT}/freeze", **wanted)
    assert answer.status_code == 303, answer.text
    for _ in range(ROUNDS):
        found: dict[str, Any] = visitor.get(SAME).json()
        if len(found["versions"]) > before:
            return found
        time.sleep(0.05)
    raise AssertionError(visitor.get(REPORT).text)
