"""Real brokers for tests: Mosquitto with the settings we ship, and the embedded one."""

import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.local.children import ChildPlan, end, last_words, spawn
from services.local.ports import free_port
from tests.support.listening import listening_ports
from tests.support.waiting import wait_until

SHIPPED_CONFIGURATION = Path("deploy/mosquitto/mosquitto.conf")


def find_mosquitto() -> str | None:
    """Debian puts it where an ordinary user's PATH may not look."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


@dataclass(slots=True, kw_only=True)
class MosquittoBroker:
    """One Mosquitto; a test may stop it, kill it and start it again on the same port and data."""

    program: str
    home: Path
    shipped: Path
    extra: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Address as the settings take it."""
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the broker says."""
        return self.home / "mosquitto.log"

    @property
    def pid(self) -> int | None:
        """Process id of the running broker."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        configuration = self.home / "mosquitto.conf"
        configuration.write_text(self.configuration())
        command = [self.program, "-c", str(configuration)]
        self._process = spawn(ChildPlan(command=command, log=self.log, folder=self.home))
        wait_until(self._answers, seconds=60, what="Mosquitto")

    def configuration(self) -> str:
        """The shipped file with port, address and folder of this machine, and nothing else new.

        `user root` keeps Mosquitto who we are: it would give up root for a user of its own, who
        may not write into the test's folder. stderr, because stdout in a file is written late.
        """
        ours = {
            "listener": f"listener {self.port} 127.0.0.1",
            "persistence_location": f"persistence_location {self.home}/",
            "log_dest": "log_dest stderr",
        }
        lines = self.shipped.read_text().splitlines()
        kept = [ours.get(line.split(" ")[0], line) for line in lines]
        return "\n".join([*kept, "user root", *self.extra, ""])

    def stop(self, first: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL for a broker that falls over."""
        if self._process is not None:
            end(self._process, first, 10)
            self._process = None

    def revive(self) -> None:
        """Start it again if it has ended."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"Mosquitto ended:\n{last_words(self.log)}")
        # Without knocking: from a connection that ends unused, Mosquitto 2.0 counts one too few.
        return any(port == self.port for _, port in listening_ports(self.pid))


@contextmanager
def running_mosquitto(
    program: str, home: Path, root: Path, extra: Sequence[str] = ()
) -> Iterator[MosquittoBroker]:
    """A Mosquitto that runs until the block ends; `extra` are lines added to its settings."""
    home.mkdir(parents=True, exist_ok=True)
    shipped = root / SHIPPED_CONFIGURATION
    broker = MosquittoBroker(program=program, home=home, shipped=shipped, extra=extra)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
