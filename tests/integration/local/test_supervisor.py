"""The supervisor with real child processes: starts again what dies, and ends everything."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.core.runtime.clock import FixedClock, SystemClock
from services.local.children import LOG_LIMIT_BYTES
from services.local.program import Program
from services.local.supervisor import Supervisor
from services.local.waiting import wait_for

SLEEPER = "import time; time.sleep(60)"
SLOW_TO_END = """
import signal, time
signal.signal(signal.SIGTERM, lambda *_: time.sleep(0.3) or exit(0))
time.sleep(60)
"""


def program(tmp_path: Path, name: str, code: str = SLEEPER) -> Program:
    """A real child: a module of this test's own making."""
    (tmp_path / f"{name}_module.py").write_text(code)
    environment = {"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]}
    return Program(name, [f"{name}_module"], environment, tmp_path / "logs" / f"{name}.log")


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(SystemClock(), lambda: None)
    yield supervisor
    supervisor.stop()


def tend_until(supervisor: Supervisor, true: Callable[[], bool]) -> bool:
    def look() -> bool:
        supervisor.tend()
        return true()

    return wait_for(look, timedelta(seconds=60))


def test_a_killed_part_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(program(tmp_path, "one"))
    supervisor.add(program(tmp_path, "two"))
    before = supervisor.pids
    os.kill(before["two"], signal.SIGKILL)
    known = (None, before["two"])
    assert tend_until(supervisor, lambda: supervisor.pids.get("two") not in known)
    assert supervisor.pids["one"] == before["one"]
    assert supervisor.deaths("two") == 1


def test_a_part_that_dies_at_once_is_given_longer_and_longer_pauses(tmp_path: Path) -> None:
    supervisor = Supervisor(SystemClock(), lambda: None)
    supervisor.add(program(tmp_path, "broken", "raise SystemExit(3)"))
    begun = time.monotonic()
    assert tend_until(supervisor, lambda: supervisor.deaths("broken") == 4)
    supervisor.stop()
    assert time.monotonic() - begun > 0.25 + 0.5 + 1.0


def test_whoever_writes_down_the_process_ids_hears_of_every_change(tmp_path: Path) -> None:
    changes: list[int] = []
    watched = program(tmp_path, "one")
    supervisor = Supervisor(SystemClock(), lambda: changes.append(watched.pid or 0))
    supervisor.add(watched)
    os.kill(supervisor.pids["one"], signal.SIGKILL)
    assert tend_until(supervisor, lambda: len(changes) == 2)
    supervisor.stop()
    assert changes[0] != changes[1]


def test_stopping_leaves_no_process_not_even_one_that_takes_its_time(tmp_path: Path) -> None:
    supervisor = Supervisor(SystemClock(), lambda: None)
    supervisor.add(program(tmp_path, "gentle"))
    supervisor.add(
        program(
            tmp_path,
            "patient",
            SLOW_TO_END,
        )
    )
    pids = list(supervisor.pids.values())
    supervisor.stop()
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_logs_are_kept_small_while_parts_run(tmp_path: Path) -> None:
    clock = FixedClock(SystemClock().now())
    supervisor = Supervisor(clock, lambda: None)
    supervisor.add(program(tmp_path, "loud"))
    log = tmp_path / "logs" / "loud.log"
    os.truncate(log, LOG_LIMIT_BYTES + 1)
    clock.advance(timedelta(minutes=1))
    supervisor.tend()
    supervisor.stop()
    assert log.stat().st_size < LOG_LIMIT_BYTES
