"""A version is tried on past journeys: judged again by its numbers, and nothing of it is kept."""

from datetime import datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from services.alerts.evaluator import Evaluator
from services.core.domain.governance.access import Role
from services.core.storage.database import Database
from tests.integration.alerts.builders import a_boot, store
from tests.support import firms
from tests.support.api import FRESH, NOW, at, made, rows, shipped

PATH = "/profile-proposals"
WARM = [5.0] * 12 + [8.6] * 6 + [5.0] * 30
"""Each five minutes from the packing on: half an hour beyond the label of 8 °C."""


def number(value: float, unit: str) -> dict[str, Any]:
    return {
        "value": value, "unit": unit, "source": "study 7", "grade": "S",
        "basis": "sponsor_validated",
    }  # fmt: skip


async def travelled(client: httpx.AsyncClient, database: Database) -> dict[str, Any]:
    """A shipment with four hours of readings, as alerts has judged it."""
    shipment = await shipped(client)
    ((box_no,),) = await rows(database, "SELECT box_no FROM box")
    async with database.unit_of_work() as unit:
        boot_no = await a_boot(unit, box_no, "9f3c21aa")
        warm = [(n, 480 + 5 * n, temp + n % 2 / 10) for n, temp in enumerate(WARM)]
        await store(unit, (box_no, boot_no), warm)
    evaluator = Evaluator(database, claim_max=64, no_data_after=timedelta(minutes=15))
    await evaluator.run_once(NOW)
    return shipment


async def kept(database: Database) -> list[Any]:
    """Everything that judging leaves behind."""
    tables = ("alarm", "assessment", "assessment_state", "checkpoint", "worklist", "audit_entry")
    return [
        (await rows(database, f"SELECT count(*), max(t::text) FROM {table} AS t"))[0]
        for table in tables
    ]


def kinds(alarms: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((one["kind"], one["subject"]) for one in alarms)


async def test_proposal_is_tried_on_what_was_measured_and_nothing_of_it_is_kept(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    shipment = await travelled(at_site, database)
    wider = {"label_hi_c": number(9, "°C"), "hold_h": number(24, "h")}
    wish = {"profile_id": "acme", "base_profile_id": FRESH, "reason": "study 7", "numbers": wider}
    proposal = await made(at_site, PATH, wish)
    before = await kept(database)
    answer = await at_site.get(f"{PATH}/{proposal['proposal_id']}/trial?days=7")
    assert answer.status_code == 200, answer.text
    trial = answer.json()
    assert await kept(database) == before
    assert (trial["over_profile_id"], trial["readings"]) == (FRESH, len(WARM))
    assert (trial["journeys"], trial["tried"], trial["different"]) == (1, 1, 1)
    (row,) = trial["items"]
    assert (row["shipment_reference"], row["bag"], row["same"]) == ("CT-0001", 1, False)
    # By its own version it is judged as alerts has judged it.
    shown = (await at_site.get(f"/shipments/{shipment['id']}")).json()
    assert row["then"]["condition"] == shown["condition"]
    assert row["then"]["viable_until"] == shown["viable_until"]["p10"] == at(-6 + 72)
    rang = await rows(database, "SELECT kind, began_at FROM alarm")
    (stored,) = (one.began_at for one in rang if one.kind == "excursion")
    (judged,) = (one for one in row["then"]["alarms"] if one["kind"] == "excursion")
    assert (judged["subject"], datetime.fromisoformat(judged["began_at"])) == ("high", stored)
    # By the wider label it never left it, and the shorter hold ends two days sooner.
    assert row["would"]["condition"] == "IN_RANGE"
    assert kinds(row["gone"]) == kinds(row["then"]["alarms"])
    assert row["come"] == row["would"]["alarms"] == []
    assert (row["would"]["viable_until"], row["longer_s"]) == (at(-6 + 24), -48 * 3600)


async def test_version_is_tried_over_what_another_has_judged_and_other_houses_see_none_of_it(
    app: FastAPI, at_site: httpx.AsyncClient, database: Database
) -> None:
    await travelled(at_site, database)
    shorter = {"hold_h": number(5, "h")}
    wish = {"profile_id": "acme", "base_profile_id": FRESH, "numbers": shorter}
    await made(at_site, "/profiles", wish)
    path = f"/profiles/acme/1/trial?over={FRESH}"
    (row,) = (await at_site.get(path)).json()["items"]
    assert (row["then"]["condition"], row["would"]["condition"]) == ("IN_RANGE", "EXPIRED")
    assert (kinds(row["come"]), row["gone"]) == ([("expired", "")], [])
    async with app.state.parts.trial:
        second = await at_site.get(path)
    assert (second.status_code, second.headers["retry-after"]) == (429, "10")
    own = (await at_site.get("/profiles/acme/1/trial")).json()
    assert (own["journeys"], own["items"]) == (0, [])
    (same,) = (await at_site.get(f"/profiles/{FRESH}/2/trial")).json()["items"]
    assert (same["same"], same["come"], same["gone"], same["longer_s"]) == (True, [], [], 0)
    assert (await at_site.get(f"/profiles/{FRESH}/9/trial")).status_code == 422

    await firms.firm(at_site, "firm-b", firms.kind_with(Role.AUDITOR))
    other = await firms.key_of(at_site, "firm-b", "auditor")
    seen = (await at_site.get(f"/profiles/{FRESH}/2/trial", headers=other)).json()
    assert (seen["journeys"], seen["items"]) == (0, [])
