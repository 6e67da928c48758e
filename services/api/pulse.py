"""The heartbeat of the stream: the server's clock and how far the other services are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.api.board import Event, event
from services.api.schemas.stream import Pulse
from services.core.domain.governance.reach import installation
from services.core.runtime.clock import Clock
from services.core.storage.database import Database
from services.core.storage.heartbeats import Heartbeat, heartbeats


async def read_pulse(database: Database, clock: Clock, build: str) -> Event:
    """One heartbeat event, the same for every browser."""
    async with database.unit_of_work(installation(clock.now())) as unit:
        beats = await heartbeats(unit)
    pulse = Pulse(
        server_time=clock.now(),
        clock_rate=clock.rate,
        build=build,
        ingest_lag_s=_lag(beats),
        rules_last_pass=_last_pass(beats),
    )
    return event("heartbeat", pulse.model_dump_json().encode())


def _lag(beats: list[Heartbeat]) -> float | None:
    """The worst delay of those ingest processes that beat last; others are long gone."""
    newest = _newest(beats, "ingest")
    lag: Any = newest.detail.get("lag_s") if newest else None
    return float(lag) if isinstance(lag, int | float) else None


def _last_pass(beats: list[Heartbeat]) -> datetime | None:
    newest = _newest(beats, "alerts")
    if newest is None:
        return None
    said = newest.detail.get("last_pass")
    return datetime.fromisoformat(said) if isinstance(said, str) else newest.at


def _newest(beats: list[Heartbeat], service: str) -> Heartbeat | None:
    mine = [beat for beat in beats if beat.service == service]
    return max(mine, key=lambda beat: beat.at, default=None)
