"""What happens to shipments on their way: boxes, milestones and legs, over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.support.api import NOW, at, box, leg, made, payload, rows, shipment, shipped


async def _stays(database: Database) -> list[tuple[str, object, object]]:
    found = await rows(
        database,
        "SELECT box_id, lower(during), upper(during) FROM assignment JOIN box USING (box_no)"
        " ORDER BY 2",
    )
    return [(row[0], _hours(row[1]), row[2] and _hours(row[2])) for row in found]


def _hours(instant: datetime) -> float:
    return (instant - NOW) / timedelta(hours=1)


async def _assign(
    client: httpx.AsyncClient, created: dict[str, object], **changes: object
) -> httpx.Response:
    payloads = created["payloads"]
    assert isinstance(payloads, list)
    body = {"payload_id": payloads[0]["id"], "box_id": "CB-0002", "reason": "box swapped"}
    return await client.post(f"/shipments/{created['id']}/assignments", json=body | changes)


async def test_a_swap_ends_the_stay_in_the_old_box(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await made(at_site, "/boxes", box("CB-0002"))
    answer = await _assign(at_site, created, **{"from": at(-1)})
    assert answer.json()["boxes"] == ["CB-0002"]
    assert await _stays(database) == [("CB-0001", -4, -1), ("CB-0002", -1, None)]


async def test_a_correction_of_the_past_keeps_both_ends_of_the_other_stay(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await made(at_site, "/boxes", box("CB-0002"))
    answer = await _assign(at_site, created, **{"from": at(-3), "to": at(-2)})
    assert answer.json()["boxes"] == ["CB-0001"]
    assert await _stays(database) == [
        ("CB-0001", -4, -3),
        ("CB-0002", -3, -2),
        ("CB-0001", -2, None),
    ]


async def test_a_correction_from_before_the_pack_replaces_the_stay(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await made(at_site, "/boxes", box("CB-0002"))
    await _assign(at_site, created, **{"from": at(-5)})
    assert await _stays(database) == [("CB-0002", -5, None)]
    (entry,) = await rows(
        database, "SELECT before, reason FROM audit_entry WHERE action = 'assign'"
    )
    assert (len(entry.before["stays"]), entry.reason) == (1, "box swapped")


async def test_a_correction_has_both_boxes_judged_again(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await made(at_site, "/boxes", box("CB-0002"))
    await _assign(at_site, created, **{"from": at(-1)})
    found = await rows(
        database,
        "SELECT box_id FROM worklist JOIN box USING (box_no) WHERE earliest = :at ORDER BY 1",
        at=NOW - timedelta(hours=1),
    )
    assert [row.box_id for row in found] == ["CB-0001", "CB-0002"]


async def test_a_box_in_use_cannot_take_another_shipments_payload(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site, 1)
    await shipped(at_site, 2)
    answer = await _assign(at_site, created, **{"from": at(-1)})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "box_id")
    assert (await _stays(database))[0] == ("CB-0001", -4, None)


async def test_a_correction_needs_a_reason(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    answer = await _assign(at_site, created, **{"from": at(-1), "reason": ""})
    assert answer.json()["errors"][0]["pointer"] == "#/reason"


async def _milestone(
    client: httpx.AsyncClient, created: dict[str, object], kind: str, hours: float = -1.0
) -> httpx.Response:
    body = {"kind": kind, "occurred_at": at(hours)}
    return await client.post(f"/shipments/{created['id']}/milestones", json=body)


async def test_a_shipment_lives_from_packed_to_closed(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    seen = []
    after: dict[str, Any] = {}
    for kind, hours in (("departed", -3), ("landed", -2), ("received", -1), ("closed", 0)):
        after = (await _milestone(at_site, created, kind, hours)).json()
        seen.append((after["state"], after["phase"]["code"]))
    assert seen == [
        ("moving", "in_flight"),
        ("moving", "at_customs"),
        ("received", "received"),
        ("closed", "received"),
    ]
    assert after["legs"][0]["actual_departure"] == at(-3)
    assert after["received_at"] == at(-1)


async def test_receiving_frees_the_box_for_the_next_shipment(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    await _milestone(at_site, created, "received", -2)
    second = shipment(
        "CT-0002",
        payloads=[payload("CB-0001", collection_end=at(-2), pack_closed_at=at(-1))],
    )
    await made(at_site, "/shipments", second)
    assert await _stays(database) == [("CB-0001", -4, -2), ("CB-0001", -1, None)]


async def test_packed_closes_the_boxes_of_a_draft(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site, payloads=[payload(pack_closed_at=None)])
    after = (await _milestone(at_site, created, "packed", -1)).json()
    assert (after["state"], after["payloads"][0]["pack_closed_at"]) == ("packed", at(-1))


@pytest.mark.parametrize("kind", ["packed", "closed"])
async def test_a_milestone_that_cannot_happen_now_is_refused(
    at_site: httpx.AsyncClient, kind: str
) -> None:
    answer = await _milestone(at_site, await shipped(at_site), kind)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/illegal-transition")


async def test_a_milestone_does_not_lie_in_the_future(at_site: httpx.AsyncClient) -> None:
    answer = await _milestone(at_site, await shipped(at_site), "departed", 1)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "occurred_at")


async def test_a_change_of_a_flight_reaches_every_shipment_on_it(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    first, second = await shipped(at_site, 1), await shipped(at_site, 2)
    other = await shipped(at_site, 3, legs=[leg(carrier_number="CA 936")])
    leg_id = first["legs"][0]["id"]
    path = f"/shipments/{first['id']}/legs/{leg_id}"
    answer = await at_site.patch(path, json={"estimated_arrival": at(11)})
    assert answer.json()["legs"][0]["estimated_arrival"] == at(11)
    same = (await at_site.get(f"/shipments/{second['id']}")).json()
    assert same["legs"][0]["estimated_arrival"] == at(11)
    assert same["revision"] > second["revision"]
    unmoved = (await at_site.get(f"/shipments/{other['id']}")).json()
    assert unmoved["legs"][0]["estimated_arrival"] is None
    work = await rows(database, "SELECT 1 FROM worklist WHERE reason = 'leg_changed'")
    assert len(work) == 2


async def test_when_a_landing_became_known_is_kept_for_every_shipment_on_the_flight(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    first = await shipped(at_site, 1)
    await shipped(at_site, 2)
    path = f"/shipments/{first['id']}/legs/{first['legs'][0]['id']}"
    told = "SELECT DISTINCT arrival_told_at AS at FROM leg"
    await at_site.patch(path, json={"actual_departure": at(-3)})
    assert [row.at for row in await rows(database, told)] == [None]
    await _milestone(at_site, first, "landed", -2)
    assert [row.at for row in await rows(database, told)] == [NOW]


async def test_a_corrected_landing_was_known_before(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}/legs/{created['legs'][0]['id']}"
    await at_site.patch(path, json={"actual_arrival": at(-2)})
    before = NOW - timedelta(hours=1)
    await rows(database, "UPDATE leg SET arrival_told_at = :at RETURNING 1", at=before)
    for arrival, known in ((at(-1.5), [before]), (None, [None])):
        await at_site.patch(path, json={"actual_arrival": arrival})
        found = await rows(database, "SELECT arrival_told_at AS at FROM leg")
        assert [row.at for row in found] == known


async def test_offloading_concerns_one_shipment_alone(at_site: httpx.AsyncClient) -> None:
    first, second = await shipped(at_site, 1), await shipped(at_site, 2)
    path = f"/shipments/{first['id']}/legs/{first['legs'][0]['id']}"
    await at_site.patch(path, json={"status": "offloaded"})
    same = (await at_site.get(f"/shipments/{second['id']}")).json()
    assert same["legs"][0]["status"] == "planned"


async def test_a_leg_cannot_arrive_before_it_departs(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}/legs/{created['legs'][0]['id']}"
    body = {"actual_departure": at(-1), "actual_arrival": at(-2)}
    answer = await at_site.patch(path, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "actual_arrival")


async def test_another_shipments_leg_is_not_found(at_site: httpx.AsyncClient) -> None:
    first, second = await shipped(at_site, 1), await shipped(at_site, 2)
    path = f"/shipments/{first['id']}/legs/{second['legs'][0]['id']}"
    assert (await at_site.patch(path, json={"status": "departed"})).status_code == 404
