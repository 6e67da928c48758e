"""The migrated database equals the metadata, whichever way it came to be."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from services.core.storage.migrations import is_current, upgrade
from services.core.storage.schema import metadata

_SHAPES = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default,
               is_identity, identity_generation
          FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = ANY(:tables)""",
    "constraints": """
        SELECT relname, conname, contype, pg_get_constraintdef(c.oid)
          FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid
         WHERE relname = ANY(:tables) AND contype NOT IN ('n', 't')""",
    "indexes": """
        SELECT tablename, indexname, replace(indexdef, ' ON ONLY ', ' ON ') FROM pg_indexes
         WHERE schemaname = 'public' AND tablename = ANY(:tables)""",
    "comments": """
        SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
         WHERE relname = ANY(:tables)""",
}


def _shape(connection: Connection, name: str) -> set[tuple[object, ...]]:
    rows = connection.execute(text(_SHAPES[name]), {"tables": list(metadata.tables)})
    return {tuple(row) for row in rows}


@pytest.fixture
def from_metadata(empty_database_url: str) -> Iterator[Connection]:
    """A database made from the metadata alone, without any migration."""
    engine = create_engine(empty_database_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("CREATE EXTENSION btree_gist"))
        metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", list(_SHAPES))
def test_migrated_database_has_the_shape_of_the_metadata(
    name: str, database_url: str, from_metadata: Connection
) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as migrated:
        assert _shape(migrated, name) == _shape(from_metadata, name)
    engine.dispose()


@pytest.mark.parametrize("name", list(_SHAPES))
def test_database_on_timescale_has_the_shape_of_the_metadata(
    name: str, timescale_url: str, from_metadata: Connection
) -> None:
    engine = create_engine(timescale_url, poolclass=NullPool)
    with engine.connect() as migrated:
        assert _shape(migrated, name) == _shape(from_metadata, name)
    engine.dispose()


def test_upgrade_is_repeatable_and_says_when_it_is_needed(empty_database_url: str) -> None:
    assert not is_current(empty_database_url)
    upgrade(empty_database_url)
    upgrade(empty_database_url)
    assert is_current(empty_database_url)


def test_upgrade_brings_the_rows_of_every_installation(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        principals = connection.scalars(text("SELECT principal_id FROM principal")).all()
        profiles = connection.scalar(text("SELECT count(*) FROM profile"))
    engine.dispose()
    assert principals == ["local-operator"]
    assert profiles == 2
