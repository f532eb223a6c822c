"""Runs 0007_operations.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0007_operations"
down_revision = "0006_reference_lists"


def upgrade() -> None:
    execute_beside(__file__)
