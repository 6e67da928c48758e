"""Boxes for measurements: registered through the API, and speaking MQTT as real ones do."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from services.core.domain.identifiers import BoxId
from services.core.wire.topics import telemetry_topic

PROFILE = "leukapheresis_fresh_2_8"


def box_ids(count: int) -> list[str]:
    """BENCH-0000 and so on."""
    return [f"BENCH-{number:04}" for number in range(count)]


def instant(ago: timedelta = timedelta()) -> str:
    """An instant before now, as it is written in messages."""
    at = datetime.now(UTC) - ago
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def register_boxes(client: httpx.Client, boxes: Iterable[str]) -> None:
    """Make the boxes known."""
    for box_id in boxes:
        _made(client, "/api/v1/boxes", {"box_id": box_id, "simulated": True})


def register_shipments(client: httpx.Client, boxes: Iterable[str]) -> None:
    """One site, and one fresh shipment in each box, packed an hour ago."""
    site = {"site_id": "PVG", "name_en": "Pudong", "name_zh": "浦东", "zone": "Asia/Shanghai"}
    place = {"lat": 31.1443, "lon": 121.8083, "simulated": True, "bays": []}
    _made(client, "/api/v1/sites", {**site, **place})
    hour_ago = instant(timedelta(hours=1))
    clocks = {"collection_end": hour_ago, "pack_closed_at": hour_ago}
    for box_id in boxes:
        payload = {"reference": f"BAG-{box_id}", "box_id": box_id, **clocks}
        shipment = {"reference": box_id, "product": "leukapheresis", "profile_id": PROFILE}
        rest = {"site_id": "PVG", "simulated": True, "payloads": [payload]}
        _made(client, "/api/v1/shipments", {**shipment, **rest})


def _made(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    answer = client.post(path, json=body)
    if answer.status_code != httpx.codes.CREATED:
        raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text}")


class Publisher:
    """One MQTT connection that publishes for many boxes, and knows what the broker has taken.

    Each has an id of its own: the broker ends a connection when another comes by the same.
    """

    def __init__(self, port: int) -> None:
        self._taken = 0
        self._news = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"bench-{uuid4().hex}")
        self._client.max_inflight_messages_set(500)
        self._client.on_publish = self._count
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._sent = 0

    def send(self, box_id: str, payload: bytes) -> None:
        """Publish with QoS 1; returns at once."""
        self._client.publish(telemetry_topic(BoxId(box_id)), payload, qos=1)
        self._sent += 1

    def wait(self, seconds: float) -> None:
        """Until the broker has taken everything."""
        with self._news:
            if not self._news.wait_for(lambda: self._taken >= self._sent, seconds):
                raise TimeoutError(f"the broker took {self._taken} of {self._sent}")

    def close(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def _count(self, *_: Any) -> None:
        with self._news:
            self._taken += 1
            self._news.notify_all()
