"""Brings a database to the schema this version works with; Alembic keeps the order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from services.core.storage.partitions import ensure_partitions
from services.core.storage.seeding import seed

SHIPPED_AT = datetime(2026, 11, 22, tzinfo=UTC)
"""The date on rows that come with the program, when the caller names no time."""

_LOCK = "coldlane.migrations"


def upgrade(url: str, now: datetime | None = None) -> None:
    """Create or change the schema, then partitions and the rows every installation has.

    Safe to call at every start and from several processes at once: the second waits.
    """
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            _hold_lock(connection)
            _run_alembic(connection)
            with connection.begin():
                ensure_partitions(connection, now or SHIPPED_AT)
                seed(connection, now or SHIPPED_AT)
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database has exactly the schema of this version."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            heads = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(heads) == set(ScriptDirectory.from_config(_config()).get_heads())


def _engine(url: str) -> Engine:
    return create_engine(
        url,
        poolclass=NullPool,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
    )


def _hold_lock(connection: Connection) -> None:
    """Held by the session, so it also goes when this process dies."""
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": _LOCK})


def _run_alembic(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    # With nothing to do Alembic leaves the transaction open in which it looked.
    connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
