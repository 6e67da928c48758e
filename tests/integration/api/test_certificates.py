"""Certificates of boxes over HTTP: recorded, watched, ended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.alerts.platform import PlatformWatch
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.local.trust.authority import Authority
from services.local.trust.files import new_key
from tests.support.api import NOW, at, box, leg, made, rows, shipment

PATH = "/boxes/CB-0001/certificates"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.found(tmp_path / "ca", "Authority of a test", NOW - timedelta(days=1))


def certificate(authority: Authority, days: float, name: str = "CB-0001") -> dict[str, Any]:
    pem = authority.issue(name, new_key().public_key(), NOW, timedelta(days=days))
    return {"certificate": pem.decode()}


async def test_certificate_is_recorded_watched_and_ended_and_each_act_is_entered(
    at_site: httpx.AsyncClient, authority: Authority, database: Database
) -> None:
    client = at_site
    await made(client, "/boxes", box())
    old = await made(client, PATH, certificate(authority, 3))
    new = await made(client, PATH, certificate(authority, 300))
    assert (old["state"], old["issuer"]) == ("holds", "CN=Authority of a test")
    assert (await client.get("/boxes/CB-0001")).json()["certificate_ends_at"] == at(300 * 24)

    for reason in ("lost", "lost again"):
        path = f"{PATH}/{new['fingerprint']}/revoke"
        ended = (await client.post(path, json={"reason": reason})).json()
        assert (ended["state"], ended["revoke_reason"]) == ("revoked", "lost")
    assert (await client.get("/boxes/CB-0001")).json()["certificate_ends_at"] == at(3 * 24)
    listed = (await client.get(PATH)).json()["items"]
    assert [one["state"] for one in listed] == ["revoked", "holds"]
    entries = await rows(
        database,
        "SELECT action FROM audit_entry WHERE entity = 'box' AND action <> 'create' ORDER BY id",
    )
    assert [one.action for one in entries] == ["enrol", "enrol", "revoke", "revoke"]


async def test_certificate_of_another_box_or_none_or_an_ended_one_is_refused(
    at_site: httpx.AsyncClient, authority: Authority
) -> None:
    client = at_site
    await made(client, "/boxes", box())
    good = certificate(authority, 3)
    for wrong in (
        certificate(authority, 3, name="CB-0002"),
        certificate(authority, -0.001),
        {"certificate": "-----BEGIN CERTIFICATE-----\n" + "A" * 80},
        {"certificate": 2 * good["certificate"]},
    ):
        assert (await client.post(PATH, json=wrong)).status_code == 422
    await made(client, PATH, good)
    assert (await client.post(PATH, json=good)).status_code == 409
    other = f"{PATH}/{'0' * 64}/revoke"
    assert (await client.post(other, json={"reason": "x"})).status_code == 404


async def test_box_whose_certificate_ends_before_the_arrival_is_flagged_before_packing(
    at_site: httpx.AsyncClient, authority: Authority, database: Database, clock: FixedClock
) -> None:
    client = at_site
    await made(client, "/boxes", box())
    await made(client, PATH, certificate(authority, 40))
    far = leg(planned_departure=at(40 * 24 - 4), planned_arrival=at(40 * 24 + 4))
    entered = await made(client, "/shipments", shipment(legs=[far]))
    path = f"/shipments/{entered['id']}"
    (bag,) = entered["payloads"]
    assert (bag["certificate_too_short"], bag["certificate_ends_at"]) == (True, at(40 * 24))

    watch = PlatformWatch(database, clock)
    clock.advance(timedelta(minutes=1))
    await watch.run_once()
    (told,) = (await client.get("/alarms")).json()["items"]
    assert (told["kind"], told["box_id"], told["priority"]) == ("certificate_ending", "CB-0001", 2)

    before = (await client.get(path)).json()["revision"]
    await made(client, PATH, certificate(authority, 80))
    after = (await client.get(path)).json()
    assert not after["payloads"][0]["certificate_too_short"]
    assert after["revision"] > before
    await watch.run_once()
    assert (await client.get("/alarms")).json()["items"][0]["returned_at"] is not None
