"""Runs 0008_table_columns.sql, which says what it makes."""

from reconciler.database.migrate import execute_beside

revision = "0008_table_columns"
down_revision = "0007_concurrency"


def upgrade() -> None:
    execute_beside(__file__)
