"""What goes out before its papers: by whom, until when they are due, and how that is revoked."""

from datetime import timedelta

import httpx

from services.core.runtime.clock import FixedClock
from tests.support.api import made, shipped
from tests.support.papers import attached, clearance, declaration, done, key_of, paper

BASIS = {"basis_id": "transplant-2015", "due_on": "2026-12-04", "reason": "patient conditioned"}


async def test_an_emergency_goes_out_by_an_officer_of_the_grade_and_falls_due(
    at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    created = await shipped(at_site)
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    officer = await key_of(at_site, "customs_officer", "wang.li")
    path = f"/shipments/{created['id']}/emergency-releases"
    assert (await at_site.post(path, json=BASIS, headers=officer)).status_code == 409
    await done(at_site, "/officials/wang.li", {"grade": 2})
    assert (await at_site.post(path, json=BASIS, headers=officer)).status_code == 409
    await done(at_site, "/officials/wang.li", {"grade": 3})
    answer = await at_site.post(path, json=BASIS, headers=officer)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["stage"], answer.json()["blockers"]) == ("emergency", [])
    assert (await at_site.post(path, json=BASIS, headers=officer)).status_code == 409
    clock.advance(timedelta(days=11, hours=15))
    assert (await clearance(at_site, created))["stage"] == "emergency"
    clock.advance(timedelta(days=1))
    shown = await clearance(at_site, created)
    assert (shown["stage"], shown["emergency"]["state"]) == ("emergency_overdue", "OVERDUE")
    release = f"/emergency-releases/{shown['emergency']['id']}/steps"
    early = await at_site.post(release, json={"move": "make_up", "reason": "it comes"})
    assert early.status_code == 409
    shown = await attached(at_site, created, paper(valid_from="2026-12-01"))
    assert (shown["stage"], shown["emergency"]["state"]) == ("ready", "MADE_UP")


async def test_an_emergency_that_is_revoked_blocks_again(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    await done(at_site, "/officials/local-operator", {"grade": 5})
    path = f"/shipments/{created['id']}/emergency-releases"
    late = await at_site.post(path, json={**BASIS, "due_on": "2026-12-30"})
    assert late.status_code == 422
    shown = await made(at_site, path, BASIS)
    release = f"/emergency-releases/{shown['emergency']['id']}/steps"
    shown = await done(at_site, release, {"move": "revoke", "reason": "wrong shipment"})
    assert (shown["stage"], shown["emergency"]["state"]) == ("waiting_for_papers", "REVOKED")
    again = await at_site.post(release, json={"move": "revoke", "reason": "twice"})
    assert again.status_code == 409
