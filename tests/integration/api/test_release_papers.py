"""The release step and papers: nothing else waits for them, and nothing passes without them."""

import asyncio
from datetime import timedelta

import httpx

from services.core.runtime.clock import FixedClock
from tests.integration.api.inspecting import begun, booked, decided, gone_through, post
from tests.support.api import shipped
from tests.support.papers import attached, clearance, declaration, done, paper


async def test_a_paper_lapsed_in_flight_blocks_the_release_alone_and_is_cured_until_then(
    at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    """Mishap: it was valid at take-off; the inspection goes on, the release waits for papers."""
    created = await shipped(at_site)
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    await attached(at_site, created, paper(valid_until="2026-11-22"))
    await booked(at_site, created)
    clock.advance(timedelta(hours=4))
    seen = await gone_through(at_site, await begun(at_site, created), declare=False)
    refused = await post(at_site, seen, "moves", {"move": "clear"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "papers")
    assert "special_item_approval lapsed (applicant)" in refused.json()["detail"]
    seen = await decided(at_site, seen, "wait_for_papers", reason="approval lapsed in flight")
    assert seen["state"] == "WAITING_FOR_PAPERS"
    await attached(at_site, created, paper("SI-2026-000999"))
    assert (await decided(at_site, seen))["state"] == "CUSTOMS_CLEARED"


async def test_what_nobody_declared_is_inspected_and_not_released(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    seen = await gone_through(at_site, await begun(at_site, created), declare=False)
    refused = await post(at_site, seen, "moves", {"move": "clear"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "papers")


async def test_a_paper_is_not_taken_back_from_what_was_cleared_on_it_whoever_comes_first(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    shown = await attached(at_site, created, paper())
    seen = await gone_through(at_site, await begun(at_site, created), declare=False)
    use = shown["attached"][0]["use_id"]
    path = f"/shipments/{created['id']}/papers/{use}/give-back"
    cleared, taken = await asyncio.gather(
        post(at_site, seen, "moves", {"move": "clear"}),
        at_site.post(path, json={"reason": "needed elsewhere"}),
    )
    assert sorted((cleared.status_code, taken.status_code)) == [200, 409]
    left = (await clearance(at_site, created))["attached"]
    assert len(left) == (1 if cleared.status_code == 200 else 0)
