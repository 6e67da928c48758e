"""A signature over HTTP is given by the person themselves, now."""

from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.test_factors import with_app
from tests.support.api import Judged, judge, rows, shipped
from tests.support.people import PASSWORD, Visitor, entered


async def _taken(
    client: httpx.AsyncClient, database: Database
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A shipment on hold, and its deviation."""
    shipment = await shipped(client)
    await judge(database, shipment, Judged(condition="BREACHED", qa_hold=True))
    body = {"payload_id": shipment["payloads"][0]["id"], "description": "9.4 °C for 30 min"}
    answer = await client.post(f"/shipments/{shipment['id']}/deviations", json=body)
    assert answer.status_code == 201, answer.text
    return shipment, answer.json()


async def _assess(visitor: Visitor, deviation: dict[str, Any]) -> httpx.Response:
    body = {"move": "assess", "disposition": "RELEASED_WITH_COMMENT", "reason": "SR-12"}
    path = f"/deviations/{deviation['id']}/steps"
    return await visitor.post(path, body, if_match=f'"{deviation["revision"]}"')


async def test_s33_signature_asks_for_a_fresh_proof_and_uses_it_up(
    app: FastAPI, at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    _, deviation = await _taken(at_site, database)
    assessor = await entered(app, at_site, "wang.li", "qa_assessor")
    await with_app(assessor, clock)
    refused = await _assess(assessor, deviation)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, "confirmation")
    assert await rows(database, "SELECT 1 FROM signature") == []
    await assessor.post("/me/confirmation", {"password": PASSWORD})
    clock.advance(timedelta(minutes=2, seconds=1))
    assert (await _assess(assessor, deviation)).status_code == 403
    await assessor.post("/me/confirmation", {"password": PASSWORD})
    signed = await _assess(assessor, deviation)
    assert signed.status_code == 200, signed.text
    again = await _assess(assessor, signed.json())
    assert again.status_code == 403
    (entry,) = await rows(database, "SELECT principal_id, meaning FROM signature")
    assert tuple(entry) == ("wang.li", "reviewed")


async def test_s33_two_sessions_of_one_person_are_one_person(
    app: FastAPI, at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    """Who assessed does not approve, whichever role and browser."""
    _, deviation = await _taken(at_site, database)
    person = await entered(app, at_site, "wang.li", "qa_assessor", "qa_approver")
    await with_app(person, clock)
    await person.post("/me/confirmation", {"password": PASSWORD})
    assessed = (await _assess(person, deviation)).json()
    await person.post("/me/confirmation", {"password": PASSWORD})
    path = f"/deviations/{deviation['id']}/steps"
    body = {"move": "approve", "reason": "seen"}
    refused = await person.post(path, body, if_match=f'"{assessed["revision"]}"')
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "approver")


async def test_a_decision_on_an_inspection_uses_up_one_fresh_proof(
    app: FastAPI, at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    officer = await entered(app, at_site, "zhao.min", "customs_officer")
    await with_app(officer, clock)
    begun = await officer.post(f"/shipments/{created['id']}/inspections", {})
    assert begun.status_code == 201, begun.text
    path = f"/inspections/{begun.json()['id']}/moves"
    body = {"move": "order_recheck", "reason": "label smudged"}
    tag = f'"{begun.json()["revision"]}"'
    assert (await officer.post(path, body, if_match=tag)).status_code == 403
    await officer.post("/me/confirmation", {"password": PASSWORD})
    signed = await officer.post(path, body, if_match=tag)
    assert (signed.status_code, signed.json()["state"]) == (200, "RECHECK_ORDERED")
    (entry,) = await rows(database, "SELECT principal_id, meaning FROM signature")
    assert tuple(entry) == ("zhao.min", "recheck_ordered")
