"""Runs 0004_limits.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0004_limits"
down_revision = "0002_credentials"


def upgrade() -> None:
    execute_beside(__file__)
