"""A row in every table, and nobody who may see one: statements S40 and S41."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from services.core.storage.isolation.logins import make_logins
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.tables import TABLES, VIEWS
from tests.support.servers import PostgresServer

OPEN = {"site", "bay", "bay_opening", "bay_closure", "site_route", "profile"}
"""What is published to everybody, by the policy itself; of profiles those without an owner."""
GUARDED = {name: rule for name, rule in TABLES.items() if rule.rows.seen is not None}
VALUES = {
    "text": "'x{n}'",
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "interval": "'1 s'",
    "boolean": "true",
    "jsonb": "'{{}}'",
    "bytea": "'\\x0{n}'",
    "tstzrange": "tstzrange(now(), NULL)",
    "int8multirange": "'{{}}'",
}
"""What stands in a column that must hold something, by its type; a number in the others."""
STATES: dict[str, dict[str, str]] = {
    "never set": {},
    "empty": dict.fromkeys(("reach", "organisation", "principal", "at"), ""),
    "somebody else": {"organisation": "firm-z", "principal": "zed", "at": "2026-11-25T12:00:00Z"},
    "no reach there is": {"reach": "INSTALLATION", "at": "2026-11-25T12:00:00Z"},
}

Connection = psycopg.Connection[tuple[object, ...]]


def _fill(connection: Connection, table: str) -> None:
    """Two rows, of nobody and of firm A; what they must agree with is looked at by nobody."""
    name = sql.Identifier(table)
    rules = connection.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')",
        (table,),
    ).fetchall()
    for (rule,) in rules:
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        connection.execute(drop.format(name, sql.Identifier(str(rule))))
    columns = connection.execute(
        "SELECT attname, format_type(atttypid, NULL), attnotnull FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attidentity = '' AND NOT (attnotnull AND atthasdef)",
        (table,),
    ).fetchall()
    for number, owner in ((1, "NULL"), (2, "'firm-a'")):
        given = {
            str(column): VALUES.get(str(kind), "'{{}}'" if "[]" in str(kind) else "{n}").format(
                n=number
            )
            for column, kind, needed in columns
            if needed
        }
        given |= {
            str(column): owner
            for column, _, needed in columns
            if str(column) in ("organisation_id", "owner_id") and not needed
        }
        insert = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
            name,
            sql.SQL(", ").join(map(sql.Identifier, given)),
            sql.SQL(", ").join(sql.SQL(value) for value in given.values()),
        )
        connection.execute(insert)


@pytest.fixture
def filled(database_url: str, postgres_server: PostgresServer) -> str:
    """A database with two rows in every table that has a policy."""
    name = database_url.rpartition("/")[2]
    with psycopg.connect(postgres_server.admin_url(name)) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in GUARDED.keys() - {"audit_seal"}:  # entries seal themselves
            _fill(connection, table)
    return database_url


@pytest.fixture
def api(filled: str) -> Iterator[Connection]:
    """The API's own way in."""
    with psycopg.connect(make_logins(filled)[Service.API], autocommit=True) as connection:
        yield connection


def _seen(connection: Connection) -> set[str]:
    """The tables of which a query without a filter shows any row, or COPY does."""
    found = set()
    for table, rule in GUARDED.items():
        if Service.API not in rule.rights:
            continue
        rows = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as out:
            lines = sum(1 for _ in out)
        assert rows == (lines,), table
        found |= {table} if lines else set()
    owned = "SELECT count(*) FROM profile WHERE organisation_id IS NOT NULL"
    if connection.execute(owned.encode()).fetchone() != (0,):
        found.add("profile of a firm")
    return found


def _reached(connection: Connection, settings: dict[str, str]) -> set[str]:
    with connection.transaction():
        for name, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, true)", (f"coldlane.{name}", value))
        return _seen(connection)


def test_s40_s41_every_table_hides_its_rows_from_whoever_has_no_reach(api: Connection) -> None:
    """Also when the settings read as '' since a transaction that saw everything has ended."""
    assert len(GUARDED) > 50
    for name, settings in STATES.items():
        assert _reached(api, settings) == OPEN, name
    everything = _reached(api, {"reach": "installation"})
    asked = {name for name, rule in GUARDED.items() if Service.API in rule.rights}
    assert everything == asked | {"profile of a firm"}
    assert api.execute("SELECT current_setting('coldlane.reach', true)").fetchone() == ("",)
    assert _seen(api) == OPEN


def test_s40_no_role_reaches_what_no_rule_names(database_url: str) -> None:
    """Partitions, counters and what somebody forgot: a relation that stands in no room."""
    for service, url in make_logins(database_url).items():
        with psycopg.connect(url) as connection:
            readable = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'p', 'v', 'm', 'f')"
                " AND relowner <> current_user::regrole"
                " AND (has_any_column_privilege(oid, 'SELECT, INSERT, UPDATE, REFERENCES')"
                " OR has_table_privilege(oid, 'DELETE, TRUNCATE, TRIGGER'))"
            ).fetchall()
            sharp = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relowner <> current_user::regrole"
                " AND has_table_privilege(oid, 'TRUNCATE, TRIGGER, REFERENCES')"
            ).fetchall()
            makes = connection.execute(
                "SELECT has_schema_privilege('public', 'CREATE'),"
                " has_database_privilege(current_database(), 'CREATE')"
            ).fetchone()
        given = {name for name, rule in TABLES.items() if service in rule.rights}
        given |= {name for name, rights in VIEWS.items() if service in rights}
        assert {str(name) for (name,) in readable} <= given, service
        assert sharp == [], service
        assert makes == (service is Service.INGEST, False), service
