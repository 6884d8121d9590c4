"""Runs migrations on the connection that `storage.schema` hands over; it alone opens and commits."""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The transaction is the caller's, so that a failed migration leaves nothing behind.
    transactional_ddl=False,
)
context.run_migrations()
