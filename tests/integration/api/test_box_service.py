"""Boxes out of service over HTTP: not while something needs them, and never packed."""

import httpx

from services.core.storage.database import Database
from tests.support.api import box, made, payload, rows, shipment, shipped
from tests.support.firms import enter_shipment, firm, key_of

WHY = {"reason": "lining is damaged"}


async def test_a_free_box_goes_out_of_service_and_comes_back(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/boxes", box("CB-0007"))
    retired = await client.post("/boxes/CB-0007/retire", json=WHY)
    assert retired.status_code == 200, retired.text
    assert retired.json()["retired_at"] is not None
    assert (await client.post("/boxes/CB-0007/retire", json=WHY)).status_code == 409
    shown = [("retired", ["CB-0007"]), ("free", []), ("silent", [])]
    for show, names in shown:
        found = (await client.get("/boxes", params={"show": show})).json()["items"]
        assert [one["box_id"] for one in found] == names, show
    back = await client.post("/boxes/CB-0007/return-to-service", json=WHY)
    assert back.json()["retired_at"] is None
    assert (await client.post("/boxes/CB-0007/return-to-service", json=WHY)).status_code == 409
    noted = "SELECT action, reason FROM audit_entry WHERE entity_id = 'CB-0007' ORDER BY id"
    assert [tuple(one) for one in await rows(database, noted)] == [
        ("create", None),
        ("retire", "lining is damaged"),
        ("return_to_service", "lining is damaged"),
    ]


async def test_a_box_with_a_shipment_in_it_stays_in_service(at_site: httpx.AsyncClient) -> None:
    await shipped(at_site, 7)
    refused = await at_site.post("/boxes/CB-0007/retire", json=WHY)
    assert refused.status_code == 409
    assert "shipment" in refused.json()["detail"]
    assert (await at_site.get("/boxes/CB-0007")).json()["retired_at"] is None


async def test_another_houses_shipment_keeps_the_own_box_in_service(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    """Its owner sees nothing of that shipment, and is told no more than that there is one."""
    created = await shipped(at_site, 7)
    body = {"organisation_id": "lender", "name": "Lender", "country": "CN", "kind": "sponsor"}
    await made(at_site, "/organisations", body)
    owner = await key_of(at_site, "lender", "operator")
    await rows(database, "UPDATE box SET organisation_id = 'lender' RETURNING 1")
    refused = await at_site.post("/boxes/CB-0007/retire", json=WHY, headers=owner)
    assert refused.status_code == 409, refused.text
    assert created["reference"] not in refused.text


async def test_a_box_out_of_service_is_not_packed(at_site: httpx.AsyncClient) -> None:
    await made(at_site, "/boxes", box("CB-0007"))
    await at_site.post("/boxes/CB-0007/retire", json=WHY)
    body = shipment("CT-0007", payloads=[payload("CB-0007")])
    refused = await at_site.post("/shipments", json=body)
    assert refused.status_code == 409
    assert "out of service" in refused.json()["detail"]
    await at_site.post("/boxes/CB-0007/return-to-service", json=WHY)
    assert (await at_site.post("/shipments", json=body)).status_code == 201


async def test_a_stay_in_a_box_of_others_is_corrected_but_its_box_is_not_retired(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    """By that stay alone its shipper sees the box; the correction leaves one."""
    for name, kind in (("lender", "operator"), ("maker", "sponsor")):
        await firm(at_site, name, kind)
    maker = await key_of(at_site, "maker", "operator")
    created = await enter_shipment(at_site, maker, 7)
    await rows(database, "UPDATE box SET organisation_id = 'lender' RETURNING 1")
    (bag,) = created["payloads"]
    stay = {"payload_id": bag["id"], "box_id": "CB-0007", "from": "2026-11-22T07:00:00Z", **WHY}
    path = f"/shipments/{created['id']}/assignments"
    corrected = await at_site.post(path, json=stay, headers=maker)
    assert corrected.status_code == 201, corrected.text
    (during,) = await rows(database, "SELECT lower(during)::text, reason FROM assignment")
    assert tuple(during) == ("2026-11-22 07:00:00+00", WHY["reason"])
    refused = await at_site.post("/boxes/CB-0007/retire", json=WHY, headers=maker)
    assert (refused.status_code, refused.json()["detail"]) == (409, "this box is not yours")


async def test_a_logger_out_of_service_watches_no_bay(at_site: httpx.AsyncClient) -> None:
    await made(at_site, "/boxes", {**box("CB-0070"), "kind": "room"})
    await at_site.post("/boxes/CB-0070/retire", json=WHY)
    refused = await at_site.post("/bays/PVG-C1/loggers", json={"box_id": "CB-0070"})
    assert refused.status_code == 409, refused.text
    await at_site.post("/boxes/CB-0070/return-to-service", json=WHY)
    answer = await at_site.post("/bays/PVG-C1/loggers", json={"box_id": "CB-0070"})
    assert answer.status_code == 201, answer.text


async def test_a_box_that_nobody_registered_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.post("/boxes/CB-0404/retire", json=WHY)).status_code == 404
