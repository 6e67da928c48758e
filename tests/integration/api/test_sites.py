"""Sites, bays and profiles over HTTP."""

import httpx
import pytest

from services.core.storage.database import Database
from tests.support.api import CRYO, FRESH, at, bay, made, rows, shipped, site


async def test_a_site_is_read_back_with_its_bays(client: httpx.AsyncClient) -> None:
    created = await made(client, "/sites", site())
    read = (await client.get("/sites/PVG")).json()
    assert read == created
    assert read["bays"][0]["bay_class"] == "cold_2_8"


async def test_bay_names_are_unique_over_all_sites(client: httpx.AsyncClient) -> None:
    await made(client, "/sites", site("PVG"))
    second = await client.post("/sites", json=site("SHA"))
    assert second.status_code == 409
    assert second.json()["errors"][0]["pointer"] == "bays"


async def test_a_bay_must_end_after_it_begins(client: httpx.AsyncClient) -> None:
    wrong = bay(published_from=at(3), published_until=at(2))
    answer = await client.post("/sites", json=site(bays=[wrong]))
    assert answer.status_code == 422


async def test_an_unknown_zone_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sites", json=site(zone="Asia/Pudong"))
    assert answer.json()["errors"][0]["pointer"] == "#/zone"


async def test_a_change_of_minutes_needs_the_present_state(at_site: httpx.AsyncClient) -> None:
    tag = (await at_site.get("/sites/PVG")).headers["etag"]
    body = {"onward_min": 45}
    assert (await at_site.patch("/sites/PVG", json=body)).status_code == 428
    changed = await at_site.patch("/sites/PVG", json=body, headers={"if-match": tag})
    assert changed.json()["onward_min"] == 45
    stale = await at_site.patch("/sites/PVG", json=body, headers={"if-match": tag})
    assert stale.status_code == 412


async def test_changed_minutes_put_the_sites_payloads_on_the_work_list(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    shipment = await shipped(at_site)
    tag = (await at_site.get("/sites/PVG")).headers["etag"]
    await at_site.patch("/sites/PVG", json={"picking_min": 20}, headers={"if-match": tag})
    found = await rows(
        database, "SELECT payload_id::text FROM worklist WHERE reason = 'site_changed'"
    )
    assert [row[0] for row in found] == [shipment["payloads"][0]["id"]]


@pytest.mark.parametrize("field", ["site_id", "zone", "simulated", "revision"])
async def test_what_cannot_change_about_a_site_is_refused(
    at_site: httpx.AsyncClient, field: str
) -> None:
    answer = await at_site.patch("/sites/PVG", json={field: "x"}, headers={"if-match": '"1"'})
    assert answer.status_code == 422


async def test_profiles_say_their_limits_and_where_they_come_from(
    client: httpx.AsyncClient,
) -> None:
    found = {one["profile_id"]: one for one in (await client.get("/profiles")).json()["items"]}
    assert (found[FRESH]["label_lo_c"], found[FRESH]["label_hi_c"]) == (2.0, 8.0)
    assert found[CRYO]["label_hi_c"] == -150.0
    assert found[FRESH]["document"]["numbers"]["hold_h"]["source"]
