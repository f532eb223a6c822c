"""Runs 0018_notifications.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0018_notifications"
down_revision = "0017_switches"


def upgrade() -> None:
    execute_beside(__file__)
