"""From a box's publish to the durable row and back to the box, over both brokers."""

from services.core.domain.identifiers import BoxId
from services.core.storage.database import Database
from services.core.wire.payload import (
    MAX_BYTES,
    EventMessage,
    StatusMessage,
    encode_event,
    encode_status,
    encode_telemetry,
)
from services.core.wire.topics import event_topic, status_topic
from tests.support.ingesting import (
    BOOT,
    a_box,
    a_reading,
    eventually,
    register,
    rows,
    running_ingest,
)

NAME = "CB-0007"


async def test_reading_becomes_a_row_and_a_receipt(database: Database, broker_url: str) -> None:
    await register(database, NAME)
    async with running_ingest(database, broker_url):
        with a_box(broker_url, NAME) as box:
            box.send(a_reading(0, temp_c=4.81, probe="SN-1"))
            await eventually(lambda: box.contiguous() == 0, what="the receipt")
    stored = await rows(database, "SELECT seq, temp_c, probe, clock FROM reading")
    assert stored == [(0, 4.81, "SN-1", 1)]
    assert await rows(database, "SELECT reason FROM worklist") == [("readings",)]


async def test_event_takes_its_place_in_the_sequence(database: Database, broker_url: str) -> None:
    await register(database, NAME)
    async with running_ingest(database, broker_url):
        with a_box(broker_url, NAME) as box:
            box.send(a_reading(0))
            event = EventMessage(
                v=1, boot=BOOT, seq=1, t=a_reading().t, kind="tilt", detail={"deg": 40}
            )
            box.publish(encode_event(event), event_topic(box.name))
            await eventually(lambda: box.contiguous() == 1, what="the receipt")
    stored = await rows(database, "SELECT seq, event, temp_c, extra FROM reading ORDER BY seq")
    assert stored == [(0, None, 4.5, None), (1, "tilt", None, {"deg": 40})]


async def test_garbage_is_kept_with_its_reason_and_the_next_reading_is_stored(
    database: Database, broker_url: str
) -> None:
    await register(database, NAME)
    async with running_ingest(database, broker_url):
        with a_box(broker_url, NAME) as box:
            box.publish(b"\xff\x00 not a message")
            box.send(a_reading(0))
            await eventually(lambda: box.contiguous() == 0, what="the receipt")
    kept = await rows(database, "SELECT box_id, payload, reason, field FROM rejected_message")
    assert kept == [(NAME, b"\xff\x00 not a message", "bad_text", None)]


async def test_message_of_an_unknown_box_is_rejected(database: Database, broker_url: str) -> None:
    async with running_ingest(database, broker_url) as counters:
        with a_box(broker_url, NAME) as box:
            box.send(a_reading(0))
            await eventually(lambda: counters.rejected, what="the rejection")
    assert await rows(database, "SELECT reason FROM rejected_message") == [("unknown_box",)]


async def test_message_on_a_foreign_shard_is_rejected(database: Database, broker_url: str) -> None:
    await register(database, NAME)
    async with running_ingest(database, broker_url) as counters:
        with a_box(broker_url, NAME) as box:
            box.publish(encode_telemetry(BOOT, [a_reading(0)]), f"cl/v1/00/{NAME}/telemetry")
            await eventually(lambda: counters.rejected, what="the rejection")
    assert await rows(database, "SELECT reason FROM rejected_message") == [("foreign_shard",)]


async def test_largest_legal_batch_passes(database: Database, broker_url: str) -> None:
    await register(database, NAME)
    readings = [a_reading(seq, probe="p" * 64) for seq in range(500)]
    message = encode_telemetry(BOOT, readings)
    # Filled up with what is allowed between two fields, to the last byte.
    message = message[:-1] + b" " * (MAX_BYTES - len(message)) + b"}"
    assert len(message) == MAX_BYTES
    async with running_ingest(database, broker_url):
        with a_box(broker_url, NAME) as box:
            box.publish(message)
            await eventually(lambda: box.contiguous() == 499, what="the receipt")
    assert await rows(database, "SELECT count(*) FROM reading") == [(500,)]


async def test_status_is_counted_and_not_stored(database: Database, broker_url: str) -> None:
    await register(database, NAME)
    async with running_ingest(database, broker_url) as counters:
        with a_box(broker_url, NAME) as box:
            status = StatusMessage(v=1, state="online", boot=BOOT)
            box.publish(encode_status(status), status_topic(BoxId(NAME)))
            await eventually(lambda: counters.statuses, what="the status")
    assert await rows(database, "SELECT count(*) FROM rejected_message") == [(0,)]


async def test_receipt_names_the_hole_and_backfill_closes_it(
    database: Database, broker_url: str
) -> None:
    await register(database, NAME)
    async with running_ingest(database, broker_url):
        with a_box(broker_url, NAME) as box:
            box.send(a_reading(0), a_reading(1), a_reading(4))
            await eventually(lambda: box.contiguous() == 1, what="the first receipt")
            assert box.receipts[-1].boots[0].missing == ((2, 3),)
            box.send(a_reading(2), a_reading(3))
            await eventually(lambda: box.contiguous() == 4, what="the second receipt")
