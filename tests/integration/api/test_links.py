"""Links that show one shipment without signing in: what they show, to whom, and until when."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.schema import assessment_state
from tests.support.api import Judged, at, box, judge, made, payload, rows, shipment


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A telephone somewhere, without an account."""
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
async def path(at_site: httpx.AsyncClient) -> str:
    """The links of a shipment whose bag has a name of its own."""
    await made(at_site, "/boxes", box())
    bag = payload(reference="BAG-CANARY")
    sent = await made(at_site, "/shipments", shipment(payloads=[bag], needed_by_attested_by=None))
    return f"/shipments/{sent['id']}/links"


async def test_a_link_shows_the_shipment_in_two_languages_and_zones(
    at_site: httpx.AsyncClient, stranger: httpx.AsyncClient, path: str
) -> None:
    link = await made(at_site, path, {"made_for": "courier", "hours": 24})
    page = await stranger.get(f"{link['path']}?lang=en")
    assert page.status_code == 200
    assert "CT-0001" in page.text
    assert "UTC+08:00 Shanghai" in page.text
    assert "BAG-CANARY" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert " style=" not in page.text
    other = await stranger.get(f"{link['path']}?lang=zh&zone=UTC")
    assert "温度记录" in other.text
    assert "2026-11-22 12:00" in other.text
    wrong = await stranger.get(f"{link['path']}?lang=en&zone=Mars")
    assert "UTC+08:00 Shanghai" in wrong.text


async def test_a_link_shows_the_last_temperature_with_its_time(
    at_site: httpx.AsyncClient, stranger: httpx.AsyncClient, path: str, database: Database
) -> None:
    """A value without its time looks like one of this moment."""
    sent = (await at_site.get(path.removesuffix("/links"))).json()
    await judge(database, sent, Judged())
    reading = {"temp_c": -0.4, "placed_at": at(-2)}
    async with database.unit_of_work() as unit:
        await unit.execute(update(assessment_state).values(last_reading=reading))
    link = await made(at_site, path, {"made_for": "courier"})
    page = await stranger.get(f"{link['path']}?lang=en&zone=UTC")
    for words in ("−0.4 °C", "2026-11-22 10:00", "may be silent in flight", "9 of 10"):
        assert words in page.text


async def test_a_link_ends_in_time_or_by_hand_and_is_nowhere_kept(
    at_site: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    path: str,
    clock: FixedClock,
    database: Database,
) -> None:
    short = await made(at_site, path, {"made_for": "courier", "hours": 1})
    long = await made(at_site, path, {"made_for": "consignee", "hours": 300})
    for _ in range(2):
        ended = await at_site.post(f"{path}/{long['id']}/revoke", json={"reason": "wrong address"})
        assert (ended.status_code, ended.json()["holds"]) == (200, False)
    gone = await stranger.get(f"{long['path']}?lang=en")
    assert (gone.status_code, "shows nothing any more" in gone.text) == (404, True)
    assert (await stranger.get(short["path"])).status_code == 200
    clock.advance(timedelta(hours=1))
    assert (await stranger.get(short["path"])).status_code == 404
    assert (await stranger.get("/s/" + "x" * 32)).status_code == 404
    assert (await stranger.get("/s/nonsense")).status_code == 404

    listed = (await at_site.get(path)).json()["items"]
    assert [one["holds"] for one in listed] == [False, False]
    assert all("path" not in one for one in listed)
    entries = await rows(database, "SELECT action, after::text FROM audit_entry ORDER BY id")
    acts = [entry[0] for entry in entries]
    assert acts.count("share_by_link") == acts.count("end_link") == 2
    token = short["path"].removeprefix("/s/")
    assert not any(token in str(entry[1]) for entry in entries)


@pytest.mark.parametrize("change", [{"hours": 0}, {"hours": 337}, {"made_for": " "}])
async def test_a_link_has_a_receiver_and_an_end(
    at_site: httpx.AsyncClient, path: str, change: dict[str, object]
) -> None:
    refused = await at_site.post(path, json={"made_for": "courier"} | change)
    assert refused.status_code == 422


async def test_s74_a_link_shows_what_may_be_seen_anywhere_and_it_is_written_down(
    at_site: httpx.AsyncClient, stranger: httpx.AsyncClient, path: str, database: Database
) -> None:
    """Nobody knows where its holder is: abroad. At home a consignee would see the bag's name."""
    sent = (await at_site.get(path.removesuffix("/links"))).json()
    await judge(database, sent, Judged())
    reading = {"temp_c": 4.5, "placed_at": at(-2), "lat": 31.12345, "note": "Kim Canary"}
    async with database.unit_of_work() as unit:
        await unit.execute(update(assessment_state).values(last_reading=reading))
    link = await made(at_site, path, {"made_for": "courier"})
    await stranger.get(f"{link['path']}?lang=en")
    page = await stranger.get(f"{link['path']}?lang=en")
    assert (page.status_code, "4.5 °C" in page.text) == (200, True)
    assert not any(one in page.text for one in ("BAG-CANARY", "Kim Canary", "31.12", "50.03"))
    (kept,) = (await at_site.get("/data-policy/decisions")).json()["items"]
    assert (kept["purpose"], kept["country"], kept["passed"]) == ("sharing", None, True)
    assert (kept["classes"], kept["rule_id"]) == (["none"], "cn-trade")
    assert link["id"] in kept["about"]
    assert {"Payload.reference", "Payload.collection_end"} <= set(kept["held_back"])


async def test_s74_a_link_shows_nothing_where_a_rule_closes_what_has_no_known_place(
    at_site: httpx.AsyncClient, stranger: httpx.AsyncClient, path: str
) -> None:
    link = await made(at_site, path, {"made_for": "courier"})
    rule = {
        "outcome": "denied",
        "classes": ["none"],
        "purposes": ["sharing"],
        "because_en": "the sponsor shares nothing",
        "because_zh": "委托方不共享",
        "source": "letter of the sponsor of 2026-11-01",
        "grade": "O",
        "reason": "as told",
    }
    await made(at_site, "/data-policy/rules", rule)
    page = await stranger.get(f"{link['path']}?lang=en")
    assert (page.status_code, "rules on data" in page.text, "CT-0001" in page.text) == (
        403,
        True,
        False,
    )
    (kept,) = (await at_site.get("/data-policy/decisions")).json()["items"]
    assert (kept["passed"], "the sponsor shares nothing" in kept["words"]) == (False, True)
