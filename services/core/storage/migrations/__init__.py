"""Brings a database to the schema this version works with; Alembic keeps the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from services.core.domain.errors import Unavailable
from services.core.storage.isolation.applying import ensure_roles, pending
from services.core.storage.partitions import LOCK_TIMEOUT, ensure_partitions
from services.core.storage.seeding import seed

SHIPPED_AT = datetime(2026, 11, 22, tzinfo=UTC)
"""The date on rows that come with the program, when the caller names no time."""

HEAD = "head"
ATTEMPTS = 10
"""How often a step that does not get its lock is begun; it waits and pauses in between."""

_PAUSE_S = 1
_LOCK = "coldlane.migrations"
_LOCK_NOT_AVAILABLE = "55P03"


def upgrade(
    url: str, now: datetime | None = None, *, revision: str = HEAD, attempts: int = ATTEMPTS
) -> None:
    """Create or change the schema, then partitions, the rows every installation has, and roles.

    Safe to call at every start and from several processes at once: the second waits. Services may
    go on meanwhile: a lock that is not had soon is given up and asked for again. Raises Unavailable
    when it is never had; what was done until then stays, and the next call goes on from there.
    `revision` stops at an older schema, without rows, for tests of the way from it.
    """
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            _hold_lock(connection)
            _patiently(connection, attempts, lambda: _run_alembic(connection, revision))
            if revision == HEAD:
                _patiently(connection, attempts, lambda: _fill(connection, now or SHIPPED_AT))
                _isolate(connection, attempts)
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


def _patiently(connection: Connection, attempts: int, step: Callable[[], None]) -> None:
    """Try the step again when a lock was not had in time, and let what waits behind it pass."""
    for _ in range(attempts):
        try:
            step()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            connection.rollback()
            connection.execute(text("SELECT pg_sleep(:pause)"), {"pause": _PAUSE_S})
            connection.rollback()
        else:
            return
    raise Unavailable(
        "the schema could not be changed: other sessions hold a lock on it",
        remedy="end the long transactions that pg_stat_activity shows, then try again",
    )


def _fill(connection: Connection, now: datetime) -> None:
    with connection.begin():
        ensure_partitions(connection, now)
        seed(connection, now)


def _isolate(connection: Connection, attempts: int) -> None:
    """Hold each table to its rule, one after the other."""
    _patiently(connection, attempts, lambda: _alone(connection, ensure_roles))
    with connection.begin():
        steps = pending(connection)
    for step in steps:
        _patiently(connection, attempts, partial(_alone, connection, step))


def _alone(connection: Connection, step: Callable[[Connection], None]) -> None:
    with connection.begin():
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        step(connection)


def _run_alembic(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    # With nothing to do Alembic leaves the transaction open in which it looked.
    connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
