"""Runs 0008_requests.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0008_requests"
down_revision = "0006_reference_lists"


def upgrade() -> None:
    execute_beside(__file__)
