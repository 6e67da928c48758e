"""How a service runs and ends: signals, exit codes and the heartbeat.

Exit codes: 0 ended as asked, 1 failed, 2 wrong use or settings, 130 interrupted from a keyboard.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from services.core.runtime.clock import Clock

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

logger = logging.getLogger(__name__)


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
