"""Runs 0002_credentials.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0002_credentials"
down_revision = "0001_foundation"


def upgrade() -> None:
    execute_beside(__file__)
