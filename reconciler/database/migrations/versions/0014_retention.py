"""Runs 0014_retention.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0014_retention"
down_revision = "0013_operations"


def upgrade() -> None:
    execute_beside(__file__)
