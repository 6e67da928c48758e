"""deploy/database/roles.sql is run as it stands; each service has its own rights then, no more."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from services.core.storage.isolation.logins import make_logins
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.tables import TABLES
from services.core.storage.migrations import upgrade
from services.local.engine import find_programs
from tests.support.servers import PostgresServer

OWNER = "roles_site"
_ACTIONS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


@pytest.fixture(params=["postgres_server", "timescale_server"])
def site(request: pytest.FixtureRequest) -> Iterator[tuple[PostgresServer, str]]:
    """A server with a database whose owner may make no roles."""
    server: PostgresServer = request.getfixturevalue(request.param)
    name = server.create_database()
    if request.param == "timescale_server":
        server.create_extension(name, "timescaledb")
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        owner, database = sql.Identifier(OWNER), sql.Identifier(name)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'site'").format(owner))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
    yield server, name
    server.drop_database(name)
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        for role in (OWNER, *(f"{OWNER}_{service}" for service in Service)):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def run_file(server: PostgresServer, database: str, file: Path) -> None:
    """As its first lines say, by psql."""
    psql = find_programs(for_other_user=False) / "psql"
    command = [str(psql), "--dbname", server.admin_url(database), "--set", f"owner={OWNER}"]
    done = subprocess.run(
        [*command, "--no-psqlrc", "--file", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_services_have_their_own_rights_and_no_more_after_the_file_was_run(
    site: tuple[PostgresServer, str], pytestconfig: pytest.Config
) -> None:
    """S40: by their own logins, for every table and every right."""
    server, name = site
    for _ in range(2):
        run_file(server, name, pytestconfig.rootpath / "deploy" / "database" / "roles.sql")
    upgrade(server.url(name).replace("coldlane:" + server.owner_password, f"{OWNER}:site"))
    chosen = {service: f"of-{service}" for service in Service}
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(OWNER)))
    owner = server.admin_url(name).replace("postgres:" + server.superuser_password, f"{OWNER}:site")
    logins = make_logins(owner, chosen=chosen)
    for service, url in logins.items():
        assert f"{OWNER}_{service}:of-{service}@" in url
        with psycopg.connect(url, autocommit=True) as connection:
            _check_role(connection)
            _check_rights(connection, service)


def _check_role(connection: psycopg.Connection) -> None:
    found = connection.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = current_user"
    ).fetchone()
    assert found == (False, False, False, False)


def _check_rights(connection: psycopg.Connection, service: Service) -> None:
    for table, rule in TABLES.items():
        given = rule.rights.get(service, "")
        for action in _ACTIONS:
            asked = "has_any_column_privilege" if action == "UPDATE" else "has_table_privilege"
            may = connection.execute(
                f"SELECT {asked}(current_user, %s, %s)".encode(), (table, action)
            ).fetchone()
            owns = (table, service) == ("reading", Service.INGEST)
            assert may == (owns or action in given,), (service, table, action)
        if not given:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"SELECT FROM {table}".encode())
