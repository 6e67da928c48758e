"""Boxes and what they say, as intake is handed it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from services.core.domain.telemetry import ClockState
from services.core.storage.copying import NewReading
from services.core.storage.database import Database
from services.core.storage.parcels import KnownBox, Parcel, known_boxes
from tests.support.ingesting import register, rows

NOW = datetime.now(UTC).replace(microsecond=250_000)
BOOT = "9f3c21aa"
SYNCED = int(ClockState.SYNCED)


def a_name() -> str:
    """A box that no other example has."""
    return f"CB-{uuid4().hex[:16].upper()}"


def said(seq: int, **changes: Any) -> NewReading:
    """A reading, a minute after the one before."""
    device_at = NOW - timedelta(hours=1) + timedelta(minutes=seq)
    return NewReading(seq, device_at, SYNCED, temp_c=4.0 + seq / 10)._replace(**changes)


async def a_known_box(database: Database, name: str = "CB-0007") -> KnownBox:
    """A registered box as ingest knows it."""
    await register(database, name)
    async with database.unit_of_work() as uow:
        return (await known_boxes(uow, [name]))[0]


def parcel(box: KnownBox, *readings: NewReading, **changes: Any) -> Parcel:
    """One message of the box."""
    values = {"box": box, "boot": BOOT, "received_at": NOW, "readings": readings}
    return Parcel(**{**values, **changes})


async def content(database: Database) -> list[Any]:
    """Everything that must not depend on the order of arrival."""
    readings = await rows(
        database,
        "SELECT boot, seq, bucket_at, device_at, temp_c FROM reading JOIN watermark USING (boot_no)"
        " ORDER BY 1, 2, 3",
    )
    gates = await rows(
        database, "SELECT boot, start_seq, CAST(stored AS text) FROM watermark ORDER BY boot"
    )
    return [readings, gates]
