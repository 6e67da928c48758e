"""The way a process runs and ends, tried on real processes."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

SLEEPER = """
import asyncio, sys
from services.core.runtime.process import run
async def main():
    print("ready", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("closed", flush=True)
sys.exit(run(main))
"""


def start(code: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def ended(pid: int, within_s: float = 5) -> bool:
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def stop_with(number: signal.Signals) -> tuple[int, str]:
    process = start(SLEEPER)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    rest, _ = process.communicate(timeout=10)
    return process.returncode, rest


def test_sigterm_closes_what_was_opened_and_ends_with_zero() -> None:
    assert stop_with(signal.SIGTERM) == (0, "closed\n")


def test_sigint_closes_what_was_opened_and_ends_with_130() -> None:
    assert stop_with(signal.SIGINT) == (130, "closed\n")


def test_a_failure_is_logged_and_ends_with_one() -> None:
    process = start(
        "import sys\n"
        "from services.core.runtime.process import run\n"
        "async def main(): raise RuntimeError('no database')\n"
        "sys.exit(run(main))"
    )
    process.communicate(timeout=10)
    assert process.returncode == 1


def test_a_supervised_process_dies_with_a_parent_that_is_killed() -> None:
    parent = start(
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}],\n"
        "  stdout=subprocess.PIPE, env={**os.environ, 'COLDLANE_PARENT_PID': str(os.getpid())})\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert ended(child)
