"""Two firms, customs and a hospital on one API, and the shipment of the first firm."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.support.api import Judged, at, judge, made, raise_alarm
from tests.support.firms import customs_site, enter_shipment, firm, key_of
from tests.support.papers import plan

MOVE = {"profile_id": "leukapheresis_fresh_2_8", "reason": "study"}
NIGHT = {"role": "courier", "name": "Lu Canary", "phone": "+86 21 5555 0000"}
Headers = dict[str, str]

CANARIES = ("CT-0001", "CB-0001", "COI-1", "Kim Canary", "Lu Canary", "5555 0000", "SN-1")


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

    async def own(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What firm A enters under its shipment, or elsewhere when the path begins at the root."""
        target = path if path.startswith("/") else f"{self.path}/{path}"
        answer = await self.client.post(target, json=body, headers=self.a)
        assert answer.status_code in {200, 201}, (target, answer.text)
        entered: dict[str, Any] = answer.json()
        return entered

    async def objects(self, database: Database) -> dict[str, str]:
        """An object of firm A for each name in a path or a body that leads to one."""
        payload_id = self.shipment["payloads"][0]["id"]
        booked = await self.book()
        deviation = await self.own("deviations", {"payload_id": payload_id, "description": "seen"})
        paper = await self.own("/papers", plan())
        shown = await self.own("papers", {"paper_id": paper["paper_id"], "quantity": "1"})
        grants = (await self.client.get(f"{self.path}/grants", headers=self.a)).json()["items"]
        return {
            "shipment_id": self.shipment["id"],
            "payload_id": payload_id,
            "box_id": "CB-0001",
            "probe_id": "SN-1",
            "leg_id": self.shipment["legs"][0]["id"],
            "alarm_id": str(await raise_alarm(database, self.shipment)),
            "appointment_id": booked["id"],
            "inspection_id": (await made(self.client, f"{self.path}/inspections", {}))["id"],
            "deviation_id": deviation["id"],
            "grant_id": grants[0]["id"],
            "link_id": (await self.own("links", {"made_for": "gate"}))["id"],
            "contact_id": (await self.own("contacts", NIGHT))["contact_id"],
            "note_id": (await self.own("/handover/notes", {"words": "gate 3"}))["note_id"],
            "move_id": (await made(self.client, f"{self.path}/profile-moves", MOVE))["move_id"],
            "paper_id": paper["paper_id"],
            "use_id": shown["attached"][0]["use_id"],
            "site_id": "PVG",
            "bay_id": "PVG-C1",
        }

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
