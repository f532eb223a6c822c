"""What alembic runs for each step: on the connection and in the transaction that `migrate` opened."""

from alembic import context

from reconciler.database.migrate import SCHEMA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    version_table_schema=SCHEMA,
)
context.run_migrations()
