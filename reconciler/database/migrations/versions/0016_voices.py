"""Runs 0016_voices.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0016_voices"
down_revision = "0015_conditions"


def upgrade() -> None:
    execute_beside(__file__)
