"""A leg over the sea, with the radio off, for boxes that are silent as they should be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.e2e.entering import post

LONG_AGO = timedelta(hours=1)


def flight(
    left: timedelta = LONG_AGO, lands: timedelta = timedelta(hours=8), *, silent: bool = True
) -> dict[str, Any]:
    """From Frankfurt to Pudong: it left so long ago, and lands so far from now.

    As it is, it left after the last reading and is far from landing.
    """
    now = datetime.now(UTC)
    return {
        "mode": "air",
        "carrier_number": "LH 8408",
        "from_code": "FRA",
        "from_lat": 50.03,
        "from_lon": 8.57,
        "to_code": "PVG",
        "to_lat": 31.1443,
        "to_lon": 121.8083,
        "planned_departure": (now - left).isoformat(),
        "planned_arrival": (now + lands).isoformat(),
        "radio_off": silent,
    }


def depart(url: str, reference: str) -> None:
    """The flight has left, and somebody says so."""
    items = httpx.get(f"{url}/api/v1/shipments?q={reference}", trust_env=False, timeout=60).json()
    (shipment,) = items["items"]
    at = (datetime.now(UTC) - LONG_AGO).isoformat()
    milestone = {"kind": "departed", "leg_id": shipment["legs"][0]["id"], "occurred_at": at}
    post(url, f"/shipments/{shipment['id']}/milestones", milestone)
