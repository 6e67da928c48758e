"""Two firms, customs and a hospital on one API: what each sees, and for how long."""

import json
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from services.api.rules import RULES, may
from services.core.domain.governance.access import Role
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.belongings import ABSENT, belongings
from tests.integration.api.sharing import CANARIES, Headers, House
from tests.support.api import at, made, rows, seen
from tests.support.firms import enter_shipment, firm, key_of, kind_with


async def test_a_shipment_is_its_owners_alone_until_it_is_shared(house: House) -> None:
    assert await house.status(house.a) == 200
    for stranger in (house.b, house.customs, house.hospital):
        assert await house.status(stranger) == 404
        listed = await house.client.get("/shipments", headers=stranger)
        assert listed.json()["items"] == []
    assert await house.status(house.b, "/boxes/CB-0001") == 404
    assert await house.status(house.a, "/boxes/CB-0001") == 200


async def test_a_grant_shows_the_shipment_until_it_ends_or_is_revoked(
    house: House, clock: FixedClock
) -> None:
    await house.share(ends_at=at(1))
    assert await house.status(house.hospital) == 200
    assert await house.status(house.hospital, "/boxes/CB-0001") == 200
    assert await house.status(house.b) == 404
    clock.advance(timedelta(hours=1))
    assert await house.status(house.hospital) == 404
    grant = await house.share()
    assert await house.status(house.hospital) == 200
    path = f"{house.path}/grants/{grant['id']}/revoke"
    ended = await house.client.post(path, json={"reason": "handed over"}, headers=house.a)
    assert (ended.status_code, ended.json()["in_force"]) == (200, False)
    assert await house.status(house.hospital) == 404
    assert await house.status(house.hospital, "/boxes/CB-0001") == 404


async def test_s21_note_about_anothers_shipment_is_refused_as_about_one_that_does_not_exist(
    house: House, database: Database
) -> None:
    path, body = "/handover/notes", {"words": "call them", "shipment_id": house.shipment["id"]}
    hidden = await house.client.post(path, json=body, headers=house.b)
    nothing = {**body, "shipment_id": str(uuid4())}
    absent = await house.client.post(path, json=nothing, headers=house.b)
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert _said(hidden) == _said(absent)
    assert await rows(database, "SELECT note_id FROM shift_note") == []
    own = await house.client.post(path, json=body, headers=house.a)
    assert (own.status_code, own.json()["shipment_reference"]) == (201, "CT-0001")


async def test_a_grant_shows_nothing_before_it_begins(house: House, clock: FixedClock) -> None:
    await house.share(starts_at=at(1))
    assert await house.status(house.hospital) == 404
    clock.advance(timedelta(hours=1))
    assert await house.status(house.hospital) == 200


async def test_only_the_owner_shares_and_everybody_sees_their_own_grants(house: House) -> None:
    await house.share()
    body = {"organisation": "firm-b", "party": "carrier", "reason": "x"}
    stranger = await house.client.post(f"{house.path}/grants", json=body, headers=house.b)
    assert stranger.status_code == 404
    grantee = await house.client.post(f"{house.path}/grants", json=body, headers=house.hospital)
    assert grantee.status_code == 403
    own = (await house.client.get(f"{house.path}/grants", headers=house.hospital)).json()["items"]
    assert [(one["organisation"], one["granted_by"]) for one in own] == [("hospital", None)]
    all_of_it = (await house.client.get(f"{house.path}/grants", headers=house.a)).json()["items"]
    assert {one["party"] for one in all_of_it} == {"owner", "consignee"}


async def test_booking_a_place_shares_with_customs_and_giving_it_back_ends_it(
    house: House, database: Database
) -> None:
    appointment = await house.book()
    assert await house.status(house.customs) == 200
    read = await house.client.get(f"/appointments/{appointment['id']}", headers=house.customs)
    assert (read.status_code, read.json()["booked_by"]) == (200, None)
    cancelled = await house.client.post(
        f"/appointments/{appointment['id']}/cancel",
        json={"reason": "late"},
        headers={**house.customs, **seen(appointment)},
    )
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "CANCELLED")
    assert await house.status(house.customs) == 404
    acts = await rows(
        database,
        "SELECT action FROM audit_entry WHERE action LIKE '%shar%' ORDER BY id",
    )
    assert [one[0] for one in acts] == ["share", "stop_sharing"]


async def test_a_held_place_is_not_free_to_others_who_learn_nothing_of_its_holder(
    house: House,
) -> None:
    await house.book()
    other = await enter_shipment(house.client, house.b, 2)
    answer = await house.client.get(f"/shipments/{other['id']}/slots", headers=house.b)
    starts = [slot["start"] for slot in answer.json()["items"] + answer.json()["first_open"]]
    assert at(2) not in starts
    assert not any(canary in answer.text for canary in CANARIES)
    taken = {"shipment_id": other["id"], "bay_id": "PVG-C1", "start": at(2)}
    refused = await house.client.post("/appointments", json=taken, headers=house.b)
    assert refused.status_code == 409
    assert not any(canary in refused.text for canary in CANARIES)


async def test_what_is_entered_belongs_to_ones_own_organisation(house: House) -> None:
    body = {"box_id": "CB-0007", "simulated": True, "owner": "firm-b"}
    answer = await house.client.post("/boxes", json=body, headers=house.a)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "what you enter belongs to your own organisation",
    )


async def test_another_firms_box_cannot_be_packed(house: House) -> None:
    mine = await enter_shipment(house.client, house.b, 3)
    body = {
        "payload_id": mine["payloads"][0]["id"],
        "box_id": "CB-0001",
        "from": at(-1),
        "reason": "x",
    }
    answer = await house.client.post(
        f"/shipments/{mine['id']}/assignments", json=body, headers=house.b
    )
    assert (answer.status_code, answer.json()["detail"]) == (422, "there is no box CB-0001")


async def test_an_owned_site_is_changed_by_its_customs_alone(house: House) -> None:
    await firm(house.client, "elsewhere", "customs_site")
    other = await key_of(house.client, "elsewhere", "customs_officer")
    seen = await house.client.get("/sites/PVG", headers=other)
    assert seen.status_code == 200
    for headers, status in ((other, 403), (house.customs, 200)):
        answer = await house.client.patch(
            "/sites/PVG",
            json={"picking_min": 45},
            headers={**headers, "if-match": seen.headers["etag"]},
        )
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("part", range(4))
async def test_to_a_stranger_in_any_role_an_object_is_as_one_that_does_not_exist(
    house: House, database: Database, part: int
) -> None:
    """S21: the matrix of roles, routes and organisations, made from the table of rules."""
    ids = {**await house.objects(database), **await belongings(house, database)}
    for role in list(Role)[part::4]:
        kind = kind_with(role)
        name = f"other-{role}".replace("_", "-")
        await firm(house.client, name, kind)
        headers = await key_of(house.client, name, role)
        for (method, path), rule in RULES.items():
            if path == "/stream":
                continue
            answer = await _ask(house.client, method, path, ids, headers)
            allowed = role in rule.roles
            assert may(frozenset({role}), method, path) is allowed
            assert (answer.status_code == 403) is not allowed or path == "/sites/{site_id}"
            assert answer.status_code not in (401, 500), (role, method, path)
            said = _said(answer)
            assert not any(canary in said for canary in CANARIES), (role, method, path, said)
            if allowed and "{" in path and not path.startswith(("/sites", "/bays")):
                unknown = await _ask(house.client, method, path, {}, headers)
                assert (answer.status_code, _said(answer)) == (
                    unknown.status_code,
                    _said(unknown),
                ), (role, method, path)


async def _ask(
    client: httpx.AsyncClient, method: str, path: str, ids: dict[str, str], headers: Headers
) -> httpx.Response:
    unknown = {"box_id": "CB-9999", "probe_id": "SN-9", "site_id": "NONE", **ABSENT}
    for part in path.split("/"):
        if part.startswith("{"):
            name = part[1:-1]
            path = path.replace(part, ids.get(name) or unknown.get(name) or str(uuid4()))
    return await client.request(method, path, content=b"{}", headers=headers)


def _said(answer: httpx.Response) -> str:
    """The answer, without what was asked for: its own address stands in a refusal."""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text
    said = answer.json()
    said.pop("instance", None)
    return json.dumps(said).replace("CB-0001", "CB-9999").replace("SN-1", "SN-9")


@pytest.mark.parametrize("path", ["/shipments", "/boxes"])
async def test_case_149_cursor_of_another_house_brings_nothing_of_it(
    house: House, path: str
) -> None:
    """It says where to go on, and gives no right to what lies behind it."""
    await enter_shipment(house.client, house.a, 2)
    first = await house.client.get(path, params={"limit": 1}, headers=house.a)
    wish = {"limit": 1, "cursor": first.json()["next_cursor"]}
    for headers, count in ((house.a, 1), (house.b, 0)):
        answer = await house.client.get(path, params=wish, headers=headers)
        assert (answer.status_code, len(answer.json()["items"])) == (200, count)


async def test_the_installation_itself_sees_and_may_name_every_owner(
    house: House, client: httpx.AsyncClient
) -> None:
    assert (await client.get(house.path)).status_code == 200
    await made(client, "/boxes", {"box_id": "CB-0009", "simulated": True, "owner": "firm-b"})
    assert await house.status(house.b, "/boxes/CB-0009") == 200
    assert await house.status(house.a, "/boxes/CB-0009") == 404
