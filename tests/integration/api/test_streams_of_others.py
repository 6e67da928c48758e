"""The stream over a socket: what it shows to others than the owner, and when it ends."""

from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.following import Follower, following
from tests.integration.api.sharing import Headers, House
from tests.support.api import NOW, at, raise_alarm, seen
from tests.support.people import Visitor, entered, invited
from tests.support.served import StandingClock, served

POSITION = "33.456789"
SLOT_OF_TREATMENT = at(70)
SECRETS = {
    "COI-1": {"customs", "carrier"},
    POSITION: {"customs", "carrier", "hospital"},
    "Kim Canary": {"customs", "carrier", "hospital"},
    "5555 0000": {"customs", "carrier", "hospital"},
    SLOT_OF_TREATMENT: {"customs", "carrier"},
}
"""What stands in the stream of the owner, and in whose it must not."""

CUSTOMS_SEES_OF_A_PAYLOAD = {
    *("id", "box_id", "collection_end", "pack_closed_at", "container_charged_at", "condition"),
    *("evidence", "disposition", "certificate_ends_at", "certificate_too_short"),
}
NEVER_TO_CUSTOMS = {"needed_by", "needed_by_attested_by", "summary", "contacts", "owner"}


@pytest.fixture
def clock() -> FixedClock:
    return StandingClock(NOW)


async def _measured(database: Database, temp_c: float) -> None:
    """A newest reading with its position and a summary, as alerts keeps them."""
    async with database.unit_of_work() as unit:
        await unit.execute(
            text(
                "UPDATE assessment_state SET revision = revision + 1, last_reading ="
                " jsonb_build_object('temp_c', CAST(:temp_c AS float), 'placed_at',"
                " CAST(:at AS text), 'lat', CAST(:lat AS float), 'lon', 121.8),"
                ' summary = \'{"note": "Kim Canary"}\''
            ),
            {"temp_c": temp_c, "at": at(-1), "lat": POSITION},
        )


async def _all_happens(house: House, database: Database) -> None:
    """Each kind of object changes while the streams are open."""
    await _measured(database, 5.5)
    alarm_id = str(await raise_alarm(database, house.shipment, kind="lid_open"))
    body = {"needed_by": SLOT_OF_TREATMENT, "cut_off": at(30)}
    own = {**house.a, **seen(await _owners(house))}
    changed = await house.client.patch(house.path, json=body, headers=own)
    assert changed.status_code == 200, changed.text
    taken = await house.client.post(f"/alarms/{alarm_id}/acknowledge", json={}, headers=house.a)
    assert taken.status_code == 200, taken.text
    site = (await house.client.get("/sites/PVG", headers=house.customs)).json()
    theirs = {**house.customs, **seen(site)}
    told = await house.client.patch("/sites/PVG", json={"name_en": "Pudong"}, headers=theirs)
    assert told.status_code == 200, told.text


@pytest.mark.timeout(300)
async def test_s22_no_stream_over_http_holds_what_its_reader_must_not_see(
    app: FastAPI, house: House, database: Database
) -> None:
    """In the snapshot and in what comes after it; the owner's own stream holds all of it."""
    await _measured(database, 4.5)
    await raise_alarm(database, house.shipment, kind="no_data")
    await house.share(organisation="firm-b", party="carrier")
    await house.share()
    booked_by = (await house.book())["booked_by"]
    readers: dict[str, Headers] = {
        "owner": house.a,
        "customs": house.customs,
        "carrier": house.b,
        "hospital": house.hospital,
    }
    streams: dict[str, Follower] = {}
    async with served(app) as address, AsyncExitStack() as open_ones:
        for name, headers in readers.items():
            streams[name] = await open_ones.enter_async_context(following(address, headers))
        await _all_happens(house, database)
        for name, stream in streams.items():
            for kind in ("shipment", "alarm", "site"):
                await stream.until(kind)
            assert {one["id"] for one in stream.shown("shipment")} == {house.shipment["id"]}, name
    for secret, hidden_from in {**SECRETS, booked_by: {"customs", "carrier"}}.items():
        for name, stream in streams.items():
            assert (secret in stream.text) == (name not in hidden_from), (secret, name)
    _check_customs(streams["customs"])


def _check_customs(stream: Follower) -> None:
    assert len(stream.shown("alarm")) > 1
    for one in stream.shown("shipment"):
        assert {name for name in NEVER_TO_CUSTOMS if one.get(name)} == set()
        for payload in one["payloads"]:
            assert {name for name, value in payload.items() if value is not None} <= (
                CUSTOMS_SEES_OF_A_PAYLOAD
            )
        assert set(one["last_reading"]) <= {"temp_c", "placed_at", "lid_open", "battery_pct"}
    for alarm in stream.shown("alarm"):
        assert (alarm["call"], alarm["config"]) == (None, {})
        assert alarm["acknowledged"] is None or alarm["acknowledged"]["by"] is None
    for appointment in stream.shown("appointment"):
        assert appointment["booked_by"] is None


@pytest.mark.timeout(300)
async def test_s53_stream_over_http_ends_by_the_second_beat_after_other_roles(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Also when the other role sees the same; the old cookie opens none, others go on."""
    visitor, other = await entered(app, client), Visitor(app)
    token = await invited(client, "zhao.min")
    body = {"token": token, "password": "another box full of kettles"}
    assert (await other.post("/sign-in/link", body)).status_code == 200
    async with (
        served(app) as address,
        following(address, _cookie(visitor)) as mine,
        following(address, _cookie(other)) as theirs,
    ):
        await mine.until("heartbeat")
        change = {"roles": ["auditor"], "reason": "audits from now on"}
        assert (await client.patch("/people/chen.yu", json=change)).status_code == 200
        beats = theirs.count("heartbeat")
        await mine.ended()
        assert theirs.count("heartbeat") <= beats + 2
        async with httpx.AsyncClient(timeout=60, trust_env=False) as plain:
            again = await plain.get(f"{address}/api/v1/stream", headers=_cookie(visitor))
        assert again.status_code == 401
        await theirs.until("heartbeat", beats + 3)
        assert not theirs.done


def _cookie(visitor: Visitor) -> Headers:
    return {"cookie": f"{visitor.cookie}={visitor.secret}"}


FOREIGN: tuple[Headers, ...] = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost:8081"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
)


async def test_s53_page_of_elsewhere_opens_no_stream_by_the_cookie(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Another port of this host is elsewhere too: the browser sends it the cookie."""
    visitor = await entered(app, client)
    for foreign in FOREIGN:
        for path in ("shipments", "stream"):
            answer = await visitor.http.get(f"/api/v1/{path}", headers=foreign)
            assert answer.status_code == 403, (path, foreign)
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    own = {"origin": visitor.origin, "sec-fetch-site": "same-origin"}
    for headers in (followed, own):
        assert (await visitor.http.get("/api/v1/shipments", headers=headers)).status_code == 200


async def test_s53_nothing_in_the_address_opens_a_stream(app: FastAPI, house: House) -> None:
    secret = house.a["authorization"].removeprefix("Bearer ")
    visitor = Visitor(app, address="10.0.0.9")
    for name in ("key", "token", "access_token", "authorization"):
        answer = await visitor.http.get(f"/api/v1/stream?{name}={secret}")
        assert answer.status_code in {400, 401}, name
        assert secret not in answer.text


async def test_s22_field_that_one_may_not_change_is_refused_and_stays(house: House) -> None:
    """Each by those who only see the shipment; what the house decides, by its owner too."""
    await house.book()
    await house.share()
    before = await _owners(house)
    given: dict[str, Any] = {
        "needed_by": at(9),
        "cut_off": at(9),
        "no_open": True,
        "product": "other",
    }
    decided = {name: "firm-b" for name in ("owner", "tenant_id", "verdict", "condition", "state")}
    asked: list[tuple[dict[str, Any], Headers]]
    asked = [({name: value}, house.a) for name, value in decided.items()]
    asked += [({"product": "other", **body}, headers) for body, headers in asked]
    for headers in (house.customs, house.hospital, house.b):
        asked += [({name: value}, headers) for name, value in given.items()]
    for body, headers in asked:
        sent = {**headers, **seen(before)}
        answer = await house.client.patch(house.path, json=body, headers=sent)
        assert answer.status_code in {403, 404, 422}, (body, answer.text)
    assert await _owners(house) == before


async def _owners(house: House) -> dict[str, Any]:
    """The shipment as its owner sees it."""
    answer = await house.client.get(house.path, headers=house.a)
    shown: dict[str, Any] = answer.json()
    return shown
