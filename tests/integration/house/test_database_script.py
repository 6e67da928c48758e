"""The script that the database container runs on an empty volume does what the services need."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.core.storage.migrations import upgrade
from services.local.engine import find_programs
from tests.support import floors
from tests.support.machine import find_timescale, root_prefix
from tests.support.servers import PostgresServer
from tests.support.timescale import running_timescale


@pytest.fixture
def untouched_server(tmp_path: Path) -> Iterator[PostgresServer]:
    home = find_timescale()
    if home is None or root_prefix() is None:
        floors.missing("timescale", "TimescaleDB cannot be started here (see make test)")
    with running_timescale(home, tmp_path / "log", with_owner=False) as server:
        yield server


@pytest.mark.timescale
def test_the_script_makes_a_login_that_can_migrate(
    untouched_server: PostgresServer, pytestconfig: pytest.Config
) -> None:
    folder = pytestconfig.rootpath / "deploy" / "database"
    environment = {
        "PATH": f"{find_programs(for_other_user=False)}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(untouched_server.port),
        "PGPASSWORD": untouched_server.superuser_password,
        "POSTGRES_USER": "postgres",
        "DEPLOY_DB_PASSWORD": untouched_server.owner_password,
        "DEPLOY_ROLES_FILE": str(folder / "roles.sql"),
    }
    subprocess.run([str(folder / "10-coldlane.sh")], env=environment, check=True)
    upgrade(untouched_server.url("coldlane"))
    with psycopg.connect(untouched_server.url("coldlane").replace("+psycopg", "")) as connection:
        row = connection.execute(
            "SELECT rolsuper, (SELECT count(*) FROM timescaledb_information.hypertables)"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, 1)
