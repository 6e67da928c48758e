"""Papers that lapse, departments that are late and conditions that were not kept reach people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.alerts.papers import PapersWatch
from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.schema import alarm, notification_outbox
from tests.integration.alerts.builders import rows_of
from tests.support.api import NOW, local_client, made, shipped, site
from tests.support.papers import attached, declaration, done, paper, plan


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def client(database: Database, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    async with local_client(create_app(clock, database)) as client:
        await made(client, "/sites", site())
        yield client


async def alarms(database: Database) -> dict[str, dict[str, Any]]:
    return {row["kind"]: dict(row) for row in await rows_of(database, alarm)}


async def told(database: Database, kind: str) -> list[dict[str, Any]]:
    notices = await rows_of(database, notification_outbox)
    return [dict(row) for row in notices if row["kind"] == kind]


async def test_a_paper_lapsed_in_flight_is_told_before_and_after_and_returns_when_it_is_cured(
    database: Database, clock: FixedClock, client: httpx.AsyncClient
) -> None:
    """It left two hours ago, lands in nine; its approval ends in four, at midnight in Shanghai."""
    created = await shipped(client)
    await done(client, f"/shipments/{created['id']}/declaration", declaration())
    await attached(client, created, paper(valid_until="2026-11-22"))
    watch = PapersWatch(database, clock)
    assert await watch.run_once() == 1
    assert await watch.run_once() == 0
    (notice,) = await told(database, "alarm")
    assert notice["body"]["kind"] == "paper_lapsing"
    assert notice["body"]["shipment_reference"] == "CT-0001"
    clock.advance(timedelta(hours=4))
    await watch.run_once()
    found = await alarms(database)
    assert found["paper_lapsing"]["returned_at"] == clock.now()
    assert found["paper_lapsed"]["returned_at"] is None
    assert str(found["paper_lapsed"]["shipment_id"]) == created["id"]
    await attached(client, created, paper("SI-2026-000999"))
    await watch.run_once()
    assert (await alarms(database))["paper_lapsed"]["returned_at"] == clock.now()
    shown = (await client.get("/alarms")).json()["items"]
    assert {one["kind"] for one in shown} == {"paper_lapsing", "paper_lapsed"}


async def test_a_department_is_reminded_once_then_overdue_and_a_breach_calls_the_lead(
    database: Database, clock: FixedClock, client: httpx.AsyncClient
) -> None:
    created = await shipped(client)
    body = declaration(regime="joint_supervision")
    await done(client, f"/shipments/{created['id']}/declaration", body)
    await attached(client, created, paper())
    shown = await attached(client, created, plan(), quantity="1")
    await done(client, f"/shipments/{created['id']}/sign-offs")
    watch = PapersWatch(database, clock)
    clock.advance(timedelta(hours=10))
    assert await watch.run_once() == 0
    await watch.run_once()
    (reminder,) = await told(database, "sign_off_reminder")
    assert (reminder["audience"], reminder["body"]["department"]) == ("department", "company")
    clock.advance(timedelta(hours=2))
    await watch.run_once()
    overdue = (await alarms(database))["sign_off_overdue"]
    assert (overdue["priority"], overdue["facts"]["who"]) == (2, "company")
    assessment = {
        "paper_id": next(
            one["paper_id"] for one in shown["attached"] if one["kind"] == "annual_plan"
        ),
        "assessor": "Panel",
        "result": "accepted_with_conditions",
        "conditions": [{"name": "cold", "text": "2 to 8 degrees"}],
        "valid_from": "2026-01-01",
    }
    await made(client, "/risk-assessments", assessment)
    breach = {"condition": "cold", "outcome": "breached", "note": "11 degrees"}
    await made(client, f"/shipments/{created['id']}/condition-checks", breach)
    await watch.run_once()
    found = (await alarms(database))["condition_breached"]
    assert (found["priority"], found["facts"]["department"]) == (1, "district")
    (one,) = [n for n in await told(database, "alarm") if n["body"]["kind"] == "condition_breached"]
    assert one["body"]["whom_to_call"] == "lead_department"


async def test_an_emergency_whose_paper_does_not_come_is_told_on_the_day_after(
    database: Database, clock: FixedClock, client: httpx.AsyncClient
) -> None:
    created = await shipped(client)
    await done(client, f"/shipments/{created['id']}/declaration", declaration())
    await done(client, "/officials/local-operator", {"grade": 3})
    grant = {"basis_id": "transplant-2015", "due_on": "2026-11-23", "reason": "cannot wait"}
    await made(client, f"/shipments/{created['id']}/emergency-releases", grant)
    watch = PapersWatch(database, clock)
    clock.advance(timedelta(hours=27, minutes=59))
    assert await watch.run_once() == 0
    clock.advance(timedelta(minutes=1))
    assert await watch.run_once() == 1
    found = (await alarms(database))["emergency_paper_overdue"]
    assert found["began_at"] == clock.now()
