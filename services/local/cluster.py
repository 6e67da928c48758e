"""The files of the embedded PostgreSQL: its cluster, its password, its configuration, their owner.

The programs are told to find their data in their own working folder (`/proc/self/cwd`), which we
enter for them: so the user they run as needs no right on the folders above, and none has to be
opened.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from services.local.children import SAME_USER, ChildPlan, Identity, last_words, spawn
from services.local.engine import find_programs
from services.local.errors import FolderInUse, LocalFailure

DATABASE = "coldlane"
_IN_WORKING_FOLDER = "/proc/self/cwd"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_PATIENCE_S = 60

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
# Written by Coldlane at every start: one database, its owner and a login of each service, from this
# machine, with a password.
host coldlane coldlane,coldlane_ingest,coldlane_alerts,coldlane_api 127.0.0.1/32 scram-sha-256
"""


class Cluster:
    """One PostgreSQL cluster in a folder of its own, made when it is first needed."""

    def __init__(self, home: Path, log: Path, os_user: str) -> None:
        """`os_user` is who owns it when we are root; otherwise it is ourselves."""
        self.home = home
        self.log = log
        self.data = home / "cluster"
        self._os_user = os_user
        self._identity = SAME_USER
        self._programs = Path()

    @property
    def password(self) -> str:
        """Of the one login there is."""
        return (self.home / "password").read_text().strip()

    def claim(self) -> None:
        """Make the folder, and find its owner and the programs that the owner can run."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._identity = self._choose_identity()
        self._programs = find_programs(for_other_user=self._identity != SAME_USER)
        self._hand_over(self.home)

    def complete(self) -> None:
        """Make the cluster if there is none, and write its configuration anew."""
        if not self.data.exists():
            self._create()
        self._write(self.data / "postgresql.conf", _CONFIGURATION)
        self._write(self.data / "pg_hba.conf", _ACCESS)

    def forget_server(self) -> None:
        """Remove the record of a server that is known to be gone.

        Its process id may belong to somebody else by now, which PostgreSQL cannot tell.
        """
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def server(self, port: int) -> ChildPlan:
        """How to start the server. Orphaned, it closes its files properly."""
        return self._plan("postgres", ["-D", _IN_WORKING_FOLDER, "-p", str(port)], self.data)

    def _choose_identity(self) -> Identity:
        """Root lends the server an ordinary user: the cluster's owner, or the one named."""
        owner = self.home.stat()
        if os.geteuid() != 0:
            if owner.st_uid != os.geteuid():
                raise FolderInUse(
                    f"{self.home} belongs to another user (uid {owner.st_uid}): run as that user"
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

    def _create(self) -> None:
        """Make the cluster aside and rename it when it is whole, so that half of one is no trap."""
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._hand_over(fresh)
        password = secrets.token_urlsafe(24)
        self._write(self.home / "password", password + "\n")
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options = [*locale, "--locale=C", "--auth=reject", "--no-instructions"]
        self._run("initdb", ["-D", _IN_WORKING_FOLDER, "-U", "postgres", *options], fresh)
        single = ["--single", "-D", _IN_WORKING_FOLDER, "postgres"]
        self._run("postgres", single, fresh, _first_statements(password))
        fresh.replace(self.data)

    def _run(self, program: str, arguments: list[str], folder: Path, text: str = "") -> None:
        process = spawn(self._plan(program, arguments, folder), stdin=subprocess.PIPE)
        process.communicate(text.encode(), timeout=_PATIENCE_S)
        if process.returncode != 0:
            raise LocalFailure(
                f"PostgreSQL could not make a cluster in {self.home}; the end of {self.log}:\n"
                + last_words(self.log)
            )

    def _plan(self, program: str, arguments: list[str], folder: Path) -> ChildPlan:
        return ChildPlan(
            command=[str(self._programs / program), *arguments],
            log=self.log,
            environment=_ENVIRONMENT,
            folder=folder,
            identity=self._identity,
            orphan_signal=signal.SIGINT,
        )

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
        f"CREATE ROLE {DATABASE} LOGIN CREATEROLE PASSWORD '{password}';\n"
        f"CREATE DATABASE {DATABASE} OWNER {DATABASE};\n"
    )
