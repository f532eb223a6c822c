"""Runs 0010_requests.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0010_requests"
down_revision = "0009_throughput"


def upgrade() -> None:
    execute_beside(__file__)
