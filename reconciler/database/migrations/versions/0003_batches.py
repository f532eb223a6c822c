"""Runs 0003_batches.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0003_batches"
down_revision = "0002_credentials"


def upgrade() -> None:
    execute_beside(__file__)
