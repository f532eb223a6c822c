"""Runs 0021_runner.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0021_runner"
down_revision = "0020_chores"


def upgrade() -> None:
    execute_beside(__file__)
