"""What `coldlane doctor` looks at: each check says what it saw and what to do about it."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from services.core.runtime.clock import Clock, SystemClock
from services.core.runtime.settings import parse_mqtt_url
from services.core.storage.database import Database
from services.core.storage.migrations import is_current
from services.core.storage.survey import Heartbeat, Survey, take_survey
from services.local.errors import Unreachable
from services.local.reaching import check_reachable

SERVICES = ("ingest", "alerts", "api")
_LATE_BEAT = timedelta(seconds=15)
_OLD_WORK = timedelta(seconds=30)
_CLOCKS_APART = timedelta(seconds=5)
_LITTLE_DISK_BYTES = 1 << 30
_DIALECT = "postgresql+psycopg://"

Outcome = Literal["ok", "warning", "failed", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at. `remedy` is empty when there is nothing to do."""

    name: str
    outcome: Outcome
    said: str
    remedy: str = ""


def check_database(url: str, clock: Clock) -> list[Check]:
    """Reach the database, and look at everything that can be seen in it."""
    try:
        check_reachable("database", url)
    except Unreachable as error:
        return [Check(name="database", outcome="unreachable", said=str(error))]
    store_url = url.replace("postgresql://", _DIALECT, 1)
    if not is_current(store_url):
        remedy = "run `coldlane db upgrade`"
        return [Check(name="schema", outcome="failed", said="not up to date", remedy=remedy)]
    survey = asyncio.run(_survey(store_url))
    return [
        Check(name="database", outcome="ok", said=f"PostgreSQL {survey.server_version}"),
        Check(name="schema", outcome="ok", said="up to date"),
        check_clock(survey.server_time, SystemClock().now()),
        *check_heartbeats(survey.heartbeats, clock),
        *check_work(survey, clock),
    ]


async def _survey(url: str) -> Survey:
    database = Database(url, pool_size=1, application_name="coldlane-doctor")
    try:
        return await take_survey(database)
    finally:
        await database.close()


def check_clock(server_time: datetime, here: datetime) -> Check:
    """Compare two machines' clocks; what matters is that both are right."""
    apart = abs(server_time - here)
    said = f"{apart.total_seconds():.1f} s between this machine and the database"
    if apart <= _CLOCKS_APART:
        return Check(name="clock", outcome="ok", said=said)
    return Check(name="clock", outcome="failed", said=said, remedy="let both follow a time server")


def check_heartbeats(beats: tuple[Heartbeat, ...], clock: Clock) -> Iterator[Check]:
    """Each of the three services must have beaten a moment ago, in real time."""
    known = {beat.service: beat for beat in beats}
    for name in SERVICES:
        beat = known.get(name)
        if beat is None:
            yield Check(
                name=name,
                outcome="failed",
                said="has never run on this database",
                remedy=f"start it: `coldlane {name}`, or `coldlane up` for all",
            )
            continue
        age_s = (clock.now() - beat.at).total_seconds() / clock.rate
        late = age_s > _LATE_BEAT.total_seconds()
        yield Check(
            name=name,
            outcome="failed" if late else "ok",
            said=f"last sign of life {age_s:.0f} s ago",
            remedy="see its log; `coldlane up` starts it again by itself" if late else "",
        )


def check_work(survey: Survey, clock: Clock) -> Iterator[Check]:
    """How far the verdicts are behind what was stored, in real time, and what boxes said last."""
    now, oldest = clock.now(), survey.oldest_work_put_at
    behind = (now - oldest) / clock.rate if oldest else timedelta(0)
    late = behind > _OLD_WORK
    yield Check(
        name="verdicts",
        outcome="warning" if late else "ok",
        said=f"{survey.work_waiting} waiting, oldest for {behind.total_seconds():.0f} s",
        remedy="alerts is behind or not running" if late else "",
    )
    last = survey.last_received_at
    yield Check(
        name="readings",
        outcome="ok",
        said=f"last one stored {(now - last).total_seconds():.0f} s ago" if last else "none yet",
    )
    yield Check(
        name="rejected",
        outcome="ok",
        said=f"{survey.rejected_messages} messages could not be read",
        remedy="look at GET /api/v1/rejected: each names its field and its remedy"
        if survey.rejected_messages
        else "",
    )


def check_broker(url: str) -> Check:
    """Log in at the broker as a client of its own."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

    address = parse_mqtt_url(url)
    where = f"{address.host}:{address.port}"
    refused: list[str] = []
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda _c, _u, _f, code, _p: refused.append(
        str(code) if code.is_failure else ""
    )
    if address.username:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        client.tls_set()
    try:
        client.connect(address.host, address.port, keepalive=10)
        while not refused and client.loop(timeout=2) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            pass
        client.disconnect()
    except OSError as error:
        return Check(
            name="broker",
            outcome="unreachable",
            said=f"{where} does not answer ({error.strerror or error})",
            remedy="start it, or correct COLDLANE_MQTT_URL",
        )
    if refused == [""]:
        return Check(name="broker", outcome="ok", said=f"{where} takes connections")
    why = refused[0] if refused else "it hung up"
    remedy = "correct user and password in COLDLANE_MQTT_URL"
    return Check(name="broker", outcome="failed", said=f"{where}: {why}", remedy=remedy)


def check_disk(folder: Path) -> Check:
    """Space for the data folder, or for where it would be made."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    said = f"{free / (1 << 30):.1f} GiB free for {folder}"
    if free > _LITTLE_DISK_BYTES:
        return Check(name="disk", outcome="ok", said=said)
    return Check(name="disk", outcome="warning", said=said, remedy="make room")
