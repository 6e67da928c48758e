"""`coldlane simulate load`: the command line of a load run."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import Annotated

import typer
from rich.console import Console

from services.core.domain.errors import ColdlaneError
from simulators.broker import Broker
from simulators.clock import clock_from_env
from simulators.load.order import LoadOrder
from simulators.load.report import LoadReporter
from simulators.load.run import LoadRun

_EXIT_FAILED, _EXIT_USAGE, _EXIT_NOT_MET, _EXIT_INTERRUPTED = 1, 2, 4, 130
_BATCH_OF_A_BACKLOG, _BATCH_OF_A_STREAM = 60, 1


def load(
    api_url: Annotated[str, typer.Option(help="The service's API, such as http://localhost:8080.")],
    mqtt_url: Annotated[str, typer.Option(help="The broker, such as mqtt://localhost:1883.")],
    boxes: Annotated[int, typer.Option(min=1, max=99_999, help="How many boxes.")] = 10_000,
    connections: Annotated[
        int, typer.Option(min=0, help="Connections that the boxes share; 0: one each.")
    ] = 8,
    readings_per_box: Annotated[int, typer.Option(min=1, help="Length of each backlog.")] = 60,
    batch: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Readings a report; 60, at a pace 1.")
    ] = None,
    rate_per_s: Annotated[
        float | None, typer.Option(min=0.001, help="Reports a second, instead of a backlog.")
    ] = None,
    for_s: Annotated[float, typer.Option("--for", min=0.1, help="Seconds at that pace.")] = 60,
    wait_s: Annotated[float, typer.Option(min=0, help="Give up on receipts after.")] = 30,
    json: Annotated[bool, typer.Option("--json", help="A JSON line instead of a table.")] = False,
) -> None:
    """Let many boxes report at once, and say what was acknowledged, receipted, and how soon.

    Exit code 4 when a report was not receipted.
    """
    usual = _BATCH_OF_A_BACKLOG if rate_per_s is None else _BATCH_OF_A_STREAM
    try:
        order = LoadOrder(
            boxes=boxes,
            connections=connections,
            readings_per_box=readings_per_box,
            batch=batch or usual,
            rate_per_s=rate_per_s,
            for_s=for_s,
            wait_s=wait_s,
            clock=clock_from_env(),
        )
        broker = Broker.from_url(mqtt_url)
    except ColdlaneError as error:
        raise typer.Exit(_complain(error, _EXIT_USAGE)) from None
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    run = LoadRun(order, api_url, broker)
    with LoadReporter(as_json=json) as reporter:
        code = asyncio.run(_run(run, reporter))
    if code != _EXIT_FAILED or run.meter.sent:
        reporter.end(run)
    raise typer.Exit(code)


async def _run(run: LoadRun, reporter: LoadReporter) -> int:
    running = asyncio.create_task(run.run(reporter.progress))
    received: list[int] = []

    def stop(number: int) -> None:
        received.append(number)
        running.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    try:
        await running
    except asyncio.CancelledError:
        return _EXIT_INTERRUPTED if signal.SIGINT in received else 0
    except ColdlaneError as error:
        return _complain(error, _EXIT_FAILED)
    return 0 if run.is_complete else _EXIT_NOT_MET


def _complain(error: ColdlaneError, code: int) -> int:
    text = f"{error}; {error.remedy}" if error.remedy else str(error)
    Console(stderr=True).print(f"coldlane simulate load: {text}", markup=False, soft_wrap=True)
    return code
