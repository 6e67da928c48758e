"""Rows of a small world for the tests of alerts: boxes, shipments, readings. All have defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import Range

from services.core.storage.database import Database, UnitOfWork
from services.core.storage.schema import (
    assignment,
    box,
    deviation,
    disposition,
    evidence_pack,
    inspection,
    leg,
    payload,
    principal,
    reading,
    shipment,
    site,
    watermark,
)
from services.core.storage.worklist import Worklist

START = datetime(2026, 11, 22, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A shipment of one payload in one box."""

    shipment_id: UUID
    payload_id: UUID
    box_no: int
    boot_no: int


async def a_site(uow: UnitOfWork, site_id: str = "PVG") -> None:
    await uow.execute(
        insert(site).values(
            site_id=site_id, name_en="Pudong", name_zh="浦东", zone="Asia/Shanghai",
            lat=31.1, lon=121.8, created_at=START,
        )
    )  # fmt: skip


async def a_box(uow: UnitOfWork, box_id: str) -> tuple[int, int]:
    """A registered box with one boot; its number and the boot's."""
    rows = await uow.execute(
        insert(box).values(box_id=box_id, shard=0, registered_at=START).returning(box.c.box_no)
    )
    box_no = rows.scalar_one()
    return box_no, await a_boot(uow, box_no, "9f3c21aa")


async def a_boot(uow: UnitOfWork, box_no: int, boot: str) -> int:
    rows = await uow.execute(
        insert(watermark)
        .values(box_no=box_no, boot=boot, first_received_at=START, last_received_at=START)
        .returning(watermark.c.boot_no)
    )
    boot_no: int = rows.scalar_one()
    return boot_no


async def a_trip(
    uow: UnitOfWork,
    where: tuple[int, int],
    *,
    profile_id: str = "leukapheresis_fresh_2_8",
    begin: datetime = START,
    end: datetime | None = None,
    **shipped: Any,
) -> Trip:
    """A packed shipment whose payload is in the box from `begin` to `end`."""
    shipment_id, payload_id = uuid4(), uuid4()
    values = {"state": "packed", "product": "T cells", "created_at": begin, **shipped}
    reference = values.pop("reference", f"CT-{shipment_id}")
    await uow.execute(
        insert(shipment).values(shipment_id=shipment_id, reference=reference, **values)
    )
    await uow.execute(
        insert(payload).values(
            payload_id=payload_id, shipment_id=shipment_id, reference="bag-1",
            profile_id=profile_id, profile_version=2, collection_end=begin, pack_closed_at=begin,
            clocks_entered_by="tester",
        )
    )  # fmt: skip
    await uow.execute(
        insert(assignment).values(
            id=uuid4(), payload_id=payload_id, shipment_id=shipment_id, box_no=where[0],
            during=Range(begin, end), recorded_at=begin, recorded_by="tester",
        )
    )  # fmt: skip
    return Trip(shipment_id=shipment_id, payload_id=payload_id, box_no=where[0], boot_no=where[1])


async def many_trips(uow: UnitOfWork, count: int) -> list[Trip]:
    """So many boxes, each with a packed shipment of one payload; few statements."""
    names = [f"CB-{number:04}" for number in range(count)]
    await uow.execute(
        insert(box), [{"box_id": name, "shard": 0, "registered_at": START} for name in names]
    )
    numbers = (await uow.execute(select(box.c.box_no).order_by(box.c.box_id))).scalars().all()
    boot = {"boot": "9f3c21aa", "first_received_at": START, "last_received_at": START}
    await uow.execute(insert(watermark), [{"box_no": n, **boot} for n in numbers])
    rows = await uow.execute(select(watermark.c.box_no, watermark.c.boot_no))
    boots = {row.box_no: row.boot_no for row in rows}
    trips = [
        Trip(shipment_id=uuid4(), payload_id=uuid4(), box_no=n, boot_no=boots[n]) for n in numbers
    ]
    named = {"state": "packed", "product": "T cells", "created_at": START}
    await uow.execute(
        insert(shipment),
        [{"shipment_id": t.shipment_id, "reference": f"CT-{t.box_no}", **named} for t in trips],
    )
    judged = {
        "reference": "bag-1", "profile_id": "leukapheresis_fresh_2_8", "profile_version": 2,
        "collection_end": START, "pack_closed_at": START, "clocks_entered_by": "tester",
    }  # fmt: skip
    of = [{"payload_id": t.payload_id, "shipment_id": t.shipment_id} for t in trips]
    await uow.execute(insert(payload), [{**one, **judged} for one in of])
    seated = {"during": Range(START, None), "recorded_at": START, "recorded_by": "tester"}
    await uow.execute(
        insert(assignment),
        [
            {"id": uuid4(), "box_no": t.box_no, **one, **seated}
            for t, one in zip(trips, of, strict=True)
        ],
    )
    return trips


async def store_all(
    uow: UnitOfWork, rows: Iterable[tuple[Trip, int, float, float]], received: datetime
) -> None:
    """Store readings (trip, sequence, minute, temperature) of many boxes, as one batch."""
    given = list(rows)
    values = [
        {
            "box_no": t.box_no, "boot_no": t.boot_no, "seq": seq, "bucket_at": at(minute),
            "device_at": at(minute), "received_at": received, "temp_c": temp_c,
        }
        for t, seq, minute, temp_c in given
    ]  # fmt: skip
    await uow.execute(insert(reading), values)
    await uow.execute(update(watermark).values(last_received_at=received))
    earliest = {t.box_no: at(minute) for t, _, minute, _ in reversed(given)}
    await Worklist(uow).put_boxes(earliest, "readings", received)


async def a_flight(
    uow: UnitOfWork, trip: Trip, departs: datetime, arrives: datetime, **more: Any
) -> None:
    await uow.execute(
        insert(leg).values(
            leg_id=uuid4(), shipment_id=trip.shipment_id, ordinal=1, mode="air",
            from_code="FRA", from_lat=50.0, from_lon=8.6, to_code="PVG", to_lat=31.1,
            to_lon=121.8, radio_off=True, planned_departure=departs, planned_arrival=arrives,
            **more,
        )
    )  # fmt: skip


async def store(
    uow: UnitOfWork,
    where: Trip | tuple[int, int],
    points: Iterable[tuple[int, float, float | None]],
    *,
    received: datetime | None = None,
) -> None:
    """Store readings (sequence, minute, temperature) as ingest does, work rows included."""
    box_no, boot_no = (where.box_no, where.boot_no) if isinstance(where, Trip) else where
    given = list(points)
    latest = received or max(at(minute) for _, minute, _ in given)
    rows = [
        {
            "box_no": box_no, "boot_no": boot_no, "seq": seq, "bucket_at": at(minute),
            "device_at": at(minute), "received_at": received or at(minute), "temp_c": temp_c,
        }
        for seq, minute, temp_c in given
    ]  # fmt: skip
    await uow.execute(insert(reading), rows)
    await uow.execute(
        update(watermark)
        .where(watermark.c.boot_no == boot_no, watermark.c.last_received_at < latest)
        .values(last_received_at=latest)
    )
    earliest = min(at(minute) for _, minute, _ in given)
    await Worklist(uow).put_boxes({box_no: earliest}, "readings", latest)


async def an_inspection(
    database: Database, trip: Trip, begun: float, due: float, **more: Any
) -> UUID:
    """An officer's record, open unless it is said otherwise, as the API enters it."""
    inspection_id = uuid4()
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(inspection).values(
                inspection_id=inspection_id, shipment_id=trip.shipment_id, site_id="PVG",
                mode="in_cold_store", no_open=False, no_xray=True, template_id="special_items",
                template_version=1, claimed_by="local-operator", claimed_at=at(begun),
                begun_at=at(begun), due_end_at=at(due), **more,
            )
        )  # fmt: skip
    return inspection_id


async def rows_of(database: Database, table: Any, *order: str) -> list[dict[str, Any]]:
    """All rows of a table, as dictionaries."""
    async with database.unit_of_work() as uow:
        found = await uow.execute(select(table).order_by(*(table.c[name] for name in order)))
        return [dict(row) for row in found.mappings()]


async def two_of_qa(uow: UnitOfWork) -> None:
    """The people who decide."""
    people = [
        {"principal_id": name, "kind": "person", "name": name, "created_at": START}
        for name in ("wang.li", "chen.yu")
    ]
    await uow.execute(insert(principal), people)


async def a_decision(uow: UnitOfWork, trip: Trip, value: str, seen: Mapping[str, Any]) -> None:
    """What two people of QA have decided on the payload."""
    whose = {"payload_id": trip.payload_id, "shipment_id": trip.shipment_id}
    deviation_id, sha256 = uuid4(), uuid4().bytes
    await uow.execute(
        insert(deviation).values(
            **whose, deviation_id=deviation_id, state="DISPOSITIONED", description="warm",
            detected_at=START, opened_at=START, opened_by="wang.li",
        )
    )  # fmt: skip
    await uow.execute(
        insert(evidence_pack).values(
            sha256=sha256, deviation_id=deviation_id, created_at=START, pack=b"{}"
        )
    )
    await uow.execute(
        insert(disposition).values(
            disposition_id=uuid4(), payload_id=trip.payload_id, deviation_id=deviation_id,
            value=value, assessed_by="wang.li", decided_by="chen.yu", decided_at=START,
            reason="brief", decided_through=START, evidence_sha256=sha256, facts_sha256=sha256,
            seen=seen,
        )
    )  # fmt: skip
