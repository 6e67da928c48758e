"""Two firms, customs and a hospital on one API, and the shipment of the first firm."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.support.api import Judged, at, judge
from tests.support.firms import customs_site, enter_shipment, firm, key_of

Headers = dict[str, str]

CANARIES = ("CT-0001", "CB-0001", "COI-1", "Kim Canary", "5555 0000", "SN-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everybody's way in, and the shipment of firm A."""

    client: httpx.AsyncClient
    a: Headers
    b: Headers
    customs: Headers
    hospital: Headers
    shipment: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/shipments/{self.shipment['id']}"

    async def share(self, **changes: Any) -> dict[str, Any]:
        """Firm A shares its shipment with the hospital."""
        body = {"organisation": "hospital", "party": "consignee", "reason": "receives it"}
        answer = await self.client.post(
            f"{self.path}/grants", json={**body, **changes}, headers=self.a
        )
        assert answer.status_code == 201, answer.text
        grant: dict[str, Any] = answer.json()
        return grant

    async def book(self) -> dict[str, Any]:
        """Firm A holds a place at the site of customs."""
        wish = {"shipment_id": self.shipment["id"], "bay_id": "PVG-C1", "start": at(2)}
        answer = await self.client.post("/appointments", json=wish, headers=self.a)
        assert answer.status_code == 201, answer.text
        appointment: dict[str, Any] = answer.json()
        return appointment

    async def status(self, headers: Headers, path: str | None = None) -> int:
        """What is answered to a question for the shipment."""
        return (await self.client.get(path or self.path, headers=headers)).status_code


@pytest.fixture
async def house(client: httpx.AsyncClient, database: Database) -> House:
    """Firm A's shipment is judged and nobody else knows of it."""
    for name, kind in (
        ("firm-a", "operator"),
        ("firm-b", "operator"),
        ("customs", "customs_site"),
        ("hospital", "consignee"),
    ):
        await firm(client, name, kind)
    await customs_site(client, "customs")
    a = await key_of(client, "firm-a", "operator")
    shipment = await enter_shipment(client, a, 1)
    await judge(database, shipment, Judged())
    return House(
        client=client,
        a=a,
        b=await key_of(client, "firm-b", "operator"),
        customs=await key_of(client, "customs", "customs_officer"),
        hospital=await key_of(client, "hospital", "consignee"),
        shipment=shipment,
    )
