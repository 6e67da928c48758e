"""The parts that are killed: two ingest processes, PostgreSQL as we ship it, Mosquitto likewise."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from signal import SIGKILL, SIGQUIT, SIGTERM

from services.core.storage.migrations import upgrade
from services.local.children import ChildPlan, end, spawn
from services.local.postgres import EmbeddedPostgres
from tests.soak.plan import Kills
from tests.support.brokers import MosquittoBroker, find_mosquitto, running_mosquitto

ROOT = Path(__file__).resolve().parents[2]
LIBPQ, DIALECT = "postgresql://", "postgresql+psycopg://"
INGESTS = 2


@dataclass(slots=True, kw_only=True)
class Stack:
    """What a run stands on. Only processes that it started itself are ended."""

    home: Path
    postgres: EmbeddedPostgres
    broker: MosquittoBroker
    database_url: str
    ingests: "list[subprocess.Popen[bytes]]"
    kills: Kills

    @property
    def libpq_url(self) -> str:
        return self.database_url.replace(DIALECT, LIBPQ, 1)

    def start_ingest(self, place: int) -> None:
        """Owner or stand-by, whoever comes first."""
        environment = {
            **os.environ,
            "COLDLANE_DATABASE_URL": self.database_url,
            "COLDLANE_MQTT_URL": self.broker.url,
            "COLDLANE_LOG_LEVEL": "warning",
        }
        plan = ChildPlan(
            command=[sys.executable, "-m", "services.ingest"],
            log=self.home / f"ingest-{place}.log",
            environment=environment,
            folder=ROOT,
        )
        self.ingests[place : place + 1] = [spawn(plan)]

    def kill(self, part: str, lots: Random) -> None:
        """SIGKILL, for the database sometimes a crash that its own processes notice."""
        if part == "database" and self.postgres.pid is not None:
            os.kill(self.postgres.pid, lots.choice((SIGKILL, SIGQUIT)))
            self.kills.database += 1
        elif part == "broker":
            self.broker.stop(SIGKILL)
            self.kills.broker += 1
        elif part == "ingest":
            self._kill_ingests([lots.randrange(INGESTS)])
        elif part == "all ingest":
            self._kill_ingests(range(INGESTS))

    def _kill_ingests(self, places: Iterable[int]) -> None:
        for place in places:
            self.ingests[place].kill()
            self.ingests[place].wait()
            self.kills.ingest += 1

    def revive(self) -> None:
        """Start whatever does not run."""
        if self.postgres.pid is None:
            self.postgres.start()
        self.broker.revive()
        for place, process in enumerate(self.ingests):
            if process.poll() is not None:
                self.start_ingest(place)

    def stop_ingests(self) -> None:
        for process in self.ingests:
            end(process, SIGTERM, 10)


@contextmanager
def running_stack(home: Path) -> Iterator[Stack]:
    """All parts, until the block ends."""
    program = find_mosquitto()
    if program is None:
        raise RuntimeError("Mosquitto is missing: .venv/bin/python -m scripts.machine mosquitto")
    with ExitStack() as stack:
        postgres = EmbeddedPostgres(home / "postgres")
        stack.callback(postgres.stop)
        url = postgres.start().replace(LIBPQ, DIALECT, 1)
        upgrade(url)
        broker = stack.enter_context(running_mosquitto(program, home / "broker", ROOT))
        made = Stack(
            home=home,
            postgres=postgres,
            broker=broker,
            database_url=url,
            ingests=[],
            kills=Kills(),
        )
        stack.callback(made.stop_ingests)
        for place in range(INGESTS):
            made.start_ingest(place)
        yield made
