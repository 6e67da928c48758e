"""A shipment on hold, the deviation somebody has assessed, and the second person."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert

from services.core.storage.database import Database
from services.core.storage.schema import assessment
from tests.support.api import NOW, Judged, at, judge, made, rows, shipped

Excursions = list[list[str | None]]

QA = {"organisation_id": "qa", "name": "Sponsor QA", "country": "CN", "kind": "platform"}

WARM: Excursions = [["high", at(-2), at(-1.5)]]


async def keep(
    database: Database,
    shipment: dict[str, Any],
    excursions: Excursions,
    summary: dict[str, Any] | None = None,
) -> None:
    """A verdict of the first payload, as alerts keeps it."""
    payload_id = UUID(shipment["payloads"][0]["id"])
    (count,) = await rows(
        database, "SELECT count(*) FROM assessment WHERE payload_id = :id", id=payload_id
    )
    told = {"excursions": excursions, "broken": ["absolute_limit"]}
    body = {"qa_hold": True, "told": told, "summary": summary or {}}
    values = {
        "payload_id": payload_id,
        "revision": count[0] + 1,
        "reason": "readings",
        "as_of": NOW - timedelta(hours=1),
        "recorded_at": NOW,
        "model_version": "1",
        "inputs_hash": "00",
        "body": body,
    }
    async with database.unit_of_work() as unit:
        await unit.execute(insert(assessment).values(**values))


@pytest.fixture
async def held(at_site: httpx.AsyncClient, database: Database) -> dict[str, Any]:
    """A shipment on hold after half an hour outside its label."""
    shipment = await shipped(at_site)
    await judge(database, shipment, Judged(condition="BREACHED", qa_hold=True))
    await keep(database, shipment, WARM)
    return shipment


async def opened(client: httpx.AsyncClient, held: dict[str, Any]) -> dict[str, Any]:
    """The deviation after somebody took the hold."""
    body = {"payload_id": held["payloads"][0]["id"], "description": "9.4 °C for 30 min"}
    answer = await client.post(f"/shipments/{held['id']}/deviations", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def step(client: httpx.AsyncClient, deviation: dict[str, Any], **body: Any) -> httpx.Response:
    """Ask for a step from the state that was last seen."""
    headers = {"if-match": f'"{deviation["revision"]}"'}
    path = f"/deviations/{deviation['id']}/steps"
    return await client.post(path, json={"reason": "SR-12", **body}, headers=headers)


@pytest.fixture
def proposed() -> str:
    """What the assessor proposes."""
    return "RELEASED_WITH_COMMENT"


@pytest.fixture
async def assessed(
    client: httpx.AsyncClient, held: dict[str, Any], proposed: str
) -> dict[str, Any]:
    """Its deviation, with what the local operator proposes."""
    deviation = await opened(client, held)
    answer = await step(client, deviation, move="assess", disposition=proposed)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


Approve = Callable[[], Awaitable[httpx.Response]]


@pytest.fixture
async def approve(client: httpx.AsyncClient, assessed: dict[str, Any]) -> Approve:
    """Lets Chen Yu, who is not the assessor, approve the proposal with a key of her own."""
    await made(client, "/organisations", QA)
    body = {"organisation": "qa", "role": "qa_approver", "person": "chen.yu", "name": "Chen Yu"}
    key = (await made(client, "/keys", body))["key"]

    async def _approve() -> httpx.Response:
        headers = {"authorization": f"Bearer {key}", "if-match": f'"{assessed["revision"]}"'}
        path = f"/deviations/{assessed['id']}/steps"
        step = {"move": "approve", "reason": "seen"}
        return await client.post(path, json=step, headers=headers)

    return _approve


async def disposition_of(client: httpx.AsyncClient, shipment: dict[str, Any]) -> str:
    """What may be done with the shipment."""
    return str((await client.get(f"/shipments/{shipment['id']}")).json()["disposition"])
