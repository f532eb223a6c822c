"""Runs 0019_reversals.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0019_reversals"
down_revision = "0018_notifications"


def upgrade() -> None:
    execute_beside(__file__)
