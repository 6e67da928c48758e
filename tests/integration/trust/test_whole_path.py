"""A simulated box with a certificate: enrolled, heard, receipted, revoked (S7, S10, S14)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from pydantic import SecretStr, ValidationError

from services.core.domain.identifiers import BoxId
from services.core.runtime.settings import MqttSettings
from services.core.storage.database import Database
from services.core.wire.payload import encode_telemetry
from services.core.wire.topics import telemetry_topic
from services.local.trust.ending import end_certificates
from simulators.broker import Broker
from simulators.clock import FleetClock
from simulators.counts import Counts
from simulators.factory import make_box
from simulators.link import settle_version
from simulators.plan import Run, plan_boxes
from simulators.publisher import Publisher, Surrounding
from simulators.scenario import load_scenario
from simulators.simulated import SimulatedBox
from tests.support.guarded import TAKEN, Guarded, a_guest
from tests.support.ingesting import BOOT, a_reading, eventually, register, rows, running_ingest

SCENARIO = load_scenario("demo")


def settings_of(guarded: Guarded) -> MqttSettings:
    files = guarded.files("coldlane-ingest")
    return MqttSettings(
        mqtt_url=SecretStr(guarded.url),
        mqtt_ca_file=files.authorities,
        mqtt_certificate_file=files.certificate,
        mqtt_key_file=files.key,
    )


@asynccontextmanager
async def speaking(box: SimulatedBox, guarded: Guarded) -> AsyncIterator[Counts]:
    """The simulated box, connected with the certificate in the folder of identities."""
    counts = Counts()
    with ThreadPoolExecutor(2) as executor:
        broker = await settle_version(Broker.from_url(guarded.url, guarded.identities), executor)
        shared = Surrounding(broker=broker, clock=FleetClock(), counts=counts, executor=executor)
        task = asyncio.create_task(Publisher(box, shared, Random(1)).run())
        try:
            yield counts
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_s7_s14_box_is_enrolled_heard_receipted_and_put_out(
    database: Database, guarded: Guarded
) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=SCENARIO.elapsed_h)
    run = Run(scenario=SCENARIO, seed=11, start=start)
    box = make_box(run, plan_boxes(run, 2)[1])
    box.advance(run.present)
    logged, name = box.log.next_seq, box.box_id
    await register(database, name)
    guarded.enrol(name)
    async with running_ingest(database, mqtt=settings_of(guarded)), speaking(box, guarded) as told:
        await eventually(lambda: box.log.held == 0, seconds=60, what="receipts for its whole log")
        stored = await rows(database, "SELECT count(*) AS n FROM reading")
        assert stored[0].n == logged
        assert name in told.connected

        serial = int(guarded.facts[name].serial, 16)
        await asyncio.to_thread(
            end_certificates,
            guarded.authority,
            name,
            [serial],
            datetime.now(UTC),
            patience=timedelta(seconds=60),
            keep_session=False,
        )
        await eventually(
            lambda: name not in told.connected, seconds=60, what="its connection to end"
        )


async def test_s10_message_in_anothers_name_is_refused_kept_and_told(
    database: Database, guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    own = BoxId("CB-0002")
    await register(database, "CB-0001", own)
    caplog.set_level(logging.WARNING)
    lie = encode_telemetry(BOOT, [a_reading(0)]).replace(b"{", b'{"box_id":"CB-0001",', 1)
    async with running_ingest(database, mqtt=settings_of(guarded)):
        with a_guest(guarded, own) as box:
            assert await asyncio.to_thread(box.publish, telemetry_topic(own), lie) in TAKEN
            kept = await eventually(
                lambda: rows(database, "SELECT box_id, reason FROM rejected_message"),
                seconds=60,
                what="the refusal",
            )
    assert [(one.box_id, one.reason) for one in kept] == [(own, "box_mismatch")]
    assert (await rows(database, "SELECT count(*) AS n FROM reading"))[0].n == 0
    assert "box_mismatch" in {getattr(record, "event", None) for record in caplog.records}


def test_certificates_of_ingest_go_with_a_tls_address_and_come_with_their_key(
    guarded: Guarded,
) -> None:
    files = guarded.files("coldlane-ingest")
    with pytest.raises(ValidationError, match="mqtts"):
        MqttSettings(mqtt_url=SecretStr("mqtt://127.0.0.1"), mqtt_ca_file=files.authorities)
    with pytest.raises(ValidationError, match="both or neither"):
        MqttSettings(mqtt_url=SecretStr(guarded.url), mqtt_certificate_file=files.certificate)
