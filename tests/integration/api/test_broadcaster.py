"""The live board: one reading and one writing for all browsers, and none of them falls behind."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.api.broadcaster import QUEUE_MOST, Broadcaster
from services.api.routes.stream import stream_events
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, decided, entered
from tests.support.api import NOW, Judged, at, judge, made, raise_alarm, seen, shipped
from tests.support.papers import declaration, done

Events = AsyncIterator[bytes]


@asynccontextmanager
async def run(broadcaster: Broadcaster) -> AsyncIterator[None]:
    task = asyncio.create_task(broadcaster.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def broadcaster(app: FastAPI, client: httpx.AsyncClient) -> AsyncIterator[Broadcaster]:
    running: Broadcaster = app.state.parts.broadcaster
    async with run(running):
        yield running


def parsed(event: bytes) -> tuple[str, Any]:
    name, data = event.decode().strip().split("\n", 1)
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@asynccontextmanager
async def following(broadcaster: Broadcaster, life_s: float = 60) -> AsyncIterator[Events]:
    """An open stream behind its first line and its snapshot."""
    events = stream_events(broadcaster, life_s)
    assert await anext(events) == b"retry: 3000\n\n"
    assert parsed(await anext(events))[0] == "snapshot"
    try:
        yield events
    finally:
        await events.aclose()  # type: ignore[attr-defined]


async def next_of(events: Events, *names: str) -> tuple[str, Any]:
    """The next event of these kinds; heartbeats and other kinds in between are skipped."""
    async with asyncio.timeout(60):
        while True:
            name, data = parsed(await anext(events))
            if name in names:
                return name, data


async def test_a_snapshot_holds_what_the_lists_hold(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster, database: Database
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged())
    await raise_alarm(database, created)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(at_site, "/appointments", wish)
    events = stream_events(broadcaster, 60)
    await anext(events)
    name, snapshot = parsed(await anext(events))
    await events.aclose()  # type: ignore[attr-defined]
    assert (name, snapshot["server_time"], snapshot["clock_rate"]) == ("snapshot", at(0), 1.0)
    listed = (await at_site.get("/shipments", params={"sort": "slack"})).json()["items"]
    assert snapshot["shipments"] == listed
    assert snapshot["appointments"] == [booked]
    assert [one["kind"] for one in snapshot["alarms"]] == ["excursion"]
    assert snapshot["sites"] == (await at_site.get("/sites")).json()["items"]


async def test_a_booking_reaches_every_open_stream_as_the_same_bytes(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    created = await shipped(at_site)
    async with following(broadcaster) as one, following(broadcaster) as other:
        wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
        booked = await made(at_site, "/appointments", wish)
        seen = []
        for events in (one, other):
            async for event in events:
                if event.startswith(b"event: appointment"):
                    seen.append(event)
                    break
        assert parsed(seen[0])[1] == booked
        assert seen[0] is seen[1]
        _, changed = await next_of(one, "shipment")
        assert changed["appointment"] == booked


async def test_every_act_on_the_papers_of_a_shipment_reaches_the_stream(
    broadcaster: Broadcaster, at_site: httpx.AsyncClient
) -> None:
    created = await shipped(at_site)
    async with following(broadcaster) as events:
        path = f"/shipments/{created['id']}"
        declared = declaration(regime="joint_supervision")
        await done(at_site, f"{path}/declaration", declared)
        _, before = await next_of(events, "shipment")
        asked = await done(at_site, f"{path}/sign-offs")
        _, after = await next_of(events, "shipment")
        assert after["revision"] > before["revision"]
        assert asked["signs_for"] == sorted(one["department"] for one in asked["sign_offs"])


async def test_every_step_of_an_inspection_reaches_the_stream(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    created = await shipped(at_site)
    async with following(broadcaster) as events:
        seen = await begun(at_site, created)
        _, shown = await next_of(events, "shipment")
        assert shown["clearance"]["inspection_id"] == seen["id"]
        assert (shown["clearance"]["state"], shown["clearance"]["revision"]) == ("OPEN", 1)
        seen = await entered(at_site, seen, "scans", {"mark": "box", "code": "CB-0001"})
        _, shown = await next_of(events, "shipment")
        assert shown["clearance"]["revision"] == seen["revision"] == 2
        await decided(at_site, seen, "order_recheck", reason="torn seal")
        _, shown = await next_of(events, "shipment")
        assert shown["clearance"]["state"] == "RECHECK_ORDERED"


async def test_a_cancelled_appointment_goes_and_the_shipment_comes_without_it(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    created = await shipped(at_site)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = await made(at_site, "/appointments", wish)
    async with following(broadcaster) as events:
        body = {"reason": "diverted"}
        path = f"/appointments/{booked['id']}/cancel"
        await at_site.post(path, json=body, headers=seen(booked))
        _, gone = await next_of(events, "gone")
        assert gone == {"type": "appointment", "id": booked["id"]}
        assert (await next_of(events, "shipment"))[1]["appointment"] is None


async def test_whoever_is_overtaken_is_sent_again_with_the_new_place(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster, database: Database
) -> None:
    first, second = [await shipped(at_site, number) for number in (1, 2)]
    await judge(database, first, Judged(latest_start_h=5))
    await judge(database, second, Judged(latest_start_h=8))
    async with following(broadcaster) as events:
        await judge(database, second, Judged(latest_start_h=3))
        found = [(await next_of(events, "shipment"))[1] for _ in range(2)]
        assert {one["reference"]: one["rank"] for one in found} == {"CT-0002": 1, "CT-0001": 2}


async def test_time_alone_moves_a_tier_and_is_told(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    await judge(database, created, Judged(latest_start_h=3, ready_h=None))
    async with following(broadcaster) as events:
        clock.advance(timedelta(hours=1, minutes=30))
        _, changed = await next_of(events, "shipment")
        assert changed["tier"] == "CRITICAL"


async def test_a_received_shipment_leaves_the_board(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    created = await shipped(at_site)
    async with following(broadcaster) as events:
        body = {"kind": "received", "occurred_at": at(-1)}
        await at_site.post(f"/shipments/{created['id']}/milestones", json=body)
        _, gone = await next_of(events, "gone")
        assert gone == {"type": "shipment", "id": created["id"]}


async def test_a_change_without_a_bell_is_found_by_looking(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster, database: Database
) -> None:
    created = await shipped(at_site)
    async with following(broadcaster) as events:
        await raise_alarm(database, created)
        assert (await next_of(events, "alarm"))[1]["shipment_id"] == created["id"]


async def test_heartbeats_tell_the_servers_clock(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    async with following(broadcaster) as events:
        _, beat = await next_of(events, "heartbeat")
        assert (beat["server_time"], beat["clock_rate"]) == (at(0), 1.0)
        assert set(beat) >= {"ingest_lag_s", "rules_last_pass", "build"}


async def test_a_browser_that_lags_gets_a_snapshot_instead_of_a_longer_queue(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    await shipped(at_site)
    with broadcaster.subscribe() as subscription:
        await broadcaster.ready()
        events = subscription.events()
        await anext(events)
        subscription.offer([b"event: shipment\ndata: {}\n\n"] * (QUEUE_MOST + 1))
        name, data = parsed(await anext(events))
        assert (name, len(data["shipments"])) == ("snapshot", 1)
        subscription.close()
        assert [event async for event in events] == []


async def test_whoever_loads_a_page_anew_is_shown_the_board_that_was_kept(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    broadcaster = Broadcaster(database, FixedClock(NOW), "test")
    async with run(broadcaster), following(broadcaster):
        pass
    assert (broadcaster.clients, broadcaster.boards) == (0, 1)
    events = stream_events(broadcaster, 60)  # nobody reads any more: what comes was kept
    await anext(events)
    snapshot = parsed(await asyncio.wait_for(anext(events), 60))[1]
    assert [one["id"] for one in snapshot["shipments"]] == [created["id"]]
    await events.aclose()  # type: ignore[attr-defined]


async def test_a_board_that_nobody_looks_at_is_read_no_longer(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    broadcaster = Broadcaster(database, FixedClock(NOW), "test", linger_s=0)
    async with run(broadcaster):
        async with following(broadcaster):
            assert broadcaster.boards == 1
        async with asyncio.timeout(60):
            for number in itertools.count(1):
                await shipped(at_site, number)  # rings the bell
                if not broadcaster.boards:
                    break


async def test_a_stream_ends_by_itself(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    async with following(broadcaster, life_s=0.5) as events, asyncio.timeout(60):
        assert all(event.startswith(b"event: heartbeat") for event in [e async for e in events])
    assert broadcaster.clients == 0


async def test_five_hundred_streams_cost_one_reading(
    at_site: httpx.AsyncClient, broadcaster: Broadcaster
) -> None:
    created = await shipped(at_site)
    streams = [stream_events(broadcaster, 60) for _ in range(500)]
    for events in streams:
        await anext(events)
    first = await asyncio.gather(*(anext(events) for events in streams))
    assert {parsed(event)[0] for event in first[:5]} == {"snapshot"}
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    await made(at_site, "/appointments", wish)
    found = set()
    for events in streams:
        async for event in events:
            if event.startswith(b"event: appointment"):
                found.add(id(event))
                break
    assert len(found) == 1
    for events in streams:
        await events.aclose()  # type: ignore[attr-defined]
