"""An evaluator that is killed again and again: `python -m tests.integration.alerts.worker`.

Arguments: database address, seed, a file that ends it when it appears. Each child judges without
pause and is killed (SIGKILL) after a random moment, most often inside a transaction. When the file
is there the last child works off what is left. Prints how many were killed.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from services.alerts.evaluator import Evaluator
from services.core.storage.database import Database
from tests.integration.alerts.builders import at

NOW = at(1500)


async def work(url: str, *, to_the_end: bool) -> None:
    database = Database(url, pool_size=1)
    evaluator = Evaluator(
        database, claim_max=16, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )
    while True:
        done = await evaluator.run_once(NOW)
        if to_the_end and not done.judged and not done.more:
            break
        if not done.judged:
            await asyncio.sleep(0.005)
    await database.close()


def fork(url: str, *, to_the_end: bool) -> int:
    child = os.fork()
    if child == 0:
        asyncio.run(work(url, to_the_end=to_the_end))
        os._exit(0)
    return child


def main() -> None:
    url, seed, stop = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    chance, killed = random.Random(seed), 0
    while not stop.exists():
        child = fork(url, to_the_end=False)
        time.sleep(chance.uniform(0.05, 0.4))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        killed += 1
    _, status = os.waitpid(fork(url, to_the_end=True), 0)
    sys.stdout.write(f"{killed}\n")
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
