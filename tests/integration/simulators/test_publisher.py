"""A simulated box against real brokers, with a small consumer that sends receipts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock
from urllib.parse import urlsplit

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from services.core.wire.payload import (
    BootReceipt,
    Identify,
    Receipt,
    SampleInterval,
    StatusMessage,
    decode_event,
    decode_status,
    decode_telemetry,
    encode_command,
    encode_receipt,
)
from services.core.wire.topics import command_topic, parse_topic, receipt_topic
from services.local.broker import EmbeddedBroker
from simulators.broker import Broker
from simulators.clock import FleetClock
from simulators.counts import Counts
from simulators.factory import make_box
from simulators.link import settle_version
from simulators.plan import Run, plan_boxes
from simulators.publisher import Publisher, Surrounding
from simulators.scenario import load_scenario
from simulators.simulated import SimulatedBox
from tests.support.brokers import MosquittoBroker

SOON = 15.0
SCENARIO = load_scenario("demo")
RUN = Run(
    scenario=SCENARIO,
    seed=7,
    start=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=SCENARIO.elapsed_h),
)


class Consumer:
    """Stores what it hears and, when it is willing, answers with receipts."""

    def __init__(self, url: str) -> None:
        self.stored: dict[str, dict[str, set[int]]] = {}
        self.events: list[str] = []
        self.statuses: list[StatusMessage] = []
        self.messages = 0
        self.willing = True
        self.deaf_to: Callable[[int], bool] = lambda _: False
        self._lock = Lock()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="consumer")
        self._client.on_connect = lambda client, *_: client.subscribe("cl/v1/+/+/+", 1)
        self._client.on_message = self._on_message
        parts = urlsplit(url)
        self._client.connect(str(parts.hostname), int(parts.port or 0))

    @contextmanager
    def listening(self) -> Iterator[Consumer]:
        self._client.loop_start()
        try:
            yield self
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def command(self, box: SimulatedBox, payload: bytes) -> None:
        self._client.publish(command_topic(box.box_id), payload, qos=1)

    def seqs(self, box: SimulatedBox) -> set[int]:
        with self._lock:
            return set(self.stored.get(box.box_id, {}).get(box.log.boot, ()))

    def answer(self, box: SimulatedBox) -> None:
        """Send the receipt for what is stored."""
        seqs = self.seqs(box)
        contiguous = -1
        while contiguous + 1 in seqs:
            contiguous += 1
        missing = [
            (seq, seq) for seq in range(contiguous + 1, max(seqs, default=0)) if seq not in seqs
        ]
        boot = BootReceipt(box.log.boot, contiguous, tuple(missing))
        receipt = Receipt(boots=(boot,), server_time=datetime.now(UTC))
        self._client.publish(receipt_topic(box.box_id), encode_receipt(receipt), 1, retain=True)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        leaf = message.topic.rsplit("/", 1)[1]
        if leaf in {"receipt", "command"}:
            return
        raw = bytes(message.payload)
        self.messages += 1
        with self._lock:
            if leaf == "status":
                self.statuses.append(decode_status(raw))
            elif leaf == "event":
                event = decode_event(raw).message
                self.events.append(event.kind)
                self._store(message.topic, event.boot, event.seq)
            else:
                telemetry = decode_telemetry(raw).message
                for reading in telemetry.readings:
                    self._store(message.topic, telemetry.boot, reading.seq)

    def _store(self, topic: str, boot: str, seq: int) -> None:
        if not self.deaf_to(seq):
            box_id = parse_topic(topic).box_id
            self.stored.setdefault(box_id, {}).setdefault(boot, set()).add(seq)


@pytest.fixture
def consumer(broker_url: str) -> Iterator[Consumer]:
    with Consumer(broker_url).listening() as listening:
        yield listening


def make_a_box(index: int = 1) -> SimulatedBox:
    """The second box of the demo is on the ground with its radio on, the third in flight.

    Made again it is the same box, as after a crash of the fleet.
    """
    box = make_box(RUN, plan_boxes(RUN, index + 1)[index])
    box.advance(RUN.present)
    return box


@asynccontextmanager
async def speaking(box: SimulatedBox, url: str) -> AsyncIterator[Counts]:
    """The box with its publisher, and a clock that makes it live on."""
    counts = Counts()
    with ThreadPoolExecutor(2) as executor:
        broker = await settle_version(Broker.from_url(url), executor)
        shared = Surrounding(broker=broker, clock=FleetClock(), counts=counts, executor=executor)
        publisher = Publisher(box, shared, Random(1))
        task = asyncio.create_task(publisher.run())
        try:
            yield counts
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(condition: Callable[[], bool], what: str, seconds: float = SOON) -> None:
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


async def test_the_past_arrives_whole_and_leaves_the_log_on_its_receipt(
    broker_url: str, consumer: Consumer
) -> None:
    box = make_a_box()
    logged = box.log.next_seq
    async with speaking(box, broker_url) as counts:
        await until(lambda: len(consumer.seqs(box)) == logged, "every record stored")
        assert box.log.held == logged
        consumer.answer(box)
        await until(lambda: box.log.held == 0, "the log emptied by the receipt")
        assert counts.totals([box]).acknowledged == logged
        assert box.log.resent == 0


async def test_what_a_receipt_calls_missing_comes_again(
    broker_url: str, consumer: Consumer
) -> None:
    box = make_a_box()
    logged = box.log.next_seq
    consumer.deaf_to = lambda seq: 100 <= seq < 120
    async with speaking(box, broker_url):
        await until(lambda: len(consumer.seqs(box)) == logged - 20, "all but the lost ones")
        consumer.deaf_to = lambda _: False
        await asyncio.sleep(5.2)
        consumer.answer(box)
        await until(lambda: len(consumer.seqs(box)) == logged, "the missing ones")
        assert box.log.resent == 20
        assert box.log.held == logged - 100


async def test_a_retained_receipt_spares_the_box_what_is_stored_already(
    broker_url: str, consumer: Consumer
) -> None:
    first = make_a_box()
    logged = first.log.next_seq
    async with speaking(first, broker_url):
        await until(lambda: len(consumer.seqs(first)) == logged, "every record stored")
        consumer.answer(first)
        await until(lambda: first.log.held == 0, "the receipt")
    heard = consumer.messages
    again = make_a_box()
    async with speaking(again, broker_url):
        await until(lambda: again.log.held == 0, "the retained receipt")
    await asyncio.sleep(0.3)
    assert again.log.resent == 0
    assert consumer.messages - heard <= 2 + 1  # online, offline, and perhaps a will of the first


async def test_a_box_in_the_air_hands_over_what_it_logged_before_and_falls_silent(
    broker_url: str, consumer: Consumer
) -> None:
    box = make_a_box(2)
    assert not box.radio_on
    horizon = box.log.horizon
    assert horizon is not None
    assert horizon < box.log.next_seq - 1
    async with speaking(box, broker_url) as counts:
        await until(lambda: len(consumer.seqs(box)) == horizon + 1, "what lies before the flight")
        consumer.answer(box)
        await until(lambda: not counts.connected, "the radio off")
        assert consumer.events[-1] == "radio_off"
        assert box.box_id in counts.handed_over
        await until(lambda: consumer.statuses[-1].reason == "radio_off", "the reason")


async def test_a_box_in_the_air_whose_past_is_stored_already_counts_as_handed_over(
    mosquitto_url: str,
) -> None:
    with Consumer(mosquitto_url).listening() as consumer:
        first = make_a_box(2)
        async with speaking(first, mosquitto_url) as counts:
            horizon = first.log.horizon
            assert horizon is not None
            await until(lambda: len(consumer.seqs(first)) == horizon + 1, "the past")
            consumer.answer(first)
            await until(lambda: not counts.connected, "the radio off")
        again = make_a_box(2)
        async with speaking(again, mosquitto_url) as counts:
            await until(lambda: again.box_id in counts.handed_over, "the hand-over")


async def test_commands_are_obeyed_and_answered_in_the_sequence(
    broker_url: str, consumer: Consumer
) -> None:
    box = make_a_box()
    async with speaking(box, broker_url):
        await until(lambda: len(consumer.seqs(box)) == box.log.next_seq, "the past")
        consumer.command(box, encode_command(Identify(id="c1")))
        consumer.command(box, encode_command(SampleInterval(id="c2", interval_s=30)))
        await until(lambda: consumer.events.count("command_reply") == 2, "both replies")
        assert box.device._interval_s(datetime.now(UTC)) == 30


async def test_a_broker_that_dies_and_comes_back_loses_nothing(
    mosquitto: MosquittoBroker,
) -> None:
    box = make_a_box()
    with Consumer(mosquitto.url).listening() as consumer:
        async with speaking(box, mosquitto.url) as counts:
            await until(lambda: len(consumer.seqs(box)) > 0, "a beginning")
            await asyncio.to_thread(mosquitto.stop)
            await until(lambda: not counts.connected, "the loss noticed")
            box.advance(datetime.now(UTC) + timedelta(minutes=2))
            await asyncio.to_thread(mosquitto.start)
            await until(
                lambda: len(consumer.seqs(box)) == box.log.next_seq, "everything", seconds=45
            )
            consumer.answer(box)
            await until(lambda: box.log.held == 0, "the receipt")


async def test_mqtt_5_where_it_is_spoken_and_3_1_1_elsewhere(
    mosquitto_url: str, embedded_broker: EmbeddedBroker
) -> None:
    url = embedded_broker.url
    with ThreadPoolExecutor(1) as executor:
        on_mosquitto = await settle_version(Broker.from_url(mosquitto_url), executor)
        on_embedded = await settle_version(Broker.from_url(url), executor)
    assert on_mosquitto.version is MQTTProtocolVersion.MQTTv5
    assert on_embedded.version is MQTTProtocolVersion.MQTTv311
