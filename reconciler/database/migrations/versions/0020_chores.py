"""Runs 0020_chores.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0020_chores"
down_revision = "0019_reversals"


def upgrade() -> None:
    execute_beside(__file__)
