"""The calendar of a site, for a calendar program, and who is written down to have followed it."""

from datetime import timedelta

import httpx

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import Judged, at, judge, made, rows, seen, shipped
from tests.support.papers import key_of


async def test_the_calendar_feed_has_the_appointments_and_nothing_of_the_goods(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site, 1, consignee="Firm 1")
    departed = {"kind": "departed", "occurred_at": at(-2)}
    await at_site.post(f"/shipments/{created['id']}/milestones", json=departed)
    await judge(database, created, Judged(latest_start_h=9, ready_h=1))
    body = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(at_site, "/appointments", body)
    answer = await at_site.get("/sites/PVG/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], f"UID:{booked['id']}@coldlane" in lines) == ("BEGIN:VCALENDAR", True)
    assert "SUMMARY:PVG-000001 · PVG-C1" in lines
    assert "DTSTART:20261122T140000Z" in lines
    assert not any(word in answer.text for word in ("CT-0001", "leukapheresis", "Firm"))
    clock.advance(timedelta(hours=1))
    path, why = f"/appointments/{booked['id']}/cancel", {"reason": "diverted"}
    await at_site.post(path, json=why, headers=seen(booked))
    assert "BEGIN:VEVENT" not in (await at_site.get("/sites/PVG/calendar.ics")).text


async def test_s60_whoever_follows_a_calendar_leaves_an_entry_a_day(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    officer = await key_of(at_site, "customs_officer", "wang.li")
    entries = (
        "SELECT principal_id FROM audit_entry WHERE action = 'export'"
        " AND entity = 'site_calendar' AND entity_id = 'PVG' ORDER BY id"
    )

    async def followed(times: int) -> list[str]:
        for _ in range(times):
            for headers in ({}, officer):
                answer = await at_site.get("/sites/PVG/calendar.ics", headers=headers)
                assert answer.status_code == 200
            clock.advance(timedelta(minutes=5))
        return [one.principal_id for one in await rows(database, entries)]

    assert await followed(3) == ["local-operator", "wang.li"]
    clock.advance(timedelta(days=1))
    assert await followed(1) == ["local-operator", "wang.li"] * 2
