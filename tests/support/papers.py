"""Papers, declarations and departments as requests, with defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.api import made, shipped


def paper(number: str = "SI-2026-000417", **changes: Any) -> dict[str, Any]:
    """A body that enters an approval of class B, which is written off in batches."""
    return {
        "kind": "special_item_approval",
        "number": number,
        "holder": "Acme",
        "risk_class": "B1",
        "valid_from": "2026-09-01",
        "valid_until": "2027-02-28",
        **changes,
    }


def plan(quantity: str = "12", **changes: Any) -> dict[str, Any]:
    """A body that enters an annual plan of so many batches."""
    return {
        "kind": "annual_plan",
        "number": "PLAN-2026",
        "holder": "Acme",
        "quantity": quantity,
        "unit": "batch",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        **changes,
    }


def declaration(**changes: Any) -> dict[str, Any]:
    """A body that declares a special item, coming in for treatment."""
    return {
        "applicant": "Acme",
        "item": "special_item",
        "direction": "in",
        "purpose": "treatment",
        "risk_class": "B1",
        **changes,
    }


async def done(
    client: httpx.AsyncClient, path: str, body: Mapping[str, Any] | None = None, **headers: str
) -> dict[str, Any]:
    """What an act answers; fails with what the API said instead."""
    answer = await client.post(path, json=body or {}, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def clearance(client: httpx.AsyncClient, shipment: Mapping[str, Any]) -> dict[str, Any]:
    """How the clearance of a shipment stands."""
    answer = await client.get(f"/shipments/{shipment['id']}/clearance")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def attached(
    client: httpx.AsyncClient, shipment: Mapping[str, Any], body: Mapping[str, Any], **use: Any
) -> dict[str, Any]:
    """The clearance after a new paper was attached."""
    entered = await made(client, "/papers", body)
    wish = {"paper_id": entered["paper_id"], **use}
    return await made(client, f"/shipments/{shipment['id']}/papers", wish)


async def declared(client: httpx.AsyncClient, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A shipment that was declared."""
    created = await shipped(client, number)
    await done(client, f"/shipments/{created['id']}/declaration", declaration(**changes))
    return created


def missing(shown: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What a release still needs, why, and who has it."""
    return [(one["what"], one["why"], one["who"]) for one in shown["blockers"]]


async def key_of(client: httpx.AsyncClient, role: str, person: str) -> dict[str, str]:
    """The header of a person's own key; the organisation is entered when it is missing."""
    organisation = {
        "organisation_id": "authority",
        "name": "Authority",
        "country": "CN",
        "kind": "platform",
    }
    await client.post("/organisations", json=organisation)
    body = {"organisation": "authority", "role": role, "person": person, "name": person}
    key = (await made(client, "/keys", body))["key"]
    return {"authorization": f"Bearer {key}"}
