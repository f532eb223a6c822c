"""Runs 0026_proposal_comments.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0026_proposal_comments"
down_revision = "0024_drafts"


def upgrade() -> None:
    execute_beside(__file__)
