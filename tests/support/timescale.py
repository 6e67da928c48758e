"""Runs a throw-away TimescaleDB: this machine's, or that of a small Debian beside it."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.local.ports import free_port
from tests.support.embedded_postgres import TEST_SETTINGS, switches, wait_for_server
from tests.support.machine import TimescaleHome, as_root, root_prefix
from tests.support.servers import PostgresServer

_LAUNCHER = Path(__file__).with_name("chroot_launch.py")
# The small Debian has no /dev/shm. A background worker would keep its database from being cloned.
_SETTINGS = (
    *TEST_SETTINGS,
    "dynamic_shared_memory_type=mmap",
    "shared_preload_libraries=timescaledb",
    "timescaledb.telemetry_level=off",
    "timescaledb.max_background_workers=0",
    "max_worker_processes=16",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cluster:
    """Where the cluster lies and who owns it, seen from inside the home's root folder."""

    home: TimescaleHome
    uid: str
    gid: str
    folder: str
    log: Path

    @property
    def outside(self) -> str:
        return f"{self.home.root}/{self.folder.lstrip('/')}"

    def start(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start one of PostgreSQL's programs as its owner, in the cluster's folder."""
        place = [str(self.home.root), self.uid, self.gid, self.folder]
        launcher = [*(root_prefix() or []), sys.executable, "-I", "-S", str(_LAUNCHER)]
        command = [*launcher, *place, f"{self.home.programs}/{program}", *arguments]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def running_timescale(
    home: TimescaleHome, log: Path, *, with_owner: bool = True
) -> Iterator[PostgresServer]:
    """A new cluster with the extension loaded, running until the block ends."""
    server = PostgresServer(
        port=free_port(),
        superuser_password=secrets.token_urlsafe(12),
        owner_password=secrets.token_urlsafe(12),
    )
    cluster = _new_cluster(home, log, server.superuser_password)
    process = None
    try:
        _initialise(cluster)
        process = cluster.start(
            "postgres", "-D", "data", "-p", str(server.port), *switches(_SETTINGS)
        )
        wait_for_server(server, process, log)
        if with_owner:
            server.create_owner()
        yield server
    finally:
        if process is not None and process.poll() is None:
            as_root(["kill", "-QUIT", str(process.pid)])
            process.wait(60)
        as_root(["rm", "-rf", cluster.outside])


def _new_cluster(home: TimescaleHome, log: Path, password: str) -> _Cluster:
    uid, gid = _postgres_user(home.root)
    folder = f"/var/tmp/coldlane-{os.getpid()}-{secrets.token_hex(4)}"  # noqa: S108 - random name
    cluster = _Cluster(home=home, uid=uid, gid=gid, folder=folder, log=log)
    owner = ["-o", uid, "-g", gid]
    as_root(["install", "-d", "-m", "700", *owner, cluster.outside])
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(password)
        file.flush()
        as_root(["install", "-m", "600", *owner, file.name, f"{cluster.outside}/password"])
    return cluster


def _postgres_user(root: Path) -> tuple[str, str]:
    for line in (root / "etc/passwd").read_text().splitlines():
        name, _, uid, gid, *_ = line.split(":")
        if name == "postgres":
            return uid, gid
    raise LookupError(f"{root} has no user postgres")


def _initialise(cluster: _Cluster) -> None:
    arguments = ["-D", "data", "-U", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C"]
    process = cluster.start("initdb", *arguments, "--auth=scram-sha-256", "--pwfile=password")
    if process.wait(60) != 0:
        raise RuntimeError(f"initdb failed:\n{cluster.log.read_text()[-2000:]}")
