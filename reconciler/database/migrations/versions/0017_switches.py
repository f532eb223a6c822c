"""Runs 0017_switches.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0017_switches"
down_revision = "0016_voices"


def upgrade() -> None:
    execute_beside(__file__)
