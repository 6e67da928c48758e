"""The way a process runs and ends, tried on real processes."""

import signal
import subprocess
import sys

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


def start(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def stop_with(number: signal.Signals) -> tuple[int, str]:
    process = start(SLEEPER)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
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
    process.communicate(timeout=60)
    assert process.returncode == 1
