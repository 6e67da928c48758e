"""The embedded PostgreSQL: makes a cluster, runs it as an ordinary user, ends it cleanly.

The server is told to find its data in its own working folder (`/proc/self/cwd`), which we enter
for it: so the user it runs as needs no right on the folders above, and none has to be opened.
It listens on the loopback address only, asks for a password, and has no socket file.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from services.local.children import SAME_USER, ChildPlan, Identity, end, last_words, spawn
from services.local.engine import find_programs
from services.local.errors import FolderInUse, LocalFailure
from services.local.ports import free_port
from services.local.waiting import wait_for

_IN_WORKING_FOLDER = "/proc/self/cwd"
_DATABASE = "coldlane"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_PATIENCE = timedelta(seconds=60)

# Durability is never traded for speed: a receipt promises that a reading is on the disk.
# Statements and details stay out of the log, since they can hold what a log must not.
_CONFIGURATION = """\
# Written by Coldlane at every start; changes made here are lost.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 128MB
max_wal_size = 1GB
fsync = on
synchronous_commit = on
full_page_writes = on
password_encryption = 'scram-sha-256'
createrole_self_grant = 'set, inherit'
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_error_verbosity = terse
log_min_error_statement = panic
cluster_name = 'coldlane'
jit = off
"""
_ACCESS = """\
# Written by Coldlane at every start: one database, one login, from this machine, with a password.
host coldlane coldlane 127.0.0.1/32 scram-sha-256
"""


class EmbeddedPostgres:
    """One PostgreSQL server on a folder of ours; start and stop may follow each other at will."""

    name = "postgres"

    def __init__(self, data_dir: Path, *, log: Path | None = None, os_user: str = "nobody") -> None:
        """`os_user` is who the server runs as when we are root; otherwise it is ourselves."""
        self._home = data_dir.absolute()
        self._cluster = self._home / "cluster"
        self.log = log or self._home.with_name(self._home.name + ".log")
        self._os_user = os_user
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the running server."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def url(self) -> str:
        """Address with password, as libpq reads it."""
        password = (self._home / "password").read_text().strip()
        return f"postgresql://{_DATABASE}:{password}@127.0.0.1:{self._port}/{_DATABASE}"

    def start(self) -> str:
        """Start the server, making the cluster first if there is none; returns its address."""
        self.prepare()
        self.launch()
        if not wait_for(lambda: self.ready() or self.pid is None, _PATIENCE) or self.pid is None:
            self.stop()
            raise LocalFailure(
                f"PostgreSQL did not start in {self._home}; the end of {self.log}:\n"
                + last_words(self.log)
            )
        return self.url

    def prepare(self) -> None:
        """Make what a start needs: folders, password, cluster, configuration."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._identity = self._choose_identity()
        self._programs = find_programs(for_other_user=self._identity != SAME_USER)
        self._hand_over(self._home)
        self._end_leftover()
        if not self._cluster.exists():
            self._create_cluster()
        self._write(self._cluster / "postgresql.conf", _CONFIGURATION)
        self._write(self._cluster / "pg_hba.conf", _ACCESS)

    def launch(self) -> None:
        """Start the server on a prepared cluster, on the same port as before; returns at once."""
        self._port = self._port or free_port()
        command = [str(self._programs / "postgres"), "-D", _IN_WORKING_FOLDER]
        self._process = spawn(self._plan([*command, "-p", str(self._port)], self._cluster))

    def ready(self) -> bool:
        """Whether the server says that it takes connections."""
        lines = self._server_lines()
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def ask_to_end(self) -> None:
        """Others may still need it: it ends when it is stopped."""

    def stop(self) -> None:
        """End sessions, write everything out, end; a server that hangs is killed and recovers."""
        if self._process is not None:
            end(self._process, signal.SIGINT, _PATIENCE.total_seconds())
            self._process = None

    def _choose_identity(self) -> Identity:
        """Root lends the server an ordinary user: the cluster's owner, or the one named."""
        owner = self._home.stat()
        if os.geteuid() != 0:
            if owner.st_uid != os.geteuid():
                raise FolderInUse(
                    f"{self._home} belongs to another user (uid {owner.st_uid}): run as that user"
                    " or choose another folder with --data-dir"
                )
            return SAME_USER
        if owner.st_uid != 0:
            return Identity(uid=owner.st_uid, gid=owner.st_gid)
        try:
            user = pwd.getpwnam(self._os_user)
        except KeyError:
            raise LocalFailure(
                f"PostgreSQL does not run as root, and this machine has no user"
                f" {self._os_user!r}: name another in COLDLANE_DATABASE_OS_USER"
            ) from None
        return Identity(uid=user.pw_uid, gid=user.pw_gid)

    def _create_cluster(self) -> None:
        """Make the cluster aside and rename it when it is whole, so that half of one is no trap."""
        fresh = self._home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._hand_over(fresh)
        password = secrets.token_urlsafe(24)
        self._write(self._home / "password", password + "\n")
        initdb = [str(self._programs / "initdb"), "-D", _IN_WORKING_FOLDER, "-U", "postgres"]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run([*initdb, *locale, "--locale=C", "--auth=reject", "--no-instructions"], fresh)
        single = [str(self._programs / "postgres"), "--single", "-D", _IN_WORKING_FOLDER]
        self._run([*single, "postgres"], fresh, _first_statements(password))
        fresh.replace(self._cluster)

    def _run(self, command: list[str], folder: Path, text: str = "") -> None:
        process = spawn(self._plan(command, folder), stdin=subprocess.PIPE)
        process.communicate(text.encode(), timeout=_PATIENCE.total_seconds())
        if process.returncode != 0:
            raise LocalFailure(
                f"PostgreSQL could not make a cluster in {self._home}; the end of {self.log}:\n"
                + last_words(self.log)
            )

    def _plan(self, command: list[str], folder: Path) -> ChildPlan:
        return ChildPlan(
            command=command,
            log=self.log,
            environment=_ENVIRONMENT,
            folder=folder,
            identity=self._identity,
            end_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
        )

    def _server_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _end_leftover(self) -> None:
        """Wait for processes of an earlier run that are still closing; end those that do not.

        Who calls holds the data folder's lock, so whoever works in this very folder is ours.
        A server that was killed leaves sessions behind for a moment; the next one must not start
        before the last of them is gone.
        """
        self.stop()
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            for pid in self._working_here():
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            if wait_for(lambda: not self._working_here(), timedelta(seconds=20)):
                return
        raise LocalFailure(f"a PostgreSQL server of an earlier run in {self._home} does not end")

    def _working_here(self) -> list[int]:
        """Processes whose working folder is the cluster."""
        found = []
        for link in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):  # ended meanwhile, or another user's
                if link.samefile(self._cluster):
                    found.append(int(link.parent.name))
        return found

    def _hand_over(self, path: Path) -> None:
        if self._identity != SAME_USER:
            os.chown(path, self._identity.uid, self._identity.gid, follow_symlinks=False)

    def _write(self, path: Path, text: str) -> None:
        """Write a file whole, readable by the server's user alone."""
        fresh = path.with_name(path.name + ".fresh")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(text)
            os.fchown(stream.fileno(), self._identity.uid, self._identity.gid)
        fresh.replace(path)


def _first_statements(password: str) -> str:
    """One login that owns one database; it may make roles, and is no superuser."""
    return (
        f"CREATE ROLE {_DATABASE} LOGIN CREATEROLE PASSWORD '{password}';\n"
        f"CREATE DATABASE {_DATABASE} OWNER {_DATABASE};\n"
    )
