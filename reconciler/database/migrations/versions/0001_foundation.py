"""Runs 0001_foundation.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0001_foundation"
down_revision = None


def upgrade() -> None:
    execute_beside(__file__)
