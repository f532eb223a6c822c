"""Runs 0024_drafts.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0024_drafts"
down_revision = "0023_portal"


def upgrade() -> None:
    execute_beside(__file__)
