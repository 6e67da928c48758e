"""A name that another house has is refused as one that cannot be used, and nothing is told."""

from typing import Any

import httpx
import pytest

from tests.integration.api.sharing import House
from tests.support.api import made, shipment
from tests.support.firms import key_of
from tests.support.papers import plan

PAPER = plan()
PROFILE = {"profile_id": "of-a", "base_profile_id": "leukapheresis_fresh_2_8"}
PERSON = {"person_id": "ann", "name": "Ann", "roles": ["operator"]}
UNTOLD = ("already", "organisation", "firm-a", "Firm-A", "belongs", "registered")


def bag(box_id: str) -> dict[str, Any]:
    return {"reference": "B", "box_id": box_id, "pack_closed_at": "2026-11-22T08:00:00Z"}


@pytest.fixture
async def b_has_a_box(house: House) -> None:
    body = {"box_id": "CB-0900", "simulated": True}
    answer = await house.client.post("/boxes", json=body, headers=house.b)
    assert answer.status_code == 201, answer.text


@pytest.mark.usefixtures("b_has_a_box")
@pytest.mark.parametrize(
    ("path", "of_a", "body", "pointer"),
    [
        ("/shipments", None, shipment("CT-0001", payloads=[bag("CB-0900")]), "reference"),
        ("/boxes", None, {"box_id": "CB-0001"}, "box_id"),
        ("/boxes", None, {"box_id": "CB-9", "probes": [{"probe_id": "SN-1"}]}, "probes"),
        ("/papers", PAPER, PAPER, "number"),
        ("/profiles", PROFILE, PROFILE, "profile_id"),
    ],
)
async def test_s44_name_of_another_house_cannot_be_used_and_nothing_is_told(
    house: House, path: str, of_a: dict[str, Any] | None, body: dict[str, Any], pointer: str
) -> None:
    a, b = [
        await key_of(house.client, name, "administrator") if path == "/profiles" else own
        for name, own in (("firm-a", house.a), ("firm-b", house.b))
    ]
    if of_a is not None:
        assert (await house.client.post(path, json=of_a, headers=a)).status_code == 201
    refused = await house.client.post(path, json=body, headers=b)
    _tells_nothing(refused, pointer)


async def test_s44_name_of_a_person_of_another_house_cannot_be_used_either(house: House) -> None:
    await made(house.client, "/people", {**PERSON, "organisation": "firm-a"})
    admin = await key_of(house.client, "firm-b", "administrator")
    body = {**PERSON, "organisation": "firm-b"}
    _tells_nothing(await house.client.post("/people", json=body, headers=admin), "person")


async def test_s44_whoever_sees_what_stands_is_told_that_it_does(house: House) -> None:
    for path, body in (
        ("/boxes", {"box_id": "CB-0001", "simulated": True}),
        ("/shipments", shipment("CT-0001", payloads=[bag("CB-0001")])),
    ):
        answer = await house.client.post(path, json=body, headers=house.a)
        assert answer.json()["type"] == "/problems/already-exists", path


def _tells_nothing(answer: httpx.Response, pointer: str) -> None:
    said = answer.json()
    assert (answer.status_code, said["type"]) == (409, "/problems/conflict")
    assert said["errors"][0]["pointer"] == pointer
    assert not [word for word in UNTOLD if word in answer.text]
