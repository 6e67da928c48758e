"""Boxes beside the demo's: one overdue, one silent as expected, one whose readings came late."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import httpx

from scripts.pictures.camera import Camera, View
from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly
from tests.e2e.flying import LONG_AGO, depart, flight

_EVERY = timedelta(minutes=1)
_REFERENCES = {"overdue": "CT-70001", "expected-silence": "CT-70002", "revised": "CT-70003"}
_ALL = "/live?q=CT-7000"
_PATIENCE_S = 120.0


class OwnBoxes:
    """Three that publish by themselves, marked as simulated as the demo's are."""

    def __init__(self, address: str, broker: str) -> None:
        self._address = address
        made = {}
        for state, reference in _REFERENCES.items():
            legs = [flight()] if state == "expected-silence" else []
            box = reference.replace("CT", "CB")
            registered = enter_quickly(address, reference, box, simulated=True, legs=legs)
            made[state] = PublishingBox(broker, registered["topics"]["telemetry"])
        self._boxes = made

    def tell(self) -> None:
        """What each has measured; the late one's first part follows last."""
        for state in ("overdue", "expected-silence"):
            self._boxes[state].publish([-185.0] * 30, every=_EVERY, ago=LONG_AGO)
        depart(self._address, _REFERENCES["expected-silence"])
        late = self._boxes["revised"]
        late.publish([-185.0] * 10, every=_EVERY)
        self._await_reading("revised", "placed_at")
        late.publish([-184.0] * 30, every=_EVERY, ago=LONG_AGO)
        self._await_reading("revised", "revised_at")
        for box in self._boxes.values():
            box.close()

    def _await_reading(self, state: str, field: str) -> None:
        """Until the last reading of the shipment has such a time."""
        ends = time.monotonic() + _PATIENCE_S
        while time.monotonic() < ends:
            reading = self._shipment(state)["last_reading"]
            if reading and reading.get(field):
                return
            time.sleep(0.5)
        raise RuntimeError(f"{_REFERENCES[state]} got no {field}")

    def _shipment(self, state: str) -> dict[str, Any]:
        path = f"{self._address}/api/v1/shipments?q={_REFERENCES[state]}"
        found: dict[str, Any] = httpx.get(path, trust_env=False, timeout=60).json()["items"][0]
        return found

    async def take(self, camera: Camera) -> None:
        """The board with all three of them, and the page of each."""
        views = [View(path=_ALL, state="-".join(_REFERENCES))]
        for state in _REFERENCES:
            path = f"/shipments/{self._shipment(state)['id']}"
            views.append(View(path=path, state=state))
        await camera.take("overdue, silent, revised", views)
