"""Runs 0012_reports.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0012_reports"
down_revision = "0011_reconciliations"


def upgrade() -> None:
    execute_beside(__file__)
