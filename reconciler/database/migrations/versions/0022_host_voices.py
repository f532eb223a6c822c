"""Runs 0022_host_voices.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0022_host_voices"
down_revision = "0021_runner"


def upgrade() -> None:
    execute_beside(__file__)
