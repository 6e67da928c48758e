"""What this program could send at most, beside a bare loop of the same client library.

Both publish the same readings to the same broker, on topics that no service listens to, and wait
for its answers with the same window. The bare loop has its bytes ready; ours makes them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from time import perf_counter
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from services.core.domain.errors import Unavailable
from simulators.broker import Broker
from simulators.link import KEEPALIVE_S
from simulators.load.boxes import LoadBox
from simulators.load.lane import WINDOW, Lane, Shared
from simulators.load.meter import Meter
from simulators.load.order import BACKLOG_PACE, Backlog, LoadOrder

_ROUNDS = 2  # in turn; the better of each counts, for the machine has other things to do
_BOXES, _REPORTS_PER_BOX = 100, 20
_MOST_LANES = 8
_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Reports a second, answered by the broker."""

    own_per_s: float
    bare_per_s: float

    def as_dict(self) -> dict[str, float]:
        return {
            "own_per_s": round(self.own_per_s, 1),
            "bare_per_s": round(self.bare_per_s, 1),
            "ratio": round(self.own_per_s / self.bare_per_s, 3),
        }


async def measure_ceiling(broker: Broker, executor: Executor, order: LoadOrder) -> Ceiling:
    """Publish a few thousand reports of the order's size both ways; raises Unavailable."""
    small = replace(
        order, boxes=_BOXES, readings_per_box=order.batch * _REPORTS_PER_BOX, rate_per_s=None
    )
    payloads = _payloads(small)
    own, bare = [], []
    for _ in range(_ROUNDS):
        loop = asyncio.get_running_loop()
        bare.append(await loop.run_in_executor(executor, _publish_bare, broker, payloads))
        own.append(await _publish_own(broker, executor, small))
    return Ceiling(own_per_s=max(own), bare_per_s=max(bare))


def _boxes(order: LoadOrder) -> list[LoadBox]:
    begins = order.clock.now() - order.readings_per_box * BACKLOG_PACE
    nonce = secrets.token_hex(4)
    return [
        LoadBox(number, "0" * 8, begins, topic=f"coldlane-load/{nonce}/{number}")
        for number in range(order.boxes)
    ]


def _payloads(order: LoadOrder) -> list[bytes]:
    since = order.clock.now() - timedelta(hours=1)
    box = _boxes(order)[0]
    return [report.payload for report in box.reports(order.batch, since, order.clock.now())]


async def _publish_own(broker: Broker, executor: Executor, order: LoadOrder) -> float:
    meter, boxes = Meter(), _boxes(order)
    shared = Shared(broker=broker, executor=executor, meter=meter)
    count = min(order.connections or _MOST_LANES, _MOST_LANES)
    lanes = [
        Lane(_client_id(), boxes[n::count], shared, Backlog(boxes[n::count], order))
        for n in range(count)
    ]
    tasks = [asyncio.create_task(lane.run()) for lane in lanes]
    try:
        async with asyncio.timeout(_LIMIT_S):
            await asyncio.gather(*(lane.handed_over.wait() for lane in lanes))
    except TimeoutError:
        raise Unavailable(f"the broker did not take a trial's reports in {_LIMIT_S:g} s") from None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    taken_s = asyncio.get_running_loop().time() - (meter.first_sent_s or 0.0)
    return meter.sent / taken_s


def _publish_bare(broker: Broker, payloads: Sequence[bytes]) -> float:
    """The library's own loop with nothing around it."""
    is_5 = broker.version == MQTTProtocolVersion.MQTTv5
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=_client_id(),
        protocol=broker.version,
        clean_session=None if is_5 else True,
    )
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    client.max_inflight_messages_set(2 * WINDOW)
    answered = 0

    def on_publish(*_: Any) -> None:
        nonlocal answered
        answered += 1

    client.on_publish = on_publish
    client.connect(broker.host, broker.port, KEEPALIVE_S)
    sent, wanted = 0, _BOXES * _REPORTS_PER_BOX * len(payloads)
    topic = f"coldlane-load/{secrets.token_hex(4)}"
    while not client.is_connected():
        _turn(client)
    started_s = perf_counter()
    while answered < wanted:
        while sent < wanted and sent - answered < WINDOW:
            client.publish(topic, payloads[sent % len(payloads)], qos=1)
            sent += 1
        _turn(client)
    taken_s = perf_counter() - started_s
    with suppress(OSError):
        client.disconnect()
    return wanted / taken_s


def _turn(client: Client) -> None:
    if client.loop(1.0) != MQTTErrorCode.MQTT_ERR_SUCCESS:
        raise Unavailable("the broker ended the connection of a trial")


def _client_id() -> str:
    return f"coldlane-load-{secrets.token_hex(6)}"
