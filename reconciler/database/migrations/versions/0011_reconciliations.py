"""Runs 0011_reconciliations.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0011_reconciliations"
down_revision = "0010_requests"


def upgrade() -> None:
    execute_beside(__file__)
