"""Notices over HTTP: receipts, sending once more, and a courier's page."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from services.alerts.channels.channel import Channel, LogNotifier
from services.alerts.channels.words import Reader, message_of
from services.alerts.service import ways_of
from services.core.domain.alarm.calling import chain_of
from services.core.runtime.catalogue import LANGUAGES
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.heartbeats import beat
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.schema import courier_link, notice_delivery
from tests.support.api import NOW, at, rows

TOKEN = "t" * 32
A_NOTICE = Notice(
    kind="alarm",
    subject_key="x",
    body={"kind": "excursion", "box_id": "CB-0007", "began_at": at(-1), "priority": 1},
)


@pytest.fixture
async def told(database: Database) -> UUID:
    """A notice that the webhook gave up on and the courier has a link to."""
    async with database.unit_of_work() as unit:
        await Outbox(unit).put([A_NOTICE], NOW)
        await unit.execute(
            insert(notice_delivery).values(
                notice_id=A_NOTICE.id,
                channel="webhook",
                state="given_up",
                attempts=3,
                due_at=NOW,
                last_error="the webhook answered 410",
            )
        )
        await unit.execute(
            insert(courier_link).values(
                token_sha256=hashlib.sha256(TOKEN.encode()).digest(),
                notice_id=A_NOTICE.id,
                channel="webhook",
                language="zh",
                created_at=NOW,
                expires_at=NOW + timedelta(hours=24),
            )
        )
    return A_NOTICE.id


async def test_a_notice_is_listed_with_what_each_receiver_said(
    client: httpx.AsyncClient, told: UUID
) -> None:
    (one,) = (await client.get("/notices")).json()["items"]
    assert (one["id"], one["audience"], one["created_at"]) == (str(told), "operator", at(0))
    assert one["deliveries"] == [
        {
            "channel": "webhook",
            "state": "given_up",
            "attempts": 3,
            "next_try_at": None,
            "delivered_at": None,
            "last_error": "the webhook answered 410",
            "courier_done_at": None,
        }
    ]
    assert (await client.get("/notices", params={"state": "pending"})).json()["items"] == []


async def test_a_replay_is_asked_for_with_a_reason_and_audited(
    client: httpx.AsyncClient, database: Database, told: UUID
) -> None:
    wish = {"channel": "webhook", "reason": "their server was restored"}
    assert (await client.post(f"/notices/{told}/replay", json=wish)).status_code == 202
    (put,) = await rows(database, "SELECT body FROM notification_outbox WHERE kind = 'replay'")
    assert put.body == {"notice_id": str(told), "channel": "webhook"}
    (entry,) = await rows(database, "SELECT reason FROM audit_entry WHERE action = 'replay'")
    assert entry.reason == wish["reason"]
    nowhere = await client.post(f"/notices/{told}/replay", json={**wish, "channel": "pigeon"})
    assert (nowhere.status_code, "webhook" in nowhere.json()["remedy"]) == (422, True)


@pytest.fixture
async def courier(app: FastAPI) -> Any:
    """A phone somewhere, without a key."""
    transport = httpx.ASGITransport(app=app, client=("10.1.2.3", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="https://c.example") as client:
        yield client


async def test_a_courier_sees_one_instruction_and_answers_once(
    client: httpx.AsyncClient, courier: httpx.AsyncClient, told: UUID, clock: FixedClock
) -> None:
    page = await courier.get(f"/errand/{TOKEN}")
    assert page.status_code == 200
    assert ("箱号 CB-0007" in page.text, "致电押运员" in page.text) == (True, True)
    assert page.headers["referrer-policy"] == "no-referrer"
    (kept,) = (await client.get("/data-policy/decisions")).json()["items"]
    assert (kept["about"], kept["country"], kept["passed"]) == ("GET /errand/{token}", None, True)
    for _ in range(2):
        pressed = await courier.post(f"/errand/{TOKEN}")
        assert (pressed.status_code, pressed.headers["location"]) == (303, f"/errand/{TOKEN}")
        clock.advance(timedelta(minutes=1))
    over = (await courier.get(f"/errand/{TOKEN}")).text
    assert ("已收到" in over, "请立即处理" in over) == (True, False)
    (one,) = (await client.get("/notices")).json()["items"]
    assert one["deliveries"][0]["courier_done_at"] == at(0)


async def test_s60_courier_who_is_done_leaves_one_entry(
    courier: httpx.AsyncClient, database: Database, told: UUID
) -> None:
    for _ in range(2):
        await courier.post(f"/errand/{TOKEN}")
    found = await rows(
        database, "SELECT principal_id, source, action, entity, entity_id FROM audit_entry"
    )
    assert [tuple(one) for one in found] == [
        ("link-holder", "link from 10.1.2.3", "done", "notice", str(told))
    ]


async def test_s74_a_courier_sees_nothing_where_a_rule_closes_what_has_no_known_place(
    client: httpx.AsyncClient, courier: httpx.AsyncClient, told: UUID
) -> None:
    rule = {"outcome": "denied", "classes": ["none"], "source": "letter", "grade": "O"}
    why = {"because_en": "closed", "because_zh": "关闭", "reason": "as told"}
    assert (await client.post("/data-policy/rules", json=rule | why)).status_code == 201
    page = await courier.get(f"/errand/{TOKEN}")
    assert (page.status_code, "CB-0007" in page.text) == (403, False)


@pytest.mark.parametrize("token", ["x" * 32, "short", "t" * 31 + "é", "a" * 4000])
async def test_a_link_that_is_not_ours_leads_nowhere(
    courier: httpx.AsyncClient, told: UUID, token: str
) -> None:
    page = await courier.get(f"/errand/{token}", headers={"accept-language": "zh-CN"})
    assert (page.status_code, "此链接已失效" in page.text) == (404, True)
    assert (await courier.post(f"/errand/{token}")).status_code == 404


async def test_a_link_ends(courier: httpx.AsyncClient, told: UUID, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=24))
    ended = await courier.get(f"/errand/{TOKEN}")
    assert (ended.status_code, "此链接已失效" in ended.text) == (404, True)
    assert "请立即处理" not in ended.text
    assert (await courier.post(f"/errand/{TOKEN}")).status_code == 404


async def test_ways_are_told_as_alerts_said_them_and_a_test_goes_to_one(
    client: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    nobody = (await client.get("/notices/channels")).json()
    assert (nobody["live"], nobody["as_of"], nobody["items"]) == (False, None, [])
    ways = ways_of([Channel(name="log", notifier=LogNotifier())], {1: chain_of((), (), 5)})
    async with database.unit_of_work() as unit:
        await beat(unit, "alerts", "a", NOW, NOW, ways)
    told = (await client.get("/notices/channels")).json()
    assert (told["live"], [one["name"] for one in told["items"]]) == (True, ["log"])
    assert told["chains"][0]["steps"] == [{"after_min": 0, "audience": "operator"}]

    refused = await client.post("/notices/test", json={"channel": "pigeon"})
    assert (refused.status_code, refused.json()["errors"][0]["remedy"]) == (422, "one of: log")
    taken = await client.post("/notices/test", json={"channel": "log"})
    assert (taken.status_code, taken.json()["kind"]) == (202, "test")
    entries = await rows(database, "SELECT action FROM audit_entry WHERE action = 'test'")
    assert len(entries) == 1

    clock.advance(timedelta(minutes=1))
    assert (await client.get("/notices/channels")).json()["live"] is False


def test_a_test_is_wanted_by_its_channel_alone_and_can_be_put_into_words() -> None:
    body = {"channel": "log", "asked_at": at(0), "by": "Chen Yu"}
    test = Notice(kind="test", subject_key="1", body=body)
    named = Channel(name="log", notifier=LogNotifier(), audiences=frozenset({"courier"}))
    assert named.wants(test)
    assert not Channel(name="other", notifier=LogNotifier()).wants(test)
    for language in LANGUAGES:
        said = message_of("test", body, Reader(language=language), None)
        assert "Chen Yu" in said.text
        assert said.subject
