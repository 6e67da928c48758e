"""`python -m simulators`: run a fleet of simulated boxes against a running service."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from services.core.domain.errors import ColdlaneError, Invalid
from simulators.broker import Broker
from simulators.clock import clock_from_env
from simulators.fleet import Fleet, Order
from simulators.load.command import load
from simulators.record.command import record, replay
from simulators.report import Reporter
from simulators.rush import compared
from simulators.scenario import load_scenario, shipped_scenarios
from simulators.truth.chronicle import Chronicle
from simulators.verify.command import verify

_EXIT_FAILED, _EXIT_USAGE, _EXIT_INTERRUPTED = 1, 2, 130

_HELP = """Simulated cold boxes: physics, lanes, devices with a log of their own.

`coldlane simulate broken-fleet --seed 7 --truth t.jsonl` runs a scenario: a shipped one (`list`) or
a file. That is short for `run --scenario broken-fleet`.
"""


class _Scenarios(TyperGroup):
    """Takes what is no command for the name of a scenario to run."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands:
            args = ["run", "--scenario", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=_Scenarios, no_args_is_help=True, add_completion=False, help=_HELP)


@app.command()
def run(
    api_url: Annotated[str, typer.Option(help="The service's API, such as http://localhost:8080.")],
    mqtt_url: Annotated[str, typer.Option(help="The broker, such as mqtt://localhost:1883.")],
    scenario: Annotated[str, typer.Option(help="Name of a shipped scenario, or a file.")] = "demo",
    boxes: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="How many; else the scenario's.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Same seed and start: same bytes; else as it says.")
    ] = None,
    start: Annotated[str | None, typer.Option(help="Begin of the scenario, RFC 3339.")] = None,
    duration_s: Annotated[
        float | None, typer.Option(min=0, help="End after these seconds of its clock.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")] = False,
    ready_fd: Annotated[int | None, typer.Option(help="Write READY to this descriptor.")] = None,
    ready_file: Annotated[Path | None, typer.Option(help="Write READY to this file.")] = None,
    truth: Annotated[Path | None, typer.Option(help="Write here at the end what is true.")] = None,
    tls: Annotated[
        Path | None, typer.Option(help="Folder of the boxes' certificates, for mqtts://.")
    ] = None,
) -> None:
    """Run boxes until told to stop; their past arrives as a backlog, then they go on live."""
    try:
        chronicle = Chronicle(truth) if truth else None
        script = load_scenario(scenario)
        order = Order(
            api_url=api_url,
            broker=Broker.from_url(mqtt_url, tls),
            scenario=script,
            boxes=boxes or script.boxes,
            seed=script.seed if seed is None else seed,
            start=_instant(start) if start else None,
            clock=clock_from_env(),
            on_made=chronicle.watch if chronicle else None,
        )
    except ColdlaneError as error:
        raise typer.Exit(_complain(error, _EXIT_USAGE)) from None
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    if chronicle is not None and (complaint := _learn_profiles(chronicle, api_url)):
        raise typer.Exit(complaint)
    fleet = Fleet(order)
    with Reporter(as_json=json) as reporter:
        announcer = _Announcer(ready_fd, ready_file)
        code = asyncio.run(_run(fleet, reporter, duration_s, announcer))
    if chronicle is not None:
        chronicle.write(order.clock, fleet.entered)
    raise typer.Exit(code)


app.command()(verify)
app.command()(load)
app.command()(record)
app.command()(replay)


@app.command()
def check(file: Annotated[str, typer.Argument(help="A scenario file, or a shipped name.")]) -> None:
    """Read a scenario and say what is wrong with it, or that nothing is."""
    try:
        scenario = load_scenario(file)
    except ColdlaneError as error:
        raise typer.Exit(_complain(error, _EXIT_USAGE)) from None
    text = f"{scenario.name}: {scenario.title} ({scenario.boxes} boxes)"
    Console().print(text, markup=False, soft_wrap=True)


@app.command("list")
def list_scenarios() -> None:
    """Name the scenarios that come along."""
    for name in shipped_scenarios():
        Console().print(f"{name}: {load_scenario(name).title}", markup=False, soft_wrap=True)


def _learn_profiles(chronicle: Chronicle, api_url: str) -> int:
    """The exit code of a failure, or 0."""
    try:
        asyncio.run(chronicle.learn_profiles(api_url))
    except ColdlaneError as error:
        return _complain(error, _EXIT_FAILED)
    return 0


class _Announcer:
    """Says READY once, where somebody waits for it."""

    def __init__(self, descriptor: int | None, file: Path | None) -> None:
        self._descriptor, self._file = descriptor, file

    def announce(self) -> None:
        if self._descriptor is not None:
            with suppress(OSError):  # whoever waited is gone
                os.write(self._descriptor, b"READY\n")
        if self._file is not None:
            fresh = self._file.with_name(f"{self._file.name}.new")
            fresh.write_text("READY\n", "utf-8")
            fresh.replace(self._file)


async def _run(
    fleet: Fleet, reporter: Reporter, duration_s: float | None, announcer: _Announcer
) -> int:
    running = asyncio.create_task(fleet.run(reporter.progress))
    telling = asyncio.create_task(_tell_ready(fleet, reporter, announcer))
    ending = asyncio.create_task(_end_in_time(fleet, duration_s, running))
    received: list[int] = []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, number, received, running)
    code = 0
    try:
        await running
    except asyncio.CancelledError:
        code = _EXIT_INTERRUPTED if signal.SIGINT in received else 0
    except ColdlaneError as error:
        code = _complain(error, _EXIT_FAILED)
    finally:
        telling.cancel()
        ending.cancel()
    if fleet.boxes or not code:
        reporter.end(fleet.totals())
    if fleet.officers is not None:
        reporter.rush(compared(fleet.officers, fleet.order.clock.now()))
    return code


def _stop(number: int, received: list[int], running: asyncio.Task[None]) -> None:
    received.append(number)
    running.cancel()


async def _tell_ready(fleet: Fleet, reporter: Reporter, announcer: _Announcer) -> None:
    """Say that the past is told."""
    await fleet.ready.wait()
    announcer.announce()
    reporter.ready(fleet.totals())


async def _end_in_time(fleet: Fleet, duration_s: float | None, running: asyncio.Task[None]) -> None:
    """End after the seconds that were asked for, else after the scenario's once the past is told;
    both are seconds of the fleet's clock."""
    if duration_s is None:
        await fleet.ready.wait()
        duration_s = fleet.order.scenario.duration_s
    if duration_s is not None:
        await fleet.order.clock.sleep(timedelta(seconds=duration_s))
        running.cancel()


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Invalid(
            f"{text!r} is not an instant",
            field="start",
            remedy="give RFC 3339 with an offset, such as 2026-11-22T00:00:00Z",
        ) from None
    return instant.astimezone(UTC).replace(microsecond=0)


def _complain(error: BaseException, code: int) -> int:
    remedy = getattr(error, "remedy", None)
    text = f"{error}; {remedy}" if remedy else str(error)
    Console(stderr=True).print(f"coldlane simulate: {text}", markup=False, soft_wrap=True)
    return code


if __name__ == "__main__":
    app(prog_name="coldlane simulate")
