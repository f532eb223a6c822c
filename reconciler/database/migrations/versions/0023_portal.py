"""Runs 0023_portal.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0023_portal"
down_revision = "0022_host_voices"


def upgrade() -> None:
    execute_beside(__file__)
