"""Speaks to the API as a client does, and puts in the database what other services would write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, text

from services.core.storage.database import Database
from services.core.storage.schema import alarm, assessment_state

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FRESH = "leukapheresis_fresh_2_8"
CRYO = "cart_cryo_150"


def at(hours: float) -> str:
    """An instant, hours from the tests' now, as it is written in a request."""
    return (NOW + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def local_client(app: FastAPI, **headers: str) -> httpx.AsyncClient:
    """A client on the same machine, without a socket between."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    return httpx.AsyncClient(
        transport=transport, base_url="http://localhost/api/v1", headers=headers
    )


def box(box_id: str = "CB-0001", **changes: Any) -> dict[str, Any]:
    """A body that registers a box."""
    return {"box_id": box_id, "simulated": True, **changes}


def bay(bay_id: str = "PVG-C1", **changes: Any) -> dict[str, Any]:
    """A cold bay with one place and a grid around the tests' now."""
    return {
        "bay_id": bay_id,
        "name_en": "Cold bay 1",
        "name_zh": "冷藏查验间1",
        "bay_class": "cold_2_8",
        "places": 1,
        "published_from": at(-1),
        "published_until": at(48),
        **changes,
    }


def site(site_id: str = "PVG", **changes: Any) -> dict[str, Any]:
    """A body that enters a site with one bay."""
    return {
        "site_id": site_id,
        "name_en": "Pudong Airport",
        "name_zh": "浦东机场",
        "zone": "Asia/Shanghai",
        "lat": 31.1443,
        "lon": 121.8083,
        "simulated": True,
        "bays": [bay()],
        **changes,
    }


def payload(box_id: str = "CB-0001", **changes: Any) -> dict[str, Any]:
    """A bag packed four hours ago."""
    return {
        "reference": "BAG-1",
        "box_id": box_id,
        "collection_end": at(-6),
        "pack_closed_at": at(-4),
        **changes,
    }


def leg(**changes: Any) -> dict[str, Any]:
    """A flight from Frankfurt to Pudong."""
    return {
        "mode": "air",
        "carrier_number": "LH 8408",
        "from_code": "FRA",
        "from_lat": 50.03,
        "from_lon": 8.57,
        "to_code": "PVG",
        "to_lat": 31.1443,
        "to_lon": 121.8083,
        "planned_departure": at(-2),
        "planned_arrival": at(9),
        "radio_off": True,
        **changes,
    }


def shipment(reference: str = "CT-0001", **changes: Any) -> dict[str, Any]:
    """A body that enters a shipment of one bag on one flight."""
    return {
        "reference": reference,
        "product": "leukapheresis",
        "profile_id": FRESH,
        "site_id": "PVG",
        "simulated": True,
        "payloads": [payload()],
        "legs": [leg()],
        **changes,
    }


def seen(read: Mapping[str, Any]) -> dict[str, str]:
    """The header by which a change says from which state it was made."""
    return {"if-match": f'"{read["revision"]}"'}


async def made(client: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What was created; fails with what the API said instead."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def shipped(client: httpx.AsyncClient, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A shipment in a box of its own; the site must stand."""
    name = f"CB-{number:04d}"
    await made(client, "/boxes", box(name))
    changes.setdefault("payloads", [payload(name)])
    return await made(client, "/shipments", shipment(f"CT-{number:04d}", **changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What alerts would say of a payload; hours from the tests' now."""

    latest_start_h: float | None = 6.0
    ready_h: float | None = 1.0
    condition: str = "IN_RANGE"
    evidence: str = "COMPLETE"
    qa_hold: bool = False


async def judge(database: Database, shipment: Mapping[str, Any], judged: Judged) -> None:
    """Write the verdict of every payload of the shipment, as alerts does."""
    latest = _instant(judged.latest_start_h)
    for one in shipment["payloads"]:
        row = {
            "payload_id": UUID(one["id"]),
            "shipment_id": UUID(shipment["id"]),
            "condition": judged.condition,
            "evidence": judged.evidence,
            "qa_hold": judged.qa_hold,
            "latest_inspection_start": latest,
            "deadline": latest + timedelta(hours=2) if latest else None,
            "viable_until_p10": latest + timedelta(hours=2) if latest else None,
            "ready_at": _instant(judged.ready_h),
            "as_of": NOW,
            "binding_deadline": "viability",
        }
        async with database.unit_of_work() as unit:
            await unit.execute(
                text("DELETE FROM assessment_state WHERE payload_id = :id"), {"id": one["id"]}
            )
            await unit.execute(insert(assessment_state).values(**row))


async def raise_alarm(database: Database, shipment: Mapping[str, Any], **changes: Any) -> UUID:
    """An excursion of the shipment's first payload, as alerts raises it."""
    alarm_id = uuid4()
    values = {
        "alarm_id": alarm_id,
        "kind": "excursion",
        "priority": 1,
        "shipment_id": UUID(shipment["id"]),
        "payload_id": UUID(shipment["payloads"][0]["id"]),
        "condition_key": str(alarm_id),
        "began_at": NOW - timedelta(minutes=5),
        "raised_at": NOW - timedelta(minutes=3),
        "facts": {"temp_c": 9.4, "limit_c": 8.0},
        "config": {},
        **changes,
    }
    async with database.unit_of_work() as unit:
        await unit.execute(insert(alarm).values(**values))
    return alarm_id


async def rows(database: Database, statement: str, **parameters: Any) -> list[Any]:
    """What a statement finds, for looking behind the API."""
    async with database.unit_of_work() as unit:
        return list(await unit.execute(text(statement), parameters))


def _instant(hours: float | None) -> datetime | None:
    return None if hours is None else NOW + timedelta(hours=hours)
