"""Runs 0004_history.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0004_history"
down_revision = "0003_batches"


def upgrade() -> None:
    execute_beside(__file__)
