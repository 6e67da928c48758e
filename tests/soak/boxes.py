"""Boxes that send numbered readings: each keeps what has no receipt, and sends it again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Thread

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from services.core.domain.identifiers import BoxId
from services.core.wire.payload import TelemetryReading, decode_receipt, encode_telemetry
from services.core.wire.topics import receipt_topic, telemetry_topic
from tests.soak.plan import BATCH_MOST, Plan

BOOT = "50a4b007"
RESEND_AFTER_S, RESEND_AT_LAST_S = 3.0, 20.0
MOST_OPEN = 2_000
MOST_A_TURN = 400
TURN_S = 0.1
CARRIERS = 4


def temperature(number: int, seq: int) -> float:
    """What box `number` measures at `seq`; the oracle works it out again in SQL."""
    return ((seq * 7919 + number * 104_729) % 30_000) / 1000


@dataclass(slots=True)
class NumberedBox:
    """The log of one box: `sent` readings are made, those up to `contiguous` are receipted."""

    number: int
    begins_at: datetime
    sent: int = 0
    contiguous: int = -1
    moved_at: float = field(default_factory=time.monotonic)
    patience_s: float = RESEND_AFTER_S

    @property
    def name(self) -> BoxId:
        return BoxId(f"SOAK-{self.number:04d}")

    @property
    def open(self) -> int:
        return self.sent - 1 - self.contiguous

    def message(self, first: int, count: int) -> bytes:
        """The readings from `first` on, as one message."""
        readings = [
            TelemetryReading(
                seq=seq,
                t=self.begins_at + timedelta(seconds=seq),
                clock="synced",
                temp_c=temperature(self.number, seq),
            )
            for seq in range(first, first + count)
        ]
        return encode_telemetry(BOOT, readings)

    def take_receipt(self, payload: bytes) -> None:
        for boot in decode_receipt(payload).boots:
            if boot.boot == BOOT and boot.contiguous > self.contiguous:
                self.contiguous, self.moved_at = boot.contiguous, time.monotonic()
                self.patience_s = RESEND_AFTER_S


class Fleet:
    """All boxes, on a few connections, driven by one thread."""

    def __init__(self, plan: Plan, port: int):
        begins_at = datetime.now(UTC) - timedelta(seconds=plan.per_box + 3600)
        numbers = range(plan.first_box, plan.first_box + plan.boxes)
        self.boxes = [NumberedBox(number, begins_at) for number in numbers]
        self.messages = 0
        self.resent = 0
        self._plan = plan
        self._lots = Random(plan.seed)
        self._by_topic = {receipt_topic(box.name): box for box in self.boxes}
        carriers = min(CARRIERS, plan.boxes)
        self._carriers = [self._carrier(number, port) for number in range(carriers)]
        self._ended = Event()
        self._thread = Thread(target=self._run, name="fleet")

    def start(self) -> None:
        for client in self._carriers:
            client.loop_start()
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
        for client in self._carriers:
            client.disconnect()
            client.loop_stop()
            client.on_connect = client.on_message = None

    @property
    def is_done(self) -> bool:
        """All is sent; with receipts: and has one."""
        if self._plan.receipts:
            return all(box.contiguous == self._plan.per_box - 1 for box in self.boxes)
        return all(box.sent == self._plan.per_box for box in self.boxes)

    def _carrier(self, number: int, port: int) -> Client:
        mine = self.boxes[number::CARRIERS]
        name = f"soak-{self.boxes[0].number}-{number}"
        client = Client(CallbackAPIVersion.VERSION2, client_id=name)
        client.reconnect_delay_set(1, 1)
        client.max_inflight_messages_set(1000)
        topics = [(receipt_topic(box.name), 1) for box in mine]
        client.on_connect = lambda c, _u, _f, _r, _p: c.subscribe(topics)
        client.on_message = self._take
        client.connect_async("127.0.0.1", port)
        return client

    def _take(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._by_topic[message.topic].take_receipt(bytes(message.payload))

    def _run(self) -> None:
        began = time.monotonic()
        while not self._ended.wait(TURN_S):
            share = min(1.0, (time.monotonic() - began) / self._plan.seconds)
            for number, client in enumerate(self._carriers):
                if client.is_connected():
                    self._turn(client, self.boxes[number::CARRIERS], share)

    def _turn(self, client: Client, boxes: Sequence[NumberedBox], share: float) -> None:
        due = int(self._plan.per_box * share)
        for box in boxes:
            if self._plan.receipts and box.open:
                self._resend(client, box)
            room = MOST_OPEN - box.open if self._plan.receipts else MOST_OPEN
            until = min(due, box.sent + min(room, MOST_A_TURN))
            box.sent = self._send(client, box, box.sent, until)

    def _resend(self, client: Client, box: NumberedBox) -> None:
        if time.monotonic() - box.moved_at < box.patience_s:
            return
        # Twice as long each time, or the repeats alone would keep the broker busy.
        box.patience_s = min(2 * box.patience_s, RESEND_AT_LAST_S)
        first = box.contiguous + 1
        until = min(box.sent, first + MOST_A_TURN)
        self.resent += self._send(client, box, first, until) - first
        box.moved_at = time.monotonic()

    def _send(self, client: Client, box: NumberedBox, first: int, until: int) -> int:
        topic = telemetry_topic(box.name)
        while first < until:
            count = min(self._lots.randint(1, BATCH_MOST), until - first)
            client.publish(topic, box.message(first, count), qos=1)
            self.messages += 1
            first += count
        return first
