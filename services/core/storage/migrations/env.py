"""Alembic's entry: runs the migrations on the connection that `upgrade` hands over."""

from alembic import context
from sqlalchemy import Connection, text

from services.core.storage.schema import metadata

LOCK_TIMEOUT = "2s"
"""While a migration waits for a lock, all who come after it wait behind it."""


def run(connection: Connection) -> None:
    """Each migration in a transaction of its own; none may wait long for a lock under traffic."""
    with connection.begin():
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    context.configure(
        connection=connection, target_metadata=metadata, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
