"""Runs 0005_limits.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0005_limits"
down_revision = "0004_history"


def upgrade() -> None:
    execute_beside(__file__)
