"""The one-stop view of a clearance: declared, papers attached, signed off, let go early."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.entering import enter_quickly, post
from tests.e2e.watching import Watch
from tests.support.papers import declaration, paper

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
CT = "CT-00870"
FIRM = "Clearance Story Cells"


async def fill(page: Page, values: dict[str, str]) -> None:
    """Fields of the dialog by their names."""
    for name, value in values.items():
        field = page.locator(f"#ask-{name}")
        if await field.evaluate("(one) => one.tagName") == "SELECT":
            await field.select_option(value)
        else:
            await field.fill(value)


async def send(page: Page) -> None:
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("dialog.ask")).to_have_count(0, timeout=PATIENCE_MS)


def shipment(url: str, reference: str, box: str) -> dict[str, Any]:
    enter_quickly(url, reference, box)
    found = httpx.get(f"{url}/api/v1/shipments?q={reference}", trust_env=False, timeout=60).json()[
        "items"
    ]
    return dict(found[0])


def declared(url: str, one: dict[str, Any], **changes: Any) -> None:
    body = declaration(applicant=FIRM, **changes)
    path = f"{url}/api/v1/shipments/{one['id']}/declaration"
    assert httpx.post(path, json=body, trust_env=False, timeout=60).status_code == 200


def promote(url: str) -> None:
    """Whoever sits at the machine becomes an officer of the third grade."""
    path = f"{url}/api/v1/officials/local-operator"
    assert httpx.post(path, json={"grade": 3}, trust_env=False, timeout=60).status_code == 200


async def test_departments_see_what_is_missing_and_sign_it_off_while_others_watch(
    url: str, browser: Browser, watch: Watch
) -> None:
    member = {"regime": "joint_supervision", "firm": FIRM, "valid_from": "2025-01-01"}
    post(url, "/memberships", {**member, "reference": "list 1"})
    one = shipment(url, CT, "CB-0870")
    page = await watch.open(browser, viewport={"width": 1680, "height": 1000})
    second = await watch.open(browser)
    await page.goto(f"{url}/clearance?lang=en&s={CT}")
    await second.goto(f"{url}/shipments/{one['id']}?lang=en#documents")
    part = {
        name: page.locator(f"#one [data-part={name}]")
        for name in ("missing", "goods", "papers", "departments", "assessment")
    }
    await expect(part["missing"]).to_contain_text("Declaration: missing", timeout=PATIENCE_MS)

    # Declared on the page; what is wrong is told beside its field, and what was typed stays.
    await part["goods"].get_by_role("button", name="Declare").click()
    wrong = {"air_waybill": "176-12345678", "regime": "joint_supervision", "risk_class": "B1"}
    await fill(page, {"applicant": FIRM, **wrong})
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#ask-air_waybill-error")).not_to_be_empty(timeout=PATIENCE_MS)
    await expect(page.locator("#ask-applicant")).to_have_value(FIRM)
    await fill(page, {"air_waybill": "176-12345675"})
    await send(page)
    await expect(part["missing"]).to_contain_text("Special-item approval: missing")

    # A paper is entered and attached; the other page hears of it by the stream.
    await part["papers"].get_by_role("button", name="Enter a new paper").click()
    today = datetime.now(UTC).date()
    days = {"valid_from": str(today), "valid_until": str(today + timedelta(days=180))}
    await fill(page, {"number": "si 1", **days})
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#ask-number-error")).not_to_be_empty(timeout=PATIENCE_MS)
    await fill(page, {"number": "SI-2026-870001"})
    await send(page)
    await expect(part["papers"]).to_contain_text("SI-2026-870001", timeout=PATIENCE_MS)
    there = second.locator("#documents [data-part=papers]")
    await expect(there).to_contain_text("SI-2026-870001", timeout=PATIENCE_MS)

    # Every department is asked; each step is signed with a reason and its meaning.
    await part["departments"].get_by_role("button", name="Ask all departments").click()
    await page.get_by_role("button", name="health authority: Send back").click()
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("#ask-reason-error")).to_contain_text("fill this in")
    await fill(page, {"reason": "donor test is missing"})
    await send(page)
    row = second.locator("#documents [data-part=departments] tr", has_text="health authority")
    await expect(row).to_contain_text("applicant", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("signed: sent back")
    await second.get_by_role("button", name="health authority: Answer").click()
    await expect(second.locator("dialog.ask .meaning")).to_contain_text("I sign for company")
    await fill(second, {"reason": "attached"})
    await send(second)
    mine = part["departments"].locator("tr", has_text="health authority")
    await expect(mine).to_contain_text("waiting", timeout=PATIENCE_MS)

    # An assessment with a condition becomes a checklist; the look at it takes it off the list.
    await part["assessment"].get_by_role("button", name="Enter an assessment").click()
    await fill(page, {"assessor": "Panel 4", "result": "accepted_with_conditions"})
    await fill(page, {"conditions": "sealed: seal intact on arrival"})
    await send(page)
    await expect(part["missing"]).to_contain_text("sealed: not looked at yet")
    await expect(part["assessment"]).to_contain_text("signed: accepted with conditions")
    await page.get_by_role("button", name="sealed: kept").click()
    await send(page)
    await expect(part["missing"]).not_to_contain_text("sealed", timeout=PATIENCE_MS)

    # The list is narrowed to who has something; by keys, too.
    await page.locator("#who .chip[data-chip=drug_authority]").click()
    await expect(page.locator(f"#clearances [data-reference={CT}]")).to_be_visible()
    assert "with=drug_authority" in page.url


async def test_an_officer_lets_a_shipment_go_before_its_paper_and_the_page_watches_it(
    url: str, browser: Browser, watch: Watch
) -> None:
    one = shipment(url, "CT-00871", "CB-0871")
    declared(url, one)
    page = await watch.open(browser)
    await page.goto(f"{url}/shipments/{one['id']}?lang=zh")
    early = page.locator("#documents [data-part=emergency]")
    await early.get_by_role("button", name="紧急放行").click(timeout=PATIENCE_MS)

    # Without a grade the server refuses in its own words; with one it goes.
    due = {"due_on": str(datetime.now(UTC).date() + timedelta(days=3)), "reason": "conditioned"}
    await fill(page, due)
    await page.locator("dialog.ask button[type=submit]").click()
    told = page.locator("dialog.ask").locator(".failed:visible, .error:not(:empty)")
    await expect(told).to_be_visible(timeout=PATIENCE_MS)
    promote(url)
    await send(page)
    await expect(early).to_contain_text("已紧急放行，单证待补。", timeout=PATIENCE_MS)
    held = page.locator("#documents [data-part=missing]")
    await expect(held).to_contain_text("紧急放行", timeout=PATIENCE_MS)

    # The paper comes: nobody has to say so.
    today = datetime.now(UTC).date()
    days = {"valid_from": str(today), "valid_until": str(today + timedelta(days=90))}
    entered = post(url, "/papers", paper("SI-2026-871001", holder=FIRM, **days))
    post(url, f"/shipments/{one['id']}/papers", {"paper_id": entered["paper_id"]})
    await expect(early).to_contain_text("单证已补齐", timeout=PATIENCE_MS)
    await expect(page.locator("#documents")).to_contain_text("SI-2026-871001")
