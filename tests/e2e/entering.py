"""Fills in the form for a new shipment as a person does, and enters one over HTTP for speed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.async_api import Page, expect

CRYO = "cart_cryo_150"
SITE = {
    "site_id": "PVG",
    "name_en": "Pudong Airport",
    "name_zh": "浦东机场",
    "lat": "31.1443",
    "lon": "121.8083",
}
BAY = {"bay_id": "PVG-K1", "name_en": "Cryogenic bay 1", "name_zh": "深冷查验间1"}


async def fill(page: Page, prefix: str, values: dict[str, str]) -> None:
    """Fill in fields by their names."""
    for name, value in values.items():
        await page.locator(f"[id='f-{prefix}.{name}']").fill(value)


async def choose_site(page: Page) -> None:
    """Take the site that is there, or enter it with a bay."""
    choice = page.locator("[id='f-shipment.site_id']")
    await expect(choice.locator("option").last).to_be_attached()
    if await choice.locator("option[value=PVG]").count():
        await choice.select_option("PVG")
        return
    await choice.select_option("+")
    await fill(page, "site", SITE)
    await fill(page, "bay", BAY)
    await page.locator("[id='f-bay.bay_class']").select_option("cryogenic")


async def fill_leg(page: Page) -> None:
    """One flight that has landed; the codes fill in the positions."""
    now = datetime.now(UTC)
    for end, code in (("from", "FRA"), ("to", "PVG")):
        await page.locator(f"[id='f-legs.0.{end}_code']").fill(code)
        await page.locator(f"[id='f-legs.0.{end}_code']").press("Tab")
    for name, hours in (("planned_departure", -14), ("planned_arrival", -2)):
        at = now + timedelta(hours=hours)
        moment = page.locator(f".moment:has([id='f-legs.0.{name}'])")
        await moment.locator("select").select_option("UTC")
        await moment.locator("input").fill(at.strftime("%Y-%m-%dT%H:%M"))


async def enter_shipment(page: Page, reference: str, box: str) -> dict[str, str]:
    """Enter box, shipment, clocks and site through the form; returns the topics it shows."""
    await fill(page, "shipment", {"reference": reference, "product": "CAR-T autologous"})
    profile = page.locator("[id='f-shipment.profile_id']")
    await expect(profile.locator(f"option[value={CRYO}]")).to_be_attached()
    await profile.select_option(CRYO)
    await fill(page, "box", {"box_id": box})
    packed = datetime.now(UTC) - timedelta(hours=16)
    moment = page.locator(".moment:has([id='f-payload.pack_closed_at'])")
    await moment.locator("select").select_option("UTC")
    await moment.locator("input").fill(packed.strftime("%Y-%m-%dT%H:%M"))
    await fill_leg(page)
    await choose_site(page)
    await page.locator("#save").click()
    await expect(page.locator("#done")).to_be_visible()
    names = await page.locator(".topics dd").all_inner_texts()
    return {name.rsplit("/", 1)[1]: name for name in names}


def post(url: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """One request to the API, which must succeed or find the thing there already."""
    answer = httpx.post(f"{url}/api/v1{path}", json=body, trust_env=False, timeout=60)
    assert answer.status_code in (201, 409), answer.text
    said: dict[str, Any] = answer.json()
    return said


def enter_quickly(
    url: str,
    reference: str,
    box: str,
    site_id: str = "PVG",
    product: str = "CAR-T autologous",
    *,
    simulated: bool = False,
    legs: Sequence[dict[str, Any]] = (),
    contacts: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A shipment over HTTP, packed forty hours ago, that starts where it is inspected."""
    packed = (datetime.now(UTC) - timedelta(hours=40)).isoformat().replace("+00:00", "Z")
    bay = {**BAY, "bay_id": f"{site_id}-K1", "bay_class": "cryogenic"}
    place = {**SITE, "lat": 31.1443, "lon": 121.8083, "zone": "Asia/Shanghai", "bays": [bay]}
    post(url, "/sites", {**place, "site_id": site_id})
    registered = post(url, "/boxes", {"box_id": box, "simulated": simulated})
    bag = {"reference": "BAG-1", "box_id": box, "pack_closed_at": packed}
    shipment = {
        "reference": reference,
        "product": product,
        "profile_id": CRYO,
        "site_id": site_id,
        "payloads": [bag],
        "simulated": simulated,
        "legs": list(legs),
        "contacts": list(contacts),
    }
    post(url, "/shipments", shipment)
    return registered


def want_at_once(url: str, reference: str) -> None:
    """The consignee's deadline is put so near that no inspection can meet it."""
    with httpx.Client(base_url=f"{url}/api/v1", trust_env=False, timeout=60) as client:
        found = client.get("/shipments", params={"q": reference}).json()["items"]
        (ours,) = (one["id"] for one in found if one["reference"] == reference)
        tag = client.get(f"/shipments/{ours}").headers["etag"]
        soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        wish = {"needed_by": soon, "reason": "the patient is ready"}
        answer = client.patch(f"/shipments/{ours}", json=wish, headers={"If-Match": tag})
        assert answer.status_code == 200, answer.text
