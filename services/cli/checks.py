"""What `coldlane doctor` looks at: each check says what it saw and what to do about it."""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from services.cli.behind import (
    check_guards,
    check_heartbeats,
    check_ingest,
    check_standbys,
    check_survey,
)
from services.cli.check import Check
from services.core.runtime.clock import Clock, SystemClock
from services.core.runtime.written import parse_mqtt_url
from services.core.storage.database import Database
from services.core.storage.migrations import is_current
from services.core.storage.survey import Survey, take_survey
from services.local.errors import Unreachable
from services.local.reaching import check_reachable

_CLOCKS_APART = timedelta(seconds=5)
_LITTLE_DISK_BYTES = 1 << 30
_DIALECT = "postgresql+psycopg://"


def check_database(url: str, clock: Clock) -> tuple[list[Check], Survey | None]:
    """Reach the database, and look at everything that can be seen in it."""
    try:
        check_reachable("database", url)
    except Unreachable as error:
        remedy = "start it, or correct COLDLANE_DATABASE_URL"
        return [Check(name="database", outcome="unreachable", said=str(error), remedy=remedy)], None
    store_url = url.replace("postgresql://", _DIALECT, 1)
    if not is_current(store_url):
        remedy = "run `coldlane db upgrade`"
        return [Check(name="schema", outcome="failed", said="not up to date", remedy=remedy)], None
    survey = asyncio.run(_survey(store_url))
    return [
        Check(name="database", outcome="ok", said=f"PostgreSQL {survey.server_version}"),
        Check(name="schema", outcome="ok", said="up to date"),
        check_clock(survey.server_time, SystemClock().now()),
        *check_heartbeats(survey.heartbeats, clock),
        *check_standbys(survey.heartbeats, clock),
        *check_ingest(survey.heartbeats, clock),
        *check_survey(survey, clock),
        *check_guards(survey),
    ], survey


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
