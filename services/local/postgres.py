"""The embedded PostgreSQL: runs a cluster of ours as an ordinary user and ends it cleanly.

It listens on the loopback address only, asks for a password, and has no socket file.
"""

import os
import signal
import subprocess
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from services.local.children import end, last_words, spawn
from services.local.cluster import DATABASE, Cluster
from services.local.errors import LocalFailure
from services.local.ports import LOOPBACK, free_port
from services.local.waiting import wait_for

_PATIENCE = timedelta(seconds=60)
_LEFTOVER_PATIENCE = timedelta(seconds=20)


class EmbeddedPostgres:
    """One PostgreSQL server on a folder of ours; start and stop may follow each other at will."""

    name = "postgres"

    def __init__(self, data_dir: Path, *, log: Path | None = None, os_user: str = "nobody") -> None:
        """`os_user` is who the server runs as when we are root; otherwise it is ourselves."""
        home = data_dir.absolute()
        self.log = log or home.with_name(home.name + ".log")
        self._cluster = Cluster(home, self.log, os_user)
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the running server."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def url(self) -> str:
        """Address with password, as libpq reads it."""
        login = f"{DATABASE}:{self._cluster.password}"
        return f"postgresql://{login}@{LOOPBACK}:{self._port}/{DATABASE}"

    def start(self) -> str:
        """Start the server, making the cluster first if there is none; returns its address."""
        self.prepare()
        self.launch()
        if not wait_for(lambda: self.ready() or self.pid is None, _PATIENCE) or self.pid is None:
            self.stop()
            raise LocalFailure(
                f"PostgreSQL did not start; the end of {self.log}:\n{last_words(self.log)}"
            )
        return self.url

    def prepare(self) -> None:
        """Make what a start needs: folder, cluster, configuration, and nobody else in it."""
        self._cluster.claim()
        self._end_leftover()
        self._cluster.forget_server()
        self._cluster.complete()

    def launch(self) -> None:
        """Start the server on a prepared cluster, on the same port as before; returns at once."""
        self._port = self._port or free_port()
        self._process = spawn(self._cluster.server(self._port))

    def ready(self) -> bool:
        """Whether the server says that it takes connections."""
        try:
            lines = (self._cluster.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def ask_to_end(self) -> None:
        """Others may still need it: it ends when it is stopped."""

    def stop(self) -> None:
        """End sessions, write everything out, end; a server that hangs is killed and recovers."""
        if self._process is not None:
            end(self._process, signal.SIGINT, _PATIENCE.total_seconds())
            self._process = None

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
            if wait_for(lambda: not self._working_here(), _LEFTOVER_PATIENCE):
                return
        raise LocalFailure(
            f"a PostgreSQL server of an earlier run in {self._cluster.home} does not end"
        )

    def _working_here(self) -> list[int]:
        """Processes whose working folder is the cluster."""
        found = []
        for link in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):  # ended meanwhile, or another user's
                if link.samefile(self._cluster.data):
                    found.append(int(link.parent.name))
        return found
