"""Mishaps around inspections on a real PostgreSQL: each is one alarm, in any order of telling."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import Range

from services.alerts.clearance import ClearanceWatch
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.schema import (
    alarm,
    appointment,
    assessment_state,
    bay,
    bay_logger,
    box,
    identity_scan,
    inspection,
    notification_outbox,
    reading,
    watermark,
)
from tests.integration.alerts.builders import Trip, a_box, a_site, a_trip, at, rows_of


async def a_bay_with_two(database: Database) -> tuple[Trip, Trip]:
    """Two shipments checked in at one bay."""
    async with database.unit_of_work() as uow:
        await a_site(uow)
        await uow.execute(
            insert(bay).values(
                bay_id="PVG-C1", site_id="PVG", name_en="Cold 1", name_zh="冷1", places=2,
                bay_class="cold_2_8", published_from=at(0), published_until=at(600),
            )
        )  # fmt: skip
        trips = []
        for place, name in enumerate(("CB-0001", "CB-0002"), start=1):
            trip = await a_trip(
                uow, await a_box(uow, name), site_id="PVG", state="moving", reference=f"CT-{place}"
            )
            await uow.execute(
                insert(appointment).values(
                    appointment_id=uuid4(), shipment_id=trip.shipment_id, bay_id="PVG-C1",
                    place=place, during=Range(at(60), at(90)), state="CHECKED_IN",
                    booked_at=at(0), booked_by="local-operator",
                )
            )  # fmt: skip
            trips.append(trip)
    return trips[0], trips[1]


async def an_inspection(database: Database, trip: Trip, begun: float) -> UUID:
    inspection_id = uuid4()
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(inspection).values(
                inspection_id=inspection_id, shipment_id=trip.shipment_id, site_id="PVG",
                bay_id="PVG-C1", mode="in_cold_store", no_open=False, no_xray=True,
                template_id="special_items", template_version=1, claimed_by="local-operator",
                claimed_at=at(begun), begun_at=at(begun), due_end_at=at(begun + 30),
            )
        )  # fmt: skip
    return inspection_id


async def said(
    database: Database, where: Trip | tuple[int, int], seq: int, minute: float, **more: Any
) -> None:
    """A reading of a box."""
    box_no, boot_no = (where.box_no, where.boot_no) if isinstance(where, Trip) else where
    async with database.unit_of_work() as uow:
        await uow.execute(
            insert(reading).values(
                box_no=box_no, boot_no=boot_no, seq=seq, bucket_at=at(minute),
                device_at=at(minute), received_at=at(minute), **more,
            )
        )  # fmt: skip
        await uow.execute(
            update(watermark)
            .where(watermark.c.boot_no == boot_no)
            .values(last_received_at=at(minute))
        )


async def watched(database: Database, minute: float) -> list[dict[str, Any]]:
    """The alarms after the watch has looked."""
    await ClearanceWatch(database, FixedClock(at(minute))).run_once()
    return await rows_of(database, alarm, "raised_at", "kind")


async def test_a_wrong_box_that_is_opened_is_an_alarm_and_its_own_inspection_explains_it(
    database: Database,
) -> None:
    """The opening is heard late, after the closing: the order changes nothing."""
    right, wrong = await a_bay_with_two(database)
    await an_inspection(database, right, 62)
    await said(database, right, 1, 64, event="lid_opened")
    assert await watched(database, 66) == []
    await said(database, wrong, 2, 67, event="lid_closed")
    assert await watched(database, 68) == []
    await said(database, wrong, 1, 65, event="lid_opened")
    (found,) = await watched(database, 69)
    assert (found["kind"], found["priority"]) == ("wrong_box_opened", 1)
    assert (found["shipment_id"], found["box_no"]) == (wrong.shipment_id, wrong.box_no)
    assert (found["began_at"], found["returned_at"]) == (at(65), at(67))
    assert "CT-1" not in str(found["facts"])
    (told,) = await rows_of(database, notification_outbox, "created_at")
    assert (told["body"]["shipment_reference"], told["body"]["priority"]) == ("CT-2", 1)
    assert len(await watched(database, 70)) == 1


async def test_two_inspections_side_by_side_are_no_wrong_boxes(database: Database) -> None:
    right, other = await a_bay_with_two(database)
    for number, trip in enumerate((right, other)):
        await an_inspection(database, trip, 62 + number)
        await said(database, trip, 1, 65, lid_open=True)
    assert await watched(database, 70) == []


async def test_a_wrong_scan_rings_until_the_right_code_is_read(database: Database) -> None:
    trip, _ = await a_bay_with_two(database)
    inspection_id = await an_inspection(database, trip, 62)
    for minute, matches in ((63, False), (66, True)):
        async with database.unit_of_work() as uow:
            await uow.execute(
                insert(identity_scan).values(
                    shipment_id=trip.shipment_id, inspection_id=inspection_id, place="bay",
                    mark="box", code="CB-0099", expected=["CB-0001"], matches=matches,
                    principal_id="local-operator", at=at(minute),
                )
            )  # fmt: skip
        (found,) = await watched(database, minute + 1)
        assert (found["kind"], found["shipment_id"]) == ("identity_mismatch", trip.shipment_id)
        assert (found["returned_at"] is not None) is matches
        assert "CB-0099" not in str(found["facts"])


async def a_logger(database: Database) -> tuple[int, int]:
    async with database.unit_of_work() as uow:
        where = await a_box(uow, "PVG-C1-LOG")
        await uow.execute(update(box).where(box.c.box_no == where[0]).values(kind="room"))
        await uow.execute(
            insert(bay_logger).values(
                id=uuid4(), bay_id="PVG-C1", box_no=where[0], low_c=2.0, high_c=8.0,
                during=Range(at(0), None), recorded_at=at(0), recorded_by="local-operator",
            )
        )  # fmt: skip
    return where


async def test_a_power_cut_in_the_bay_is_one_alarm_with_who_is_inside_and_who_is_booked(
    database: Database,
) -> None:
    inside, booked = await a_bay_with_two(database)
    await an_inspection(database, inside, 62)
    async with database.unit_of_work() as uow:
        await uow.execute(
            update(appointment)
            .where(appointment.c.shipment_id == booked.shipment_id)
            .values(state="CONFIRMED")
        )
    logger = await a_logger(database)
    await said(database, logger, 1, 64, temp_c=5.0, extra={"mains": True})
    assert await watched(database, 65) == []
    await said(database, logger, 2, 66, temp_c=5.1, extra={"mains": False})
    (dark,) = await watched(database, 67)
    assert (dark["kind"], dark["priority"], dark["began_at"]) == ("bay_unfit", 1, at(66))
    facts = dark["facts"]
    assert (facts["inside"], facts["booked"], facts["why"]) == (["CT-1"], ["CT-2"], ["no_power"])
    for seq, minute in enumerate(range(68, 75), start=3):
        await said(database, logger, seq, minute, temp_c=9.5, extra={"mains": False})
    (still,) = await watched(database, 75)
    assert still["facts"]["why"] == ["no_power", "out_of_range"]
    await said(database, logger, 20, 76, temp_c=6.0, extra={"mains": True})
    (over,) = await watched(database, 77)
    assert over["returned_at"] is not None


async def test_a_logger_that_falls_silent_makes_its_bay_unfit(database: Database) -> None:
    await a_bay_with_two(database)
    await said(database, await a_logger(database), 1, 60, temp_c=5.0)
    assert await watched(database, 74) == []
    (silent,) = await watched(database, 76)
    assert silent["facts"]["why"] == ["silent"]


async def test_what_customs_let_go_is_watched_until_it_is_received(database: Database) -> None:
    trip, _ = await a_bay_with_two(database)
    await said(database, trip, 1, 60, temp_c=5.0)
    inspection_id = await an_inspection(database, trip, 62)
    async with database.unit_of_work() as uow:
        await uow.execute(
            update(inspection)
            .where(inspection.c.inspection_id == inspection_id)
            .values(state="CUSTOMS_CLEARED", ended_at=at(70), decided_at=at(70))
        )
        await uow.execute(
            insert(assessment_state).values(
                payload_id=trip.payload_id, shipment_id=trip.shipment_id, deadline=at(200)
            )
        )
    assert await watched(database, 79) == []
    (unheard,) = await watched(database, 81)
    assert (unheard["kind"], unheard["priority"]) == ("release_unwatched", 2)
    await said(database, trip, 2, 82, temp_c=5.0)
    (heard,) = await watched(database, 83)
    assert heard["returned_at"] is not None
    near = {row["kind"]: row for row in await watched(database, 100)}
    assert near["delivery_near"]["facts"]["until"] == at(170).isoformat()
