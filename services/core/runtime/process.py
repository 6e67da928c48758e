"""How a service runs and ends: signals, exit codes, heartbeat, and death together with its parent.

Exit codes: 0 ended as asked, 1 failed, 2 wrong use or settings, 130 interrupted from a keyboard.
"""

import asyncio
import ctypes
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from services.core.runtime.clock import Clock

PARENT_VARIABLE = "COLDLANE_PARENT_PID"
EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

_PR_SET_PDEATHSIG = 1

logger = logging.getLogger(__name__)


def die_with_parent(signal_number: int = signal.SIGKILL, parent_pid: int | None = None) -> None:
    """Ask the kernel (Linux) to send this process a signal when its parent dies.

    A parent that died before the request was made is noticed by `parent_pid`. The request
    survives exec, but not a change of user: change the user first.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the parent-death signal cannot be set")
    if parent_pid is not None and os.getppid() != parent_pid:
        os.kill(os.getpid(), signal_number)


def follow_supervisor() -> None:
    """Die with the supervisor that started this process; does nothing without one."""
    text = os.environ.get(PARENT_VARIABLE, "")
    if text.isdigit() and int(text) == os.getppid():
        die_with_parent(parent_pid=int(text))


async def beat_every(beat: Callable[[], Awaitable[None]], every: timedelta, clock: Clock) -> None:
    """Call the heartbeat it is handed, for ever; a failing beat ends the process's task group."""
    while True:
        await beat()
        await clock.sleep(every)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run a service until it ends, fails or is told to stop; returns the exit code.

    SIGTERM and SIGINT cancel `main` once, so that its `finally` blocks and task groups close
    what they opened. This is the one place of a process that catches every exception.
    """
    follow_supervisor()
    try:
        return asyncio.run(_until_stopped(main))
    except Exception:
        logger.exception("The process failed.", extra={"event": "process_failed"})
        return EXIT_FAILED


async def _until_stopped(main: Callable[[], Coroutine[Any, Any, None]]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(main())
    received: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        received.append(number)
        if len(received) == 1:
            logger.info("The process was asked to stop.", extra={"event": "stop_requested"})
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    try:
        await task
    except asyncio.CancelledError:
        if not received:
            raise
    return EXIT_INTERRUPTED if received and received[0] is signal.SIGINT else EXIT_DONE
