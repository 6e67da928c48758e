"""What may leave the country: an emergency and its papers, and what was decided."""

import httpx
import psycopg
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.entering import post
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
LAB = "policy-lab"
SEND = "dialog.ask button[type=submit]"
LONG_AGO = "UPDATE data_entry SET due_on = '2026-01-05' WHERE organisation_id = %s"


def read_from_abroad(url: str) -> None:
    """Somebody of a firm in Germany asks for the list of boxes, and for figures as a file."""
    firm = {"organisation_id": LAB, "name": "Policy Lab", "country": "DE", "kind": "sponsor"}
    post(url, "/organisations", firm)
    key = post(url, "/keys", {"organisation": LAB, "name": "lab", "role": "operator"})["key"]
    head = {"Authorization": f"Bearer {key}"}
    with httpx.Client(
        base_url=f"{url}/api/v1", timeout=60, trust_env=False, headers=head
    ) as client:
        assert client.get("/boxes").status_code == 200


async def send(page: Page) -> None:
    await page.locator(SEND).click()
    await expect(page.locator("dialog.ask")).to_have_count(0, timeout=PATIENCE_MS)


async def test_an_emergency_is_declared_runs_late_and_its_papers_come(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    read_from_abroad(url)
    page = await watch.open(browser)
    await page.goto(f"{url}/data-policy?lang=en")
    decisions = page.locator("#decisions tbody tr", has_text=LAB)
    await expect(decisions.first).to_contain_text("exempt because", timeout=PATIENCE_MS)
    await expect(page.locator("#persons")).to_contain_text("From 100,000 persons")
    await expect(page.locator("#lists details")).not_to_have_count(0)

    # Nothing is sent before it is said for whom, which classes and why.
    await page.get_by_role("button", name="Declare an emergency").click()
    await page.locator(SEND).click()
    await expect(page.locator("#ask-organisation-error")).to_contain_text("fill this in")
    await page.locator("#ask-organisation").select_option(LAB)
    await page.locator(SEND).click()
    await expect(page.locator("#ask-classes-error")).to_contain_text("fill this in")
    await page.locator("#ask-classes input[value=sensitive]").check()
    await page.locator("#ask-reason").fill("the treating hospital must compare the bag")
    await send(page)
    row = page.locator("#emergencies tr", has_text=LAB)
    await expect(row).to_contain_text("due 20", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("signed: emergency declared")

    async with await psycopg.AsyncConnection.connect(system.run["database_url"]) as database:
        await database.execute(LONG_AGO, [LAB])
    await page.reload()
    await expect(row).to_have_class("is-late", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("overdue, were due 2026-01-05")
    await row.get_by_role("button", name="Papers have come").click()
    await page.locator("#ask-reference").fill("file 7")
    await send(page)
    await expect(row).to_contain_text("Papers have come: file 7", timeout=PATIENCE_MS)
    await row.get_by_role("button", name="End").click()
    await page.locator("#ask-reason").fill("compared")
    await send(page)
    await expect(row).to_contain_text("ended", timeout=PATIENCE_MS)
    for meaning in ("papers have come", "withdrawn"):
        await expect(row).to_contain_text(f"signed: {meaning}")

    # Decisions are narrowed, in the address too; nothing that matches is said as such.
    await page.locator("#f-outcome").select_option("denied")
    await page.locator("#f-organisation").fill("nobody")
    await page.locator("#f-organisation").press("Enter")
    await expect(page.locator("#decided")).to_contain_text(
        "No decision matches", timeout=PATIENCE_MS
    )
    assert "outcome=denied" in page.url
    await page.goto(f"{url}/data-policy?lang=zh&organisation={LAB}")
    await expect(decisions.first).to_contain_text("豁免，因为", timeout=PATIENCE_MS)
