"""Runs 0006_reference_lists.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0006_reference_lists"
down_revision = "0005_limits"


def upgrade() -> None:
    execute_beside(__file__)
