"""Runs 0005_reference_lists.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0005_reference_lists"
down_revision = "0002_credentials"


def upgrade() -> None:
    execute_beside(__file__)
