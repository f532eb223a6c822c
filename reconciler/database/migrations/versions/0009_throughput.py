"""Runs 0009_throughput.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0009_throughput"
down_revision = "0008_table_columns"


def upgrade() -> None:
    execute_beside(__file__)
