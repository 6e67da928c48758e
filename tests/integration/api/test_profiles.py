"""A sponsor's profiles over HTTP: from a template, from a shipped one, refused by field."""

from typing import Any

import httpx
import pytest

from services.core.storage.database import Database
from tests.support.api import CRYO, FRESH, at, made, rows


def a_number(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "value": value, "unit": unit, "source": "stability report SR-12", "grade": "S",
        "basis": "sponsor_validated", **more,
    }  # fmt: skip


COMPLETED = {
    "profile_id": "acme_rt",
    "template": "leukapheresis_fresh_rt",
    "numbers": {
        "assumed_before_packing_h": a_number(12, "h"),
        "gap_drift_up_k_per_h": a_number(0.5, "K/h"),
        "gap_drift_down_k_per_h": a_number(0.5, "K/h"),
        "hold_h": a_number(20, "h"),
    },
}


async def test_every_template_says_what_it_lacks(client: httpx.AsyncClient) -> None:
    found = (await client.get("/profiles/templates")).json()["items"]
    lacking = {one["template_id"]: one["missing"] for one in found}
    assert lacking["leukapheresis_fresh_rt"] == [
        "assumed_before_packing_h", "gap_drift_down_k_per_h", "gap_drift_up_k_per_h",
    ]  # fmt: skip
    assert all(lacking.values())


async def test_a_template_that_was_completed_is_a_profile(client: httpx.AsyncClient) -> None:
    profile = await made(client, "/profiles", COMPLETED)
    assert (profile["version"], profile["label_hi_c"], profile["hold_h"]) == (1, 25.0, 20.0)
    assert profile["document"]["numbers"]["hold_h"]["source"] == "stability report SR-12"
    listed = (await client.get("/profiles")).json()["items"]
    ours = next(one for one in listed if one["profile_id"] == "acme_rt")
    assert (ours["shipped"], ours["created_at"], ours["frozen_at"]) == (False, at(0), None)
    assert [one["profile_id"] for one in listed if one["shipped"]] == [CRYO, FRESH]


async def test_every_number_of_a_shipped_profile_can_be_overridden(
    client: httpx.AsyncClient,
) -> None:
    shipped = (await client.get("/profiles")).json()["items"]
    numbers = next(p for p in shipped if p["profile_id"] == "leukapheresis_fresh_2_8")["document"][
        "numbers"
    ]
    ours = {name: a_number(one["value"], one["unit"]) for name, one in numbers.items()}
    body = {"profile_id": "acme", "base_profile_id": "leukapheresis_fresh_2_8", "numbers": ours}
    first = await made(client, "/profiles", body)
    assert {one["basis"] for one in first["document"]["numbers"].values()} == {"sponsor_validated"}
    bands = [{"name": "warm", "side": "high", "numbers": {
        "threshold_c": a_number(8, "°C"), "cumulative_min": a_number(90, "min")}}]  # fmt: skip
    second = await made(
        client, "/profiles", {"profile_id": "acme", "base_profile_id": "acme", "bands": bands}
    )
    assert second["version"] == 2
    assert second["document"]["bands"][0]["numbers"]["cumulative_min"]["value"] == 90


async def test_a_profile_is_audited_with_its_author(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/profiles", {**COMPLETED, "reason": "study 7"})
    found = await rows(
        database, "SELECT entity_id, reason FROM audit_entry WHERE entity = 'profile'"
    )
    assert [tuple(row) for row in found] == [("acme_rt/1", "study 7")]


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({"hold_h": {**a_number(20, "h"), "source": ""}}, "numbers.hold_h.source"),
        ({"hold_h": {**a_number(20, "h"), "grade": "A"}}, "numbers.hold_h.grade"),
        ({"hold_h": {**a_number(20, "h"), "basis": None}}, "numbers.hold_h.basis"),
        ({"hold_h": {**a_number(20, "min")}}, "numbers.hold_h"),
        ({"hold_h": {**a_number(20, "h"), "value": "20"}}, "numbers.hold_h.value"),
        ({"hold_h": a_number(-1, "h")}, "numbers.hold_h.value"),
        ({"hold_h": 20}, "numbers.hold_h"),
        ({"holdd_h": a_number(20, "h")}, "numbers.holdd_h"),
        ({"gap_drift_up_k_per_h": None}, "numbers.gap_drift_up_k_per_h"),
    ],
)
async def test_a_refusal_names_the_field(
    still: httpx.AsyncClient, numbers: dict[str, Any], field: str
) -> None:
    body = {**COMPLETED, "numbers": {**COMPLETED["numbers"], **numbers}}  # type: ignore[dict-item]
    answer = await still.post("/profiles", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == field


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"profile_id": "leukapheresis_fresh_2_8"}, 409, "profile_id"),
        ({"template": "no_such"}, 422, "template"),
        ({"base_profile_id": "cart_cryo_150"}, 422, "template"),
        ({"bands": [{"name": "w", "side": "high", "numbers": {}}]}, 422,
         "bands[0].numbers.threshold_c"),
        ({"bands": [{"name": "w", "side": "high", "numbers": {
            "threshold_c": a_number(24, "°C"), "single_min": a_number(5, "min")}}]}, 422,
         "bands[0].numbers.threshold_c"),
        ({"rate_table": {"name": "r", "knots": [[5, 1]], "reference": a_number(5, "°C")}}, 422,
         "rate_table.knots"),
        ({"container": "dry_shipper"}, 422, "numbers.container_hold_h"),
    ],
)  # fmt: skip
async def test_a_profile_that_makes_no_sense_is_refused(
    still: httpx.AsyncClient, change: dict[str, Any], status: int, field: str
) -> None:
    answer = await still.post("/profiles", json={**COMPLETED, **change})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["pointer"] == field
