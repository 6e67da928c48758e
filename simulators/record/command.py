"""`coldlane simulate record` and `replay`: the command lines."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from services.core.domain.errors import ColdlaneError, Invalid
from services.core.domain.identifiers import BoxId
from simulators.broker import Broker
from simulators.client import ApiClient
from simulators.clock import FleetClock, clock_from_env
from simulators.record.player import Player
from simulators.record.recorder import Recorder
from simulators.record.running import (
    EXIT_FAILED,
    EXIT_NOT_MET,
    EXIT_USAGE,
    bar,
    complain,
    tell,
    until_told,
)
from simulators.record.shifting import Shift
from simulators.record.source import Source, open_source
from simulators.record.tape import TapeWriter

Mqtt = Annotated[str, typer.Option(help="The broker, such as mqtt://localhost:1883.")]
Json = Annotated[bool, typer.Option("--json", help="A JSON line instead of a table.")]


def record(
    mqtt_url: Mqtt,
    out: Annotated[Path, typer.Option(help="The file; it must not be there yet.")],
    for_s: Annotated[float | None, typer.Option("--for", min=0, help="End after seconds.")] = None,
    json: Json = False,
) -> None:
    """Write down every message of every box: topic, bytes and time of arrival, as JSON lines."""
    try:
        broker, clock = Broker.from_url(mqtt_url), clock_from_env()
        with _fresh(out).open("xb") as file, bar("messages", None, hidden=json) as show:
            recorder = Recorder(broker, clock, TapeWriter(file))
            work = until_told(recorder.run(), for_s, lambda: show(recorder.messages))
            code = _finished("record", work)
    except ColdlaneError as error:
        raise typer.Exit(complain("record", error, EXIT_USAGE)) from None
    figures = {"messages": recorder.messages, "bytes": recorder.bytes_heard, "gaps": recorder.gaps}
    tell(f"Recorded: {out}", {"file": str(out), **figures}, as_json=json)
    raise typer.Exit(code)


def replay(
    file: Annotated[Path, typer.Argument(help="A recording, or with --map a CSV export.")],
    mqtt_url: Mqtt,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="What the columns of the CSV file mean, in TOML.")
    ] = None,
    speed: Annotated[str, typer.Option(help="So many times as fast, or max.")] = "1",
    shift_to: Annotated[
        str | None, typer.Option(help="Move its times: now, or an instant of RFC 3339.")
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Register its boxes first, as simulated ones.")
    ] = False,
    api_url: Annotated[str | None, typer.Option(help="The service's API, for --register.")] = None,
    json: Json = False,
) -> None:
    """Publish what a file holds: the same bytes in the same order, at any speed.

    Exit code 4 when the broker answered a message with something else than success.
    """
    try:
        clock, times = clock_from_env(), _speed(speed)
        source = open_source(file, mapping)
        begins = times is not None and times <= 1
        shift = source.shift_to(_instant(shift_to, clock), begins=begins)
        player = Player(Broker.from_url(mqtt_url), times)
        address = _address(api_url) if register else None
    except ColdlaneError as error:
        raise typer.Exit(complain("replay", error, EXIT_USAGE)) from None
    with bar("messages", source.count, hidden=json) as show:
        work = _replay(source, shift, player, address)
        code = _finished("replay", until_told(work, None, lambda: show(player.acknowledged)))
    figures = {
        "messages": source.count,
        "sent": player.sent,
        "acknowledged": player.acknowledged,
        "refused": player.refused,
        "bytes": player.bytes_sent,
        "boxes": len(source.boxes),
        "moved_by_s": shift.step.total_seconds(),
    }
    tell(f"Replayed: {file}", figures, as_json=json)
    raise typer.Exit(code or (EXIT_NOT_MET if player.refused else 0))


async def _replay(source: Source, shift: Shift, player: Player, api_url: str | None) -> None:
    if api_url is not None:
        await _register(api_url, source.boxes)
    await player.play(map(shift.apply, source.read()))


async def _register(api_url: str, boxes: tuple[BoxId, ...]) -> None:
    client = ApiClient(api_url)
    try:
        for box_id in boxes:
            await client.register_box({"box_id": box_id, "kind": "box", "simulated": True})
    finally:
        await client.close()


def _finished(command: str, work: Coroutine[Any, Any, int]) -> int:
    try:
        return asyncio.run(work)
    except ColdlaneError as error:
        return complain(command, error, EXIT_FAILED)


def _fresh(out: Path) -> Path:
    if out.exists() or not out.parent.is_dir():
        what = "is there already" if out.exists() else "stands in a folder that does not exist"
        raise Invalid(f"{out} {what}", field="out", remedy="give another file")
    return out


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
        if not 0 < speed <= 1e6:
            raise ValueError
    except ValueError:
        raise Invalid(
            f"{text!r} is not a speed", field="speed", remedy="give a number above 0, or max"
        ) from None
    return speed


def _instant(text: str | None, clock: FleetClock) -> datetime | None:
    if text is None or text == "now":
        return None if text is None else clock.now()
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Invalid(
            f"{text!r} is not an instant",
            field="shift_to",
            remedy="give now, or RFC 3339 with an offset, such as 2026-11-22T00:00:00Z",
        ) from None
    return instant.astimezone(UTC)


def _address(api_url: str | None) -> str:
    if api_url is None:
        raise Invalid("--register needs the API", field="api_url", remedy="give --api-url")
    return api_url
