"""Runs 0013_operations.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0013_operations"
down_revision = "0012_reports"


def upgrade() -> None:
    execute_beside(__file__)
