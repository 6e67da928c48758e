"""The parts a measurement stands on: the product's PostgreSQL, Mosquitto, and its services."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from signal import SIGTERM

import httpx

from services.core.storage.migrations import upgrade
from services.local.children import ChildPlan, end, last_words, spawn
from services.local.ports import free_port
from services.local.postgres import EmbeddedPostgres
from services.local.waiting import wait_for
from tests.support.brokers import find_mosquitto, running_mosquitto

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE = timedelta(seconds=30)
PEAKS_MIB: dict[str, float] = {}
"""The most memory that a service had resident, over everything that was measured."""


@dataclass(slots=True, kw_only=True)
class System:
    """A migrated database with the durability that is shipped, a broker, services on demand."""

    home: Path
    database_url: str
    """As libpq reads it."""
    mqtt_port: int
    api_port: int = field(default_factory=free_port)
    _services: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, service: str) -> None:
        """Start one of the three services as a process of its own."""
        environment = {
            **os.environ,
            "COLDLANE_DATABASE_URL": self.database_url,
            "COLDLANE_MQTT_URL": f"mqtt://127.0.0.1:{self.mqtt_port}",
            "COLDLANE_API_PORT": str(self.api_port),
            "COLDLANE_LOG_LEVEL": "warning",
        }
        command = [sys.executable, "-m", f"services.{service}"]
        log = self.home / f"{service}.log"
        plan = ChildPlan(command=command, log=log, environment=environment, folder=_ROOT)
        self._services[service] = spawn(plan)

    def pid(self, service: str) -> int:
        """The process of a service that runs."""
        return self._services[service].pid

    def stop(self, service: str) -> None:
        """End a service as a supervisor would."""
        process = self._services.pop(service)
        PEAKS_MIB[service] = max(PEAKS_MIB.get(service, 0.0), _peak_mib(process.pid))
        end(process, SIGTERM, 10)

    def stop_all(self) -> None:
        """End every service that runs."""
        for service in list(self._services):
            self.stop(service)

    def client(self) -> httpx.Client:
        """The API, once it is ready."""
        client = httpx.Client(base_url=f"http://127.0.0.1:{self.api_port}", timeout=10)

        def ready() -> bool:
            try:
                return client.get("/readyz").status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

        if not wait_for(ready, _PATIENCE):
            raise RuntimeError(f"the API did not start:\n{last_words(self.home / 'api.log')}")
        return client


@contextmanager
def running_system() -> Iterator[System]:
    """An empty system, until the block ends; nothing of it stays."""
    program = find_mosquitto()
    if program is None:
        raise RuntimeError("Mosquitto is missing: .venv/bin/python -m scripts.machine mosquitto")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coldlane-bench-")))
        postgres = EmbeddedPostgres(home / "postgres")
        stack.callback(postgres.stop)
        url = postgres.start()
        upgrade(url.replace("postgresql://", "postgresql+psycopg://", 1))
        broker = stack.enter_context(running_mosquitto(program, home / "broker", _ROOT))
        system = System(home=home, database_url=url, mqtt_port=broker.port)
        stack.callback(system.stop_all)
        yield system


def _peak_mib(pid: int) -> float:
    found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
